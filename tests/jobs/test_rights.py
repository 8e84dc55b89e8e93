"""Whose jobs one sees, calls off, and whose files one fetches."""

from __future__ import annotations

from typing import Any

import pytest

from registry.errors import TooMany
from registry.jobs import service
from tests.conftest import World
from tests.jobs.conftest import Submit, until


def listed(world: World, username: str, **query: Any) -> set[str]:
    """The ids that a list gives."""
    answer = world.client(username).get("/api/v1/jobs", params=query)
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["items"]}


def test_everyone_sees_the_own_jobs_and_the_administrator_all(world: World, submit: Submit) -> None:
    mine, theirs = submit("count", most=1).id, submit("count", "tongliang", most=1).id
    assert mine in listed(world, "city")
    assert theirs not in listed(world, "city", all=True)
    assert theirs not in listed(world, "admin")
    assert {mine, theirs} <= listed(world, "admin", all=True)
    assert world.client("city").get(f"/api/v1/jobs/{theirs}").status_code == 404
    assert world.client("city").post(f"/api/v1/jobs/{theirs}/cancel").status_code == 404
    assert world.client("admin").post(f"/api/v1/jobs/{theirs}/cancel").status_code == 202
    assert world.client("admin").post(f"/api/v1/jobs/{theirs}/again").status_code == 404
    assert world.client().get(f"/api/v1/jobs/{mine}").status_code == 401
    assert world.client("city").get("/api/v1/jobs/1").status_code == 404


@pytest.mark.usefixtures("attended")
def test_a_file_is_fetched_by_the_one_who_submitted_the_job_only(world: World, submit: Submit) -> None:
    job = submit("write")
    until(world, job, "done")
    answer = world.client("city").get(f"/api/v1/jobs/{job.id}/file")
    assert answer.text == "市级经办（演示）"
    assert "%E5%90%8D%E5%8D%95.txt" in answer.headers["content-disposition"]
    assert world.client("admin").get(f"/api/v1/jobs/{job.id}/file").status_code == 404
    service.folder_of(world.settings, job.id).joinpath("output").unlink()
    assert world.client("city").get(f"/api/v1/jobs/{job.id}/file").status_code == 404


def test_a_list_goes_on_page_by_page_and_by_state(world: World, submit: Submit) -> None:
    ids = [submit("count", "liangjiang", most=1).id for _ in range(3)]
    world.client("liangjiang").post(f"/api/v1/jobs/{ids[0]}/cancel")
    first = world.client("liangjiang").get("/api/v1/jobs?limit=2").json()
    assert [one["id"] for one in first["items"]] == [ids[2], ids[1]]
    rest = world.client("liangjiang").get(f"/api/v1/jobs?limit=2&before={first['next']}").json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([ids[0]], None)
    assert listed(world, "liangjiang", state="cancelled") == {ids[0]}


def test_one_account_cannot_queue_without_end(submit: Submit) -> None:
    for _ in range(service.MOST_WAITING):
        submit("count", "invest", most=1)
    with pytest.raises(TooMany):
        submit("count", "invest", most=1)


@pytest.mark.parametrize("query", ["limit=-3", "limit=0", "limit=200", "before=keine"])
def test_a_page_of_jobs_that_there_is_not_is_refused(world: World, query: str) -> None:
    assert world.client("city").get(f"/api/v1/jobs?{query}").status_code == 400
