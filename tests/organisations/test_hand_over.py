"""Handing records over: who may, to whom, and who sees them afterwards: in the record, the list, the search."""

from __future__ import annotations

import asyncio
from uuid import UUID

import httpx
import pytest

from plugins import manager
from registry import accounts, database, holding, imports
from registry.history import Occasion
from registry.organisations import handing
from registry.register import Register
from tests.conftest import World
from tests.organisations.people import filed, office, somebody, told
from tests.registers.samples import SAMPLES


def hand(world: World, by: str, path: str, etag: str, keeper: str | None, **given: str) -> httpx.Response:
    """Ask for a record to be handed over."""
    body = {"keeper": keeper, "reason": "职能划转", **given}
    return world.client(by).post(f"{path}/hand-over", json=body, headers={"If-Match": etag})


def seen(world: World, username: str, path: str) -> tuple[bool, bool, bool]:
    """Whether somebody gets the record, finds it in the list, and in the search."""
    client = world.client(username)
    name = world.client("admin").get(path).json()["name"]
    listed = any(path.endswith(one["id"]) for one in client.get(path.rpartition("/")[0]).json()["items"])
    hits = client.get("/api/v1/search", params={"q": name, "facets": "district"}).json()
    assert bool(hits["hits"]) is bool(hits["facets"]["district"])
    return client.get(path).status_code == 200, listed, bool(hits["hits"])


def test_the_new_keeper_sees_it_and_the_old_one_no_longer(world: World) -> None:
    path, etag = filed(world, "tongliang")
    world.index()
    assert seen(world, "tongliang", path) == (True, True, True)
    assert seen(world, "civil", path) == (False, False, False)
    assert hand(world, "tongliang", path, etag, office(world, "民政局")).status_code == 200
    world.index()
    assert seen(world, "tongliang", path) == (False, False, False)
    assert seen(world, "civil", path) == (True, True, True)
    assert seen(world, "city", path) == (True, True, True)
    version = world.client("civil").get(path).headers["etag"]
    body = {"address": "民政路1号", "reason": "核对"}
    assert world.client("civil").patch(path, json=body, headers={"If-Match": version}).status_code == 200
    assert world.client("tongliang").patch(path, json=body, headers={"If-Match": version}).status_code == 404


def test_it_goes_back_to_its_district(world: World) -> None:
    path, etag = filed(world, "civil", district=None)
    assert world.client("civil").get(f"{path}/keeping").json()["keeper"].startswith("民政局")
    body = {"district": "铜梁区", "reason": "补填区县"}
    etag = world.client("civil").patch(path, json=body, headers={"If-Match": etag}).headers["etag"]
    assert world.client("tongliang").get(path).status_code == 404
    assert hand(world, "civil", path, etag, None).status_code == 200
    assert world.client("tongliang").get(path).status_code == 200
    assert world.client("civil").get(path).status_code == 404


def test_a_handler_is_one_of_the_receiving_unit_and_sees_it_though_only_the_own(world: World) -> None:
    place = office(world, "民政局")
    clerk = somebody(world, role="municipal", scope="own", organisation=place)
    path, etag = filed(world)
    assert told(hand(world, "city", path, etag, place, handler="tongliang")) == {"handler"}
    assert world.client(clerk).get(path).status_code == 404
    assert hand(world, "city", path, etag, place, handler=clerk).status_code == 200
    assert world.client(clerk).get(path).status_code == 200
    assert world.client(clerk).get(f"{path}/keeping").json()["handler"] == "某人（演示）"


def test_what_one_files_is_ones_own_where_only_the_own_is_seen(world: World) -> None:
    clerk = somebody(world, role="district", scope="own", organisation=office(world, "铜梁区养老"))
    mine, _ = filed(world, clerk)
    other, _ = filed(world, "tongliang")
    assert world.client(clerk).get(mine).status_code == 200
    assert world.client(clerk).get(other).status_code == 404
    assert world.client("tongliang").get(mine).status_code == 200


def test_what_is_not_in_ones_hands_is_not_ones_to_give(world: World) -> None:
    path, etag = filed(world, visibility="public")
    for username, status in (("liangjiang", 403), ("invest", 403), ("company", 403), ("civil", 403), ("", 401)):
        assert hand(world, username, path, etag, office(world, "两江新区")).status_code == status
    hidden, etag = filed(world)
    assert hand(world, "liangjiang", hidden, etag, office(world, "两江新区")).status_code == 404


def test_it_asks_for_reason_version_and_a_unit_that_can_keep(world: World) -> None:
    path, etag = filed(world)
    place = office(world, "民政局")
    assert told(hand(world, "city", path, etag, place, reason="")) == {"reason"}
    assert hand(world, "city", path, '"7"', place).status_code == 412
    assert hand(world, "city", path, etag, "00000000-0000-4000-8000-000000000000").status_code == 404
    body = {"name": "某企业（演示）", "sort": "enterprise", "parent": place}
    firm = world.client("admin").post("/api/v1/organisations", json=body).json()["id"]
    assert told(hand(world, "city", path, etag, firm)) == {"keeper"}


def test_the_history_tells_from_whom_to_whom(world: World) -> None:
    path, etag = filed(world)
    hand(world, "city", path, etag, office(world, "民政局"))
    [newest, *_] = world.client("city").get(f"{path}/history").json()
    assert (newest["act"], newest["label"], newest["reason"]) == ("handed-over", "移交", "职能划转")
    assert newest["after"]["keeper"] == "民政局（演示）"
    assert newest["version"] == 2


@pytest.mark.parametrize("kind", SAMPLES)
def test_records_of_every_register_change_hands(world: World, kind: str) -> None:
    base = f"/api/v1/{manager.registers()[kind].plural}"
    answer = world.client("city").post(base, json=SAMPLES[kind].record | {"visibility": "internal"})
    path, etag = answer.headers["location"], answer.headers["etag"]
    assert world.client("civil").get(path).status_code == 404
    assert hand(world, "city", path, etag, office(world, "民政局")).status_code == 200
    assert world.client("civil").get(path).status_code == 200


def test_many_are_handed_over_together_or_none(world: World) -> None:
    paths = [filed(world, "tongliang")[0] for _ in range(3)]
    foreign, _ = filed(world, district="万州区", visibility="public")
    client, place = world.client("tongliang"), office(world, "民政局")
    body = {"ids": [path[-36:] for path in (*paths, foreign)], "keeper": place, "reason": "成批移交"}
    answer = client.post("/api/v1/enterprises/hand-over", json=body)
    assert answer.status_code == 403
    assert all(client.get(path).status_code == 200 for path in paths)
    body["ids"] = [path[-36:] for path in paths]
    assert client.post("/api/v1/enterprises/hand-over", json=body).json() == {"handed": 3}
    assert all(client.get(path).status_code == 404 for path in paths)


def test_what_a_department_imports_it_keeps(world: World, enterprises: Register, make_list: object) -> None:
    assert callable(make_list)
    path = make_list("企业名称,省份,来源\n重庆民政导入（模拟）有限公司,重庆市,模拟数据\n")
    actor = world.run(accounts.named("civil"))
    options = imports.Options(visibility="internal")
    work = imports.import_file(
        Occasion(actor, "导入"), enterprises, path, path.name, options, annotated_dir=world.settings.uploads_dir
    )
    assert world.run(work).new == 1
    assert [one["name"] for one in world.client("civil").get("/api/v1/enterprises?limit=200").json()["items"] if
            one["name"].startswith("重庆民政导入")]  # fmt: skip


def test_a_change_does_not_move_a_record_out_of_ones_hands(world: World) -> None:
    path, etag = filed(world, "tongliang")
    body = {"district": "万州区", "reason": "迁走"}
    assert world.client("tongliang").patch(path, json=body, headers={"If-Match": etag}).status_code == 403
    assert world.client("city").patch(path, json=body, headers={"If-Match": etag}).status_code == 200


def test_many_are_held_before_the_first_is_given_so_that_no_act_on_one_of_them_waits_for_ever(world: World) -> None:
    ids = sorted(filed(world, "tongliang")[0].rpartition("/")[2] for _ in range(2))
    register, keeper = manager.registers()["enterprise"], office(world, "民政局")
    officer = world.run(accounts.named("tongliang"))

    async def both() -> list[object]:
        held, go = asyncio.Event(), asyncio.Event()

        async def amending() -> None:
            async with holding.acting(register):
                await database.execute("SELECT 1 FROM enterprise WHERE id = $1 FOR UPDATE", ids[1])
                held.set()
                await go.wait()
                await holding.note(Occasion(officer), register, UUID(ids[1]), ("amended", 2), ({}, {}))

        act = asyncio.create_task(amending())
        await held.wait()
        give = asyncio.create_task(handing.hand_over_many(Occasion(officer, "划转"), register, ids, keeper))
        await asyncio.sleep(0.3)
        go.set()
        return list(await asyncio.gather(act, give, return_exceptions=True))

    assert world.run(both()) == [None, 2]


def test_who_had_it_and_who_has_it_is_told_in_its_history_inside_only(world: World) -> None:
    path, etag = filed(world, "tongliang", visibility="public")
    assert hand(world, "tongliang", path, etag, office(world, "民政局"), handler="civil").status_code == 200
    for username in ("", "invest", "tongliang"):
        newest = world.client(username).get(f"{path}/history").json()[0]
        assert (newest["act"], newest["before"], newest["after"], newest["actor"]) == ("handed-over", {}, {}, "")
    newest = world.client("civil").get(f"{path}/history").json()[0]
    assert newest["after"] == {"keeper": "民政局（演示）", "handler": "民政局经办（演示）"}
