"""Hits, totals, facet counts, suggestions, hints and far pages obey rows and fields, for each of the cast."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attachments.made import filed
from tests.conftest import World

SEEN = {
    "": {"公开甲", "公开乙"},
    "company": {"公开甲", "公开乙"},
    "tongliang": {"公开甲", "公开乙", "内部甲"},
    "liangjiang": {"公开甲", "公开乙"},
    "city": {"公开甲", "公开乙", "内部甲", "内部乙"},
    "invest": {"公开甲", "公开乙", "内部甲", "内部乙"},
    "admin": {"公开甲", "公开乙", "内部甲", "内部乙"},
}
SECRET = "只有经办知道的联系人"


@pytest.fixture(scope="module")
def rows(world: World) -> World:
    """Public and internal records of two districts, one with a private word."""
    filed(world, "重庆权行公开甲（模拟）有限公司", contact_name=SECRET)
    filed(world, "重庆权行公开乙（模拟）有限公司", district="万州区")
    filed(world, "重庆权行内部甲（模拟）有限公司", visibility="internal")
    filed(world, "重庆权行内部乙（模拟）有限公司", visibility="internal", district="万州区")
    world.index()
    return world


def ask(world: World, who: str, path: str = "search", **params: Any) -> Any:
    """An answer to one of the cast."""
    return world.client(who).get(f"/api/v1/{path}", params=params).json()


def marks(titles: list[str]) -> set[str]:
    """Which of the four records these are."""
    return {title.removeprefix("重庆权行").partition("（")[0] for title in titles}


@pytest.mark.parametrize("who", SEEN)
def test_hits_totals_counts_and_suggestions_show_what_one_may_see_and_no_more(rows: World, who: str) -> None:
    found = ask(rows, who, q="权行", facets="kind,district", limit=100)
    assert marks([hit["title"] for hit in found["hits"]]) == SEEN[who]
    assert found["total"] == len(SEEN[who]) == sum(found["facets"]["district"].values())
    assert found["facets"]["kind"] == {"enterprise": len(SEEN[who])}
    assert marks([one["title"] for one in ask(rows, who, "suggest", q="权行")]) == SEEN[who]


@pytest.mark.parametrize("who", SEEN)
def test_a_narrow_filter_tells_no_more_than_a_wide_one(rows: World, who: str) -> None:
    here = {mark for mark in SEEN[who] if mark.endswith("乙")}
    found = ask(rows, who, q="权行", district="万州区", facets="district")
    assert found["total"] == len(here)
    assert found["facets"]["district"].get("万州区", 0) == len(here)


@pytest.mark.parametrize("who", SEEN)
def test_private_words_are_found_by_nobody(rows: World, who: str) -> None:
    assert ask(rows, who, q=SECRET)["total"] == 0
    assert ask(rows, who, "suggest", q=SECRET) == []


def test_what_became_internal_is_suggested_to_nobody_even_before_the_index_knows(rows: World) -> None:
    record = filed(rows, "重庆方才公开（模拟）有限公司")
    rows.index()
    assert ask(rows, "", "suggest", q="方才公开")
    answer = rows.client("city").patch(
        f"/api/v1/enterprises/{record}",
        json={"visibility": "internal", "reason": "试"},
        headers={"if-match": '"1"'},
    )
    assert answer.status_code == 200
    assert ask(rows, "", "suggest", q="方才公开") == []
    assert ask(rows, "", q="方才公开")["hits"] == []


@pytest.mark.parametrize("offset", [0, 1, 3, 50_000, 1_000_000])
def test_a_far_page_holds_nothing_that_a_near_one_would_not(rows: World, offset: int) -> None:
    found = ask(rows, "", q="权行", offset=offset, limit=100)
    assert found["total"] == 2
    assert len(found["hits"]) == max(0, 2 - offset)


def test_the_box_at_the_top_hints_by_the_same_rule(rows: World) -> None:
    for who in ("liangjiang", "tongliang"):
        text = rows.client(who).get("/search/suggest", params={"q": "权行"}).text
        assert ("内部甲" in text) == (who == "tongliang")
