"""Submitting jobs, looking at them, calling them off, beginning them again; their folders on disk."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import anyio.to_thread
import msgspec

from registry import database
from registry.access import Actor, Permission
from registry.errors import BadRequest, Conflict, NotFound, TooMany
from registry.history import Occasion
from registry.jobs import rules
from registry.jobs.schemas import Job, State
from registry.settings import Settings

CHANNEL = "silver_registry_jobs"
"""The NOTIFY channel that wakes the worker when a job is submitted or called off."""

MOST_WAITING = 20
"""Jobs that one account may have under way."""

KEPT_SECONDS = 7 * 86_400
"""How long the files of a job are kept; its row stays for 90 days."""

MAX_LISTED = 200

COLUMNS = (
    "id::text, kind, label, state, account::text, owner, reason, request_id, home, given::text, result::text, file,"
    " stage, share, error, cancel_requested, attempt, created_at, started_at, ended_at"
)
_WAKE = "SELECT pg_notify($1, $2)"


def read(row: Any) -> Job:
    """A job from its row."""
    kept = dict(row)
    return msgspec.convert(
        kept | {side: msgspec.json.decode(kept[side]) for side in ("given", "result")}, Job, strict=False
    )


def home(settings: Settings) -> str:
    """The name of this data folder, made on first use: only workers on the same folder find a job's files."""
    path = settings.jobs_dir / "home"
    if not path.exists():
        settings.jobs_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(str(uuid4()))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


def folder_of(settings: Settings, job_id: str) -> Path:
    """Where a job's files lie."""
    return settings.jobs_dir / job_id


def input_of(settings: Settings, job_id: str) -> Path:
    """The file that was submitted with a job."""
    return folder_of(settings, job_id) / "input"


def make_folder(settings: Settings, job_id: str) -> Path:
    """The job's folder, readable to nobody else on the machine."""
    folder = folder_of(settings, job_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


async def submit(
    settings: Settings,
    occasion: Occasion,
    kind: str,
    label: str,
    given: Mapping[str, Any],
    *,
    file: Path | None = None,
) -> Job:
    """Queue a job, with a file if it needs one (linked, or copied); TooMany if the account has enough under way."""
    actor = occasion.actor
    if actor.id is not None and await waiting(actor) >= MOST_WAITING:
        raise TooMany(f"您已有 {MOST_WAITING} 项任务未完成，请等其中一些结束后再提交。", 30)
    job_id = str(uuid4())
    if file is not None:
        await anyio.to_thread.run_sync(_keep, file, make_folder(settings, job_id) / "input")
    row = await database.fetchrow(
        "INSERT INTO job (id, kind, label, account, owner, reason, request_id, home, given)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb) RETURNING {COLUMNS}",
        UUID(job_id),
        kind,
        label[:200],
        UUID(actor.id) if actor.id else None,
        actor.name,
        occasion.reason,
        occasion.request_id,
        home(settings),
        msgspec.json.encode(given).decode(),
    )
    await database.execute(_WAKE, CHANNEL, job_id)
    return read(row)


def _keep(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)


async def waiting(actor: Actor) -> int:
    """How many jobs of the actor are under way."""
    sql = "SELECT count(*) FROM job WHERE account = $1 AND state IN ('queued', 'running')"
    return int(await database.fetchval(sql, UUID(actor.id) if actor.id else None))


def own(actor: Actor, job: Job) -> bool:
    """Whether the job is the actor's own; those of the command line are the machine's."""
    return actor.id is not None and job.account == actor.id


async def get(actor: Actor, job_id: str) -> Job:
    """A job of the actor's own, or anyone's for who looks after the running; NotFound otherwise."""
    try:
        row = await database.fetchrow(f"SELECT {COLUMNS} FROM job WHERE id = $1", UUID(job_id))
    except ValueError:
        row = None
    job = read(row) if row is not None else None
    if job is None or not (own(actor, job) or actor.may(Permission.JOB_MANAGE)):
        raise NotFound("没有这项任务，或它不是您提交的。")
    return job


async def listing(
    actor: Actor, *, everyone: bool = False, states: Sequence[str] = (), before: str = "", limit: int = 50
) -> list[Job]:
    """Jobs, the newest first: the actor's own, or all for who looks after the running; `before` a job's id goes on."""
    everyone = everyone and actor.may(Permission.JOB_MANAGE)
    try:
        beyond = UUID(before) if before else None
    except ValueError:
        raise BadRequest("before 应为上一页最后一项任务的编号。") from None
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM job WHERE ($1 OR account = $2::uuid)"
        " AND (cardinality($3::text[]) = 0 OR state = ANY($3))"
        " AND ($4::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM job WHERE id = $4))"
        " ORDER BY created_at DESC, id DESC LIMIT $5",
        everyone,
        actor.id,
        list(states),
        beyond,
        min(max(limit, 1), MAX_LISTED),
    )
    return [read(row) for row in rows]


async def cancel(actor: Actor, job_id: str) -> Job:
    """Call a job off: a waiting one ends at once, a running one where its work can be left; Conflict if it ended."""
    job = await get(actor, job_id)
    row = await database.fetchrow(
        "UPDATE job SET cancel_requested = true,"
        " ended_at = CASE WHEN state = 'queued' THEN now() END,"
        " state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END"
        f" WHERE id = $1 AND state IN ('queued', 'running') RETURNING {COLUMNS}",
        UUID(job.id),
    )
    if row is None:
        raise Conflict("任务已经结束，不能再取消。")
    await database.execute(_WAKE, CHANNEL, job.id)
    return read(row)


async def again(settings: Settings, actor: Actor, job_id: str) -> Job:
    """Queue once more what failed or was called off; Conflict if it did not, or its file is gone."""
    job = await get(actor, job_id)
    if not own(actor, job) and actor.id is not None:
        raise NotFound("只有提交任务的人可以让它重新开始。")
    if not rules.may_begin_again(job.state):
        raise Conflict("只有未成功或已取消的任务可以重新开始。")
    if job.given.get("filename") and not input_of(settings, job.id).is_file():
        raise Conflict("任务的文件已超过七天或在另一台机器上，请重新提交。")
    row = await database.fetchrow(
        "UPDATE job SET state = 'queued', cancel_requested = false, attempt = 0, ended_at = NULL, started_at = NULL,"
        f" share = 0, stage = '', error = '', result = '{{}}' WHERE id = $1 AND state = $2 RETURNING {COLUMNS}",
        UUID(job.id),
        job.state.value,
    )
    if row is None:
        raise Conflict("任务的状态刚刚变了，请刷新后再看。")
    await database.execute(_WAKE, CHANNEL, job.id)
    return read(row)


def result_file(settings: Settings, actor: Actor, job: Job) -> Path:
    """The file a job has made, for the one who submitted it; NotFound for others, and when it is gone."""
    path = folder_of(settings, job.id) / "output"
    if job.state is not State.DONE or not job.file or not own(actor, job) or not path.is_file():
        raise NotFound("没有这个文件，或已超过七天；只有提交任务的人可以下载。")
    return path


async def sweep(settings: Settings) -> None:
    """Forget the rows of jobs that ended 90 days ago, and the files of those that ended a week ago."""
    await database.execute("DELETE FROM job WHERE ended_at < now() - interval '90 days'")
    rows = await database.fetch("SELECT id::text FROM job WHERE state IN ('queued', 'running')")
    await anyio.to_thread.run_sync(_sweep_folders, settings.jobs_dir, {row["id"] for row in rows})


def _sweep_folders(jobs_dir: Path, needed: set[str]) -> None:
    oldest = time.time() - KEPT_SECONDS
    for folder in jobs_dir.iterdir() if jobs_dir.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if folder.is_dir() and folder.name not in needed and folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
