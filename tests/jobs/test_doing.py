"""A job from its submission to its end: done, refused, faulty, called off, killed and taken up again."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable

import pytest

from registry import accounts, database, jobs
from registry.access import Role
from registry.history import Occasion
from registry.jobs import Job, running
from tests.conftest import World
from tests.jobs.conftest import Submit, actor, job_of, until
from tests.jobs.works import WORKS

Start = Callable[[], subprocess.Popen[bytes]]


def written(world: World, job: Job) -> int:
    """How often the job's work was written."""
    return int(world.run(database.fetchval("SELECT count(*) FROM upkeep WHERE task = $1", job.id)))


@pytest.mark.usefixtures("attended")
def test_it_is_done_while_its_progress_is_told(world: World, submit: Submit) -> None:
    job = submit("count", most=150)
    assert (job.state, job.owner) == ("queued", "市级经办（演示）")
    seen = until(world, job, "running")
    deadline = time.monotonic() + 10
    while (seen := job_of(world, job))["progress"] == 0 or seen["seconds_left"] is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert seen["stage"].startswith("第 ")
    assert 0 <= seen["seconds_left"] <= 10
    told = until(world, job, "done")
    assert (told["progress"], told["result"], told["attempt"]) == (1, {"counted": 150}, 1)
    assert written(world, job) == 1


@pytest.mark.usefixtures("attended")
def test_a_refusal_is_told_in_its_own_words(world: World, submit: Submit) -> None:
    told = until(world, submit("refuse"), "failed")
    assert told["error"] == "这件事现在办不了。"


@pytest.mark.usefixtures("attended")
def test_a_fault_is_told_without_its_insides_and_the_worker_goes_on(world: World, submit: Submit) -> None:
    told = until(world, submit("break"), "failed")
    assert "系统出错" in told["error"]
    assert "fault of ours" not in told["error"]
    until(world, submit("count", most=1), "done")


@pytest.mark.usefixtures("attended")
@pytest.mark.parametrize(("kind", "most"), [("count", 1000), ("sleep", 0)])
def test_called_off_while_it_runs_it_stops_and_leaves_nothing(
    kind: str, most: int, world: World, submit: Submit
) -> None:
    job = submit(kind, most=most)
    until(world, job, "running")
    answer = world.client("city").post(f"/api/v1/jobs/{job.id}/cancel")
    assert (answer.status_code, answer.json()["cancelling"]) == (202, True)
    until(world, job, "cancelled", seconds=10)
    assert written(world, job) == 0
    assert world.client("city").post(f"/api/v1/jobs/{job.id}/cancel").status_code == 409


def test_called_off_while_it_waits_it_never_begins_and_may_be_begun_again(world: World, submit: Submit) -> None:
    job = submit("count", most=1)
    assert world.client("city").post(f"/api/v1/jobs/{job.id}/cancel").json()["state"] == "cancelled"
    again = world.client("city").post(f"/api/v1/jobs/{job.id}/again")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert world.client("city").post(f"/api/v1/jobs/{job.id}/again").status_code == 409
    assert world.client("city").post(f"/api/v1/jobs/{job.id}/cancel").status_code == 202


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["count", "sleep"])
def test_killed_with_its_worker_it_is_taken_up_by_the_next(
    kind: str, world: World, submit: Submit, worker: Start
) -> None:
    job = submit(kind, most=200)
    first = worker()
    until(world, job, "running")
    time.sleep(0.5)
    first.kill()
    first.wait()
    worker()
    deadline = time.monotonic() + 3 * running.LOST_SECONDS
    while (told := job_of(world, job))["attempt"] != 2:
        assert time.monotonic() < deadline, told
        time.sleep(0.1)
    if kind == "count":
        until(world, job, "done")
        assert written(world, job) == 1
    else:
        assert written(world, job) == 0
        world.client("city").post(f"/api/v1/jobs/{job.id}/cancel")
        until(world, job, "cancelled")


def test_a_worker_that_ends_in_order_puts_its_job_back(world: World, submit: Submit) -> None:
    job = submit("count", most=1000)

    async def work_and_end() -> None:
        attending = asyncio.create_task(running.attend(world.settings, WORKS))
        while (await jobs.get(await accounts.named("city"), job.id)).state != "running":  # noqa: ASYNC110  (looked up)
            await asyncio.sleep(0.02)
        attending.cancel()
        await asyncio.wait({attending})

    world.run(work_and_end())
    told = job_of(world, job)
    assert (told["state"], told["attempt"], told["started_at"]) == ("queued", 0, None)
    world.client("city").post(f"/api/v1/jobs/{job.id}/cancel")


def test_a_job_that_lost_its_worker_three_times_is_not_tried_again(
    world: World, submit: Submit, request: pytest.FixtureRequest
) -> None:
    job = submit("count", most=1)
    lost = "UPDATE job SET state = 'running', attempt = 3, heartbeat_at = now() - interval '1 hour' WHERE id = $1"
    world.run(database.execute(lost, job.id))
    request.getfixturevalue("attended")
    assert "3 次中断" in until(world, job, "failed")["error"]


@pytest.mark.usefixtures("attended")
def test_a_slow_worker_whose_job_was_taken_by_another_writes_nothing(world: World, submit: Submit) -> None:
    job = submit("count", most=100)
    until(world, job, "running")
    taken = "UPDATE job SET worker = '00000000-0000-4000-8000-000000000000', heartbeat_at = now() + interval '1 hour'"
    world.run(database.execute(f"{taken} WHERE id = $1", job.id))
    time.sleep(3)
    assert written(world, job) == 0
    world.run(database.execute("UPDATE job SET heartbeat_at = now() - interval '1 hour' WHERE id = $1", job.id))
    until(world, job, "done")
    assert written(world, job) == 1


@pytest.mark.usefixtures("attended")
def test_it_acts_with_the_rights_of_the_moment(world: World) -> None:
    world.run(accounts.create("leaving", "long-enough-42-words", "离任经办", Role.MUNICIPAL))
    leaving = actor(world, "leaving")
    world.run(accounts.close("leaving"))
    job = world.run(jobs.submit(world.settings, Occasion(leaving), "write", "离任之后", {}))
    deadline = time.monotonic() + 10
    while (told := world.client("admin").get(f"/api/v1/jobs/{job.id}").json())["state"] != "failed":
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    assert told["error"] == "提交任务的账号已停用。"
