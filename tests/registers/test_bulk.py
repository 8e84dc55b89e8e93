"""The public bulk file holds every public record's open fields, and nothing else of anything."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest

from plugins import manager
from registry.register import Register
from tests.conftest import World
from tests.registers.samples import SAMPLES

REGISTERS = list(manager.registers().values())
SECRET = "023-98765432"


@pytest.fixture(scope="module")
def mixed(city: World) -> World:
    """The sample city with one internal record, and one whose private and closed fields are filled."""
    officer = city.client("city")
    inside = {"name": "重庆内部名单（模拟）有限公司", "visibility": "internal", "synthetic": True}
    private = {
        "name": "重庆有联系方式（模拟）有限公司",
        "visibility": "public",
        "synthetic": True,
        "contact_phone": SECRET,
        "assessment": "不外传的研判",
    }
    for record in (inside, private):
        assert officer.post("/api/v1/enterprises", json=record).status_code == 201
    return city


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_anyone_takes_it_away_whole(mixed: World, register: Register) -> None:
    base = f"/api/v1/{register.plural}"
    assert mixed.client("city").post(base, json=SAMPLES[register.kind].record).status_code == 201
    mixed.index()
    total = mixed.client().get("/api/v1/search", params={"kind": register.kind, "limit": 1})
    answer = mixed.client().get(f"/api/v1/{register.plural}/bulk.csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    lines = mixed.client().get(f"/api/v1/{register.plural}/bulk.ndjson").text.splitlines()
    assert len(rows) == len([json.loads(line) for line in lines]) >= total.json()["total"] > 0
    labels = {field.label for field in register.fields if field.private}
    assert not labels & {name.partition("（")[0] for name in rows[0]}


def test_what_is_internal_private_or_closed_is_not_in_it(mixed: World) -> None:
    for form in ("csv", "ndjson"):
        text = mixed.client().get(f"/api/v1/enterprises/bulk.{form}").content.decode()
        assert "重庆有联系方式" in text
        assert "重庆内部名单" not in text
        assert SECRET not in text
        assert "不外传" not in text


def test_a_closed_field_leaves_by_no_file_even_for_the_administrator(mixed: World) -> None:
    for account in ("admin", "city"):
        answer = mixed.client(account).get("/api/v1/enterprises", params={"format": "csv"})
        assert "023-****5432" in answer.text
        assert "不外传" not in answer.text


def test_it_is_made_anew_when_it_is_old(mixed: World) -> None:
    mixed.client().get("/api/v1/parks/bulk.csv")
    said = {"name": "后来的园区（模拟）", "visibility": "public", "synthetic": True}
    assert mixed.client("city").post("/api/v1/parks", json=said).status_code == 201
    assert "后来的园区" not in mixed.client().get("/api/v1/parks/bulk.csv").text
    os.utime(mixed.settings.open_dir / "parks.csv", (0, 0))
    assert "后来的园区" in mixed.client().get("/api/v1/parks/bulk.csv").text


def test_another_form_is_not_offered(mixed: World) -> None:
    assert mixed.client().get("/api/v1/parks/bulk.xlsx").status_code == 404
