"""`registry organisation`, `registry account grant`, `registry access`: units, rights and why, from the machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

UNIT = "铜梁区银发经济专班（演示）"


@pytest.fixture(scope="module")
def record(registry: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An internal record in 铜梁区, as the command names it."""
    path: Path = tmp_path_factory.mktemp("lists") / "one.csv"
    path.write_text("企业名称,区县,是否模拟\n模拟移交某某有限公司,铜梁区,是\n", encoding="utf-8")
    done = registry("import", "enterprises", str(path), "--internal")
    assert done.returncode == 0, done.stderr
    found = registry("search", "模拟移交某某").stdout
    match = re.search(r"/(enterprises/[0-9a-f-]{36})", found)
    assert match, found
    return match[1]


def test_units_are_listed_as_a_tree_and_founded_below_one(registry: Run) -> None:
    made = registry("organisation", "found", "--name", "综合科（演示）", "--parent", UNIT)
    assert made.returncode == 0, made.stderr
    lines = registry("organisation", "list").stdout.splitlines()
    [line] = [line for line in lines if "综合科" in line]
    assert line.startswith("    综合科（演示）  部门处室  铜梁区")
    assert line.endswith(made.stdout.strip())
    assert "没有单位" in registry("organisation", "found", "--name", "某科", "--parent", "没有的单位").stderr


def test_a_grant_from_the_machine_is_bound_by_the_account_it_acts_as(registry: Run) -> None:
    words = ("account", "grant", "--user", "tongliang", "--role", "district", "--organisation", UNIT, "--reason", "试")
    assert registry(*words, "--scope", "own").returncode == 0
    refused = registry(*words, "--scope", "own", "--as", "tongliang")
    assert refused.returncode == 1
    assert "自己的授权" in refused.stderr
    assert registry(*words, "--extra", "operations:read", "--as", "chief").returncode == 1
    assert registry(*words, "--scope", "below", "--as", "chief").returncode == 0


def test_it_tells_why_and_by_its_exit_code_whether(registry: Run, record: str) -> None:
    sees = registry("access", "explain", record, "--user", "chief")
    assert (sees.returncode, sees.stdout.splitlines()[1]) == (0, "能  看到")
    blind = registry("access", "explain", record, "--user", "liangjiang")
    assert (blind.returncode, blind.stdout.splitlines()[1]) == (1, "不能  看到")
    assert "记录属于铜梁区" in blind.stdout
    assert "记录应写成" in registry("access", "explain", "nothing").stderr


def test_a_record_is_handed_over(registry: Run, record: str) -> None:
    assert registry("access", "hand-over", record, "--to", "民政局（演示）", "--reason", "划转").returncode == 0
    assert registry("access", "explain", record, "--user", "civil").returncode == 0
    assert registry("access", "explain", record, "--user", "chief").returncode == 1
    assert registry("access", "hand-over", record, "--reason", "退回", "--as", "chief").returncode == 1
