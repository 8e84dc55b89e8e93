"""`registry duplicates`: from finding to merging and back, at the machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from registry.naming import synthetic_code
from tests.cli.conftest import Run

LIST = (
    "企业名称,统一社会信用代码,注册地址,是否模拟\n"
    f"重庆命令行（模拟）康养有限公司,{synthetic_code(1)},,是\n"
    "命令行（模拟）康养有限责任公司,,某街一号,是\n"
    "重庆又一对（模拟）养老有限公司,,,是\n"
    "又一对（模拟）养老有限责任公司,,,是\n"
)
PAIR = re.compile(r"([0-9a-f-]{36})  ([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def pairs(registry: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """The two pairs of the list, by the name that stands first."""
    path = tmp_path_factory.mktemp("lists") / "alike.csv"
    path.write_text(LIST, encoding="utf-8")
    assert registry("import", "enterprises", str(path)).returncode == 0
    told = registry("duplicates", "find", "enterprises")
    assert told.stdout.startswith("2 对待判断。")
    found = PAIR.findall(told.stdout)
    lines = told.stdout.splitlines()[1::2]
    return {"命令行" if "命令行" in line else "又一对": pair for line, pair in zip(lines, found, strict=True)}


def test_two_are_merged_and_split_again(registry: Run, pairs: dict[str, tuple[str, str]]) -> None:
    keep, give = pairs["命令行"]
    answer = registry("duplicates", "merge", "enterprises", keep, give, "--reason", "同一家", "--take", "address=own")
    assert answer.returncode == 0, answer.stderr
    merge_id = re.search(r"split enterprises ([0-9a-f-]{36})", answer.stdout)
    assert merge_id
    assert merge_id[1] in registry("duplicates", "merges", "enterprises", keep).stdout
    split = registry("duplicates", "split", "enterprises", merge_id[1], "--reason", "两家")
    assert give in split.stdout
    assert "已由命令行拆开" in registry("duplicates", "merges", "enterprises", keep).stdout


def test_two_that_differ_are_found_no_more(registry: Run, pairs: dict[str, tuple[str, str]]) -> None:
    assert registry("duplicates", "differ", "enterprises", *pairs["又一对"], "--reason", "两家").returncode == 0
    assert pairs["又一对"][0] not in registry("duplicates", "find", "enterprises", "--again").stdout


def test_a_dry_run_tells_which_rows_look_like_what_is_there(
    registry: Run, pairs: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "again.csv"
    path.write_text("企业名称\n又一对（模拟）养老股份有限公司\n", encoding="utf-8")
    told = registry("import", "enterprises", str(path), "--dry-run").stdout
    assert "很像 第 2 行 又一对（模拟）养老股份有限公司 ≈ " in told
    assert pairs["又一对"][0] in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("find", "nothing"), "没有登记簿"),
        (("merge", "enterprises", "x", "y", "--reason", "z"), "没有这条记录"),
        (("merge", "enterprises", "x", "y", "--reason", "z", "--take", "address"), "应写成"),
        (("split", "enterprises", "x", "--reason", "z"), "没有这条记录"),
    ],
)
@pytest.mark.usefixtures("pairs")
def test_a_word_that_makes_no_sense_is_told_plainly(registry: Run, words: tuple[str, ...], told: str) -> None:
    answer = registry("duplicates", *words)
    assert answer.returncode != 0
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
