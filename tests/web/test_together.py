"""Several ticked records handled at once: every one by its own right, and what stays is told."""

from __future__ import annotations

import re

import httpx

from registry import demo
from tests.conftest import World

BASE = "/api/v1/parks"


def filed(world: World, name: str, district: str) -> str:
    """A park of a district."""
    body = {"name": name, "district": district, "visibility": "public"}
    return str(world.client("city").post(BASE, json=body).json()["id"])


def test_of_ticked_records_those_of_others_stay_and_the_page_says_why(world: World) -> None:
    own = filed(world, "铜梁成批撤回园（模拟）", "铜梁区")
    others = filed(world, "两江成批撤回园（模拟）", "两江新区")
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}, timeout=30) as browser:
        browser.post("/login", data={"username": "tongliang", "password": demo.PASSWORD})
        page = browser.get("/parks/together", params={"id": [own, others, "no-such-record"]}).text
        token = re.search(r'name="csrf_token" value="(\w+)"', page)
        assert token
        assert f'value="{own}.1"' in page
        assert f'value="{others}.1"' not in page
        form = {"csrf_token": token[1], "record": [f"{own}.1", f"{others}.1"], "reason": "成批试办"}
        told = browser.post("/parks/together/withdraw", data=form).text
        assert "已撤回 1 条。1 条没有撤回。" in told
        given = browser.post("/parks/together/hand-over", data=form)
        assert given.status_code >= 400
    city = world.client("city")
    assert city.get(f"{BASE}/{own}").json()["withdrawn"] is True
    assert city.get(f"{BASE}/{others}").json()["withdrawn"] is False
