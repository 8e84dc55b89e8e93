"""The order of words holds in every register, whatever its fields; data only per register, those of the contract."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from plugins import manager
from registry.provenance import rules
from registry.register import FieldType, Register
from tests.conftest import World
from tests.provenance.conftest import Desk
from tests.registers.samples import SAMPLES

OTHERWISE: dict[FieldType, str] = {
    FieldType.TEXT: "别的说法",
    FieldType.LONG_TEXT: "别的说法",
    FieldType.DECIMAL: "987.5",
    FieldType.INTEGER: "987",
}
"""What a list says instead, for types of which any value will do."""


def said_otherwise(register: Register, record: dict[str, Any]) -> str:
    """The name of a filled field that a list may speak of differently without breaking a rule."""
    kept = {register.code_field, register.name_field, "district", *register.identity}
    fields = [f for f in rules.guarded(register) if f.name not in kept and f.type in OTHERWISE and not f.vocabulary]
    return next(f.name for f in fields if record.get(f.name) not in (None, "") and not f.personal)


@pytest.mark.parametrize("register", manager.registers().values(), ids=lambda register: register.kind)
def test_a_list_does_not_overwrite_what_an_officer_filed_and_accepting_does(world: World, register: Register) -> None:
    client, base = world.client("city"), f"/api/v1/{register.plural}"
    sample = SAMPLES[register.kind]
    filed = client.post(base, json={**sample.record, **sample.change})
    assert filed.status_code == 201, filed.text
    desk = Desk(client, filed.headers["location"])
    field = register.by_name[said_otherwise(register, desk.read())]
    rows = list(csv.reader(io.StringIO(client.get(base, params={"format": "csv"}).text.lstrip("\ufeff"))))
    [head, line] = [row for row in rows if len(row) > 3][:2]
    line[head.index(next(one for one in head if one.startswith(field.label)))] = OTHERWISE[field.type]
    out = io.StringIO()
    csv.writer(out).writerows([head, line])
    report = client.post(f"{base}/import", files={"file": ("名单.csv", out.getvalue().encode())}).json()
    assert [one["field"] for one in report["disputed"]] == [field.name], report
    before = desk.read()
    assert before[field.name] == filed.json()[field.name]
    accepted = desk.decide("accept")
    assert accepted.status_code == 200, accepted.text
    assert desk.read()[field.name] != before[field.name]
    assert desk.sources()[field.name]["origin"] == "verified"
