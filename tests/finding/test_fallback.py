"""While the engine does not answer: names and codes are looked up in the database, within rights and bounds."""

from __future__ import annotations

import pytest

from registry import lookup
from registry.naming import synthetic_code
from search import SearchUnavailable
from tests.attachments.made import filed
from tests.conftest import World

CODE = synthetic_code(77)


@pytest.fixture(scope="module")
def filled(world: World) -> World:
    """A few records."""
    filed(world, "重庆长庚（模拟）有限公司", credit_code=CODE, former_names=["重庆旧号（模拟）厂"])
    filed(world, "重庆长庚（模拟）研究院", district="万州区")
    filed(world, "重庆长庚内部（模拟）有限公司", visibility="internal")
    world.index()
    return world


@pytest.fixture
def silent(filled: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same with an engine that does not answer."""

    def refuse(*_: object, **__: object) -> None:
        raise SearchUnavailable("索引损坏")

    monkeypatch.setattr(filled.engine, "search", refuse)
    monkeypatch.setattr(filled.engine, "suggest", refuse)
    return filled


def titles(world: World, who: str = "", **params: str) -> list[str]:
    """What one of the cast finds."""
    answer = world.client(who).get("/api/v1/search", params=params).json()
    assert "索引损坏" in answer["degraded"]
    return [hit["title"] for hit in answer["hits"]]


@pytest.mark.parametrize("q", ["长庚（模拟）有限", "長庚(模拟)有限", "旧号", CODE, CODE[:8].lower()])
def test_a_name_a_former_name_and_a_code_are_still_found(silent: World, q: str) -> None:
    assert titles(silent, q=q)[0] == "重庆长庚（模拟）有限公司"


def test_rights_and_filters_hold(silent: World) -> None:
    assert "重庆长庚内部（模拟）有限公司" not in titles(silent, q="长庚")
    assert "重庆长庚内部（模拟）有限公司" not in titles(silent, "liangjiang", q="长庚")
    assert "重庆长庚内部（模拟）有限公司" in titles(silent, "tongliang", q="长庚")
    assert titles(silent, q="长庚", district="万州") == ["重庆长庚（模拟）研究院"]
    assert titles(silent, q="长庚", kind="park") == []


def test_nothing_in_a_text_is_a_pattern(silent: World) -> None:
    for q in ("%", "_", "长%司", "\\", "' OR true --"):
        assert all(q in title for title in titles(silent, q=q) if q.isalnum())


def test_it_is_bounded(silent: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MOST", 1)
    assert len(titles(silent, q="长庚")) == 1


def test_suggestions_go_on(silent: World) -> None:
    answer = silent.client().get("/api/v1/suggest", params={"q": "长庚"}).json()
    assert {one["title"] for one in answer} == {"重庆长庚（模拟）有限公司", "重庆长庚（模拟）研究院"}


def test_the_page_says_so_and_readiness_does(silent: World) -> None:
    page = silent.client().get("/search", params={"q": "长庚"})
    assert page.status_code == 200
    assert "检索服务暂时没有应答" in page.text
    assert "重庆长庚（模拟）研究院" in page.text
    assert silent.client().get("/readyz").status_code == 503
    assert silent.client().get("/").status_code == 200


def test_nobody_is_counted_to_have_missed_what_was_not_searched(silent: World) -> None:
    titles(silent, q="引擎停时所找")
    assert "引擎停时所找" not in silent.client("city").get("/api/v1/misses").text


def test_when_the_engine_answers_nothing_is_said(filled: World) -> None:
    assert filled.client().get("/api/v1/search", params={"q": "长庚"}).json()["degraded"] == ""
    assert "暂时没有应答" not in filled.client().get("/search", params={"q": "长庚"}).text


def test_a_list_says_its_exact_total_whatever_it_is_filtered_by(silent: World) -> None:
    for query, total in (("", 2), ("?visibility=公开", 2), ("?synthetic=是", 0), ("?district=万州区", 1)):
        page = silent.client().get(f"/enterprises{query}").text
        assert f'<span class="head-count">{total} 条</span>' in page, query
