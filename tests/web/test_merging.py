"""Merging in the browser: the queue, two records side by side, the confirmation, and back again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from registry import demo
from registry.naming import synthetic_code
from tests.conftest import World
from tests.web.conftest import DESK, PHONE, Visit

BASE = "/api/v1/enterprises"


@pytest.fixture
def officer(world: World) -> Iterator[httpx.Client]:
    """A browser without Chromium, signed in."""
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}, timeout=30) as made:
        assert made.post("/login", data={"username": "city", "password": demo.PASSWORD}).status_code == 303
        yield made


def csrf(officer: httpx.Client) -> str:
    """The token that forms carry."""
    found = re.search(r'name="csrf_token" value="(\w+)"', officer.get("/me").text)
    assert found
    return found[1]


def two(world: World, stem: str, serial: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two records that look alike: the first has a code, the second an address."""
    client = world.client("city")
    first = {"name": f"重庆{stem}（模拟）康养有限公司", "credit_code": synthetic_code(serial), "visibility": "public"}
    keep = client.post(BASE, json=first).json()
    second = {"name": f"{stem}（模拟）康养有限责任公司", "address": "某街一号", "visibility": "public"}
    # An enterprise that somebody else filed unseen: the queue is for these.
    give = client.post(BASE, json=second | {"different_from": [keep["id"]]}).json()
    forget = "DELETE FROM lookalike_decision WHERE record_id = $1"
    from registry import database

    world.run(database.execute(forget, keep["id"]))
    world.run(database.execute("INSERT INTO lookalike_due (kind, record_id) VALUES ('enterprise', $1)", give["id"]))
    return keep, give


def test_two_records_are_merged_page_by_page_without_a_script(world: World, officer: httpx.Client) -> None:
    keep, give = two(world, "逐页", 301)
    queue = officer.get("/duplicates?kind=enterprise").text
    assert f"/enterprises/{keep['id']}/compare/{give['id']}" in queue
    compared = officer.get(f"/enterprises/{keep['id']}/compare/{give['id']}")
    assert compared.status_code == 200
    assert re.search(r'name="take.address" value="other" checked', compared.text)
    assert re.search(r'name="take.name" value="own" checked', compared.text)
    form = {"csrf_token": csrf(officer), "version": "1", "other_version": "1", "take.name": "other"}
    address = f"/enterprises/{keep['id']}/compare/{give['id']}"
    confirmation = officer.post(address, data=form | {"step": "confirm"})
    assert confirmation.status_code == 200
    assert re.search(r'name="take.name" value="other"', confirmation.text)
    unexplained = officer.post(address, data=form | {"step": "merge"})
    assert unexplained.status_code == 422
    assert "请写明修改理由" in unexplained.text
    assert re.search(r'name="take.name" value="other"', unexplained.text)
    done = officer.post(address, data=form | {"step": "merge", "reason": "同一家"})
    assert (done.status_code, done.headers["location"]) == (303, f"/enterprises/{keep['id']}")
    page = officer.get(f"/enterprises/{keep['id']}").text
    assert "并入了“" in page
    assert give["name"] in page
    past = re.search(r'href="(/enterprises/merges/[^"]+)"', page)
    assert past
    assert "并入另一条记录" in officer.get(past[1]).text


def test_what_somebody_changed_since_the_first_look_stops_the_merge(world: World, officer: httpx.Client) -> None:
    keep, give = two(world, "抢先", 302)
    form = {"csrf_token": csrf(officer), "version": "1", "other_version": "1", "step": "merge", "reason": "同一家"}
    change = {"reason": "x", "address": "别处"}
    world.client("city").patch(f"{BASE}/{give['id']}", json=change, headers={"If-Match": '"1"'})
    answer = officer.post(f"/enterprises/{keep['id']}/compare/{give['id']}", data=form)
    assert answer.status_code == 412
    assert world.client("city").get(f"{BASE}/{give['id']}").status_code == 200


def test_a_pair_that_is_none_leaves_the_queue_for_good(world: World, officer: httpx.Client) -> None:
    keep, give = two(world, "两家", 303)
    assert give["id"] in officer.get("/duplicates?kind=enterprise").text
    answer = officer.post(f"/enterprises/{keep['id']}/different/{give['id']}", data={"csrf_token": csrf(officer)})
    assert answer.status_code == 303
    world.run(_mark_all(keep["id"], give["id"]))
    assert give["id"] not in officer.get("/duplicates?kind=enterprise").text

    page = officer.get("/duplicates/decisions?kind=enterprise").text
    assert give["name"] in page
    fields = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("record", "incoming")}
    form = {name: found[1] for name, found in fields.items() if found} | {"kind": "enterprise"}
    taken_back = officer.post("/duplicates/decisions", data=form | {"csrf_token": csrf(officer)})
    assert taken_back.status_code == 303
    assert give["id"] in officer.get("/duplicates?kind=enterprise").text


async def _mark_all(*ids: str) -> None:
    from registry import database

    for one in ids:
        await database.execute("INSERT INTO lookalike_due (kind, record_id) VALUES ('enterprise', $1)", one)


def test_a_merge_is_split_from_the_records_page(world: World, officer: httpx.Client) -> None:
    keep, give = two(world, "拆开", 304)
    body = {"other": give["id"], "other_version": 1, "reason": "同一家"}
    merged = world.client("city").post(f"{BASE}/{keep['id']}/merge", json=body, headers={"If-Match": '"1"'})
    assert merged.status_code == 200
    address = re.search(r'action="(/enterprises/merges/[^"]+/undo)"', officer.get(f"/enterprises/{keep['id']}").text)
    assert address
    answer = officer.post(address[1], data={"csrf_token": csrf(officer), "reason": "其实是两家"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/enterprises/{give['id']}")
    assert "已于" in officer.get(f"/enterprises/{keep['id']}").text


def test_records_of_others_are_not_compared(world: World) -> None:
    body = {"name": "重庆别区甲（模拟）康养有限公司", "district": "两江新区", "visibility": "public"}
    keep = world.client("city").post(BASE, json=body).json()
    give = world.client("city").post(BASE, json=body | {"name": "重庆别区乙（模拟）用品有限公司"}).json()
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}, timeout=30) as browser:
        browser.post("/login", data={"username": "tongliang", "password": demo.PASSWORD})
        assert browser.get(f"/enterprises/{keep['id']}/compare/{give['id']}").status_code == 403
        assert browser.get("/duplicates?kind=nothing").status_code == 400


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_an_officer_merges_what_the_queue_shows(visit: Visit, town: World, size: tuple[int, int]) -> None:
    keep, give = two(town, f"宽{size[0]}", 310 + size[0])
    officer = visit(size, "city")
    page = officer.go("/duplicates?kind=enterprise")
    assert officer.overflow() <= 0
    page.locator(f'a[href="/enterprises/{keep["id"]}/compare/{give["id"]}"]').click()
    assert officer.overflow() <= 0
    page.get_by_role("group", name="注册地址").get_by_role("radio").first.check()
    page.get_by_role("button", name="下一步：看合并结果").click()
    page.get_by_label("为什么说是同一家").fill("电话核实")
    page.get_by_role("button", name="合并", exact=True).click()
    page.wait_for_url(f"{town.url}/enterprises/{keep['id']}")
    officer.go(f"/enterprises/{give['id']}")
    assert officer.path() == f"/enterprises/{keep['id']}"
    assert town.client("city").get(f"{BASE}/{keep['id']}").json()["address"] is None
