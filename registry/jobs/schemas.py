"""What a job is: as it is kept, and as people and programs read it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]

    @property
    def ended(self) -> bool:
        """Whether nothing happens to it any more by itself."""
        return self not in {State.QUEUED, State.RUNNING}


_LABELS = {
    State.QUEUED: "排队中",
    State.RUNNING: "进行中",
    State.DONE: "已完成",
    State.FAILED: "未成功",
    State.CANCELLED: "已取消",
}


class Job(msgspec.Struct, frozen=True):
    """One job: `given` is what its work needs to know, `share` how much is done (0 to 1).

    `file` is what its result is called, `home` names the data folder its files lie in. `account` is None for a job
    that a command on the machine submitted.
    """

    id: str
    kind: str
    label: str
    state: State
    account: str | None
    owner: str
    reason: str
    request_id: str
    home: str
    given: dict[str, Any]
    result: dict[str, Any]
    file: str
    stage: str
    share: float
    error: str
    cancel_requested: bool
    attempt: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Report(msgspec.Struct, frozen=True):
    """A job as it is told: `progress` from 0 to 1, `seconds_left` an estimate (null while there is none)."""

    id: str
    kind: str
    label: str
    state: str
    state_label: str
    owner: str
    stage: str
    progress: float
    seconds_left: int | None
    cancelling: bool
    attempt: int
    created_at: str
    started_at: str | None
    ended_at: str | None
    error: str
    result: dict[str, Any]
    file: str
    url: str
