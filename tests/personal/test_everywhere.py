"""No address of the program gives personal data in clear, whoever asks: all that read are gone through."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from plugins import manager
from registry import database
from registry.access import Actor, Role
from registry.history import Occasion
from registry.merging import joining
from registry.organisations import binding
from registry.provenance import conflicts
from registry.provenance.rules import Origin
from tests.conftest import World
from tests.house.test_permissions import NOBODYS, routes
from tests.personal.test_masking import BASE, NAME, PHONE, RECORD

SECRETS = (NAME, PHONE, "13911112222", "13733334444", "13655556666")
ADMINISTRATOR = Actor(Role.ADMINISTRATOR, None, "管理员")


@pytest.fixture(scope="module")
def record(world: World) -> str:
    """A record whose telephone was changed, contradicted, and brought along by another that was merged into it."""
    client, register = world.client("city"), manager.registers()["enterprise"]
    made = []
    for name, phone in (("重庆处处遮盖（模拟）有限公司", "13911112222"), ("重庆并入（模拟）有限公司", "13733334444")):
        where = client.post(BASE, json={**RECORD, "name": name}).headers["location"]
        changed = {"reason": "换号", "contact_phone": phone}
        assert client.patch(where, json=changed, headers={"If-Match": '"1"'}).status_code == 200
        made.append(joining.Seen(where.rpartition("/")[2], 2))
    occasion = Occasion(ADMINISTRATOR, "同一家")

    async def contradict() -> None:
        async with database.transaction():
            said = {"contact_phone": "13655556666"}
            await conflicts.note(occasion, "enterprise", UUID(made[0].id), Origin.CLAIM, said)

    world.run(contradict())
    world.run(joining.merge(occasion, register, made[0], made[1]))
    world.run(binding.bind(occasion, "company", register, made[0].id))
    world.index()
    return made[0].id


@pytest.mark.parametrize("username", ["admin", "tongliang", "company"])
def test_no_address_gives_it_in_clear(world: World, record: str, username: str) -> None:
    client = world.client(username)
    told = {}
    reading = sorted({route.path for route in routes(world) if route.method == "GET" and "/static/" not in route.path})
    for path in reading:
        address = re.sub(r"\{record_id[^}]*\}", record, path)
        address = re.sub(r"\{[^}]+\}", NOBODYS, address)
        for params in ({}, {"format": "csv"}, {"kind": "enterprise"}):
            for accept in ("application/json", "text/html"):
                text = client.get(address, params=params, headers={"accept": accept}).text
                if found := [secret for secret in SECRETS if secret in text]:
                    told[f"{address} {params}"] = found
    assert any("/history" in path for path in reading)
    assert told == {}
