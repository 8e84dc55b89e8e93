"""A job at work, as its work function sees it: what was given, where to put files, how to tell how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from registry import database
from registry.history import Occasion
from registry.jobs import service
from registry.jobs.schemas import Job
from registry.settings import Settings


class Stopped(Exception):  # noqa: N818
    """The job was called off, or another worker has it: what was done in the transaction under way is undone."""


class Task:
    """A job while it runs. `occasion` is that of the account as it is now, not as it was when the job was submitted."""

    def __init__(self, settings: Settings, job: Job, occasion: Occasion, worker: UUID) -> None:
        self.settings = settings
        self.job = job
        self.occasion = occasion
        self.stage = ""
        self.share = 0.0
        self.stopped = False
        self.settled = False
        self._worker = worker

    @property
    def folder(self) -> Path:
        """Where the job's files lie."""
        return service.make_folder(self.settings, self.job.id)

    @property
    def input(self) -> Path:
        """The file that was submitted."""
        return service.input_of(self.settings, self.job.id)

    @property
    def output(self) -> Path:
        """Where the file goes that the job makes; what a killed attempt left there is overwritten."""
        return self.folder / "output"

    def tell(self, stage: str, share: float) -> None:
        """Say how far it is, from any thread, as often as one likes; raises Stopped when the work is to be left."""
        self.stage = stage
        self.share = min(max(share, 0.0), 1.0)
        if self.stopped:
            raise Stopped

    async def settle(self, result: Mapping[str, Any], file: str = "") -> None:
        """The job is done: to be said in the very transaction that writes what it does, so that both are true or none.

        Raises Stopped if it was called off meanwhile or another worker has taken it up.
        """
        settled = await database.fetchval(
            "UPDATE job SET state = 'done', result = $3::jsonb, file = $4, share = 1, stage = '', ended_at = now()"
            " WHERE id = $1 AND worker = $2 AND state = 'running' AND NOT cancel_requested RETURNING true",
            UUID(self.job.id),
            self._worker,
            msgspec.json.encode(result).decode(),
            file[:255],
        )
        if not settled:
            raise Stopped
        self.settled = True


Work = Callable[[Task], Awaitable[None]]
"""What a kind of job does. It calls `Task.settle` when it is done; a Refusal that it raises is what people read."""
