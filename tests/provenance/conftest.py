"""Records as officers file them and lists bring them, and what is said against them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import World
from tests.imports.test_import import load

__all__ = ["load"]

BASE = "/api/v1/enterprises"


class Desk:
    """An officer's acts on one record."""

    def __init__(self, client: httpx.Client, place: str) -> None:
        self.client = client
        self.place = place

    def read(self) -> dict[str, Any]:
        """The record."""
        found: dict[str, Any] = self.client.get(self.place).json()
        return found

    def amend(self, **fields: Any) -> httpx.Response:
        """Change fields of the record as it is now."""
        headers = {"If-Match": f'"{self.read()["version"]}"'}
        answer = self.client.patch(self.place, json={"reason": "实地核对", **fields}, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    def conflicts(self, client: httpx.Client | None = None) -> list[dict[str, Any]]:
        """The record's conflicts, those that wait first."""
        found: list[dict[str, Any]] = (client or self.client).get(f"{self.place}/conflicts").json()
        return found

    def sources(self, client: httpx.Client | None = None) -> dict[str, dict[str, Any]]:
        """Where the record's values come from, by field."""
        return {one["field"]: one for one in (client or self.client).get(f"{self.place}/sources").json()}

    def decide(self, act: str, client: httpx.Client | None = None, **body: Any) -> httpx.Response:
        """Accept or reject the conflict that waits first."""
        return (client or self.client).post(f"/api/v1/conflicts/{self.conflicts()[0]['id']}/{act}", json=body)


class Office:
    """Makes desks."""

    def __init__(self, world: World) -> None:
        self.world = world

    def filed(self, name: str, **fields: Any) -> Desk:
        """A record that an officer filed."""
        client = self.world.client("city")
        body = {"name": name, "district": "铜梁区", "visibility": "public", **fields}
        answer = client.post(BASE, json=body)
        assert answer.status_code == 201, answer.text
        return Desk(client, answer.headers["location"])

    def listed(self, name: str) -> Desk:
        """The record of this name that a list brought."""
        client = self.world.client("city")
        items = client.get(BASE, params={"limit": 200}).json()["items"]
        [record_id] = [item["id"] for item in items if item["name"] == name]
        return Desk(client, f"{BASE}/{record_id}")


@pytest.fixture(scope="module")
def office(world: World) -> Office:
    """The office of the world."""
    return Office(world)
