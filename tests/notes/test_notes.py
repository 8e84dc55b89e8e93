"""Notes: apart from history, for the officers in charge only, and followed up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from registry import accounts, clock, database
from registry.access import Role
from tests.attachments.made import filed
from tests.conftest import World

SOON = (clock.today() + timedelta(days=3)).isoformat()


def write(world: World, who: str, record: str, text: str = "已走访，缺场地证明", **given: Any) -> httpx.Response:
    """Write a note by one of the cast."""
    return world.client(who).post(f"/api/v1/enterprises/{record}/notes", json={"text": text, **given})


@pytest.fixture(scope="module")
def record(world: World) -> str:
    """A record of 铜梁区 that an enterprise owns."""
    made = filed(world, "重庆跟进（模拟）有限公司")
    world.run(accounts.create("noted", "Tianqi-2026-hao", "企业", Role.ENTERPRISE, enterprise_id=UUID(made)))
    return made


def test_it_is_on_the_record_and_not_in_its_history(world: World, record: str) -> None:
    made = write(world, "tongliang", record, sort="visit").json()
    assert (made["sort"], made["author"], made["happened"]) == ("visit", "铜梁区经办（演示）", str(clock.today()))
    listed = world.client("city").get(f"/api/v1/enterprises/{record}/notes").json()
    assert [one["text"] for one in listed] == ["已走访，缺场地证明"]
    history = world.client("city").get(f"/api/v1/enterprises/{record}/history").json()
    assert [entry["act"] for entry in history] == ["filed"]
    assert world.client("city").get(f"/api/v1/enterprises/{record}").json()["version"] == 1


@pytest.mark.parametrize(
    ("who", "status"), [("", 401), ("noted", 403), ("company", 403), ("invest", 403), ("liangjiang", 403)]
)
def test_nobody_else_reads_or_writes_them_not_even_who_they_are_about(
    world: World, record: str, who: str, status: int
) -> None:
    note = write(world, "tongliang", record, "不给外人看的话").json()["id"]
    path = f"/api/v1/enterprises/{record}/notes"
    assert world.client(who).get(path).status_code == status
    assert write(world, who, record).status_code == status
    assert world.client(who).post(f"/api/v1/notes/{note}/done", json={}).status_code in {401, 403, 404}
    assert "不给外人看的话" not in world.client(who).get(f"/enterprises/{record}").text


def test_no_search_finds_them(world: World, record: str) -> None:
    write(world, "tongliang", record, "只在跟进里的词语")
    world.index()
    assert world.client("admin").get("/api/v1/search", params={"q": "只在跟进里的词语"}).json()["total"] == 0


def test_only_its_writer_changes_or_removes_it(world: World, record: str) -> None:
    note = write(world, "tongliang", record, "原来的").json()["id"]
    path = f"/api/v1/notes/{note}"
    assert world.client("city").patch(path, json={"text": "改"}).status_code == 403
    assert world.client("city").post(f"{path}/remove").status_code == 403
    changed = world.client("tongliang").patch(path, json={"text": "改过的"}).json()
    assert changed["text"] == "改过的"
    assert changed["edited_at"]
    assert world.client("tongliang").post(f"{path}/remove").status_code == 204
    texts = [one["text"] for one in world.client("city").get(f"/api/v1/enterprises/{record}/notes").json()]
    assert "改过的" not in texts
    assert world.run(database.fetchval("SELECT count(*) FROM audit_entry WHERE act = '删去一条跟进'")) == 1


def test_what_waits_is_listed_in_ones_scope_until_it_is_done(world: World) -> None:
    mine = filed(world, "重庆待跟进（模拟）有限公司")
    other = filed(world, "重庆待跟进万州（模拟）有限公司", district="万州区")
    note = write(world, "tongliang", mine, "催材料", follow_up=SOON).json()["id"]
    write(world, "city", other, "催万州材料", follow_up=SOON)

    def waiting(who: str, **params: Any) -> set[str]:
        found = world.client(who).get("/api/v1/notes", params=params).json()
        return {one["note"]["text"] for one in found}

    assert waiting("tongliang") == {"催材料"}
    assert waiting("city") == {"催材料", "催万州材料"}
    assert waiting("city", mine=True) == {"催万州材料"}
    assert waiting("city", until=str(clock.today())) == set()
    assert world.client("city").post(f"/api/v1/notes/{note}/done", json={}).json()["done_by"] == "市级经办（演示）"
    assert waiting("tongliang") == set()
    assert world.client("tongliang").post(f"/api/v1/notes/{note}/done", json={"done": False}).status_code == 200
    assert waiting("tongliang") == {"催材料"}
    assert "催材料" in world.client("tongliang").get("/notes").text


def test_what_is_late_is_said_to_be(world: World, record: str) -> None:
    note = write(world, "tongliang", record, "过了期的", follow_up=SOON).json()["id"]
    world.run(database.execute("UPDATE note SET follow_up = current_date - 5 WHERE id = $1", UUID(note)))
    found = world.client("tongliang").get("/api/v1/notes").json()
    assert [one["note"]["overdue"] for one in found if one["note"]["id"] == note] == [True]
    assert "已过期" in world.client("tongliang").get(f"/enterprises/{record}").text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "长" * 4001}, "text"),
        ({"sort": "gossip"}, "sort"),
        ({"happened": "2999-01-01"}, "happened"),
        ({"follow_up": "2020-01-01"}, "follow_up"),
        ({"follow_up": "2999-01-01"}, "follow_up"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(
    world: World, record: str, given: dict[str, str], field: str
) -> None:
    answer = write(world, "tongliang", record, **given)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
