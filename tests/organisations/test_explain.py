"""Why somebody sees a record, or does not: the explanation never says other than the rule does."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import access
from registry.access import Actor, Permission
from registry.organisations.explaining import coverage, verdicts
from tests.access.test_one_rule_three_times import actors, rows
from tests.conftest import World
from tests.organisations.people import filed, office, somebody


@settings(max_examples=500, deadline=None)
@given(actor=actors, row=rows, withdrawn=st.booleans())
def test_it_says_what_the_rule_says(actor: Actor, row: dict[str, Any], withdrawn: bool) -> None:
    row |= {"withdrawn": withdrawn}
    found = {one.act: one for one in verdicts(actor, row, {})}
    owned = access.in_scope(actor, row)
    assert found["see"].allowed is (access.sees(actor, row) and (owned or not withdrawn))
    assert found["private:read"].allowed is (actor.may(Permission.PRIVATE_READ) and owned)
    assert found["record:amend"].allowed is (actor.may(Permission.RECORD_AMEND) and owned and not withdrawn)
    for verdict in found.values():
        assert verdict.allowed or any(not reason.holds for reason in verdict.reasons)
        assert not verdict.allowed or any(reason.holds for reason in verdict.reasons)
    assert any(reason.holds for reason in coverage(actor, row, {})) is access.reach(actor).covers(row)


def explain(world: World, by: str, account: str, path: str) -> httpx.Response:
    """Ask."""
    asked = {"account": account, "kind": "enterprise", "record": path[-36:]}
    return world.client(by).get("/api/v1/access/explain", params=asked)


def verdict(answer: httpx.Response, act: str) -> tuple[bool, str]:
    """Whether, and all reasons that do not hold."""
    assert answer.status_code == 200, answer.text
    [found] = [one for one in answer.json()["verdicts"] if one["act"] == act]
    return found["allowed"], "；".join(one["text"] for one in found["reasons"] if not one["holds"])


def test_it_tells_officers_of_another_district_what_is_missing(world: World) -> None:
    path, _ = filed(world)
    allowed, why = verdict(explain(world, "admin", "liangjiang", path), "see")
    assert not allowed
    assert "内部" in why
    assert "铜梁区" in why
    assert "两江新区" in why
    assert verdict(explain(world, "admin", "tongliang", path), "see")[0]
    assert verdict(explain(world, "admin", "", path), "see")[0] is False


def test_it_tells_who_keeps_what_was_handed_over(world: World) -> None:
    path, etag = filed(world)
    body = {"keeper": office(world, "民政局"), "reason": "划转"}
    world.client("city").post(f"{path}/hand-over", json=body, headers={"If-Match": etag})
    allowed, why = verdict(explain(world, "admin", "tongliang", path), "record:amend")
    assert not allowed
    assert "民政局（演示）" in why


def test_it_tells_a_closed_account_from_one_without_rights(world: World) -> None:
    path, _ = filed(world)
    username = somebody(world, role="district", organisation=office(world, "铜梁区养老"))
    assert verdict(explain(world, "chief", username, path), "see")[0]
    world.client("chief").post(f"/api/v1/accounts/{username}/close", json={"reason": "离任"})
    allowed, why = verdict(explain(world, "chief", username, path), "see")
    assert not allowed
    assert "停用" in why


@pytest.mark.parametrize("username", ["admin", "city", "liangjiang", "nobody"])
def test_it_tells_a_unit_administrator_nothing_of_others_people(world: World, username: str) -> None:
    path, _ = filed(world)
    assert explain(world, "chief", username, path).status_code == 404


def test_it_tells_nothing_of_records_that_the_asker_does_not_see(world: World) -> None:
    path, _ = filed(world, district="万州区")
    assert explain(world, "chief", "tongliang", path).status_code == 404
    assert explain(world, "tongliang", "tongliang", path).status_code == 403


def test_it_tells_of_each_private_field(world: World) -> None:
    path, _ = filed(world, contact_phone="000-00000077")
    levels = {one["field"]: one["level"] for one in explain(world, "admin", "tongliang", path).json()["fields"]}
    assert levels["contact_phone"] == "full"
    levels = {one["field"]: one["level"] for one in explain(world, "admin", "invest", path).json()["fields"]}
    assert levels["contact_phone"] == "none"
