"""Kinds of jobs that only tests know, and a worker process that does them: `python -m tests.jobs.works`."""

from __future__ import annotations

import asyncio
import time

from registry import database, exchange_jobs, settings
from registry.errors import Conflict
from registry.exchange.background import in_thread
from registry.jobs import Task, Work, running


async def count(task: Task) -> None:
    """Count to what was given, a step each 20 ms, in a thread; then write one row and be done in one transaction."""

    def steps() -> None:
        most = int(task.job.given["most"])
        for number in range(most):
            time.sleep(0.02)
            task.tell(f"第 {number + 1} 步", number / most)

    await in_thread(steps)
    async with database.transaction():
        await database.execute("INSERT INTO upkeep (task, done_for) VALUES ($1, current_date)", task.job.id)
        await task.settle({"counted": task.job.given["most"]})


async def write(task: Task) -> None:
    """Make a file."""
    task.output.write_text(task.occasion.actor.name, encoding="utf-8")
    await task.settle({}, "名单.txt")


async def sleep(task: Task) -> None:
    """Wait in the database, inside a transaction that has written."""
    async with database.transaction():
        await database.execute("INSERT INTO upkeep (task, done_for) VALUES ($1, current_date)", task.job.id)
        await database.execute("SELECT pg_sleep(60)")
        await task.settle({})


async def refuse(_task: Task) -> None:
    """Say no."""
    raise Conflict("这件事现在办不了。")


async def break_down(_task: Task) -> None:
    """Be faulty."""
    raise RuntimeError("a fault of ours")


WORKS: dict[str, Work] = {
    **exchange_jobs.WORKS,
    "count": count,
    "write": write,
    "sleep": sleep,
    "refuse": refuse,
    "break": break_down,
}


async def _work() -> None:
    chosen = settings.read()
    async with database.running(chosen):
        await running.attend(chosen, WORKS)


if __name__ == "__main__":
    asyncio.run(_work())
