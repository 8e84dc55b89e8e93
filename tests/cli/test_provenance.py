"""`registry conflict`, `registry claim`, `registry source`: on a database of their own."""

from __future__ import annotations

import json

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
    told = registry("source", "enterprises", record)
    assert "注册地址：名单  某名单（模拟）" in told.stdout
    found = {one["field"]: one for one in json.loads(registry("source", "enterprises", record, "--json").stdout)}
    assert found["address"]["batch_id"]
    assert registry("source", "nothing", record).returncode == 2


def test_there_is_nothing_to_decide_and_an_unknown_number_is_refused(registry: Run) -> None:
    assert registry("conflict", "list").stdout == "待裁定 0 条\n"
    assert json.loads(registry("conflict", "list", "--json").stdout)["items"] == []
    assert registry("conflict", "accept", "999").returncode == 1
    assert registry("conflict", "reject", "999").returncode == 1
    assert registry("claim", "list").stdout == ""
    assert registry("claim", "approve", "00000000-0000-4000-8000-000000000000").returncode == 1
    assert registry("claim", "refuse", "00000000-0000-4000-8000-000000000000").returncode == 2
