"""The tree of organisations: what stands where, what moves along, and who may shape it."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import httpx
import pytest

from registry import accounts
from registry.organisations.rules import BELOW, fits
from registry.organisations.schemas import Organisation, Sort
from tests.conftest import World
from tests.organisations.people import office, offices, somebody, told

TODAY = date(2026, 11, 25)
_numbers = itertools.count(1)


def node(sort: Sort, **given: Any) -> Organisation:
    """An organisation somewhere."""
    return Organisation(**{"id": "p", "path": ("p",), "sort": sort, "name": "某单位（演示）", **given})


@pytest.mark.parametrize("above", Sort)
@pytest.mark.parametrize("sort", Sort)
def test_what_may_stand_below_what(above: Sort, sort: Sort) -> None:
    district = "铜梁区" if Sort.DISTRICT in {above, sort} else ""
    parent = node(above, district=district if above is Sort.DISTRICT else "")
    one = node(sort, id="", district=district if sort in {Sort.DISTRICT, Sort.DEPARTMENT} else "")
    assert ([o.field for o in fits(one, parent, TODAY)] == []) is (sort in BELOW[above])


@pytest.mark.parametrize(
    ("one", "parent", "field"),
    [
        (node(Sort.DEPARTMENT, id=""), None, "parent"),
        (node(Sort.BUREAU, id="", name=""), None, "name"),
        (node(Sort.BUREAU, id="", name=" 空格 "), None, "name"),
        (node(Sort.BUREAU, id="", district="铜梁区"), None, "district"),
        (node(Sort.DISTRICT, id=""), node(Sort.BUREAU), "district"),
        (node(Sort.DISTRICT, id="", district="江北区"), node(Sort.BUREAU), "district"),
        (node(Sort.DEPARTMENT, id="", district="万州区"), node(Sort.DISTRICT, district="铜梁区"), "district"),
        (node(Sort.BUREAU, id="a"), node(Sort.BUREAU, path=("a", "p")), "parent"),
        (node(Sort.BUREAU, id="a"), node(Sort.BUREAU, active=False), "parent"),
        (node(Sort.BUREAU, id="a"), node(Sort.BUREAU, path=tuple("abcdefgh")), "parent"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(one: Organisation, parent: Organisation | None, field: str) -> None:
    assert [objection.field for objection in fits(one, parent, TODAY)] == [field]


def founded(world: World, by: str = "admin", **given: Any) -> httpx.Response:
    """Ask for an organisation."""
    body = {"name": f"某处（演示）{next(_numbers)}", "sort": "department", **given}
    return world.client(by).post("/api/v1/organisations", json=body)


def change(world: World, by: str, one: dict[str, Any], **given: Any) -> httpx.Response:
    """Ask for a change of an organisation."""
    headers = {"If-Match": f'"{one["version"]}"'}
    body = {"reason": "机构调整", **given}
    return world.client(by).patch(f"/api/v1/organisations/{one['id']}", json=body, headers=headers)


def test_what_stands_below_a_district_unit_answers_for_its_district(world: World) -> None:
    made = founded(world, parent=office(world, "铜梁区银发")).json()
    assert made["district"] == "铜梁区"
    assert made["path"][:-1] == [office(world, "银发经济工作"), office(world, "铜梁区银发")]


def test_a_move_takes_along_all_that_stands_below(world: World) -> None:
    top = office(world, "银发经济工作")
    division = founded(world, parent=office(world, "发展改革委")).json()
    section = founded(world, parent=division["id"]).json()
    person = somebody(world, role="municipal", scope="below", organisation=office(world, "民政局"))
    assert change(world, "admin", division, parent=office(world, "民政局")).status_code == 200
    now = world.client("city").get(f"/api/v1/organisations/{section['id']}").json()
    assert now["path"] == [top, office(world, "民政局"), division["id"], section["id"]]
    assert section["id"] in world.run(accounts.named(person)).offices
    assert change(world, "admin", division | {"version": 2}, parent=section["id"]).status_code == 422


def test_a_changed_version_is_not_written_over(world: World) -> None:
    made = founded(world, parent=office(world, "发展改革委")).json()
    assert change(world, "admin", made, name="改名一次（演示）").status_code == 200
    assert change(world, "admin", made, name="改名两次（演示）").status_code == 412
    assert world.client("admin").patch(f"/api/v1/organisations/{made['id']}", json={}).status_code == 428


def test_two_units_of_one_name_stand_not_below_the_same(world: World) -> None:
    above = office(world, "发展改革委")
    assert founded(world, parent=above, name="综合科（演示）").status_code == 201
    assert founded(world, parent=above, name="综合科（演示）").status_code == 409
    assert founded(world, parent=office(world, "民政局"), name="综合科（演示）").status_code == 201


def test_a_unit_in_use_is_not_closed(world: World) -> None:
    made = founded(world, parent=office(world, "发展改革委")).json()
    username = somebody(world, role="municipal", scope="below", organisation=made["id"])
    answer = change(world, "admin", made, active=False)
    assert answer.status_code == 409
    assert "1 个账号" in answer.json()["detail"]
    assert world.client("admin").post(f"/api/v1/accounts/{username}/close", json={}).status_code == 204
    assert change(world, "admin", made, active=False).status_code == 200


def test_a_unit_administrator_shapes_only_what_stands_below_its_own(world: World) -> None:
    own = next(one for one in offices(world) if one["name"].startswith("铜梁区银发"))
    assert founded(world, "chief", parent=own["id"]).status_code == 201
    assert founded(world, "chief", parent=office(world, "民政局")).status_code == 403
    assert founded(world, "chief", sort="bureau").status_code == 403
    assert change(world, "chief", own, name="改自己（演示）").status_code == 403
    other = next(one for one in offices(world) if one["name"].startswith("民政局"))
    assert change(world, "chief", other, parent=own["id"]).status_code == 403
    assert founded(world, "tongliang", parent=own["id"]).status_code == 403


def test_a_unit_gets_no_district_that_its_founder_does_not_answer_for(world: World) -> None:
    place = office(world, "民政局")
    deputy = somebody(world, role="municipal", scope="below", organisation=place, extra=["organisation:manage"])
    answer = founded(world, deputy, parent=place, district="万州区")
    assert answer.status_code == 403
    assert "数据范围" in answer.json()["detail"]


def test_nonsense_is_refused_in_words(world: World) -> None:
    assert told(founded(world, sort="ministry")) == {"sort"}
    assert world.client("admin").get("/api/v1/organisations/1").status_code == 404
    one = next(one for one in offices(world) if one["name"].startswith("民政局"))
    assert change(world, "admin", one, sort="bureau").status_code == 422
    assert change(world, "admin", one, active="no").status_code == 400
    assert change(world, "admin", one, name="民政局（演示）", reason="").status_code == 422
