"""A record's page costs the same number of queries however many records hang on it."""

from __future__ import annotations

from typing import Any

import pytest

from registry import database
from tests.conftest import World

HUB = "重庆众望所归（模拟）有限公司"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that the service sends while the test runs."""
    statements: list[str] = []
    ask = database._ask

    async def counted(method: str, sql: str, args: Any) -> Any:
        statements.append(sql)
        return await ask(method, sql, args)

    monkeypatch.setattr(database, "_ask", counted)
    return statements


def listings(world: World, first: int, last: int) -> None:
    """File listings that name the hub."""
    for number in range(first, last):
        said = {"name": f"众望产品{number}（模拟）", "scheme": "LN", "enterprise": HUB, "visibility": "public"}
        assert world.client("city").post("/api/v1/listings", json=said | {"synthetic": True}).status_code == 201


@pytest.mark.parametrize("account", ["", "city"])
def test_a_page_with_thirty_references_asks_no_more_than_one_with_three(
    world: World, asked: list[str], account: str
) -> None:
    hub = world.client("city").get("/api/v1/enterprises", params={"limit": 1}).json()["items"]
    if not hub:
        said = {"name": HUB, "visibility": "public", "synthetic": True}
        hub = [world.client("city").post("/api/v1/enterprises", json=said).json()]
        listings(world, 0, 3)
    path, client = f"/enterprises/{hub[0]['id']}", world.client(account)
    counts = []
    for more in ((100, 100), (3, 33)):
        if account == "":
            listings(world, *more)
        client.get(path, headers={"accept": "text/html"})
        asked.clear()
        answer = client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert "众望产品" in answer.text
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25, counts


def test_the_references_of_the_api_are_two_queries_beside_the_record(world: World, asked: list[str]) -> None:
    (hub,) = world.client("city").get("/api/v1/enterprises", params={"limit": 1}).json()["items"]
    path = f"/api/v1/enterprises/{hub['id']}/references"
    world.client().get(path)
    asked.clear()
    (group,) = world.client().get(path, params={"limit": 1000}).json()
    assert group["total"] == len(group["records"]) >= 30
    assert len(asked) == 3
