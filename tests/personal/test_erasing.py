"""Erasing: the value is left nowhere in the database, the chain still verifies, and it is told that it was done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugins import manager
from registry import clock, database, history_chain, password_policy, personal
from registry.access import Actor, Role
from registry.duplicates import keeping
from registry.history import Occasion
from registry.merging import joining
from registry.password_policy import Policy
from tests.conftest import World
from tests.personal.test_masking import BASE, NAME, PHONE, RECORD

SECOND = "13911112222"


def filed(world: World, name: str) -> str:
    """A record whose telephone was changed once, so that history and past versions keep two."""
    client = world.client("city")
    where = str(client.post(BASE, json={**RECORD, "name": name}).headers["location"])
    changed = client.patch(
        where, json={"reason": "换号", "contact_phone": SECOND, "address": "某路1号"}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200, changed.text
    world.index()
    return where


def where_kept(world: World, text: str) -> list[str]:
    """The tables in which a text stands."""
    tables = world.run(
        database.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")
    )
    sql = "SELECT EXISTS (SELECT FROM {} t WHERE t::text LIKE $1)"
    names = [row[0] for row in tables]
    return [name for name in names if world.run(database.fetchval(sql.format(f'"{name}"'), f"%{text}%"))]


def test_nothing_of_it_is_left_and_the_chain_still_verifies(world: World) -> None:
    where = filed(world, "重庆清除（模拟）有限公司")
    assert {"enterprise", "enterprise_past", "history"} <= {*where_kept(world, SECOND), *where_kept(world, PHONE)}
    admin = world.client("admin")
    erased = admin.post(
        f"{where}/personal/erase",
        json={"reason": "本人申请删除"},
        headers={"If-Match": admin.get(where).headers["etag"]},
    )
    assert erased.json() == {"version": 3}
    world.index()
    world.run(keeping.catch_up(manager.registers()["enterprise"]))
    for text in (PHONE, SECOND, NAME):
        assert where_kept(world, text) == []
    verdict = world.run(history_chain.verify("enterprise"))
    assert verdict.sound, verdict
    told = admin.get(where).json()
    assert (told["private"]["contact_phone"], told["private"]["contact_name"]) == (None, None)
    assert told["address"] == "某路1号"
    [newest, *_] = admin.get(f"{where}/history").json()
    assert (newest["act"], newest["reason"]) == ("redacted", "本人申请删除")
    [noted, *_] = admin.get(f"{where}/personal/log").json()
    assert (noted["act"], noted["detail"]["fields"]) == ("清除个人信息", ["联系人", "联系电话"])


def test_what_was_said_against_it_and_what_it_took_up_are_erased_too(world: World) -> None:
    kept, given = (filed(world, f"重庆合并清除{n}（模拟）有限公司") for n in ("子", "丑"))
    third = "13733334444"
    world.client("city").patch(given, json={"reason": "另一电话", "contact_phone": third}, headers={"If-Match": '"2"'})
    sql = (
        "INSERT INTO field_conflict (kind, record_id, field, said, origin, actor_name)"
        " VALUES ('enterprise', $1::uuid, 'contact_phone', '\"13655556666\"', 'claim', '某')"
    )
    world.run(database.execute(sql, kept.rpartition("/")[2]))
    admin = world.client("admin")
    occasion = Occasion(Actor(Role.ADMINISTRATOR, None, "管理员"), "同一家")
    register = manager.registers()["enterprise"]
    one, other = (joining.Seen(where.rpartition("/")[2], version) for where, version in ((kept, 2), (given, 3)))
    world.run(joining.merge(occasion, register, one, other, {"contact_phone": "other"}))
    assert "record_merge" in where_kept(world, third)
    erased = admin.post(
        f"{kept}/personal/erase", json={"reason": "本人申请"}, headers={"If-Match": admin.get(kept).headers["etag"]}
    )
    assert erased.status_code == 200, erased.text
    world.index()
    world.run(keeping.catch_up(register))
    for text in (third, "13655556666"):
        assert where_kept(world, text) == []
    assert world.run(history_chain.verify("enterprise")).sound


def test_only_the_fields_named_are_erased(world: World) -> None:
    where = filed(world, "重庆只清一项（模拟）有限公司")
    admin = world.client("admin")
    headers = {"If-Match": admin.get(where).headers["etag"]}
    wrong = admin.post(f"{where}/personal/erase", json={"reason": "试", "fields": ["name"]}, headers=headers)
    assert wrong.status_code == 422
    erased = admin.post(
        f"{where}/personal/erase", json={"reason": "本人申请", "fields": ["contact_name"]}, headers=headers
    )
    assert erased.status_code == 200
    shown = admin.post(f"{where}/personal", json={"purpose": "核对清除"}).json()["fields"]
    assert shown == {"contact_name": None, "contact_phone": SECOND}


@pytest.mark.parametrize("username", ["city", "tongliang", "company"])
def test_nobody_but_an_administrator_erases(world: World, username: str) -> None:
    where = filed(world, f"重庆不得清除{username}（模拟）有限公司")
    answer = world.client(username).post(f"{where}/personal/erase", json={"reason": "试"}, headers={"If-Match": '"2"'})
    assert answer.status_code == 403
    assert world.client("admin").post(f"{where}/personal/erase", json={"reason": "试"}).status_code == 428
    unreasoned = world.client("admin").post(f"{where}/personal/erase", json={}, headers={"If-Match": '"2"'})
    assert unreasoned.status_code == 422


def test_what_was_withdrawn_long_ago_is_erased_by_itself_when_the_policy_says_so(world: World) -> None:
    register = manager.registers()["enterprise"]
    long_ago, lately, standing = (filed(world, f"重庆到期{n}（模拟）有限公司") for n in ("甲", "乙", "丙"))
    for where, days in ((long_ago, 400), (lately, 10), (standing, 400)):
        own = where.rpartition("/")[2]
        if where != standing:
            world.client("city").post(f"{where}/withdraw", json={"reason": "停业"}, headers={"If-Match": '"2"'})
        moment = clock.now() - timedelta(days=days)
        world.run(database.execute("UPDATE enterprise SET updated_at = $2 WHERE id = $1::uuid", own, moment))
    policy = world.run(password_policy.current())
    assert policy.personal_days == 0
    assert world.run(personal.sweep(policy, [register])) == 0
    assert world.run(personal.sweep(Policy(personal_days=365), [register])) == 1
    assert world.run(personal.sweep(Policy(personal_days=365), [register])) == 0
    phones = {
        where: world.run(
            database.fetchval("SELECT contact_phone FROM enterprise WHERE id = $1::uuid", where.rpartition("/")[2])
        )
        for where in (long_ago, lately, standing)
    }
    assert phones == {long_ago: None, lately: SECOND, standing: SECOND}
    assert world.run(history_chain.verify("enterprise")).sound
