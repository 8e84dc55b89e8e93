"""The guard's answers as a table, made from the routes of the running program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from registry.access import GRANTS, Permission, Role
from registry.demo import CAST
from tests.conftest import World
from tests.house.inside import litestar_of

ACCOUNTS = {Role.PUBLIC: "", **{one.role: one.username for one in CAST}}
NOBODYS = "00000000-0000-4000-8000-000000000000"


class Route(NamedTuple):
    """A method on a path, and the permission it declares."""

    method: str
    path: str
    permission: object

    @property
    def address(self) -> str:
        """The path with something in place of its parameters."""
        return re.sub(r"\{[^}]+\}", NOBODYS, self.path)


def routes(world: World) -> Iterator[Route]:
    """Every route of the program, those that Litestar adds by itself included."""
    for route in litestar_of(world).routes:
        for handler in getattr(route, "route_handlers", ()):
            assert isinstance(handler, HTTPRouteHandler)
            for method in sorted(handler.http_methods):
                yield Route(str(method), route.path, handler.opt.get("permission"))


def verdict(answer: httpx.Response) -> str:
    """What the guard said: "sign in", "no right", "closed", or "enter" if it was somebody else who answered."""
    if answer.headers.get("content-type") != "application/problem+json":
        return "enter"
    detail = answer.json()["detail"]
    if answer.status_code == 401:
        return "sign in" if detail == "请先登录。" else "enter"
    if answer.status_code == 403:
        return "no right" if detail.endswith("没有此项权限。") else "closed" if "未声明权限" in detail else "enter"
    return "enter"


def expected(route: Route, role: Role) -> str:
    """What GRANTS says."""
    if not isinstance(route.permission, Permission):
        return "closed"
    if route.permission in GRANTS[role]:
        return "enter"
    return "sign in" if role is Role.PUBLIC else "no right"


def ask(world: World, route: Route, role: Role) -> str:
    """Go there as one of the role."""
    client = world.client(ACCOUNTS[role])
    return verdict(client.request(route.method, route.address, headers={"accept": "application/json"}))


def test_every_route_but_options_declares_a_permission(world: World) -> None:
    silent = {(route.method, route.path) for route in routes(world) if not isinstance(route.permission, Permission)}
    assert {method for method, _ in silent} <= {"OPTIONS"}


def test_every_permission_is_declared_by_a_route_or_asked_for_inside() -> None:
    granted = frozenset().union(*GRANTS.values())
    assert granted == frozenset(Permission)


@pytest.mark.parametrize("role", Role)
def test_the_guard_answers_as_the_grants_say(role: Role, world: World) -> None:
    table = {route: expected(route, role) for route in routes(world)}
    assert {route: ask(world, route, role) for route in table} == table


def test_a_route_that_forgets_its_permission_is_closed_even_to_the_administrator(world: World) -> None:
    @get("/forgetful", include_in_schema=False)
    async def forgetful() -> str:
        return "open"

    @post("/forgetful-too", permission="open:read", include_in_schema=False)
    async def mistaken() -> str:
        return "open"

    litestar_of(world).register(forgetful)
    litestar_of(world).register(mistaken)
    for role in (Role.PUBLIC, Role.ADMINISTRATOR):
        assert ask(world, Route("GET", "/forgetful", None), role) == "closed"
        assert ask(world, Route("POST", "/forgetful-too", None), role) == "closed"


@pytest.mark.parametrize("header", ["Bearer", "Basic Zm9v", "Bearer sr_wrong", "sr_wrong", "Bearer 银"])
def test_a_bad_token_is_refused_even_where_none_is_needed(header: str, world: World) -> None:
    answer = world.client().get("/api/v1/enterprises", headers={b"authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
