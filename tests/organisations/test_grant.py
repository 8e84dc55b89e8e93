"""Granting: nobody gives what they do not hold, to whom they do not manage, nor beyond their own rows."""

from __future__ import annotations

from typing import Any

import pytest

from registry import accounts
from registry.access import Permission
from tests.conftest import World
from tests.organisations.people import filed, office, opened, somebody, told


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "district", "organisation": "两江新区"}, "organisation"),
        ({"role": "district", "organisation": "银发经济工作办公室"}, "organisation"),
        ({"role": "municipal", "scope": "all", "organisation": "铜梁区银发"}, "scope"),
        ({"role": "municipal", "scope": "below", "organisation": "铜梁区银发"}, "role"),
        ({"role": "administrator", "organisation": "铜梁区银发"}, "role"),
        ({"role": "investment", "scope": "all", "organisation": "铜梁区银发"}, "scope"),
        ({"role": "district", "organisation": "铜梁区银发", "extra": ["operations:read"]}, "extra"),
        ({"role": "district", "organisation": "铜梁区银发", "scope": "custom", "districts": ["万州区"]}, "scope"),
        ({"role": "district", "organisation": "铜梁区银发", "scope": "custom", "offices": ["民政局"]}, "scope"),
        ({"role": "district", "district": "铜梁区"}, "organisation"),
    ],
)
def test_a_unit_administrator_gives_nothing_beyond_its_own(world: World, given: dict[str, Any], field: str) -> None:
    for name in ("organisation",):
        if name in given:
            given = given | {name: office(world, given[name])}
    if "offices" in given:
        given = given | {"offices": [office(world, name) for name in given["offices"]]}
    answer, username = opened(world, "chief", **given)
    assert answer.status_code == 422, answer.text
    assert field in told(answer)
    assert world.client("admin").get(f"/api/v1/accounts/{username}").status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"role": "district"},
        {"role": "district", "scope": "own"},
        {"role": "district", "scope": "custom", "districts": ["铜梁区"]},
        {"role": "district", "extra": ["account:manage"]},
        {"role": "investment", "scope": "below"},
    ],
)
def test_a_unit_administrator_gives_what_is_its_own(world: World, given: dict[str, Any]) -> None:
    username = somebody(world, "chief", organisation=office(world, "铜梁区养老"), **given)
    member = world.client("chief").get(f"/api/v1/accounts/{username}").json()
    assert member["organisation_name"].startswith("铜梁区养老")
    assert world.client(username).get("/api/v1/organisations").status_code in {200, 403}


@pytest.mark.parametrize("username", ["admin", "city", "liangjiang", "civil"])
def test_who_is_beyond_ones_own_unit_is_not_even_there(world: World, username: str) -> None:
    chief = world.client("chief")
    assert chief.get(f"/api/v1/accounts/{username}").status_code == 404
    assert chief.post(f"/api/v1/accounts/{username}/close", json={"reason": "试"}).status_code == 404
    body = {"role": "district", "reason": "试"}
    assert chief.patch(f"/api/v1/accounts/{username}", json=body).status_code == 404
    listed = {one["username"] for one in chief.get("/api/v1/accounts").json()}
    assert username not in listed
    assert {"chief", "tongliang"} <= listed


def test_nobody_changes_their_own_rights(world: World) -> None:
    for username in ("chief", "admin"):
        body = {"role": "district", "organisation": office(world, "铜梁区银发"), "reason": "自改"}
        assert world.client(username).patch(f"/api/v1/accounts/{username}", json=body).status_code == 403
        assert world.client(username).post(f"/api/v1/accounts/{username}/close", json={}).status_code == 403


def test_one_who_can_more_is_not_touched_though_in_ones_own_unit(world: World) -> None:
    """Else a unit's administrator would take over the account of one who sees the whole city."""
    mighty = somebody(world, role="municipal", scope="all", organisation=office(world, "铜梁区养老"))
    chief = world.client("chief")
    assert chief.get(f"/api/v1/accounts/{mighty}").status_code == 200
    body = {"role": "district", "organisation": office(world, "铜梁区养老"), "reason": "收回"}
    for answer in (
        chief.patch(f"/api/v1/accounts/{mighty}", json=body),
        chief.post(f"/api/v1/accounts/{mighty}/close", json={"reason": "停用"}),
    ):
        assert answer.status_code == 403
        assert "超出您的管理范围" in answer.json()["detail"]


def test_a_grant_is_whole_and_takes_what_is_not_given(world: World) -> None:
    place = office(world, "铜梁区养老")
    username = somebody(world, role="district", organisation=place, extra=["access:explain"])
    path, _ = filed(world, "city", visibility="internal")
    client = world.client(username)
    assert client.get(path).status_code == 200
    body = {"role": "district", "scope": "own", "organisation": place, "reason": "只办本人的"}
    assert world.client("chief").patch(f"/api/v1/accounts/{username}", json=body).status_code == 200
    assert client.get(path).status_code == 404
    assert client.get("/api/v1/access/explain", params={"kind": "enterprise", "record": path[-36:]}).status_code == 403


def test_a_grant_says_why(world: World) -> None:
    username = somebody(world, role="district", organisation=office(world, "铜梁区养老"))
    body = {"role": "district", "organisation": office(world, "铜梁区养老")}
    answer = world.client("admin").patch(f"/api/v1/accounts/{username}", json=body)
    assert answer.status_code == 422
    assert told(answer) == {"reason"}


def test_rights_that_were_taken_away_grant_nothing_though_they_are_still_remembered(world: World) -> None:
    place = office(world, "铜梁区银发")
    deputy = somebody(world, role="district", organisation=place, extra=["account:manage"])
    assert world.client(deputy).get("/api/v1/accounts").status_code == 200
    # Behind the program's back, as another process would: this one still remembers the old rights.
    world.run(_move_away(deputy, office(world, "铜梁区养老")))
    answer, _ = opened(world, deputy, role="district", organisation=place)
    assert answer.status_code == 422
    assert "organisation" in told(answer)


async def _move_away(username: str, place: str) -> None:
    from registry import database

    await database.execute("UPDATE account SET organisation = $2 WHERE username = $1", username, place)


def test_what_does_not_go_together_is_refused_to_the_administrator_too(world: World) -> None:
    place = office(world, "铜梁区银发")
    for given, field in (
        ({"role": "enterprise", "scope": "all"}, "scope"),
        ({"role": "district", "scope": "all", "organisation": place}, "scope"),
        ({"role": "district", "organisation": office(world, "民政局")}, "organisation"),
        ({"role": "municipal", "scope": "below"}, "organisation"),
        ({"role": "municipal", "scope": "custom", "organisation": place}, "custom"),
        ({"role": "district", "organisation": place, "extra": ["index:manage"]}, "extra"),
        ({"role": "nobody"}, "role"),
        ({"role": "public"}, "role"),
    ):
        answer, _ = opened(world, "admin", **given)
        assert answer.status_code == 422, given
        assert field in told(answer), given


def test_a_place_that_there_is_not_is_refused(world: World) -> None:
    for place in ("00000000-0000-4000-8000-000000000000", "nowhere"):
        assert opened(world, "admin", role="district", organisation=place)[0].status_code == 404


def test_the_last_administrator_stays(world: World) -> None:
    other = somebody(world, role="administrator")
    assert world.client(other).post("/api/v1/accounts/admin/close", json={"reason": "换人"}).status_code == 204
    body = {"role": "municipal", "reason": "换岗"}
    third = somebody(world, other, role="administrator")
    assert world.client(third).patch(f"/api/v1/accounts/{other}", json=body).status_code == 200
    answer = world.client(third).post(f"/api/v1/accounts/{third}/close", json={"reason": "离任"})
    assert answer.status_code == 403


def test_every_change_of_rights_is_told_to_those_who_manage_them(world: World) -> None:
    somebody(world, "chief", role="district", organisation=office(world, "铜梁区养老"), reason="新人到岗")
    [newest, *_] = world.client("chief").get("/api/v1/access/changes").json()
    assert newest["label"] == "开通账号"
    assert newest["reason"] == "新人到岗"
    assert newest["actor"] == "铜梁区管理员（演示）"
    assert newest["after"]["角色"] == "区县经办"
    assert world.client("tongliang").get("/api/v1/access/changes").status_code == 403


def test_an_account_opened_in_a_unit_is_read_as_its_unit_says(world: World) -> None:
    actor = world.run(accounts.named("chief"))
    assert actor.district == "铜梁区"
    assert actor.districts == ("铜梁区",)
    assert {office(world, "铜梁区银发"), office(world, "铜梁区养老")} == set(actor.offices)
    assert actor.may(Permission.ACCOUNT_MANAGE)
    assert not world.run(accounts.named("tongliang")).may(Permission.ACCOUNT_MANAGE)
