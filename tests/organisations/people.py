"""What the tests of organisations share: the demo's offices by their short names, and accounts opened for a case."""

from __future__ import annotations

import itertools
from typing import Any

import httpx

from tests.conftest import World

PASSWORD = "Tests-2026-silver!"
_numbers = itertools.count(1)


def office(world: World, name: str) -> str:
    """The id of the demo's office whose name begins so."""
    [found] = [one["id"] for one in offices(world) if one["name"].startswith(name)]
    return str(found)


def offices(world: World) -> list[dict[str, Any]]:
    """The tree as everyone in an office reads it."""
    listed: list[dict[str, Any]] = world.client("city").get("/api/v1/organisations").json()
    return listed


def opened(world: World, by: str = "admin", **given: Any) -> tuple[httpx.Response, str]:
    """Ask for an account; the answer and the username."""
    username = f"somebody{next(_numbers)}"
    body = {"username": username, "display_name": "某人（演示）", "password": PASSWORD, **given}
    return world.client(by).post("/api/v1/accounts", json=body), username


def somebody(world: World, by: str = "admin", **given: Any) -> str:
    """An account that was opened."""
    answer, username = opened(world, by, **given)
    assert answer.status_code == 201, answer.text
    return username


def filed(world: World, by: str = "city", plural: str = "enterprises", **given: Any) -> tuple[str, str]:
    """A record filed for a case: where it is, and its ETag."""
    body = {"name": f"重庆移交（模拟）{next(_numbers)}号有限公司", "district": "铜梁区", **given}
    answer = world.client(by).post(f"/api/v1/{plural}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"]), str(answer.headers["etag"])


def told(answer: httpx.Response) -> set[str]:
    """The fields that were objected to."""
    return {one["field"] for one in answer.json().get("errors", ())}
