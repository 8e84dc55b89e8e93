"""The queue of conflicts: by scope, by district, decided one by one or together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import World
from tests.imports.test_import import Import, load
from tests.provenance.conftest import Desk, Office

__all__ = ["load"]


def queue(world: World, username: str, **params: Any) -> dict[str, Any]:
    """The queue as somebody sees it."""
    answer = world.client(username).get("/api/v1/conflicts", params=params)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


@pytest.fixture
def three(office: Office, load: Import, request: pytest.FixtureRequest) -> list[Desk]:
    """Three records of two districts, each with a conflict."""
    names = [f"重庆{abs(hash(request.node.name)) % 10**8}第{n}有限公司" for n in range(3)]
    places = ["铜梁区", "铜梁区", "两江新区"]
    desks = [office.filed(name, district=place, address="甲址") for name, place in zip(names, places, strict=True)]
    lines = "".join(f"{name},{place},乙址\n" for name, place in zip(names, places, strict=True))
    assert load("企业名称,区县,注册地址\n" + lines)["conflicts"] == 3
    return desks


def of(page: dict[str, Any], desks: list[Desk]) -> list[int]:
    """The numbers of the conflicts on these records."""
    places = {desk.place.rpartition("/")[2] for desk in desks}
    return [one["id"] for one in page["items"] if one["record_id"] in places]


def test_an_officer_sees_and_decides_what_is_in_the_own_scope(world: World, three: list[Desk]) -> None:
    assert len(of(queue(world, "city", limit=100), three)) == 3
    assert len(of(queue(world, "tongliang", limit=100), three)) == 2
    [other] = of(queue(world, "liangjiang", limit=100), three)
    assert world.client("tongliang").post(f"/api/v1/conflicts/{other}/accept", json={}).status_code == 403
    assert world.client("tongliang").post(f"/api/v1/conflicts/{other}/reject", json={}).status_code == 403
    assert world.client("liangjiang").post(f"/api/v1/conflicts/{other}/accept", json={}).status_code == 200
    assert world.client("city").get(three[2].place).json()["address"] == "乙址"


def test_it_is_narrowed_by_district_and_read_page_by_page(world: World, three: list[Desk]) -> None:
    assert len(of(queue(world, "city", district="两江新区", limit=100), three)) == 1
    first = queue(world, "city", limit=2)
    second = queue(world, "city", limit=2, before=first["next_before"])
    assert first["total"] == second["total"] >= 3
    assert min(one["id"] for one in first["items"]) > max(one["id"] for one in second["items"])
    assert world.client("city").get("/api/v1/conflicts", params={"state": "x"}).status_code == 400
    assert world.client("city").get("/api/v1/conflicts", params={"kind": "x"}).status_code == 400


def test_several_are_decided_together_or_not_at_all(world: World, three: list[Desk]) -> None:
    ids = of(queue(world, "city", limit=100), three)
    client = world.client("tongliang")
    body = {"ids": ids, "accept": True, "reason": "逐条核对"}
    assert client.post("/api/v1/conflicts/decide", json=body).status_code == 403
    assert [desk.read()["address"] for desk in three] == ["甲址"] * 3
    answer = world.client("city").post("/api/v1/conflicts/decide", json=body)
    assert answer.json() == {"decided": 3}
    assert [desk.read()["address"] for desk in three] == ["乙址"] * 3
    assert world.client("city").post("/api/v1/conflicts/decide", json=body | {"ids": []}).status_code == 422
    assert len(of(queue(world, "city", state="accepted", limit=100), three)) == 3


@pytest.mark.parametrize("username", ["", "company", "invest"])
def test_others_neither_read_nor_decide_conflicts(world: World, three: list[Desk], username: str) -> None:
    client = world.client(username)
    refused = 403 if username else 401
    assert client.get("/api/v1/conflicts").status_code == refused
    number = three[0].conflicts()[0]["id"]
    assert client.post(f"/api/v1/conflicts/{number}/accept", json={}).status_code == refused
    assert three[0].conflicts(client) == []


def test_a_conflict_that_is_not_there_is_refused(world: World) -> None:
    assert world.client("city").post("/api/v1/conflicts/999999/reject", json={}).status_code == 403
