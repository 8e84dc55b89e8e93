"""Amending, withdrawing and reinstating a record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"


class Filed:
    """A record filed for the test, and the requests made on it."""

    def __init__(self, world: World, name: str, **fields: object) -> None:
        self.city = world.client("city")
        answer = self.city.post(BASE, json={"name": name, "district": "铜梁区", "visibility": "public", **fields})
        assert answer.status_code == 201, answer.text
        self.place, self.tag = answer.headers["location"], answer.headers["etag"]

    def amend(self, client: httpx.Client | None = None, *, tag: str | None = None, **body: object) -> httpx.Response:
        """PATCH with a reason and the version seen."""
        headers = {"If-Match": self.tag if tag is None else tag}
        return (client or self.city).patch(self.place, json={"reason": "核对", **body}, headers=headers)

    def act(self, act: str, tag: str, reason: str = "核对") -> httpx.Response:
        """Withdraw or reinstate."""
        return self.city.post(f"{self.place}/{act}", json={"reason": reason}, headers={"If-Match": tag})

    def history(self, client: httpx.Client | None = None) -> list[dict[str, object]]:
        """The record's history, newest first."""
        entries: list[dict[str, object]] = (client or self.city).get(f"{self.place}/history").json()
        return entries


def test_it_writes_before_and_after_actor_and_reason(world: World) -> None:
    filed = Filed(world, "重庆甲改名有限公司")
    answer = filed.amend(address="重庆市铜梁区某路1号", registered_capital="1.5亿元")
    assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == 2
    assert answer.json()["registered_capital"] == 15000
    newest = filed.history()[0]
    assert newest["before"] == {"address": None, "registered_capital": None}
    assert newest["after"] == {"address": "重庆市铜梁区某路1号", "registered_capital": 15000}
    assert (newest["act"], newest["reason"], newest["actor"]) == ("amended", "核对", "市级经办（演示）")
    assert newest["request_id"] == answer.headers["x-request-id"]


def test_it_refuses_a_version_that_is_no_longer_current(world: World) -> None:
    filed = Filed(world, "重庆乙有限公司")
    assert filed.amend(address="一").status_code == 200
    late = filed.amend(address="二")
    assert late.status_code == 412
    assert "第 1 版" in late.json()["detail"]
    assert filed.city.get(filed.place).json()["address"] == "一"


def test_it_demands_a_version_and_a_reason(world: World) -> None:
    filed = Filed(world, "重庆丙有限公司")
    assert filed.city.patch(filed.place, json={"reason": "核对", "address": "x"}).status_code == 428
    assert filed.amend(tag='"abc"', address="x").status_code == 400
    assert filed.amend(reason=" ", address="x").status_code == 422


def test_a_change_that_changes_nothing_leaves_no_trace(world: World) -> None:
    filed = Filed(world, "重庆丁有限公司")
    answer = filed.amend(name="重庆丁有限公司")
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert len(filed.history()) == 1


def test_a_renamed_record_keeps_its_former_name_and_is_found_by_it(world: World) -> None:
    filed = Filed(world, "重庆旧称健康有限公司")
    answer = filed.amend(name="重庆新称健康有限公司")
    assert answer.json()["former_names"] == ["重庆旧称健康有限公司"]
    world.index()
    hits = world.client().get("/api/v1/search", params={"q": "旧称健康"}).json()["hits"]
    assert [hit["title"] for hit in hits] == ["重庆新称健康有限公司"]


def test_an_officer_may_not_amend_another_districts_record_nor_move_its_own_away(world: World) -> None:
    filed = Filed(world, "重庆戊有限公司")
    assert filed.amend(world.client("liangjiang"), address="x").status_code == 403
    assert filed.amend(world.client("tongliang"), district="万州区").status_code == 403
    assert filed.amend(world.client("tongliang"), address="x").status_code == 200


@pytest.mark.parametrize("username", ["invest", "company"])
def test_others_may_not_amend_at_all(world: World, username: str) -> None:
    filed = Filed(world, f"重庆己{username}有限公司")
    assert filed.amend(world.client(username), address="x").status_code == 403


def test_of_many_at_once_exactly_one_wins(world: World) -> None:
    filed = Filed(world, "重庆庚有限公司")

    def attempt(number: int) -> int:
        return filed.amend(world.client("city"), address=f"第{number}处").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(attempt, range(16)))
    assert answers == [200] + [412] * 15


def test_a_withdrawn_record_leaves_lists_and_search_but_not_the_officers_sight(world: World) -> None:
    filed = Filed(world, "重庆辛撤回有限公司", credit_code=synthetic_code(42))
    answer = filed.act("withdraw", filed.tag)
    assert answer.status_code == 200, answer.text
    world.index()
    assert world.client().get(filed.place).status_code == 404
    assert filed.city.get(filed.place).json()["withdrawn"] is True
    assert world.client().get("/api/v1/search", params={"q": "辛撤回"}).json()["total"] == 0
    assert filed.amend(tag=answer.headers["etag"], address="x").status_code == 409
    back = filed.act("reinstate", answer.headers["etag"])
    assert back.status_code == 200
    world.index()
    assert world.client().get("/api/v1/search", params={"q": "辛撤回"}).json()["total"] == 1
    assert [entry["act"] for entry in filed.history()] == ["reinstated", "withdrawn", "filed"]


def test_a_code_taken_meanwhile_keeps_a_record_withdrawn(world: World) -> None:
    code = synthetic_code(43)
    filed = Filed(world, "重庆壬有限公司", credit_code=code)
    withdrawn = filed.act("withdraw", filed.tag)
    Filed(world, "重庆癸有限公司", credit_code=code)
    assert filed.act("reinstate", withdrawn.headers["etag"]).status_code == 409


def test_withdrawing_asks_for_a_reason(world: World) -> None:
    filed = Filed(world, "重庆子有限公司")
    assert filed.act("withdraw", filed.tag, reason="").status_code == 422


def test_a_name_taken_by_a_record_without_a_code_is_not_taken_again(world: World) -> None:
    Filed(world, "重庆占名有限公司")
    assert Filed(world, "重庆另名有限公司").amend(name="重庆占名有限公司").status_code == 409
    withdrawn = Filed(world, "重庆再占有限公司")
    tag = withdrawn.act("withdraw", withdrawn.tag).headers["etag"]
    Filed(world, "重庆再占有限公司")
    assert withdrawn.act("reinstate", tag).status_code == 409
