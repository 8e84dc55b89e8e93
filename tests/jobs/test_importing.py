"""A list imported in the background: looked at first, confirmed, refused, called off, killed in the middle."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from registry import database
from registry.sample.synthetic import generate
from tests.conftest import World
from tests.jobs.conftest import job_of, until

BASE = "/api/v1/enterprises"
Start = Callable[[], subprocess.Popen[bytes]]


def queue(world: World, text: str, username: str = "city", **params: Any) -> dict[str, Any]:
    """Hand a list in; the job as it was answered."""
    files = {"file": ("名单.csv", text.encode())}
    answer = world.client(username).post(f"{BASE}/import", files=files, params={"background": True, **params})
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["location"] == told["url"] == f"/api/v1/jobs/{told['id']}"
    return told


def many(number: int, seed: int) -> str:
    """A long synthetic list."""
    rows = list(generate(number, seed))
    return "\n".join([",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)])


def count(world: World) -> int:
    """How many enterprises there are."""
    return int(world.run(database.fetchval("SELECT count(*) FROM enterprise")))


@pytest.mark.usefixtures("attended")
def test_it_is_looked_at_then_let_in_as_the_very_same_file(world: World) -> None:
    looked = queue(world, "企业名称,区县\n重庆后台（模拟）有限公司,万州区\n", dry_run=True)
    told = until(world, looked["id"], "done")
    assert (told["result"]["report"]["new"], told["result"]["report"]["applied"]) == (1, False)
    before = count(world)
    answer = world.client("city").post(f"/api/v1/jobs/{looked['id']}/confirm", json={"reason": "第三批"})
    assert answer.status_code == 202, answer.text
    done = until(world, answer.json()["id"], "done")
    report = done["result"]["report"]
    assert (report["applied"], report["new"], count(world)) == (True, 1, before + 1)
    record = report["new_records"][0]["id"]
    [entry] = world.client("city").get(f"{BASE}/{record}/history").json()
    assert (entry["act"], entry["actor"], entry["reason"]) == ("imported", "市级经办（演示）", "第三批")
    # The batch bears the job's number, so the one leads to the other.
    batch = world.run(database.fetchval("SELECT batch_id::text FROM history WHERE record_id = $1", record))
    assert batch == done["id"]


@pytest.mark.usefixtures("attended")
def test_bad_rows_are_told_with_the_job_and_marked_in_a_file(world: World) -> None:
    told = until(world, queue(world, "企业名称,注册资本\n重庆甲后台有限公司,很多\n")["id"], "failed")
    assert told["error"] == "有 1 行需要修改，整表未导入。"
    report = told["result"]["report"]
    assert report["objections"][0]["row"] == 2
    assert world.client("city").get(f"{BASE}/import/{report['annotated']}/annotated").status_code == 200
    assert world.client("city").post(f"/api/v1/jobs/{told['id']}/confirm", json={}).status_code == 409


@pytest.mark.usefixtures("attended")
def test_nobody_confirms_what_somebody_else_looked_at(world: World) -> None:
    looked = queue(world, "企业名称\n重庆他人后台有限公司\n", dry_run=True)
    until(world, looked["id"], "done")
    assert world.client("tongliang").post(f"/api/v1/jobs/{looked['id']}/confirm", json={}).status_code == 404
    assert world.client("admin").post(f"/api/v1/jobs/{looked['id']}/confirm", json={}).status_code == 404
    assert world.client("invest").post(f"/api/v1/jobs/{looked['id']}/confirm", json={}).status_code == 403


@pytest.mark.usefixtures("attended")
def test_a_district_officer_still_answers_for_the_own_district_only(world: World) -> None:
    told = queue(world, "企业名称,区县\n重庆别区后台有限公司,万州区\n", "tongliang")
    failed = until(world, told["id"], "failed", username="tongliang")
    assert "不在您的办理范围内" in failed["result"]["report"]["objections"][0]["message"]


@pytest.mark.usefixtures("attended")
def test_called_off_while_rows_are_checked_nothing_goes_in(world: World) -> None:
    before = count(world)
    told = queue(world, many(20_000, 7))
    deadline = time.monotonic() + 30
    while "行" not in (seen := job_of(world, told["id"]))["stage"]:
        assert time.monotonic() < deadline, seen
        time.sleep(0.02)
    world.client("city").post(f"/api/v1/jobs/{told['id']}/cancel")
    until(world, told["id"], "cancelled", seconds=10)
    assert count(world) == before


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["逐行检查", "写入"])
def test_killed_in_the_middle_it_begins_again_and_goes_in_once(stage: str, world: World, worker: Start) -> None:
    before = count(world)
    told = queue(world, many(60_000, 40 + len(stage)))
    first = worker()
    deadline = time.monotonic() + 60
    while not (seen := job_of(world, told["id"]))["stage"].startswith(stage):
        assert time.monotonic() < deadline, seen
        assert seen["state"] != "done", "too quick to be killed there"
        time.sleep(0.02)
    first.kill()
    first.wait()
    assert count(world) == before
    worker()
    done = until(world, told["id"], "done", seconds=90)
    assert (done["attempt"], done["result"]["report"]["new"], count(world)) == (2, 60_000, before + 60_000)
    rows = world.run(database.fetchval("SELECT count(*) FROM history WHERE batch_id = $1", told["id"]))
    assert rows == 60_000
