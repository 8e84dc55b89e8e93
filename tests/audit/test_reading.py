"""Reading the log: page by page, by what is asked, and never beyond the own people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from registry import accounts, audit, clock
from registry.access import Actor, Role
from registry.audit import AuditQuery, Log, Told
from tests.conftest import World

ADMINISTRATOR = Actor(Role.ADMINISTRATOR, None, "管理员")


@pytest.fixture(scope="module", autouse=True)
def noted(world: World) -> None:
    """Acts of two district officers and of somebody unknown."""
    for username in ("tongliang", "liangjiang"):
        actor = world.run(accounts.named(username))
        for number in range(4):
            told = Told(f"enterprise/{number}", f"10.0.0.{number}")
            world.run(audit.append(Log.ACT, f"第{number}件", actor, told))
    world.run(audit.append(Log.SIGN_IN, "登录失败", Actor(name="不明_人%"), Told("account/nobody", "10.9.9.9")))


def names(world: World, actor: Actor, **asked: Any) -> set[str]:
    """Whose acts are shown."""
    return {row.actor for row in world.run(audit.entries(actor, AuditQuery(**asked))).items}


def test_an_administrator_sees_what_everybody_did(world: World) -> None:
    assert names(world, ADMINISTRATOR) == {"铜梁区经办（演示）", "两江新区经办（演示）", "不明_人%"}


def test_who_looks_after_an_organisation_sees_its_people_only(world: World) -> None:
    actor = world.run(accounts.named("chief"))
    assert names(world, actor) == {"铜梁区经办（演示）"}
    assert names(world, actor, text="两江") == set()
    assert names(world, actor, target="enterprise") == {"铜梁区经办（演示）"}


def test_who_administers_nothing_sees_only_oneself(world: World) -> None:
    for username in ("city", "invest", "company"):
        assert names(world, world.run(accounts.named(username))) == set()
    assert names(world, world.run(accounts.named("tongliang"))) == {"铜梁区经办（演示）"}


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"log": Log.SIGN_IN}, 1),
        ({"act": "第2件"}, 2),
        ({"target": "enterprise/3"}, 2),
        ({"target": "enterprise"}, 8),
        ({"target": "enter"}, 0),
        ({"actor": "两江"}, 4),
        ({"text": "10.0.0.1"}, 2),
        ({"text": "_人%"}, 1),
        ({"text": "%"}, 1),
        ({"since": clock.today()}, 9),
        ({"until": clock.today() - timedelta(days=1)}, 0),
    ],
)
def test_it_is_searched_by_what_is_asked(world: World, asked: dict[str, Any], number: int) -> None:
    assert len(world.run(audit.entries(ADMINISTRATOR, AuditQuery(**asked))).items) == number


def test_pages_follow_each_other_without_a_gap(world: World) -> None:
    seen, before = [], None
    for _ in range(5):
        page = world.run(audit.entries(ADMINISTRATOR, AuditQuery(before=before), limit=2))
        seen += [row.id for row in page.items]
        before = page.next_before
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 9
    assert before is None


def test_a_file_has_exactly_what_the_pages_show(world: World) -> None:
    async def everything(actor: Actor) -> list[int]:
        return [row.id async for batch in audit.file_rows(actor, AuditQuery(act="第1件")) for row in batch]

    officer = world.run(accounts.named("chief"))
    assert len(world.run(everything(ADMINISTRATOR))) == 2
    assert len(world.run(everything(officer))) == 1
