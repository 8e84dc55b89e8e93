"""Merging and splitting keep what they promise for every register, whatever its fields are."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from plugins import manager
from registry import demo
from registry.register import Register
from tests.conftest import World
from tests.registers.samples import SAMPLES

REGISTERS = list(manager.registers().values())
MOVING = {"version", "updated_at", "verified", "origins"}


def told(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says, without what every act moves."""
    return {name: value for name, value in record.items() if name not in MOVING}


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_a_split_gives_back_exactly_what_a_merge_took_together(world: World, register: Register) -> None:
    officer, base = world.client("city"), f"/api/v1/{register.plural}"
    sample = SAMPLES[register.kind]
    keep, give = (officer.post(base, json=record).json() for record in (sample.record, sample.second))
    with httpx.Client(base_url=world.url, headers={"accept": "text/html"}, timeout=30) as browser:
        browser.post("/login", data={"username": "city", "password": demo.PASSWORD})
        page = browser.get(f"/{register.plural}/{keep['id']}/compare/{give['id']}")
        assert page.status_code == 200
        assert give[register.name_field] in page.text
    body = {"other": give["id"], "other_version": 1, "reason": "同一条"}
    merged = officer.post(f"{base}/{keep['id']}/merge", json=body, headers={"If-Match": '"1"'})
    assert merged.status_code == 200, merged.text
    names = {record[register.name_field] for record in (keep, give)}
    assert {*merged.json()[register.former_names_field], merged.json()[register.name_field]} == names
    assert world.client().get(f"{base}/{give['id']}").headers["location"] == f"{base}/{keep['id']}"
    [merge] = officer.get(f"{base}/{keep['id']}/merges").json()
    back = officer.post(f"{base}/merges/{merge['id']}/undo", json={"reason": "两条"})
    assert back.status_code == 200, back.text
    assert told(back.json()) == told(give)
    assert told(officer.get(f"{base}/{keep['id']}").json()) == told(keep)
