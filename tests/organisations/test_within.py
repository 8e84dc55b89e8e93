"""The bound of every grant as a pure rule: who is within another reaches no row, and holds no right, beyond them."""

from __future__ import annotations

from hypothesis import given, settings

from registry import access
from registry.access import GRANTS, Actor, Role
from registry.organisations.rules import within
from registry.organisations.schemas import Granter
from tests.access.test_one_rule_three_times import actors, rows


@settings(max_examples=500, deadline=None)
@given(target=actors, actor=actors, row=rows)
def test_who_is_within_covers_no_row_beyond(target: Actor, actor: Actor, row: dict[str, object]) -> None:
    if within(target, Granter(actor, None)):
        return
    assert GRANTS[target.role] | target.extra <= GRANTS[actor.role] | actor.extra | GRANTS[Role.ENTERPRISE]
    handled = str(row["handler"]) == target.id or str(row["id"]) == target.id or str(row["keeper"]) == target.id
    if access.reach(target).covers(row) and not handled:
        assert access.reach(actor).covers(row)


@given(actor=actors)
def test_everyone_is_within_themselves(actor: Actor) -> None:
    assert not within(actor, Granter(actor, None))


@given(target=actors, actor=actors)
def test_where_one_does_not_run_the_place_nothing_is_within(target: Actor, actor: Actor) -> None:
    assert "organisation" in {one.field for one in within(target, Granter(actor, frozenset()))}


@given(actor=actors)
def test_the_administrator_of_all_may_grant_everything(actor: Actor) -> None:
    assert not within(actor, Granter(Actor(Role.ADMINISTRATOR), None))
