"""The worker: empties the outbox, does jobs, and does what each day brings. Any number may run."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta

import anyio.to_thread

from plugins import manager
from registry import (
    attachments,
    clock,
    database,
    exchange_jobs,
    history_chain,
    indexing,
    jobs,
    operations,
    outbox,
    password_policy,
    personal,
)
from registry.duplicates import keeping
from registry.errors import Unavailable
from registry.jobs import running
from registry.saved import alerts
from registry.searching import misses
from registry.settings import Settings
from registry.tables import Upkeep
from search import SearchEngine, SearchUnavailable

log = logging.getLogger("registry.worker")

POLL_SECONDS = 5.0
"""The net under NOTIFY: a wake-up that was lost costs this long at most."""

VERIFY_SECONDS = 3600.0
"""How often it is asked whether a day has passed since history was verified."""

UPLOADS_KEPT = timedelta(days=7)


WORKS: Mapping[str, jobs.Work] = {**exchange_jobs.WORKS}
"""What each kind of job does."""


async def run(settings: Settings, engine: SearchEngine, works: Mapping[str, jobs.Work] = WORKS) -> None:
    """Work until cancelled; a database that goes away is waited for."""
    tasks: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: _work(settings, engine),
        lambda: running.attend(settings, works),
        _tell_look_alikes,
        _verify_each_day,
        lambda: _tell_of_new_hits(engine),
    )
    # A group, so that none is left behind with a connection when another fails.
    async with asyncio.TaskGroup() as group:
        for one in tasks:
            group.create_task(_patiently(settings, one))


async def _verify_each_day() -> None:
    """Let the operations page know every day whether history is still what was written."""
    while True:
        await operations.verify_daily()
        await asyncio.sleep(VERIFY_SECONDS)


async def _tell_look_alikes() -> None:
    """Look for records that are alike among those written since."""
    while True:
        if not await keeping.catch_up_each():
            await asyncio.sleep(POLL_SECONDS)


async def _tell_of_new_hits(engine: SearchEngine) -> None:
    """Ask the kept searches about what was written since."""
    while True:
        if not await alerts.catch_up(engine):
            await asyncio.sleep(POLL_SECONDS)


async def _patiently(settings: Settings, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except (*database.LOST, Unavailable, SearchUnavailable) as fault:
            # Told to end while a connection was being waited for, the driver may say that it was lost.
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise asyncio.CancelledError from fault
            log.warning("worker waits: %s", fault)
            await asyncio.sleep(1)
            await _revive(settings)


async def _revive(settings: Settings) -> None:
    """Start the embedded database again if it was killed; its backends may need a moment to notice it."""
    try:
        await anyio.to_thread.run_sync(database.configure, settings)
    except (subprocess.SubprocessError, OSError) as fault:
        log.warning("the database does not start yet: %s", fault)


async def _work(settings: Settings, engine: SearchEngine) -> None:
    woken = asyncio.Event()
    listener = await database.engine.get_new_connection()
    try:
        await listener.add_listener(outbox.CHANNEL, lambda *_: woken.set())
        listener.add_termination_listener(lambda *_: woken.set())
        while True:
            woken.clear()
            await each_day(settings)
            await indexing.drain(engine)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), POLL_SECONDS)
            if listener.is_closed():
                raise ConnectionError("the listening connection was closed")
    finally:
        await listener.close()


async def each_day(settings: Settings) -> None:
    """Once a day: index anew whose derived values changed overnight (a title ran out), forget what is old."""
    today = clock.today()
    last = await database.fetchval("SELECT done_for FROM upkeep WHERE task = 'day'")
    if last is not None and last >= today:
        return
    async with database.transaction():
        # On the first day it is not known when what is in the index was put there.
        since = last or date.min
        for sql in manager.host().changing_with_the_day(since, today):
            await outbox.write_selected(sql, since, today)
        await history_chain.take_roots()
        await database.execute("DELETE FROM session WHERE expires_at < now()")
        await database.execute("DELETE FROM login_attempt WHERE at < now() - interval '1 day'")
        await Upkeep.delete().where(Upkeep.task == "day")
        await Upkeep.insert(Upkeep(task="day", done_for=today))
    await personal.sweep(await password_policy.current(), list(manager.registers().values()))
    _sweep_uploads(settings)
    await misses.forget()
    await attachments.sweep(settings)
    await jobs.sweep(settings)


def _sweep_uploads(settings: Settings) -> None:
    """Annotated files are kept a week; what a killed import left behind goes with them."""
    oldest = time.time() - UPLOADS_KEPT.total_seconds()
    for path in settings.uploads_dir.glob("*") if settings.uploads_dir.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
