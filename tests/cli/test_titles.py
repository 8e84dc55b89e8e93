"""`registry title`: given, taken further, corrected and listed at the machine."""

from __future__ import annotations

import json

import pytest

from registry.sample import CITY
from tests.cli.conftest import Run

FIRM = "重庆思必水处理材料有限公司"
ACT = ("title", "act", "enterprises", FIRM)


@pytest.fixture(scope="module")
def stocked(registry: Run) -> Run:
    """The command on the sample city."""
    assert registry("import", "enterprises", str(CITY)).returncode == 0
    return registry


def test_a_title_is_given_taken_further_and_listed_for_any_day(stocked: Run) -> None:
    words = ("title", "give", "enterprises", FIRM, "giant", "-f", "文号=工信部〔2024〕1号", "-f", "日期=2024-07-01")
    given = stocked(*words, "--reason", "第六批")
    assert given.returncode == 0, given.stderr
    title_id = given.stdout.strip().rstrip("。").rpartition(" ")[2]
    revoked = stocked(*ACT, title_id, "revoke", "-f", "撤销缘由=数据造假", "-f", "on=2025-03-01", "--reason", "核查")
    assert revoked.stdout == "已办理撤销。\n", revoked.stderr
    tiers = {
        day: json.loads(stocked("title", "list", "enterprises", FIRM, "--on", day, "--json").stdout)["tier"]
        for day in ("2024-06-30", "2025-02-28", "2025-03-01")
    }
    assert tiers == {"2024-06-30": "srdi", "2025-02-28": "giant", "2025-03-01": "srdi"}
    corrected = stocked(
        "title", "correct", "enterprises", FIRM, title_id, "-f", "批次=第六批", "--reason", "补批次"
    )  # fmt: skip
    assert corrected.returncode == 0, corrected.stderr
    listed = stocked("title", "list", "enterprises", FIRM)
    assert "第六批" in listed.stdout
    assert "注意：" in listed.stdout
    assert stocked("index", "verify").returncode == 0


def test_refusals_are_sentences_and_accounts_bound_what_is_done(stocked: Run) -> None:
    words = ("title", "give", "enterprises", FIRM, "创新型中小企业", "-f", "文号=1号", "--reason", "试")
    refused = stocked(*words, "--as", "tongliang")
    assert (refused.returncode, "市级" in refused.stderr) == (1, True)
    assert stocked(*words[:-4], "--reason", "试").stderr.count("文号") >= 1
    wrong = stocked(*words, "-f", "等级=高")
    assert (wrong.returncode, "可用的栏目" in wrong.stderr) == (2, True)
    nobody = stocked("title", "list", "enterprises", "没有这一家")
    assert (nobody.returncode, "没有企业" in nobody.stderr) == (1, True)


def test_the_kinds_of_a_register_say_how_far_their_source_was_read(stocked: Run) -> None:
    listed = stocked("title", "kinds", "parks").stdout
    assert "pilot_rehabilitation" in listed
    assert "giant" not in listed
    assert "（待核实）" in listed
