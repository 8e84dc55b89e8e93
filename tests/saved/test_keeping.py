"""Keeping, sharing and using a search or a filtered list; whose it is, and what its users get."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.attachments.made import filed
from tests.conftest import World


def keep(world: World, who: str, address: str, name: str = "试", **given: Any) -> httpx.Response:
    """Keep by one of the cast."""
    return world.client(who).post("/api/v1/saved", json={"name": name, "address": address, **given})


@pytest.fixture(scope="module")
def filled(world: World) -> World:
    """A few records."""
    filed(world, "重庆留存甲（模拟）有限公司")
    filed(world, "重庆留存乙（模拟）有限公司", district="万州区")
    filed(world, "重庆留存丙（模拟）有限公司", visibility="internal")
    world.index()
    return world


def test_a_search_is_kept_as_its_page_asks_it(filled: World) -> None:
    made = keep(filled, "tongliang", "/search?q=留存&kind=enterprise&district=铜梁区,万州区&offset=40").json()
    assert made["asked"] == {
        "text": "留存",
        "kinds": ["enterprise"],
        "filters": {"district": ["铜梁区", "万州区"]},
        "sort": "",
    }
    page = filled.client("tongliang").get(made["url"])
    assert "共 <b>3</b> 条" in page.text
    results = filled.client("tongliang").get(f"/api/v1/saved/{made['id']}/results").json()
    assert results["total"] == 3


def test_a_list_is_kept_with_its_filters_and_sort_but_not_its_page(filled: World) -> None:
    made = keep(filled, "tongliang", "/enterprises?district=铜梁区&sort=-name&cursor=abc&columns=name").json()
    assert (made["place"], made["asked"]["sort"]) == ("enterprise", "-name")
    assert "cursor" not in made["url"]
    items = filled.client("tongliang").get(f"/api/v1/saved/{made['id']}/results").json()["items"]
    assert {item["name"] for item in items} == {"重庆留存甲（模拟）有限公司", "重庆留存丙（模拟）有限公司"}


@pytest.mark.parametrize(
    "address",
    ["/login", "/enterprises?nowhere=1", "/search?nowhere=1", "/enterprises?sort=nothing", "https://例.中国/"],
)
def test_what_cannot_be_asked_is_not_kept(filled: World, address: str) -> None:
    assert keep(filled, "tongliang", address).status_code == 400


def test_it_is_its_keepers_until_it_is_shared_and_others_use_it_with_their_own_rights(filled: World) -> None:
    made = keep(filled, "tongliang", "/search?q=留存").json()
    path = f"/api/v1/saved/{made['id']}"
    assert filled.client("liangjiang").get(path).status_code == 404
    assert filled.client("tongliang").patch(path, json={"shared": True}).json()["shared"]
    shared = filled.client("liangjiang").get(path).json()
    assert not shared["own"]
    totals = {who: filled.client(who).get(f"{path}/results").json()["total"] for who in ("tongliang", "liangjiang")}
    assert totals == {"tongliang": 3, "liangjiang": 2}
    for who in ("liangjiang", "admin"):
        assert filled.client(who).patch(path, json={"name": "我的"}).status_code == 404
        assert filled.client(who).delete(path).status_code == 404
        assert filled.client(who).get(f"{path}/news").status_code == 404


def test_enterprises_keep_theirs_to_themselves_and_see_no_offices(filled: World) -> None:
    shared = keep(filled, "city", "/search?q=留存", "共享", shared=True).json()
    assert filled.client("company").get(f"/api/v1/saved/{shared['id']}").status_code == 404
    assert keep(filled, "company", "/search?q=留存", shared=True).status_code == 403
    own = keep(filled, "company", "/search?q=留存", "自用")
    assert own.status_code == 201
    assert [one["name"] for one in filled.client("company").get("/api/v1/saved").json()] == ["自用"]


def test_the_public_keeps_nothing(filled: World) -> None:
    assert keep(filled, "", "/search?q=留存").status_code == 401


def test_it_is_renamed_and_forgotten(filled: World) -> None:
    path = f"/api/v1/saved/{keep(filled, 'city', '/search?q=留存').json()['id']}"
    assert filled.client("city").patch(path, json={"name": "改过"}).json()["name"] == "改过"
    assert filled.client("city").patch(path, json={"name": " "}).status_code == 422
    assert filled.client("city").delete(path).status_code == 204
    assert filled.client("city").get(path).status_code == 404


def test_there_is_a_bound(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.saved.service.MOST_KEPT", 0)
    assert keep(filled, "invest", "/search?q=留存").status_code == 409
    monkeypatch.undo()
    monkeypatch.setattr("registry.saved.service.MOST_ALERTS", 0)
    assert keep(filled, "invest", "/search?q=留存").status_code == 201
    assert keep(filled, "invest", "/search?q=留存", alert=True).status_code == 409
