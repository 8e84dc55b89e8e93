"""The rule of rows is said three times: for a row, for lists, for search. Generated cases hold the three together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from registry import access, database, reach
from registry.access import SCOPES, Actor, Role, Scope
from tests.conftest import World

IDS = tuple(str(UUID(int=n)) for n in range(1, 6))
"""Few, so that they meet: each may be a record, an organisation, an account."""
DISTRICTS = ("铜梁区", "两江新区", "江北区", "万州区")

ids = st.lists(st.sampled_from(IDS), max_size=3, unique=True).map(tuple)
actors = st.builds(
    Actor,
    role=st.sampled_from(Role),
    id=st.none() | st.sampled_from(IDS),
    district=st.sampled_from(("", *DISTRICTS)),
    enterprise_id=st.none() | st.sampled_from(IDS),
    organisation=st.none() | st.sampled_from(IDS),
    given_scope=st.none() | st.sampled_from(Scope),
    offices=ids,
    districts=st.lists(st.sampled_from(DISTRICTS), max_size=2, unique=True).map(tuple),
    records=ids,
)
rows = st.fixed_dictionaries(
    {
        "id": st.sampled_from(IDS),
        "keeper": st.none() | st.sampled_from(IDS),
        "handler": st.none() | st.sampled_from(IDS),
        "district": st.none() | st.sampled_from(DISTRICTS),
        "visibility": st.sampled_from(("public", "internal")),
    }
)
_VALUES = (
    "(SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[])"
    " WITH ORDINALITY x(id, keeper, handler, district, visibility, n)) r"
)


async def told_by_sql(actor: Actor, records: list[dict[str, Any]], condition: str) -> list[bool]:
    """For each row whether the condition, as lists use it, holds."""
    columns = [[row[name] for row in records] for name in ("id", "keeper", "handler", "district", "visibility")]
    found = await database.fetch(
        f"SELECT coalesce(true{condition}, false) FROM {_VALUES} WHERE $1::date IS NULL AND {reach.NAMED} ORDER BY n",
        None,
        *access.scope_values(actor),
        *columns,
    )
    return [bool(one[0]) for one in found]


@settings(max_examples=300, deadline=None)
@given(actor=actors, records=st.lists(rows, min_size=1, max_size=30))
def test_the_row_the_list_and_the_search_agree(world: World, actor: Actor, records: list[dict[str, Any]]) -> None:
    seen = [access.sees(actor, row) for row in records]
    owned = [access.in_scope(actor, row) for row in records]
    assert world.run(told_by_sql(actor, records, access.visible_sql(actor))) == seen
    assert world.run(told_by_sql(actor, records, access.owned_sql(actor))) == owned
    asked = access.tokens(actor)
    assert [asked is None or not set(asked).isdisjoint(reach.record_tokens(row)) for row in records] == seen


@given(actor=actors, row=rows)
def test_what_is_ones_own_is_seen(actor: Actor, row: dict[str, Any]) -> None:
    assert access.sees(actor, row) or not access.in_scope(actor, row)


@given(actor=actors, row=rows, other=st.sampled_from(DISTRICTS))
def test_where_an_organisation_keeps_a_record_its_district_makes_no_difference(
    actor: Actor, row: dict[str, Any], other: str
) -> None:
    if row["keeper"] is not None:
        assert access.reach(actor).covers(row) is access.reach(actor).covers(row | {"district": other})


@given(actor=actors, row=rows)
def test_a_new_row_without_a_keeper_falls_to_its_filer_or_is_refused(actor: Actor, row: dict[str, Any]) -> None:
    placed = access.placed(actor, row)
    assert placed["handler"] == actor.id
    assert placed["keeper"] in (None, actor.organisation)
    if placed["keeper"] is not None:
        assert access.reach(actor).covers(row | placed)


@given(actor=actors)
def test_a_scope_that_the_role_cannot_have_is_none(actor: Actor) -> None:
    assert actor.scope in (SCOPES[actor.role] or (Scope.OWN,))
    assert not access.reach(actor).everything or Scope.ALL in SCOPES[actor.role]
