"""Rows of a list that look like what is there: shown in the dry run, decided once, remembered for the next upload."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from registry import demo
from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"


def load(world: World, text: str, username: str = "city", **query: Any) -> dict[str, Any]:
    """Import a list; the report."""
    files = {"file": ("list.csv", text.encode(), "text/csv")}
    answer = world.client(username).post(f"{BASE}/import", files=files, params=query)
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


def known(world: World, name: str, **more: Any) -> dict[str, Any]:
    """A record that is there."""
    answer = world.client("city").post(BASE, json={"name": name, "visibility": "public", **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def decide(world: World, username: str = "city", **word: Any) -> httpx.Response:
    """A decision by API."""
    return world.client(username).post(f"{BASE}/duplicates/decisions", json=word)


def test_a_dry_run_shows_the_look_alikes_of_new_rows_with_score_and_reason(world: World) -> None:
    record = known(world, "重庆预览甲康养服务有限公司", district="万州区")
    text = "企业名称,区县\n重庆预览甲康养服务有限责任公司,万州区\n重庆毫不相干置业有限公司,万州区\n"
    report = load(world, text, dry_run=True)
    [alike] = report["alike"]
    assert (alike["row"], alike["name"]) == (2, "重庆预览甲康养服务有限责任公司")
    assert [one["id"] for one in alike["candidates"]] == [record["id"]]
    assert alike["candidates"][0]["score"] >= 90
    assert alike["candidates"][0]["reasons"]


def test_a_row_that_was_said_to_be_a_record_is_joined_to_it_also_by_the_next_upload(world: World) -> None:
    record = known(world, "重庆归并乙康养服务有限公司")
    told = "重庆归并乙康养服务有限责任公司"
    assert decide(world, record=record["id"], name=told, same=True).status_code == 204
    for site in ("www.first.cn", "www.second.cn"):
        report = load(world, f"企业名称,网址,数据时点\n{told},{site},2026-0{len(site) - 11}-01\n")
        assert (report["new"], report["changed"], report["rejected"]) == (0, 1, 0)
    now = world.client("city").get(f"{BASE}/{record['id']}").json()
    assert (now["name"], now["website"]) == (record["name"], "www.second.cn")


def test_a_row_that_was_said_to_be_another_is_not_asked_about_again(world: World) -> None:
    record = known(world, "重庆区别丙康养服务有限公司")
    told = "重庆区别丙康养服务有限责任公司"
    text = f"企业名称\n{told}\n"
    assert len(load(world, text, dry_run=True)["alike"]) == 1
    assert decide(world, record=record["id"], name=told, same=False).status_code == 204
    assert load(world, text, dry_run=True)["alike"] == []
    assert load(world, text)["new"] == 1
    assert told not in str(world.client("city").get(f"{BASE}/duplicates").json())


def test_a_decision_by_code_holds_whatever_the_row_calls_it(world: World) -> None:
    record, code = known(world, "重庆代码丁康养服务有限公司"), synthetic_code(21)
    assert decide(world, record=record["id"], code=code, same=True).status_code == 204
    report = load(world, f"企业名称,统一社会信用代码\n完全另一个名字的养老院,{code}\n")
    assert (report["new"], report["changed"]) == (0, 1)
    assert world.client("city").get(f"{BASE}/{record['id']}").json()["credit_code"] == code


def test_a_decision_by_name_does_not_join_two_different_codes(world: World) -> None:
    record = known(world, "重庆冲突戊康养服务有限公司", credit_code=synthetic_code(22))
    told = "重庆冲突戊康养服务有限责任公司"
    assert decide(world, record=record["id"], name=told, same=True).status_code == 204
    report = load(world, f"企业名称,统一社会信用代码\n{told},{synthetic_code(23)}\n", dry_run=True)
    assert (report["new"], report["changed"]) == (1, 0)


def test_an_officer_decides_only_where_it_is_in_charge(world: World) -> None:
    record = known(world, "重庆职权己康养服务有限公司", district="两江新区")
    word = {"record": record["id"], "name": "职权己", "same": True}
    assert decide(world, "tongliang", **word).status_code == 403
    assert decide(world, "invest", **word).status_code == 403
    assert decide(world, "", **word).status_code == 401
    assert decide(world, "liangjiang", **word).status_code == 204


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ({"same": True}, 422),
        ({"same": True, "code": "91500000MA00000000"}, 422),
        ({"same": True, "other": "00000000-0000-4000-8000-000000000000"}, 409),
        ({"same": False, "other": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"same": False, "other": "not an id"}, 404),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(world: World, word: dict[str, Any], status: int) -> None:
    record = known(world, f"重庆无理{status}{len(word)}{sorted(word)[0]}{len(str(word))}康养有限公司")
    assert decide(world, record=record["id"], **word).status_code == status


def test_the_preview_takes_the_decisions_and_the_confirmed_list_follows_them(world: World) -> None:
    record = known(world, "重庆网页庚康养服务有限公司")
    other = known(world, "重庆网页辛康养服务有限公司", district="万州区")
    text = "企业名称,网址\n重庆网页庚康养服务有限责任公司,www.page.cn\n网页辛康养服务有限责任公司,\n"
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}, timeout=30) as browser:
        browser.post("/login", data={"username": "city", "password": demo.PASSWORD})
        csrf = field(browser.get("/enterprises/import").text, "csrf_token")
        files = {"file": ("名单.csv", text.encode(), "text/csv")}
        preview = browser.post("/enterprises/import", data={"csrf_token": csrf}, files=files).text
        assert "是不是库里已有的" in preview
        form = {name: field(preview, name) for name in ("token", "filename", "incoming.2", "incoming.3")}
        form |= {"csrf_token": csrf, "alike.2": record["id"], "alike.3": "different", "candidate.3": other["id"]}
        assert browser.post("/enterprises/import/confirm", data=form).status_code == 303
    assert world.client("city").get(f"{BASE}/{record['id']}").json()["website"] == "www.page.cn"
    assert load(world, text, dry_run=True)["alike"] == []


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found, name
    return found[1]
