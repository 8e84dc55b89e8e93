"""Searching over HTTP on the sample city: what people type, what they must get."""

from __future__ import annotations

from typing import Any

import pytest

from registry.naming import synthetic_code
from tests.conftest import World


def search(world: World, q: str, **params: Any) -> dict[str, Any]:
    """The public's search."""
    answer = world.client().get("/api/v1/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def coded(city: World) -> World:
    """The city, and one enterprise with a code and a former name."""
    body = {
        "name": "重庆银龄乐康（集团）有限公司",
        "credit_code": synthetic_code(5),
        "former_names": ["重庆夕阳乐辅具厂"],
        "district": "铜梁区",
        "province": "重庆市",
        "visibility": "public",
        "products": "智能助行器、GB/T 23732 中国标准关联标识符",
    }
    assert city.client("city").post("/api/v1/enterprises", json=body).status_code == 201
    city.index()
    return city


CASES = [
    ("重庆银龄乐康（集团）有限公司", "重庆银龄乐康（集团）有限公司"),
    ("重庆银龄乐康(集团)有限公司", "重庆银龄乐康（集团）有限公司"),
    ("重慶銀齡樂康", "重庆银龄乐康（集团）有限公司"),
    ("银龄", "重庆银龄乐康（集团）有限公司"),
    ("龄乐", "重庆银龄乐康（集团）有限公司"),
    ("夕阳乐", "重庆银龄乐康（集团）有限公司"),
    ("cqyl", "重庆银龄乐康（集团）有限公司"),
    ("CQYL", "重庆银龄乐康（集团）有限公司"),
    ("yinling", "重庆银龄乐康（集团）有限公司"),
    ("chongqing yinling", "重庆银龄乐康（集团）有限公司"),
    ("ｃｑｙｌ", "重庆银龄乐康（集团）有限公司"),
    ("助行器", "重庆银龄乐康（集团）有限公司"),
    (synthetic_code(5), "重庆银龄乐康（集团）有限公司"),
    (synthetic_code(5)[:10], "重庆银龄乐康（集团）有限公司"),
    (synthetic_code(5).lower(), "重庆银龄乐康（集团）有限公司"),
    ("钛业", "重庆钛业有限公司"),
    ("百龄帮", "百龄帮（重庆）康养产业集团有限公司"),
    ("博奥", "博奥镁铝金属制造有限公司"),
    ("第一社会福利院", "重庆市第一社会福利院"),
    ("观音桥", "江北区观音桥街道社区养老服务中心"),
    ("cqty", "重庆钛业有限公司"),
]


@pytest.mark.parametrize(("typed", "first"), CASES)
def test_the_first_answer_is_the_one_that_was_meant(coded: World, typed: str, first: str) -> None:
    assert search(coded, typed, kind="enterprise")["hits"][0]["title"] == first


def test_a_hit_carries_its_record_its_page_and_its_highlights(coded: World) -> None:
    (hit,) = search(coded, "乐康")["hits"]
    assert hit["kind"] == "enterprise"
    assert hit["url"] == f"/enterprises/{hit['id']}"
    assert hit["record"]["district"] == "铜梁区"
    marked = "".join(text for text, is_match in hit["highlights"]["title"] if is_match)
    assert marked == "乐康"
    assert "".join(text for text, _ in hit["highlights"]["title"]) == hit["title"]


def test_a_former_name_is_shown_where_it_matched(coded: World) -> None:
    (hit,) = search(coded, "夕阳乐")["hits"]
    assert ["夕阳乐", True] in hit["highlights"]["name"]


def test_facets_count_and_combine(coded: World) -> None:
    everything = search(coded, "", facets="kind,district,tier,industry,year")
    assert sum(everything["facets"]["kind"].values()) == everything["total"]
    assert set(everything["facets"]["kind"]) == {"enterprise", "park", "brand", "standard", "listing"}
    giants = search(coded, "", tier="giant", facets="district,tier")
    assert giants["total"] == everything["facets"]["tier"]["giant"]
    assert giants["facets"]["district"]["铜梁区"] == 6
    # A facet's own filter is left out of its counts, so that its other values stay on offer.
    assert giants["facets"]["tier"] == everything["facets"]["tier"]
    both = search(coded, "", tier="giant", district="铜梁区,巴南区", facets="year")
    assert both["total"] == 6
    by_year = search(coded, "", year="2019")
    assert by_year["total"] == everything["facets"]["year"]["2019"]


def test_a_filter_takes_a_label_as_well_as_a_code(coded: World) -> None:
    assert search(coded, "", district="铜梁")["total"] == search(coded, "", district="铜梁区")["total"] > 0


def test_pages_of_hits_do_not_overlap(coded: World) -> None:
    first = [hit["id"] for hit in search(coded, "重庆", limit=10)["hits"]]
    second = [hit["id"] for hit in search(coded, "重庆", limit=10, offset=10)["hits"]]
    assert len(set(first) | set(second)) == 20


def test_nothing_found_offers_a_near_spelling_that_finds_something(coded: World) -> None:
    found = search(coded, "重庆钛叶有限公司")
    assert found["total"] == 0
    assert search(coded, found["suggestion"])["total"] > 0


def test_typing_is_met_with_titles(coded: World) -> None:
    for typed in ("重庆银", "cqyl"):
        assert "重庆银龄乐康（集团）有限公司" in {
            one["title"] for one in coded.client().get("/api/v1/suggest", params={"q": typed}).json()
        }


@pytest.mark.parametrize("typed", ["()", "AND OR NOT", '"', "a:b", "*", "?", "-银", "+", "\\", "~", "^2", "[1 TO 2]"])
def test_signs_of_a_query_language_are_plain_text(coded: World, typed: str) -> None:
    search(coded, typed)


@pytest.mark.parametrize(
    "params", [{"facets": "phone"}, {"phone": "1"}, {"kind": "person"}, {"limit": 0}, {"limit": 101}]
)
def test_what_cannot_be_asked_is_refused_in_chinese(coded: World, params: dict[str, Any]) -> None:
    answer = coded.client().get("/api/v1/search", params=params)
    assert answer.status_code == 400
    assert any("一" <= character <= "鿿" for character in answer.json()["detail"])


def test_suggestions_name_the_kind_and_the_place_and_lead_to_the_record(coded: World) -> None:
    [one] = coded.client().get("/api/v1/suggest", params={"q": "银龄乐"}).json()
    assert (one["kind"], one["kind_label"], one["place"]) == ("enterprise", "企业", "铜梁区")
    assert one["url"] == f"/enterprises/{one['id']}"


def test_every_hit_can_be_reached_page_by_page(coded: World) -> None:
    total = search(coded, "重庆", limit=1)["total"]
    ids = [
        hit["id"] for offset in range(0, total, 20) for hit in search(coded, "重庆", limit=20, offset=offset)["hits"]
    ]
    assert len(set(ids)) == len(ids) == total > 50
