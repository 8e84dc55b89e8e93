"""Filing something that may be there already: asked once, by API and form, and remembered."""

from __future__ import annotations

import re
from typing import Any

import httpx

from registry import demo
from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"


def file(world: World, username: str = "city", **body: Any) -> httpx.Response:
    """File a record as somebody."""
    return world.client(username).post(BASE, json=body)


def test_a_near_certain_look_alike_is_answered_with_the_candidate_and_why(world: World) -> None:
    known = file(world, name="重庆安乐信养老服务有限公司", district="万州区").json()
    answer = file(world, name="安乐信（模拟）养老服务有限责任公司", district="万州区")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:silver-registry:look-alike"
    [candidate] = problem["candidates"]
    assert candidate["id"] == known["id"]
    assert candidate["score"] >= 90
    assert candidate["band"] == "几乎可以肯定"
    assert any("名称相同" in reason for reason in candidate["reasons"])


def test_somebody_who_says_that_it_is_another_may_go_on_and_is_not_asked_again(world: World) -> None:
    known = file(world, name="重庆晚照康养服务有限公司", district="万州区").json()
    twin = {"name": "晚照康养服务有限责任公司", "district": "万州区"}
    assert file(world, **twin).status_code == 409
    first = file(world, **twin, different_from=[known["id"]])
    assert first.status_code == 201
    queue = world.client("city").get(f"{BASE}/duplicates").json()
    assert not [pair for pair in queue["pairs"] if known["id"] in (pair["one"]["id"], pair["other"]["id"])]


def test_a_decision_on_one_candidate_does_not_cover_another(world: World) -> None:
    first = file(world, name="重庆同心圆养老服务有限公司").json()
    second = file(world, name="同心圆养老服务有限责任公司", different_from=[first["id"]]).json()
    answer = file(world, name="（重庆）同心圆养老服务股份有限公司", different_from=[first["id"]])
    assert [one["id"] for one in answer.json()["candidates"]] == [second["id"]]


def test_two_different_codes_are_not_asked_about(world: World) -> None:
    assert file(world, name="重庆双码养老服务有限公司", credit_code=synthetic_code(11)).status_code == 201
    assert file(world, name="双码养老服务有限责任公司", credit_code=synthetic_code(12)).status_code == 201


def test_a_candidate_that_may_not_be_seen_is_not_told_of(world: World) -> None:
    hidden = {"name": "两江隐名康养服务有限公司", "district": "两江新区"}
    assert file(world, "liangjiang", **hidden).status_code == 201
    answer = file(world, "tongliang", name="隐名康养服务有限责任公司", district="铜梁区")
    assert answer.status_code == 201


def test_a_telephone_number_of_a_foreign_record_does_not_show_in_the_reasons(world: World) -> None:
    public = {"name": "重庆通话养老服务有限公司", "district": "两江新区", "visibility": "public"}
    assert file(world, "liangjiang", **public, contact_phone="023-61234567").status_code == 201
    answer = file(world, "tongliang", name="通话养老服务有限责任公司", contact_phone="023-61234567", district="铜梁区")
    candidates = answer.json().get("candidates", [])
    assert "电话" not in str(candidates)
    own = file(world, "city", name="通话养老有限责任公司", contact_phone="023-61234567", district="两江新区")
    assert "联系电话相同" in str(own.json()["candidates"])


def test_a_list_of_decisions_that_is_none_is_refused(world: World) -> None:
    assert file(world, name="重庆乱填有限公司", different_from="all").status_code == 422


def test_the_form_shows_the_candidates_keeps_what_was_typed_and_takes_the_decision(world: World) -> None:
    known = file(world, name="重庆表单里养老服务有限公司", district="万州区").json()
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}, timeout=30) as browser:
        browser.post("/login", data={"username": "city", "password": demo.PASSWORD})
        token = re.search(r'name="csrf_token" value="(\w+)"', browser.get("/enterprises/new").text)
        assert token
        typed = {"csrf_token": token[1], "name": "表单里养老产业有限公司", "address": "某街一号"}
        asked = browser.post("/enterprises/new", data=typed)
        assert asked.status_code == 409
        assert "重庆表单里养老服务有限公司" in asked.text
        assert "某街一号" in asked.text
        done = browser.post("/enterprises/new", data=typed | {"different_from": known["id"]})
        assert done.status_code == 303
