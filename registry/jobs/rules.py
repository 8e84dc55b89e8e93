"""What may happen to a job, and when it will be done: decided by plain values."""

from __future__ import annotations

from datetime import datetime

from registry.jobs.schemas import Job, Report, State

MOST_ATTEMPTS = 3
"""A job that lost its worker so often probably ends it (memory): it is not taken up again by itself."""

_TELLING_SECONDS = 2.0
_TELLING_SHARE = 0.02


def may_cancel(state: State) -> bool:
    """Only what has not ended can be called off."""
    return not state.ended


def may_begin_again(state: State) -> bool:
    """What failed or was called off may be tried once more."""
    return state in {State.FAILED, State.CANCELLED}


def seconds_left(share: float, started_at: datetime | None, now: datetime) -> int | None:
    """How long it still takes at the pace so far; None while too little is done to tell."""
    if started_at is None or not _TELLING_SHARE <= share <= 1:
        return None
    spent = (now - started_at).total_seconds()
    if spent < _TELLING_SECONDS:
        return None
    return round(spent * (1 - share) / share)


def report(job: Job, now: datetime) -> Report:
    """A job as it is told."""
    left = seconds_left(job.share, job.started_at, now) if job.state is State.RUNNING else None
    return Report(
        job.id,
        job.kind,
        job.label,
        job.state.value,
        "正在取消" if job.state is State.RUNNING and job.cancel_requested else job.state.label,
        job.owner,
        job.stage,
        1.0 if job.state is State.DONE else round(job.share, 4),
        left,
        job.cancel_requested and not job.state.ended,
        job.attempt,
        job.created_at.isoformat(),
        job.started_at.isoformat() if job.started_at else None,
        job.ended_at.isoformat() if job.ended_at else None,
        job.error,
        job.result,
        job.file,
        f"/api/v1/jobs/{job.id}",
    )
