"""Synonyms and domain words as every engine must read them."""

from __future__ import annotations

import pytest

from search import Query, SearchEngine
from search.text import Look
from search.wording import NONE, Wording
from tests.search.samples import enterprise

WORDING = Wording([["适老化", "无障碍"], ["长护险", "长期护理保险"], ["CCRC", "持续照料社区"], ["独", ""]], ["认知症"])


@pytest.mark.parametrize(
    ("query", "words", "others"),
    [
        ("适老化改造", ("适老化", "改造"), {"适老化": ("无障碍",)}),
        ("適老化改造", ("适老化", "改造"), {"适老化": ("无障碍",)}),
        ("居家适老化改造", ("居家", "适老化", "改造"), {"适老化": ("无障碍",)}),
        ("认知症照护", ("认知症", "照护"), {}),
        ("ccrc", ("ccrc",), {"ccrc": ("持续照料社区",)}),
        ("ccrcx", ("ccrcx",), {}),
        ("养老", ("养老",), {}),
    ],
)
def test_known_words_are_kept_whole_and_led_to_their_others(
    query: str, words: tuple[str, ...], others: dict[str, tuple[str, ...]]
) -> None:
    look = WORDING.read(query)
    assert (look.words, look.others) == (words, others)


def test_without_wording_a_query_is_read_by_the_dictionary_alone() -> None:
    assert NONE.read("适老化改造") == Look("适老化改造", ("适老化", "改造"))


def test_the_same_words_have_the_same_version_in_every_process() -> None:
    assert (
        Wording([["甲乙", "丙丁"]]).version
        == Wording([["甲乙", "丙丁"]]).version
        != Wording([["甲乙", "戊己"]]).version
    )


def test_a_word_of_several_parts_is_still_found_scattered(engine: SearchEngine) -> None:
    engine.apply([enterprise("重庆护理与长期保险服务中心"), enterprise("重庆长护险服务站")])
    hits = engine.search(Query("长期护理保险", access=None, wording=WORDING)).hits
    assert [hit.title for hit in hits] == ["重庆护理与长期保险服务中心", "重庆长护险服务站"]


def test_synonyms_open_nothing_to_those_who_may_not_see_it(engine: SearchEngine) -> None:
    engine.apply([enterprise("重庆无障碍工程（内部）", access=("district:铜梁区",)), enterprise("重庆无障碍工程")])
    for access, total in ((("public",), 1), (("public", "district:铜梁区"), 2), (None, 2)):
        answer = engine.search(Query("适老化", facets=("kind",), access=access, wording=WORDING))
        assert (answer.total, answer.facets["kind"]["enterprise"]) == (total, total)
        assert len(answer.hits) == total


def test_an_answer_is_not_remembered_for_another_wording(engine: SearchEngine) -> None:
    engine.apply([enterprise("重庆无障碍工程")])
    assert engine.search(Query("适老化", wording=NONE)).total == 0
    assert engine.search(Query("适老化", wording=WORDING)).total == 1
    assert engine.search(Query("适老化", wording=NONE)).total == 0


def test_an_answer_can_be_bounded_to_some_documents(engine: SearchEngine) -> None:
    engine.apply([enterprise("银龄甲"), enterprise("银龄乙"), enterprise("银龄丙", kind="park")])
    only = (("enterprise", "银龄甲"), ("park", "银龄丙"), ("park", "银龄甲"))
    answer = engine.search(Query("银龄", access=None, only=only))
    assert ({hit.title for hit in answer.hits}, answer.total) == ({"银龄甲", "银龄丙"}, 2)
    assert engine.search(Query("银龄", access=None, only=())).total == 0


def test_a_page_far_down_continues_where_the_one_before_ended(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = [enterprise(f"重庆银龄{n:03}服务{'站' * (n % 5)}") for n in range(120)]
    told = [enterprise(f"重庆安康{n:03}公司", texts=((f"银龄服务{n}", 3 + n % 5),)) for n in range(60)]
    engine.apply([enterprise("银龄"), enterprise("夕阳红", "银龄"), *shared, *told])
    for text in ("银龄", "银龄 服务", "重庆", ""):
        whole = [hit.id for hit in engine.search(Query(text, access=None, limit=500)).hits]
        monkeypatch.setattr("search.embedded.SHALLOW", 0)
        paged = [
            hit.id
            for offset in range(0, len(whole) + 7, 7)
            for hit in engine.search(Query(text, access=None, limit=7, offset=offset)).hits
        ]
        monkeypatch.undo()
        assert paged == whole
