"""The contract that every register keeps. Data only per register, in `samples`; nothing here names one."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from plugins import manager
from registry import clock, masking
from registry.exporting import MEDIA_TYPES
from registry.register import FieldType, Register
from tests.conftest import World
from tests.registers.samples import OWNER, SAMPLES, Sample

REGISTERS = list(manager.registers().values())


def test_every_register_has_a_sample() -> None:
    assert set(SAMPLES) == {register.kind for register in REGISTERS}


class Stand:
    """One register in use: an officer, the public, and the two sample records."""

    def __init__(self, world: World, register: Register) -> None:
        self.world = world
        self.register = register
        self.sample: Sample = SAMPLES[register.kind]
        self.base = f"/api/v1/{register.plural}"
        self.officer = world.client("city")
        self.public = world.client()
        self.first = self.file(self.sample.record)
        self.second = self.file(self.sample.second)

    def file(self, record: dict[str, Any]) -> dict[str, Any]:
        """File a record as the municipal officer."""
        answer = self.officer.post(self.base, json=record)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str = "", client: httpx.Client | None = None, **params: Any) -> Any:
        """What a GET below the register answers."""
        answer = (client or self.officer).get(f"{self.base}{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """Change the first record at its present version."""
        tag = self.officer.get(f"{self.base}/{self.first['id']}").headers["etag"]
        return self.officer.request(method, f"{self.base}{path}", json=body, headers={"if-match": tag})

    def upload(self, name: str, content: bytes, **params: Any) -> dict[str, Any]:
        """Import a file."""
        files = {"file": (name, content)}
        answer = self.officer.post(f"{self.base}/import", files=files, params=params)
        assert answer.status_code == 200, answer.text
        report: dict[str, Any] = answer.json()
        return report


@pytest.fixture(scope="module", params=REGISTERS, ids=lambda register: register.kind)
def stand(request: pytest.FixtureRequest, city: World) -> Stand:
    """A register with its samples filed beside the sample city, and the enterprise that they name."""
    owner = city.client("city").get("/api/v1/enterprises", params={"limit": 200}).json()["items"]
    if OWNER not in {one["name"] for one in owner}:
        said = {"name": OWNER, "visibility": "public", "synthetic": True}
        assert city.client("city").post("/api/v1/enterprises", json=said).status_code == 201
    made = Stand(city, request.param)
    city.index()
    return made


def test_what_was_filed_is_read_as_it_was_said(stand: Stand) -> None:
    read = stand.get(f"/{stand.first['id']}")
    sent = {name: value for name, value in stand.sample.record.items() if name in stand.register.by_name}
    said = masking.masked(stand.register, sent)
    shown = {**read, **(read.get("private") or {})}
    assert {name: _plain(shown[name]) for name in said} == {name: _plain(value) for name, value in said.items()}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, (int, float, str)) and _is_number(value) else value


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and str(value).replace(".", "", 1).isdecimal() and len(str(value)) < 8


def test_the_public_reads_what_is_open_and_nothing_else(stand: Stand) -> None:
    read = stand.get(f"/{stand.first['id']}", stand.public)
    assert not [field.name for field in stand.register.stored if field.private and field.name in read]
    assert not read.get("private")


def test_a_list_filters_sorts_and_pages(stand: Stand) -> None:
    held = stand.get("", None, **stand.sample.filter, limit=200)["items"]
    ids = {one["id"] for one in held}
    assert stand.first["id"] in ids
    assert stand.second["id"] not in ids
    for sort in stand.register.sorts:
        for way in ("", "-"):
            page = stand.get(sort=way + sort, limit=1)
            following = stand.get(sort=way + sort, limit=200, cursor=page["next_cursor"])["items"]
            assert page["items"][0]["id"] not in {one["id"] for one in following}
            assert len(following) >= 1


def test_what_is_wrong_is_named_by_its_field_and_nothing_is_filed(stand: Stand) -> None:
    before = stand.get(limit=200)["items"]
    wrong = {**stand.sample.second, stand.register.name_field: "另一条（模拟）", **stand.sample.wrong}
    if stand.register.by_name[stand.register.code_field].required and stand.register.code_field not in wrong:
        wrong[stand.register.code_field] = "DB50/T 99909-2025"
    answer = stand.officer.post(stand.base, json=wrong | _dates_of(stand))
    assert answer.status_code == 422, answer.text
    assert stand.sample.wrong_field in {error["field"] for error in answer.json()["errors"]}
    assert [one["id"] for one in stand.get(limit=200)["items"]] == [one["id"] for one in before]


def _dates_of(stand: Stand) -> dict[str, Any]:
    """Fields of the sample that the wrong one must be read beside."""
    of_sample = {name: value for name, value in stand.sample.record.items() if name.endswith("_on")}
    return {**of_sample, **stand.sample.wrong}


def test_a_name_or_code_that_is_taken_is_refused_with_the_way_to_it(stand: Stand) -> None:
    taken = {**stand.sample.second, **stand.sample.taken}
    answer = stand.officer.post(stand.base, json=taken)
    assert answer.status_code == 409, answer.text
    assert stand.register.label in answer.json()["detail"] or "已登记" in answer.json()["detail"]


def test_an_amendment_demands_the_version_and_a_reason_and_enters_history(stand: Stand) -> None:
    path = f"/{stand.first['id']}"
    assert stand.officer.patch(f"{stand.base}{path}", json=stand.sample.change).status_code == 428
    assert stand.act("PATCH", path, stand.sample.change).status_code == 422
    answer = stand.act("PATCH", path, {**stand.sample.change, "reason": "契约测试"})
    assert answer.status_code == 200, answer.text
    entry = stand.get(f"{path}/history")[0]
    assert entry["act"] == "amended"
    assert entry["reason"] == "契约测试"
    assert set(stand.sample.change) <= set(entry["after"])


def test_a_version_that_is_past_is_kept_with_the_days_it_spoke_of(stand: Stand) -> None:
    path = f"/{stand.second['id']}"
    tag = stand.officer.get(f"{stand.base}{path}").headers["etag"]
    body = {"as_of": "2026-01-01", "reason": "补时点"}
    assert stand.officer.patch(f"{stand.base}{path}", json=body, headers={"if-match": tag}).status_code == 200
    from registry import database

    sql = f"SELECT version, began, ended FROM {stand.register.past_name} WHERE id = $1"
    (past,) = stand.world.run(database.fetch(sql, stand.second["id"]))
    assert past["version"] == 1
    assert past["began"] <= past["ended"]


def test_a_change_is_undone_and_a_version_returned_to_by_new_changes(stand: Stand) -> None:
    path = f"/{stand.second['id']}"

    def act(act: str, version: int) -> dict[str, Any]:
        tag = {"if-match": stand.officer.get(f"{stand.base}{path}").headers["etag"]}
        body = {"version": version, "reason": "契约还原"}
        answer = stand.officer.post(f"{stand.base}{path}/{act}", json=body, headers=tag)
        assert answer.status_code == 200, answer.text
        return _told(answer.json())

    was = stand.get(path)
    tag = {"if-match": stand.officer.get(f"{stand.base}{path}").headers["etag"]}
    body = {**stand.sample.change, "source": "另一来源（模拟）", "reason": "契约改动"}
    changed = stand.officer.patch(f"{stand.base}{path}", json=body, headers=tag).json()
    assert act("undo", changed["version"]) == _told(was)
    assert act("revert", changed["version"]) == _told(changed)
    assert act("revert", was["version"]) == _told(was)
    acts = [entry["act"] for entry in stand.get(f"{path}/history")]
    assert acts[:4] == ["reverted", "reverted", "undone", "amended"]


def _told(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in {"version", "updated_at"}}


def test_a_day_is_read_as_it_was(stand: Stand) -> None:
    path, today = f"/{stand.first['id']}", clock.today()
    assert _told(stand.get(path, as_of=str(today))) == _told(stand.get(path))
    listed = {one["id"] for one in stand.get(limit=200)["items"]}
    assert {one["id"] for one in stand.get(limit=200, as_of=str(today))["items"]} == listed
    eve = str(today - timedelta(days=1))
    assert stand.officer.get(f"{stand.base}{path}", params={"as_of": eve}).status_code == 404
    assert stand.first["id"] not in {one["id"] for one in stand.get(limit=200, as_of=eve)["items"]}


def test_its_history_is_chained_and_sound(stand: Stand) -> None:
    [verdict] = stand.officer.get("/api/v1/history/verify", params={"kind": stand.register.kind}).json()
    assert verdict["fault"] is None
    assert verdict["entries"] >= 2


def test_references_lead_both_ways(stand: Stand) -> None:
    found = stand.get(f"/{stand.first['id']}/references")
    named = {(one["field"], record["printed"]): record["id"] for one in found for record in one["records"]}
    owner = [record_id for (_, printed), record_id in named.items() if printed == OWNER]
    assert all(owner)
    assert bool(owner) == (OWNER in json.dumps(stand.sample.record, ensure_ascii=False))
    for record_id in owner[:1]:
        back = stand.officer.get(f"/api/v1/enterprises/{record_id}/references").json()
        ids = {record["id"] for one in back if one["incoming"] for record in one["records"]}
        assert stand.first["id"] in ids


def test_search_finds_it_with_its_kind_and_the_page_opens(stand: Stand) -> None:
    stand.world.index()
    params = {"q": stand.sample.search, "facets": "kind"}
    found = stand.public.get("/api/v1/search", params=params).json()
    assert stand.first["id"] in {hit["id"] for hit in found["hits"]}
    assert found["facets"]["kind"][stand.register.kind] >= 1
    for path in (f"/{stand.register.plural}", f"/{stand.register.plural}/{stand.first['id']}"):
        answer = stand.public.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 200
        assert stand.first[stand.register.name_field] in answer.text


@pytest.mark.parametrize("form", ["csv", "xlsx", "ndjson"])
def test_what_is_exported_is_an_import_that_changes_nothing(stand: Stand, form: str) -> None:
    answer = stand.officer.get(stand.base, params={"format": form})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[form])
    if form == "ndjson":
        lines = [json.loads(line) for line in answer.text.splitlines()]
        assert stand.first["name"] in {line.get("name") or line.get(_name_label(stand)) for line in lines}
        return
    report = stand.upload(f"list.{form}", answer.content, dry_run=True)
    assert (report["rejected"], report["new"], report["changed"]) == (0, 0, 0), report["objections"][:3]
    assert report["same"] == report["rows"] > 1


def _name_label(stand: Stand) -> str:
    return stand.register.by_name[stand.register.name_field].label


def test_a_list_from_a_spreadsheet_files_and_amends(stand: Stand) -> None:
    exported = stand.officer.get(stand.base, params={"format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(exported)))
    row = next(one for one in rows if one[_name_label(stand)] == stand.second["name"])
    again = {**row, "来源": "契约名单（模拟）", "数据时点": "2026-02-01"}
    report = stand.upload("list.csv", _csv(again), reason="契约名单")
    assert (report["applied"], report["changed"], report["rejected"]) == (True, 1, 0), report
    assert stand.get(f"/{report['changed_records'][0]['id']}")["source"] == "契约名单（模拟）"


def test_an_import_is_taken_back_whole(stand: Stand) -> None:
    exported = stand.officer.get(stand.base, params={"format": "csv"}).content.decode("utf-8-sig")
    row = next(one for one in csv.DictReader(io.StringIO(exported)) if one[_name_label(stand)] == stand.first["name"])
    report = stand.upload("list.csv", _csv({**row, "来源": "误发（模拟）", "数据时点": "2026-03-01"}))
    path = f"/{report['changed_records'][0]['id']}"
    assert stand.get(path)["source"] == "误发（模拟）"
    answer = stand.officer.post(f"/api/v1/imports/{report['batch_id']}/reverse", json={"reason": "名单误发"})
    assert (answer.json()["restored"], answer.json()["kept"]) == (1, 0), answer.text
    assert (stand.get(path)["source"] or "") == row["来源"]


def _csv(row: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")


def test_a_district_officer_acts_on_the_own_district_only(stand: Stand) -> None:
    other = stand.world.client("tongliang")
    tag = other.get(f"{stand.base}/{stand.first['id']}").headers["etag"]
    body = {"source": "越权", "reason": "越权"}
    answer = other.patch(f"{stand.base}/{stand.first['id']}", json=body, headers={"if-match": tag})
    assert answer.status_code == 403


def test_what_is_withdrawn_is_gone_for_the_public_and_comes_back(stand: Stand) -> None:
    path = f"/{stand.first['id']}"
    assert stand.act("POST", f"{path}/withdraw", {"reason": "契约撤回"}).status_code == 200
    assert stand.public.get(f"{stand.base}{path}").status_code == 404
    assert stand.act("POST", f"{path}/reinstate", {"reason": "契约恢复"}).status_code == 200
    assert stand.public.get(f"{stand.base}{path}").status_code == 200


def test_every_form_of_field_is_described_by_the_document_of_the_api(stand: Stand) -> None:
    document = stand.public.get("/schema/openapi.json").json()
    schema = document["components"]["schemas"][_schema_name(stand.register)]
    fields = {field.name for field in stand.register.fields if not field.private}
    assert fields <= set(schema["properties"])
    rows = [field.name for field in stand.register.stored if field.type is FieldType.ROWS and not field.private]
    assert all(schema["properties"][name]["type"] == "array" for name in rows)


def _schema_name(register: Register) -> str:
    return register.kind.capitalize()
