"""Hits, totals, counts and suggestions show nobody what is not theirs."""

from __future__ import annotations

from itertools import combinations

import pytest

from search import PUBLIC, Query, SearchEngine
from tests.search.samples import enterprise, titles

TOKENS = ("district:渝中区", "district:江北区", "owner:7")
RECORDS = [
    enterprise("银龄公开", facets={"tier": ("甲",)}),
    enterprise("银龄渝中", facets={"tier": ("甲",)}, access=(TOKENS[0],)),
    enterprise("银龄江北", facets={"tier": ("乙",)}, access=(TOKENS[1], TOKENS[2])),
    enterprise("银龄公开又渝中", facets={"tier": ("乙",)}, access=(PUBLIC, TOKENS[0])),
    enterprise("银龄无人", facets={"tier": ("丙",)}, access=()),
]
ASKERS = [None, *(tuple(c) for size in range(4) for c in combinations((PUBLIC, *TOKENS), size))]


@pytest.mark.parametrize("access", ASKERS)
@pytest.mark.parametrize("text", ["", "银龄", "yinling", "yl"])
def test_it_shows_exactly_what_the_asker_may_see(
    engine: SearchEngine, text: str, access: tuple[str, ...] | None
) -> None:
    engine.apply(RECORDS)
    allowed = [record for record in RECORDS if access is None or set(record.access) & set(access)]
    answer = engine.search(Query(text, facets=("tier", "kind"), access=access))
    assert {hit.title for hit in answer.hits} == {record.title for record in allowed}
    assert answer.total == len(allowed)
    assert sum(answer.facets["tier"].values()) == sum(answer.facets["kind"].values()) == len(allowed)
    if text:
        assert {one.title for one in engine.suggest(text, access)} == {record.title for record in allowed}


def test_it_does_not_spell_out_a_hidden_title(engine: SearchEngine) -> None:
    engine.apply([enterprise("重庆银龄康养服务有限公司", access=(TOKENS[0],)), enterprise("成都公司")])
    assert engine.search(Query("重庆银铃康养服务")).suggestion == ""
    assert engine.search(Query("重庆银铃康养服务", access=(TOKENS[0],))).suggestion == "重庆银龄康养服务有限公司"


def test_it_forgets_an_access_that_was_taken_back(engine: SearchEngine) -> None:
    engine.apply([enterprise("银龄公开", id_="1")])
    assert titles(engine, "银龄") == ["银龄公开"]
    engine.apply([enterprise("银龄公开", id_="1", access=(TOKENS[0],))])
    assert titles(engine, "银龄") == []
    assert titles(engine, "银龄", (TOKENS[0],)) == ["银龄公开"]
