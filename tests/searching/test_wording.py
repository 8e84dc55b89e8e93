"""Keeping synonyms and domain words: who may, what is refused, how soon it is felt, also by another process."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest

from registry import database
from registry.searching import wording
from tests.attachments.made import filed
from tests.conftest import World

TITLE = "重庆银巢设施（模拟）有限公司"


def add(world: World, *words: str, who: str = "city", **given: str) -> httpx.Response:
    """Add an entry by one of the cast."""
    return world.client(who).post("/api/v1/wording", json={"words": words, **given})


def found(world: World, text: str) -> list[str]:
    """Titles the public finds."""
    return [hit["title"] for hit in world.client().get("/api/v1/search", params={"q": text}).json()["hits"]]


@pytest.fixture(scope="module")
def nest(world: World) -> World:
    """The world with one record to find."""
    filed(world, TITLE)
    world.index()
    return world


def test_the_starter_list_is_there_with_its_sources(nest: World) -> None:
    entries = nest.client("city").get("/api/v1/wording").json()
    assert len(entries) > 40
    assert all(entry["source"] and entry["active"] for entry in entries)
    assert any({"适老化", "无障碍"} <= set(entry["words"]) for entry in entries)


def test_a_new_group_is_felt_at_once_where_it_was_made_and_stopped_as_quickly(nest: World) -> None:
    assert found(nest, "乐巢") == []
    made = add(nest, "银巢", "乐巢", source="试").json()
    assert found(nest, "乐巢") == [TITLE]
    assert nest.client("city").patch(f"/api/v1/wording/{made['id']}", json={"active": False}).json()["active"] is False
    assert found(nest, "乐巢") == []


PROGRAM = """
import asyncio, sys, time
from registry import database, settings
from registry.searching import wording

async def main():
    async with database.running(settings.read()):
        first = (await wording.current()).version
        print("ready", flush=True)
        began = time.monotonic()
        while (await wording.current()).version == first and time.monotonic() - began < 20:
            await asyncio.sleep(0.05)
        print((await wording.current()).read("远巢").others, flush=True)

asyncio.run(main())
"""


def test_another_process_feels_it_within_seconds_without_a_restart(nest: World) -> None:
    env = {**os.environ, "DATABASE_URL": nest.settings.database_url, "DATA_DIR": str(nest.settings.data_dir)}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=env, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        began = time.monotonic()
        assert add(nest, "银巢", "远巢").status_code == 201
        assert other.stdout.readline() == "{'远巢': ('银巢',)}\n"
        assert time.monotonic() - began < wording.TRUSTED_SECONDS + 3


def test_the_database_is_asked_at_most_once_in_two_seconds(nest: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = database.fetchval

    async def counting(sql: str, *args: Any) -> Any:
        asked.append(sql)
        return await real(sql, *args)

    monkeypatch.setattr(database, "fetchval", counting)

    async def often() -> None:
        for _ in range(50):
            await wording.current()

    nest.run(often())
    assert sum("wording" in sql for sql in asked) <= 1


@pytest.mark.parametrize(
    ("words", "given", "field"),
    [
        (["适老"], {}, "words"),
        (["同一", "同一"], {}, "words"),
        (["同一", "（同一）"], {}, "words"),
        (["甲", "乙丙"], {}, "words"),
        (["词" * 41, "乙丙"], {}, "words"),
        ([f"词{n}号" for n in range(31)], {}, "words"),
        (["甲乙", "丙丁"], {"kind": "word"}, "words"),
        (["甲乙", "丙丁"], {"kind": "other"}, "kind"),
        (["甲乙", "丙丁"], {"source": "出" * 301}, "source"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(
    nest: World, words: list[str], given: dict[str, str], field: str
) -> None:
    answer = add(nest, *words, **given)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


def test_an_entry_that_another_already_says_is_refused_and_named(nest: World) -> None:
    assert add(nest, "夕照", "晚照", "斜照").status_code == 201
    answer = add(nest, "晚照", "夕照")
    assert answer.status_code == 409
    assert "斜照" in answer.json()["detail"]


@pytest.mark.parametrize(("who", "status"), [("", 401), ("company", 403), ("tongliang", 403), ("invest", 403)])
def test_only_who_keeps_the_words_may_see_and_change_them(nest: World, who: str, status: int) -> None:
    assert nest.client(who).get("/api/v1/wording").status_code == status
    assert add(nest, "无权甲", "无权乙", who=who).status_code == status


def test_it_can_be_tried_before_the_public_does(nest: World) -> None:
    add(nest, "试巢", "银巢")
    tried = nest.client("city").get("/api/v1/wording/try", params={"q": "试巢设施"}).json()
    assert (tried["words"], tried["total"], tried["without"]) == (["试巢", "设施"], 1, 0)
    assert "银巢" in tried["others"]["试巢"]


def test_changes_are_in_the_log_of_what_was_done(nest: World) -> None:
    add(nest, "入志甲", "入志乙")
    acts = nest.run(database.fetch("SELECT act, target FROM audit_entry WHERE target LIKE '入志甲%'"))
    assert [(row["act"], row["target"]) for row in acts] == [("添加同义词", "入志甲、入志乙")]


def test_two_officers_adding_the_same_at_once_leave_one(nest: World) -> None:
    from registry.access import Actor, Role
    from registry.history import Occasion

    occasion = Occasion(Actor(Role.ADMINISTRATOR, None, "命令行"))

    async def together() -> list[object]:
        acts = [wording.add(occasion, "synonym", ["同时甲", "同时乙"]) for _ in range(4)]
        return await asyncio.gather(*acts, return_exceptions=True)

    assert sum(isinstance(one, wording.Entry) for one in nest.run(together())) == 1
