"""Personal data leave covered; uncovered only for those with the right, for a purpose that is logged."""

from __future__ import annotations

import json
from typing import Any

import pytest

from registry import database
from tests.conftest import World
from tests.jobs.conftest import until

BASE = "/api/v1/enterprises"
PHONE = "13800138000"


@pytest.fixture
def filed(world: World) -> str:
    """A record with a telephone number, in a list of its own."""
    row = f"企业名称,省份,区县,联系电话,公开范围\n重庆遮盖（模拟）有限公司,重庆市,铜梁区,{PHONE},公开\n"
    answer = world.client("city").post(f"{BASE}/import", files={"file": ("名单.csv", row.encode())})
    assert answer.status_code == 200, answer.text
    return row


def exported(world: World, username: str = "city", **wanted: Any) -> str:
    """The file that an export job makes."""
    answer = world.client(username).post(f"{BASE}/export-jobs", json={"format": "csv", **wanted})
    assert answer.status_code == 202, answer.text
    until(world, answer.json()["id"], "done", username=username)
    return world.client(username).get(f"/api/v1/jobs/{answer.json()['id']}/file").text


@pytest.mark.usefixtures("attended", "filed")
def test_an_export_covers_personal_data_and_comes_back_as_no_change(world: World) -> None:
    text = exported(world)
    assert PHONE not in text
    assert "138****8000" in text
    report = world.client("city").post(
        f"{BASE}/import", files={"file": ("回来.csv", text.encode())}, params={"dry_run": True}
    )
    assert (report.json()["changed_records"], report.json()["rejected"]) == ([], 0)


@pytest.mark.usefixtures("attended", "filed")
def test_uncovered_it_takes_a_purpose_and_is_logged_with_the_fields(world: World) -> None:
    assert PHONE in exported(world, clear=True, purpose="逐户电话核实")
    sql = "SELECT actor_name, detail::text FROM audit_entry WHERE act = '导出个人信息' ORDER BY id DESC"
    row = world.run(database.fetchrow(sql))
    detail = json.loads(row["detail"])
    assert (row["actor_name"], detail["purpose"]) == ("市级经办（演示）", "逐户电话核实")
    assert "联系电话" in detail["fields"]


@pytest.mark.usefixtures("filed")
def test_without_a_purpose_or_the_right_it_is_refused(world: World) -> None:
    short = world.client("city").post(f"{BASE}/export-jobs", json={"clear": True, "purpose": "看"})
    assert (short.status_code, short.json()["errors"][0]["field"]) == (422, "purpose")
    barred = world.client("invest").post(f"{BASE}/export-jobs", json={"clear": True, "purpose": "逐户电话核实"})
    assert barred.status_code == 403
