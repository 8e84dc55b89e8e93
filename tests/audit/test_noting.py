"""The log of what was done: unsafe requests and named acts are in it, and nothing in it is altered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from registry import audit, clock, database, demo
from registry.access import Actor, Role
from registry.audit import AuditQuery, AuditRow, Log
from registry.history import Occasion
from tests.conftest import World

ADMINISTRATOR = Actor(Role.ADMINISTRATOR, None, "管理员")


def told(world: World, **asked: Any) -> list[AuditRow]:
    """The entries that an administrator finds."""
    return world.run(audit.entries(ADMINISTRATOR, AuditQuery(**asked))).items


def test_every_unsafe_request_is_in_the_log_with_who_what_where_and_how_it_ended(world: World) -> None:
    city = world.client("city")
    filed = city.post("/api/v1/enterprises", json={"name": "重庆留痕（模拟）有限公司"})
    refused = city.post("/api/v1/enterprises", json={})
    world.client().post("/api/v1/enterprises", json={})
    anonymous, wrong, right = told(world, log=Log.REQUEST, target="/api/v1/enterprises")
    assert (right.actor, right.role, right.status) == ("市级经办（演示）", "municipal", 201)
    assert right.act == "登记企业"
    assert right.request_id == filed.headers["x-request-id"]
    assert right.address == "127.0.0.1"
    assert right.detail["method"] == "POST"
    assert (wrong.status, wrong.request_id) == (422, refused.headers["x-request-id"])
    assert (anonymous.actor, anonymous.status) == ("公众", 401)


def test_what_a_stranger_sends_nowhere_or_too_often_does_not_fill_the_log(world: World) -> None:
    before = world.run(database.fetchval("SELECT count(*) FROM audit_entry"))
    for _ in range(3):
        assert world.client().post("/nowhere").status_code == 404
        assert world.client().post("/healthz").status_code == 405
    assert world.run(database.fetchval("SELECT count(*) FROM audit_entry")) == before
    nobodys = "/api/v1/enterprises/00000000-0000-4000-8000-000000000000/withdraw"
    answer = world.client("city").post(nobodys, json={"reason": "试"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 404
    assert world.run(database.fetchval("SELECT count(*) FROM audit_entry")) == before + 1


def test_a_request_that_only_reads_is_not_logged(world: World) -> None:
    before = world.run(database.fetchval("SELECT count(*) FROM audit_entry"))
    world.client("city").get("/api/v1/enterprises")
    world.client("city").head("/api/v1/enterprises")
    assert world.run(database.fetchval("SELECT count(*) FROM audit_entry")) == before


def test_the_log_keeps_no_secret_that_a_request_carried(world: World) -> None:
    world.client().post("/login", data={"username": "city", "password": demo.PASSWORD})
    text = world.run(database.fetchval("SELECT string_agg(e::text, ' ') FROM audit_entry e"))
    assert demo.PASSWORD not in text


def test_an_act_that_is_rolled_back_was_not_done(world: World) -> None:
    async def fail() -> None:
        async with database.transaction():
            await audit.note(Occasion(ADMINISTRATOR, "试"), "试办一件事", "enterprise/1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        world.run(fail())
    assert told(world, act="试办一件事") == []


def test_a_named_act_says_why_and_on_which_request(world: World) -> None:
    occasion = Occasion(ADMINISTRATOR, "年度核查", "abcdef012345")
    world.run(audit.note(occasion, "导出名单", "enterprises", {"rows": 3}))
    [entry] = told(world, act="导出名单")
    assert entry.detail == {"reason": "年度核查", "rows": 3}
    assert (entry.log, entry.request_id, entry.target) == (Log.ACT, "abcdef012345", "enterprises")


@pytest.mark.parametrize(
    "sql",
    ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"],
)
def test_nothing_in_it_can_be_altered_or_taken_out(world: World, sql: str) -> None:
    world.run(audit.note(Occasion(ADMINISTRATOR), "留下"))
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        world.run(database.execute(sql))


def test_only_what_is_older_than_its_time_is_forgotten_and_never_what_is_younger_than_six_months(world: World) -> None:
    for days in (10, 179, 200, 900):
        world.run(
            database.execute(
                "INSERT INTO audit_entry (at, log, act, actor_name, actor_role) VALUES ($1, 'act', '旧事', '某', 'x')",
                clock.now() - timedelta(days=days),
            )
        )
    assert world.run(audit.forget_before(clock.now() - timedelta(days=800))) == 1
    assert len(told(world, act="旧事")) == 3
    assert world.run(audit.forget_before(clock.now())) == 1
    assert len(told(world, act="旧事")) == 2
