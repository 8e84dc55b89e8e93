"""From outbox to index: nothing is lost, nothing is left over, whoever is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from plugins import manager
from registry import database, demo, indexing, outbox, records
from registry.errors import Unavailable
from registry.history import Occasion
from tests.conftest import World

BASE = "/api/v1/enterprises"


def file(world: World, name: str, **fields: Any) -> str:
    """File a record; its place."""
    answer = world.client("city").post(BASE, json={"name": name, "visibility": "public", **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def total(world: World, text: str) -> int:
    """How many the public finds."""
    return int(world.client().get("/api/v1/search", params={"q": text}).json()["total"])


@pytest.fixture(autouse=True)
def _converges(world: World) -> Iterator[None]:
    """After every test here the index says exactly what the database says."""
    yield
    world.index()
    verdict = world.run(indexing.verify(world.engine))
    assert verdict.agrees, verdict
    assert verdict.waiting == 0


def test_what_is_filed_is_found_once_the_outbox_is_empty(world: World) -> None:
    file(world, "重庆甲检索有限公司")
    assert world.run(outbox.backlog())[0] == 1
    assert world.index() == 1
    assert total(world, "甲检索") == 1


def test_a_change_rolled_back_leaves_nothing_in_the_outbox(world: World) -> None:
    world.client("city").post(BASE, json={"name": ""})
    assert world.run(outbox.backlog())[0] == 0


def test_two_indexers_do_not_work_at_once(world: World) -> None:
    file(world, "重庆乙检索有限公司")

    async def second_while_first_holds_the_lock() -> int:
        async with indexing.sole_indexer(wait=False) as sole:
            assert sole
            return await indexing.drain(world.engine)

    assert world.run(second_while_first_holds_the_lock()) == 0
    assert world.index() == 1


def test_verify_names_what_is_missing_stale_and_extra(world: World) -> None:
    missing, stale = file(world, "重庆缺少有限公司"), file(world, "重庆过期有限公司")
    world.index()
    ids = [place.rsplit("/", 1)[1] for place in (missing, stale)]

    async def disturb() -> indexing.Verdict:
        from search import Document

        world.engine.apply([Document("enterprise", "nobody", 1, "没有", ("没有",))], [("enterprise", ids[0])])
        world.engine.apply([Document("enterprise", ids[1], 99, "旧", ("旧",))])
        return await indexing.verify(world.engine)

    verdict = world.run(disturb())
    assert (verdict.missing, verdict.stale) == ([f"enterprise:{ids[0]}"], [f"enterprise:{ids[1]}"])
    assert verdict.extra == ["enterprise:nobody"]
    assert not verdict.agrees
    world.run(indexing.rebuild(world.engine))
    assert world.run(indexing.verify(world.engine)).agrees


def test_what_changes_during_a_rebuild_follows_after_it(world: World) -> None:
    file(world, "重庆重建前有限公司")
    world.index()

    async def file_while_rebuilding() -> int:
        filing: list[asyncio.Task[UUID]] = []
        loop = asyncio.get_running_loop()

        def first_batch_read(_count: int) -> None:
            if not filing:
                work = records.file(Occasion(demo.LOADER), register, {"name": "重庆重建中有限公司"})
                filing.append(loop.create_task(work))

        register = manager.registers()["enterprise"]
        built = await indexing.rebuild(world.engine, first_batch_read)
        await filing[0]
        return built

    world.run(file_while_rebuilding())
    world.index()
    assert world.client("city").get("/api/v1/search", params={"q": "重建中"}).json()["total"] == 1


def test_a_rebuild_that_fails_leaves_the_live_index_as_it_is(world: World) -> None:
    file(world, "重庆不可丢失有限公司")
    world.index()
    before = world.engine.count()

    async def rebuild_on_a_failing_database() -> None:
        def fail(_count: int) -> None:
            raise Unavailable("数据库暂时无法连接。")

        await indexing.rebuild(world.engine, fail)

    with pytest.raises(Unavailable):
        world.run(rebuild_on_a_failing_database())
    assert world.engine.count() == before > 0
    assert total(world, "不可丢失") == 1


def spawn_worker(world: World) -> subprocess.Popen[bytes]:
    """A worker process on this world's database and index."""
    env = {**os.environ, "DATABASE_URL": world.settings.database_url, "DATA_DIR": str(world.settings.data_dir)}
    return subprocess.Popen([sys.executable, "-m", "registry.cli", "worker"], env=env)


@pytest.mark.slow
def test_a_worker_killed_again_and_again_loses_nothing(world: World) -> None:
    world.run(
        database.execute(
            "INSERT INTO enterprise (name, name_key, name_sort, visibility)"
            " SELECT name, name, convert_to(name, 'GB18030'), 'public'"
            " FROM (SELECT '重庆反复' || n || '有限公司' AS name FROM generate_series(1, 4000) n) x"
        )
    )
    world.run(outbox.write_selected("SELECT 'enterprise', id FROM enterprise WHERE name LIKE '重庆反复%'"))
    for pause in (0.6, 0.8, 1.0, 1.2):
        worker = spawn_worker(world)
        time.sleep(pause)
        worker.kill()
        worker.wait()
    worker = spawn_worker(world)
    deadline = time.monotonic() + 60
    while world.run(outbox.backlog())[0] and time.monotonic() < deadline:
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) in {0, -signal.SIGTERM}
    assert total(world, "重庆反复") == 4000


@pytest.mark.slow
def test_a_running_worker_shows_a_new_record_within_two_seconds(world: World) -> None:
    worker = spawn_worker(world)
    try:
        file(world, "重庆等待首条有限公司")
        wait_for(world, "等待首条", 20)
        began = time.monotonic()
        file(world, "重庆马上可见有限公司")
        wait_for(world, "马上可见", 5)
        assert time.monotonic() - began < 2
    finally:
        worker.terminate()
        worker.wait(15)


def wait_for(world: World, text: str, seconds: float) -> None:
    """Until the public finds it."""
    deadline = time.monotonic() + seconds
    while not total(world, text):
        assert time.monotonic() < deadline, f"{text} did not appear in {seconds} s"
        time.sleep(0.05)
