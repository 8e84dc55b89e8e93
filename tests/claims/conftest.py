"""A fresh enterprise user, and a record to claim."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from registry import accounts
from registry.access import Role
from tests.conftest import World

BASE = "/api/v1/enterprises"
GIVEN = {"position": "办公室主任", "phone": "023-00000000", "statement": "本人受企业委托办理登记，营业执照见附件。"}
_numbers = itertools.count(1)


class Company:
    """An enterprise user and a record filed by the city."""

    def __init__(self, world: World, **fields: Any) -> None:
        number = next(_numbers)
        self.username = f"company{number}"
        world.run(accounts.create(self.username, "long-enough-2026", f"企业用户{number}（模拟）", Role.ENTERPRISE))
        self.world = world
        self.client: httpx.Client = world.client(self.username)
        body = {"name": f"重庆认领{number}（模拟）有限公司", "district": "铜梁区", "visibility": "public", **fields}
        answer = world.client("city").post(BASE, json=body)
        assert answer.status_code == 201, answer.text
        self.place = answer.headers["location"]

    def claim(self, **fields: Any) -> httpx.Response:
        """Claim the record."""
        return self.client.post(f"{self.place}/claims", json=GIVEN | fields)

    def decide(self, act: str, username: str = "tongliang", reason: str = "") -> httpx.Response:
        """Decide the claim that was made last."""
        claim_id = self.mine()["claims"][0]["id"]
        return self.world.client(username).post(f"/api/v1/claims/{claim_id}/{act}", json={"reason": reason})

    def mine(self) -> dict[str, Any]:
        """What the enterprise sees of itself."""
        found: dict[str, Any] = self.client.get("/api/v1/mine").json()
        return found

    def owned(self) -> Company:
        """The same, once its claim was approved."""
        assert self.claim().status_code == 201
        assert self.decide("approve").status_code == 204
        return self

    def amend(self, **fields: Any) -> httpx.Response:
        """Edit the own record as it is now."""
        tag = self.client.get("/api/v1/mine").headers["etag"]
        return self.client.patch("/api/v1/mine", json=fields, headers={"If-Match": tag})


Hire = Callable[..., Company]


@pytest.fixture
def company(world: World) -> Hire:
    """Makes companies: `company(address="甲址")`."""
    return lambda **fields: Company(world, **fields)
