"""Columns that somebody assigned: recognised by their header next time, told, replaced, forgotten."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import World

BASE = "/api/v1/enterprises/import"
STRANGE = "主体,归口,备忘\n重庆列对应（模拟）有限公司,万州区,无关\n"


@pytest.fixture
def officer(world: World) -> httpx.Client:
    """Who imports."""
    return world.client("city")


def load(client: httpx.Client, text: str, **params: Any) -> httpx.Response:
    """A dry run of a list."""
    return client.post(BASE, files={"file": ("名单.csv", text.encode())}, params={"dry_run": True, **params})


def columns(client: httpx.Client, text: str) -> dict[str, Any]:
    """What the columns of a list are."""
    answer = client.post(f"{BASE}/columns", files={"file": ("名单.csv", text.encode())})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_list_whose_header_says_nothing_is_looked_at_assigned_and_then_read(officer: httpx.Client) -> None:
    assert load(officer, STRANGE).status_code == 422
    seen = columns(officer, STRANGE)
    assert [(one["header"], one["field"], one["samples"]) for one in seen["columns"]] == [
        ("主体", "", ["重庆列对应（模拟）有限公司"]),
        ("归口", "", ["万州区"]),
        ("备忘", "", ["无关"]),
    ]
    wanted = {
        "headers": ["主体", "归口", "备忘"],
        "assigned": {"主体": "name", "归口": "district", "备忘": ""},
        "name": "月报",
    }
    saved = officer.post(f"{BASE}/mappings", json=wanted)
    assert (saved.status_code, saved.json()["fingerprint"]) == (201, seen["fingerprint"])
    report = load(officer, STRANGE).json()
    assert (report["new"], report["rejected"], report["ignored_columns"]) == (1, 0, [])
    assert report["new_records"][0]["name"] == "重庆列对应（模拟）有限公司"
    assert any("月报" in note and "市级经办" in note for note in report["notes"])
    assert columns(officer, STRANGE)["assigned"] is True
    assert load(officer, STRANGE, mapped=False).status_code == 422


def test_the_order_width_and_case_of_headers_do_not_matter_but_another_column_does(officer: httpx.Client) -> None:
    wanted = {"headers": ["Unit", "归口2"], "assigned": {"Unit": "name", "归口2": "district"}}
    assert officer.post(f"{BASE}/mappings", json=wanted).status_code == 201
    assert load(officer, "归口２,ＵＮＩＴ\n万州区,重庆换序（模拟）有限公司\n").json()["new"] == 1
    assert load(officer, "归口2,Unit,多一列\n万州区,重庆换序（模拟）有限公司,x\n").status_code == 422


def test_saved_again_it_is_replaced_and_forgotten_it_is_no_more(officer: httpx.Client) -> None:
    headers = ["企业名称", "甲栏"]
    for field in ("source", "district"):
        answer = officer.post(f"{BASE}/mappings", json={"headers": headers, "assigned": {"甲栏": field}})
    mark = answer.json()["fingerprint"]
    [kept] = [one for one in officer.get(f"{BASE}/mappings").json() if one["fingerprint"] == mark]
    assert (kept["assigned"], kept["owner"], kept["uses"]) == ({"甲栏": "district"}, "市级经办（演示）", 0)
    assert load(officer, "企业名称,甲栏\n重庆替换（模拟）有限公司,不存在区\n").json()["rejected"] == 1
    assert officer.delete(f"{BASE}/mappings/{mark}").status_code == 204
    assert officer.delete(f"{BASE}/mappings/{mark}").status_code == 404
    assert load(officer, "企业名称,甲栏\n重庆替换（模拟）有限公司,不存在区\n").json()["ignored_columns"] == ["甲栏"]


@pytest.mark.parametrize(
    ("assigned", "told"),
    [
        ({"没有": "name"}, "没有“没有”这一列"),
        ({"甲": "nothing"}, "没有“nothing”这个字段"),
        ({"甲": "tier"}, "没有“tier”这个字段"),
        ({"甲": "name", "乙": "name"}, "请只留一列"),
    ],
)
def test_what_makes_no_sense_is_refused(assigned: dict[str, str], told: str, officer: httpx.Client) -> None:
    answer = officer.post(f"{BASE}/mappings", json={"headers": ["甲", "乙"], "assigned": assigned})
    assert answer.status_code == 422
    assert told in answer.json()["errors"][0]["message"]


def test_it_takes_the_right_to_import(world: World) -> None:
    for username in ("", "invest", "company"):
        assert world.client(username).get(f"{BASE}/mappings").status_code in {401, 403}
        answer = world.client(username).post(f"{BASE}/mappings", json={"headers": ["甲"], "assigned": {"甲": "name"}})
        assert answer.status_code in {401, 403}


def test_a_recognised_column_may_be_left_out(officer: httpx.Client) -> None:
    wanted = {"headers": ["企业名称", "注册资本", "编外"], "assigned": {"注册资本": ""}}
    assert officer.post(f"{BASE}/mappings", json=wanted).status_code == 201
    report = load(officer, "企业名称,注册资本,编外\n重庆不读（模拟）有限公司,很多,x\n").json()
    assert (report["rejected"], report["ignored_columns"]) == (0, ["编外"])
