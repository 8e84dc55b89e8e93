"""Undoing one change by a new one, and returning a record to an earlier version."""

from __future__ import annotations

from uuid import UUID

import httpx

from registry import database, history_redaction
from registry.history import SYSTEM
from tests.conftest import World
from tests.records.test_amend import Filed


def step(filed: Filed, act: str, version: int, client: httpx.Client | None = None, **body: object) -> httpx.Response:
    """Undo or revert, having seen the record as it is now."""
    tag = {"If-Match": filed.city.get(filed.place).headers["etag"]}
    given = {"version": version, "reason": "录错了", **body}
    return (client or filed.city).post(f"{filed.place}/{act}", json=given, headers=tag)


def test_undoing_a_change_brings_the_old_values_back_by_a_new_change(world: World) -> None:
    filed = Filed(world, "重庆撤销甲（模拟）有限公司", address="旧址", registered_capital="1.25亿元")
    filed.amend(address="新址", registered_capital="80.5万元")
    answer = step(filed, "undo", 2)
    assert answer.status_code == 200, answer.text
    record = answer.json()
    assert (record["version"], record["address"], record["registered_capital"]) == (3, "旧址", 12500)
    newest = filed.history()[0]
    assert (newest["act"], newest["label"], newest["reason"]) == ("undone", "撤销变更", "录错了")
    assert newest["before"] == {"address": "新址", "registered_capital": 80.5}
    assert newest["after"] == {"address": "旧址", "registered_capital": 12500}
    assert newest["request_id"] == answer.headers["x-request-id"]


def test_what_was_changed_again_since_is_not_overwritten(world: World) -> None:
    filed = Filed(world, "重庆撤销乙（模拟）有限公司", address="一")
    filed.amend(address="二", website="www.example.cn")
    filed.amend(tag='"2"', address="三")
    answer = step(filed, "undo", 2)
    assert answer.status_code == 409
    assert [error["field"] for error in answer.json()["errors"]] == ["address"]
    assert filed.city.get(filed.place).json()["address"] == "三"


def test_an_older_change_of_other_fields_can_still_be_undone(world: World) -> None:
    filed = Filed(world, "重庆撤销丙（模拟）有限公司", address="一")
    filed.amend(address="二")
    filed.amend(tag='"2"', website="www.example.cn")
    record = step(filed, "undo", 2).json()
    assert (record["address"], record["website"]) == ("一", "www.example.cn")


def test_undoing_a_renaming_leaves_no_former_name_and_search_keys_follow(world: World) -> None:
    filed = Filed(world, "重庆撤销丁原名（模拟）有限公司")
    filed.amend(name="重庆撤销丁误名（模拟）有限公司")
    record = step(filed, "undo", 2).json()
    assert (record["name"], record["former_names"]) == ("重庆撤销丁原名（模拟）有限公司", [])
    assert Filed(world, "重庆撤销丁误名（模拟）有限公司").place != filed.place


def test_undoing_a_filing_withdraws_and_undoing_a_withdrawal_reinstates(world: World) -> None:
    filed = Filed(world, "重庆撤销戊（模拟）有限公司")
    assert step(filed, "undo", 1).json()["withdrawn"] is True
    assert step(filed, "undo", 2).json()["withdrawn"] is False
    assert step(filed, "undo", 3).json()["withdrawn"] is True


def test_undoing_asks_for_a_reason_and_a_version_that_is_there(world: World) -> None:
    filed = Filed(world, "重庆撤销己（模拟）有限公司", address="一")
    filed.amend(address="二")
    assert step(filed, "undo", 2, reason=" ").status_code == 422
    assert step(filed, "undo", 9).status_code == 404
    assert step(filed, "revert", 2).status_code == 404
    stale = filed.city.post(f"{filed.place}/undo", json={"version": 2, "reason": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


def test_only_those_in_whose_hands_it_is_may_undo(world: World) -> None:
    filed = Filed(world, "重庆撤销庚（模拟）有限公司", address="一")
    filed.amend(address="二")
    assert step(filed, "undo", 2, world.client("liangjiang")).status_code == 403
    assert step(filed, "undo", 2, world.client("invest")).status_code == 403
    assert step(filed, "revert", 1, world.client()).status_code == 401
    assert step(filed, "undo", 2, world.client("tongliang")).status_code == 200


def test_reverting_brings_every_field_back_to_that_version(world: World) -> None:
    filed = Filed(world, "重庆退回甲（模拟）有限公司", address="一", former_names=["重庆老名（模拟）厂"])
    filed.amend(address="二", website="www.example.cn")
    filed.amend(tag='"2"', address="三", name="重庆退回甲新名（模拟）有限公司")
    answer = step(filed, "revert", 2)
    assert answer.status_code == 200, answer.text
    record = answer.json()
    assert (record["address"], record["website"]) == ("二", "www.example.cn")
    assert (record["name"], record["former_names"]) == ("重庆退回甲（模拟）有限公司", ["重庆老名（模拟）厂"])
    first = step(filed, "revert", 1).json()
    assert (first["address"], first["website"], first["version"]) == ("一", None, 5)
    assert [entry["act"] for entry in filed.history()][:2] == ["reverted", "reverted"]


def test_what_the_law_erased_is_not_brought_back(world: World) -> None:
    filed = Filed(world, "重庆撤销辛（模拟）有限公司", contact_phone="023-41111111")
    filed.amend(contact_phone="023-42222222")

    async def erase() -> None:
        async with database.transaction():
            record_id = UUID(filed.place.rpartition("/")[2])
            await history_redaction.redact(SYSTEM, "enterprise", record_id, {"contact_phone"}, 2)

    world.run(erase())
    for act, version in (("undo", 2), ("revert", 1)):
        answer = step(filed, act, version)
        assert answer.status_code == 409
        assert "依法删除" in answer.json()["detail"]
