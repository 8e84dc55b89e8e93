"""A worker inside the world of a test, and workers of their own that can be killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from registry import accounts, jobs
from registry.access import Actor
from registry.history import Occasion
from registry.jobs import Job, running
from tests.conftest import World
from tests.jobs.works import WORKS

Submit = Callable[..., Job]


@pytest.fixture
def attended(world: World) -> Iterator[None]:
    """Somebody does the jobs."""

    async def begin() -> asyncio.Task[None]:
        return asyncio.create_task(running.attend(world.settings, WORKS))

    task = world.run(begin())
    yield

    async def end() -> None:
        task.cancel()
        await asyncio.wait({task})

    world.run(end())


@pytest.fixture
def worker(world: World) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts worker processes on the world's database; what is left of them ends with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        env = {**os.environ, "DATABASE_URL": world.settings.database_url, "DATA_DIR": str(world.settings.data_dir)}
        started.append(subprocess.Popen([sys.executable, "-m", "tests.jobs.works"], env=env))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def actor(world: World, username: str) -> Actor:
    """One of the cast."""
    return world.run(accounts.named(username))


@pytest.fixture
def submit(world: World) -> Submit:
    """Queues a job as one of the cast."""

    def make(kind: str, username: str = "city", **given: Any) -> Job:
        occasion = Occasion(actor(world, username), "试用")
        return world.run(jobs.submit(world.settings, occasion, kind, f"试用 {kind}", given))

    return make


def job_of(world: World, job: Job | str, username: str = "city") -> dict[str, Any]:
    """The job as the API tells it."""
    answer = world.client(username).get(f"/api/v1/jobs/{job if isinstance(job, str) else job.id}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def until(world: World, job: Job | str, *states: str, seconds: float = 40, username: str = "city") -> dict[str, Any]:
    """Wait until the job is in one of the states."""
    deadline = time.monotonic() + seconds
    while (told := job_of(world, job, username))["state"] not in states:
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    return told
