"""A list exported in the background: its file, its mark, whose it is, and what happens when the worker is killed."""

from __future__ import annotations

import io
import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from registry import database
from tests.conftest import World
from tests.jobs.conftest import job_of, until

BASE = "/api/v1/enterprises"
Start = Callable[[], subprocess.Popen[bytes]]


def queue(world: World, username: str = "city", **wanted: Any) -> dict[str, Any]:
    """Ask for an export; the job as it was answered."""
    answer = world.client(username).post(f"{BASE}/export-jobs", json=wanted)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/jobs/{told['id']}"
    return told


def file_of(world: World, told: dict[str, Any], username: str = "city") -> bytes:
    """The finished file."""
    done = until(world, told["id"], "done", username=username)
    answer = world.client(username).get(f"/api/v1/jobs/{done['id']}/file")
    assert answer.status_code == 200
    return answer.content


@pytest.mark.usefixtures("attended")
def test_the_file_is_the_list_and_says_who_made_it_when_and_what_for(city: World) -> None:
    content = file_of(city, queue(city, purpose="季度通报", filters={"district": ["铜梁区"]}))
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["数据", "说明"]
    told = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert told["导出人"] == "市级经办（演示）（市级经办）"
    assert (told["用途"], told["范围"], told["条数"]) == ("季度通报", "区县：铜梁区", str(book["数据"].max_row - 1))
    assert "季度通报" in book["数据"].oddFooter.left.text
    files = {"file": ("回来.xlsx", content)}
    report = city.client("city").post(f"{BASE}/import", files=files, params={"dry_run": True}).json()
    assert (report["new"], report["changed"], report["rejected"], report["notes"]) == (
        0, 0, 0, [note for note in report["notes"] if "推出" in note],
    )  # fmt: skip


def test_every_export_is_logged_with_its_number_and_purpose(city: World) -> None:
    answer = city.client("city").get(BASE, params={"format": "csv", "purpose": "抽查", "district": "铜梁区"})
    number = answer.headers["content-disposition"].rpartition("-")[2].partition(".")[0]
    sql = "SELECT actor_name, target, detail::text FROM audit_entry WHERE act = '导出名单' AND detail ->> '编号' = $1"
    row = city.run(database.fetchrow(sql, number))
    assert (row["actor_name"], row["target"]) == ("市级经办（演示）", "enterprises")
    detail = json.loads(row["detail"])
    assert (detail["用途"], detail["条件"]) == ("抽查", {"district": ["铜梁区"]})
    assert detail["条数"] == len(answer.text.splitlines()) - 1


@pytest.mark.usefixtures("attended")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_codes_come_back_as_the_same_values_as_labels_do(form: str, city: World) -> None:
    content = file_of(city, queue(city, format=form, codes=True))
    files = {"file": (f"代码.{form}", content)}
    report = city.client("city").post(f"{BASE}/import", files=files, params={"dry_run": True}).json()
    assert (report["new"], report["changed"], report["rejected"]) == (0, 0, 0)
    assert report["same"] == 52


@pytest.mark.usefixtures("attended")
def test_it_holds_what_its_owner_may_read_and_no_more(city: World) -> None:
    own, theirs = queue(city, format="csv"), queue(city, "invest", format="csv")
    assert "联系电话" in file_of(city, own).decode().splitlines()[0]
    assert "联系电话" not in file_of(city, theirs, "invest").decode().splitlines()[0]
    assert city.client("city").get(f"/api/v1/jobs/{theirs['id']}/file").status_code == 404
    assert city.client("admin").get(f"/api/v1/jobs/{theirs['id']}/file").status_code == 404


def test_a_wrong_wish_is_refused_before_it_is_queued(city: World) -> None:
    for wrong in ({"format": "pdf"}, {"sort": "nothing"}, {"filters": {"nothing": ["x"]}}, {"purpose": "长" * 300}):
        assert city.client("city").post(f"{BASE}/export-jobs", json=wrong).status_code == 400, wrong
    assert city.client("company").post(f"{BASE}/export-jobs", json={}).status_code == 403


@pytest.mark.slow
def test_killed_in_the_middle_the_file_is_written_anew(city: World, worker: Start) -> None:
    told = queue(city, format="csv")
    city.settings.jobs_dir.joinpath(told["id"]).mkdir(exist_ok=True)
    first = worker()
    deadline = time.monotonic() + 30
    while job_of(city, told["id"])["state"] == "queued":
        assert time.monotonic() < deadline
        time.sleep(0.005)
    first.kill()
    first.wait()
    # What a killed attempt left behind is no file that anybody gets.
    if job_of(city, told["id"])["state"] == "running":
        city.settings.jobs_dir.joinpath(told["id"], "output").write_bytes(b"half")
        assert city.client("city").get(f"/api/v1/jobs/{told['id']}/file").status_code == 404
    worker()
    content = file_of(city, told)
    assert len(content.decode("utf-8-sig").splitlines()) >= 53
