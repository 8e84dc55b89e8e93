"""The worker's side: takes jobs up, keeps a heartbeat, and leaves each in a state that says what became of it.

A job belongs to a worker by its number while it runs. A worker that was killed leaves a heartbeat that grows old;
whoever finds it takes the job up from the beginning. A worker that was only slow finds its number gone and stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry import accounts, database
from registry.access import Actor, Role
from registry.errors import Refusal, Unavailable
from registry.history import Occasion
from registry.jobs import rules, service
from registry.jobs.schemas import Job, State
from registry.jobs.task import Stopped, Task, Work
from registry.settings import Settings

log = logging.getLogger("registry.jobs")

AT_ONCE = 2
"""Jobs that one worker does at a time: a long export does not keep an import waiting."""

BEAT_SECONDS = 0.5
POLL_SECONDS = 5.0
LOST_SECONDS = 10
"""A heartbeat older than this is that of a worker that has gone."""

_LOST = f"state = 'running' AND heartbeat_at < now() - interval '{LOST_SECONDS} seconds'"


async def attend(settings: Settings, works: Mapping[str, Work]) -> None:
    """Do jobs until cancelled; what is then under way is put back for the next worker."""
    number = uuid4()
    woken = asyncio.Event()
    running: set[asyncio.Task[None]] = set()
    listener = await database.engine.get_new_connection()
    try:
        await listener.add_listener(service.CHANNEL, lambda *_: woken.set())
        listener.add_termination_listener(lambda *_: woken.set())
        while not listener.is_closed():
            woken.clear()
            await _end_lost()
            while len(running) < AT_ONCE and (job := await _take(settings, number, works)):
                doing = asyncio.create_task(_do(settings, job, works[job.kind], number))
                running.add(doing)
                doing.add_done_callback(running.discard)
                doing.add_done_callback(lambda _: woken.set())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), POLL_SECONDS)
        raise ConnectionError("the listening connection was closed")
    finally:
        for doing in running:
            doing.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await listener.close()


async def _end_lost() -> None:
    """Jobs that lost their worker after they were called off, or too often, end here."""
    await database.execute(
        f"UPDATE job SET state = 'cancelled', ended_at = now(), worker = NULL WHERE {_LOST} AND cancel_requested"
    )
    await database.execute(
        f"UPDATE job SET state = 'failed', ended_at = now(), worker = NULL, error = $2 WHERE {_LOST} AND attempt >= $1",
        rules.MOST_ATTEMPTS,
        f"执行任务的进程 {rules.MOST_ATTEMPTS} 次中断，已停止重试；请缩小文件或范围后再试，或联系管理员。",
    )


async def _take(settings: Settings, number: UUID, works: Mapping[str, Work]) -> Job | None:
    """The oldest job that waits or lost its worker, now this worker's own; None if there is none."""
    row = await database.fetchrow(
        "UPDATE job SET state = 'running', worker = $1, attempt = attempt + 1, started_at = now(),"
        " heartbeat_at = now(), share = 0, stage = '' WHERE id ="
        " (SELECT id FROM job WHERE home = $2 AND kind = ANY($3::text[])"
        f" AND (state = 'queued' OR {_LOST}) ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
        f" RETURNING {service.COLUMNS}",
        number,
        service.home(settings),
        list(works),
    )
    return service.read(row) if row is not None else None


async def _do(settings: Settings, job: Job, work: Work, number: UUID) -> None:
    """One job from beginning to end."""
    log.info("job %s (%s) begins, attempt %s", job.id, job.kind, job.attempt)
    task = Task(settings, job, Occasion(Actor()), number)
    doing = asyncio.create_task(_perform(task, work))
    beating = asyncio.create_task(_beat(task, number, doing))
    try:
        await asyncio.wait({doing})
    except asyncio.CancelledError:
        await _leave(task, doing)
        await _put_back(job, number)
        raise
    finally:
        beating.cancel()
    await _conclude(task, doing, number)


async def _perform(task: Task, work: Work) -> None:
    task.occasion = Occasion(await _actor(task.job), task.job.reason, task.job.request_id)
    await work(task)


async def _actor(job: Job) -> Actor:
    """Who the job acts for, with the rights of this moment; Unauthenticated if the account was closed since."""
    if job.account is None:
        return Actor(Role.ADMINISTRATOR, None, job.owner)
    return await accounts.acting(UUID(job.account))


async def _beat(task: Task, number: UUID, doing: asyncio.Task[None]) -> None:
    """Tell twice a second that the job is alive and how far it is; stop it when it was called off or taken away."""
    while not doing.done():
        try:
            row = await database.fetchrow(
                "UPDATE job SET heartbeat_at = now(), stage = $3, share = $4"
                " WHERE id = $1 AND worker = $2 AND state = 'running' RETURNING cancel_requested",
                UUID(task.job.id), number, task.stage[:200], task.share,
            )  # fmt: skip
        except Unavailable as fault:
            log.warning("no heartbeat for job %s: %s", task.job.id, fault)
        else:
            if task.settled:
                return
            if row is None or row["cancel_requested"]:
                await _leave(task, doing)
                return
        await asyncio.sleep(BEAT_SECONDS)


async def _leave(task: Task, doing: asyncio.Task[None]) -> None:
    """Stop the work where it is: threads at their next `tell`, statements at once; transactions are rolled back."""
    task.stopped = True
    doing.cancel()
    await asyncio.wait({doing})


async def _put_back(job: Job, number: UUID) -> None:
    """An orderly end of the worker is no failed attempt."""
    with contextlib.suppress(Unavailable):
        await database.execute(
            "UPDATE job SET state = 'queued', worker = NULL, started_at = NULL, attempt = attempt - 1"
            " WHERE id = $1 AND worker = $2 AND state = 'running'",
            UUID(job.id), number,
        )  # fmt: skip
        await database.execute("SELECT pg_notify($1, $2)", service.CHANNEL, job.id)


async def _conclude(task: Task, doing: asyncio.Task[None], number: UUID) -> None:
    """Write down what became of it; a database that cannot be reached leaves the job to be taken up again."""
    fault = Stopped() if doing.cancelled() else doing.exception()
    if fault is None and task.settled:
        log.info("job %s is done", task.job.id)
        return
    if isinstance(fault, (Unavailable, *database.LOST)):
        log.warning("job %s lost the database: %s", task.job.id, fault)
        return
    state, error = State.FAILED, "系统出错，已记录；可以重新开始一次，或把任务编号告诉管理员。"
    if isinstance(fault, Stopped):
        state, error = State.CANCELLED, ""
    elif isinstance(fault, Refusal):
        error = fault.detail
    else:
        log.error("fault in job %s", task.job.id, exc_info=fault)
    with contextlib.suppress(Unavailable):
        await database.execute(
            "UPDATE job SET state = $3, error = $4, result = $5::jsonb, ended_at = now(), stage = ''"
            " WHERE id = $1 AND worker = $2 AND state = 'running'",
            UUID(task.job.id), number, state.value, error, msgspec.json.encode(_told(fault)).decode(),
        )  # fmt: skip


def _told(fault: BaseException | None) -> dict[str, Any]:
    """What a refusal carries beyond its words: objections, and the report of an import."""
    if not isinstance(fault, Refusal):
        return {}
    report = getattr(fault, "report", None)
    return {"objections": fault.objections} if report is None else {"report": report}
