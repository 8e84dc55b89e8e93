"""`registry conflict`, `registry claim`, `registry source`: on a database of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEAD = "企业名称,区县,注册地址,来源\n"


@pytest.fixture(scope="module")
def record(registry: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A record from a list; its id."""
    path = tmp_path_factory.mktemp("lists") / "one.csv"
    path.write_text(HEAD + "重庆命令（模拟）有限公司,铜梁区,名单址,某名单（模拟）\n", encoding="utf-8")
    told = registry("import", "enterprises", str(path), "--json")
    assert told.returncode == 0, told.stderr
    return str(json.loads(told.stdout)["new_records"][0]["id"])


def test_where_values_come_from_is_told(registry: Run, record: str) -> None:
    told = registry("source", "show", "enterprises", record)
    assert "注册地址：名单  某名单（模拟）" in told.stdout
    found = {
        one["field"]: one for one in json.loads(registry("source", "show", "enterprises", record, "--json").stdout)
    }
    assert found["address"]["batch_id"]
    assert registry("source", "show", "nothing", record).returncode == 2


def test_there_is_nothing_to_decide_and_an_unknown_number_is_refused(registry: Run) -> None:
    assert registry("conflict", "list").stdout == "待裁定 0 条\n"
    assert json.loads(registry("conflict", "list", "--json").stdout)["items"] == []
    assert registry("conflict", "accept", "999").returncode == 1
    assert registry("conflict", "reject", "999").returncode == 1
    assert registry("claim", "list").stdout == ""
    assert registry("claim", "approve", "00000000-0000-4000-8000-000000000000").returncode == 1
    assert registry("claim", "refuse", "00000000-0000-4000-8000-000000000000").returncode == 2


def test_what_was_verified_is_held_against_a_list_and_decided_by_command(
    registry: Run, record: str, tmp_path: Path
) -> None:
    assert registry("source", "verify", "enterprises", record, "nothing").returncode == 1
    assert registry("source", "verify", "enterprises", record, "address").stdout == "已核实，记录为第 2 版。\n"
    for number, address in enumerate(("乙址", "丙址")):
        path = tmp_path / f"{number}.csv"
        path.write_text(HEAD + f"重庆命令（模拟）有限公司,铜梁区,{address},另一名单（模拟）\n", encoding="utf-8")
        told = registry("import", "enterprises", str(path))
        assert "1 处与已核实或企业自报的内容不同" in told.stdout, told.stderr
    waiting = {
        one["said"]: str(one["id"]) for one in json.loads(registry("conflict", "list", "--json").stdout)["items"]
    }
    assert "注册地址：现为 名单址，另说 丙址（另一名单（模拟））" in registry("conflict", "list").stdout
    assert registry("conflict", "accept", waiting["乙址"], "--reason", "属实").stdout == "已采纳，记录为第 3 版。\n"
    assert registry("conflict", "reject", waiting["丙址"]).stdout == "已维持现有内容。\n"
    assert registry("conflict", "list", "--state", "rejected").stdout.startswith("不采纳 1 条")
    assert "注册地址：已核实" in registry("source", "show", "enterprises", record).stdout
