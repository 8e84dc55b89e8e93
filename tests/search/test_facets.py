"""Filters and counts."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from search import Query, SearchEngine
from tests.search.samples import enterprise

DISTRICTS, TIERS, KINDS = ("渝中区", "江北区", "两江新区"), ("小巨人", "专精特新"), ("enterprise", "brand")
RECORDS = [
    enterprise(
        f"{district}银龄{i}{'养老' if i % 2 else '康养'}",
        kind=kind,
        facets={"district": (district,), "tier": (tier, "全部") if i else (), "年.份": (f"20{20 + i}",)},
    )
    for i, (district, tier, kind) in enumerate(product(DISTRICTS, TIERS, KINDS))
]


@pytest.fixture
def faceted(engine: SearchEngine) -> SearchEngine:
    engine.apply(RECORDS)
    return engine


def _expected(text: str, filters: dict[str, tuple[str, ...]], kinds: tuple[str, ...], facet: str) -> dict[str, int]:
    """Counted by hand: every filter but the facet's own."""
    counts: Counter[str] = Counter()
    for record in RECORDS:
        values = record.facets | {"kind": (record.kind,)}
        wanted = filters | ({"kind": kinds} if kinds else {})
        if text in record.title and all(
            set(values[name]) & set(chosen) for name, chosen in wanted.items() if name != facet
        ):
            counts.update(values[facet])
    return dict(counts)


@pytest.mark.parametrize("text", ["", "银龄", "养老", "服务"])
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"district": ("渝中区",)},
        {"district": ("渝中区", "江北区")},
        {"district": ("渝中区",), "tier": ("小巨人",)},
        {"tier": ("全部",), "年.份": ("2023", "2027")},
    ],
)
@pytest.mark.parametrize("kinds", [(), ("brand",), ("brand", "enterprise")])
def test_it_counts_each_facet_without_its_own_filter(
    faceted: SearchEngine, text: str, filters: dict[str, tuple[str, ...]], kinds: tuple[str, ...]
) -> None:
    facets = ("district", "tier", "kind", "年.份")
    answer = faceted.search(Query(text, kinds, filters, facets))
    assert answer.facets == {facet: _expected(text, filters, kinds, facet) for facet in facets}
    shown = [record for record in RECORDS if record.title in {hit.title for hit in answer.hits}]
    assert answer.total == len(answer.hits) == len(shown)


def test_it_puts_the_most_frequent_value_first(faceted: SearchEngine) -> None:
    counts = faceted.search(Query("", facets=("tier",))).facets["tier"]
    assert list(counts) == ["全部", "专精特新", "小巨人"]


def test_it_answers_facets_that_nobody_has(faceted: SearchEngine) -> None:
    assert faceted.search(Query("银龄", facets=("nobody",))).facets == {"nobody": {}}
    assert faceted.search(Query("没有的", facets=("tier",))).facets == {"tier": {}}
    assert faceted.search(Query("银龄", filters={"nobody": ("x",)})).total == 0
    assert faceted.search(Query("银龄", filters={"district": ("没有",)}, facets=("district",))).facets["district"] != {}


def test_it_filters_kind_as_any_other_facet(faceted: SearchEngine) -> None:
    by_kinds = faceted.search(Query("银龄", kinds=("brand",)))
    by_filter = faceted.search(Query("银龄", filters={"kind": ("brand",)}))
    assert by_kinds.total == by_filter.total == 6
    assert faceted.search(Query("银龄", kinds=("nothing",))).total == 0


def test_it_takes_facet_values_as_they_are(engine: SearchEngine) -> None:
    odd = ("2024-01-01T00:00:00Z", "A.b c:d", "3", "3.5", "true", "“引号”", "")
    engine.apply(enterprise(f"记录{i}", facets={"odd": (value,)}) for i, value in enumerate(odd))
    assert engine.search(Query("", facets=("odd",))).facets["odd"] == dict.fromkeys(sorted(odd), 1)
    for value in odd:
        assert engine.search(Query("", filters={"odd": (value,)})).total == 1, value
