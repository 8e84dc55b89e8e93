"""The order of answers, as a person at the counter expects it."""

from __future__ import annotations

import pytest

from search import Document, Query, SearchEngine
from tests.search.samples import enterprise, titles

RECORDS = [
    enterprise("银龄"),
    enterprise("银龄康养"),
    enterprise("银龄康养服务有限公司"),
    enterprise("重庆银龄康养服务有限公司"),
    enterprise("重庆银龄养老服务有限公司"),
    enterprise("重庆市渝中区银龄社区养老服务中心"),
    enterprise("重庆夕阳红服务有限公司", "银龄"),
    enterprise("重庆松鹤服务有限公司", "银龄之家"),
    enterprise("重庆康养银龄有限公司"),
    enterprise("重庆安康有限公司", texts=(("主营银龄产品", 3),)),
    enterprise("重庆安泰有限公司", texts=(("银龄", 7),)),
    enterprise("成都雅蕾有限公司", texts=(("养老服务", 3),)),
    enterprise("YL养老"),
    enterprise("重庆甲有限公司", codes=("YL0001",)),
]


@pytest.fixture(scope="module")
def ranked(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    from search.embedded import EmbeddedEngine

    engine = EmbeddedEngine(tmp_path_factory.mktemp("ranked"))
    engine.apply(RECORDS)
    return engine


CASES = [
    # the exact name, then whoever was called so, then names that begin so, the short ones first
    ("银龄", ["银龄", "重庆夕阳红服务有限公司", "银龄康养", "银龄康养服务有限公司", "重庆松鹤服务有限公司"]),
    ("銀齡", ["银龄", "重庆夕阳红服务有限公司", "银龄康养"]),
    ("银龄康养", ["银龄康养", "银龄康养服务有限公司", "重庆银龄康养服务有限公司", "重庆康养银龄有限公司"]),
    ("银龄 康养", ["银龄康养", "银龄康养服务有限公司", "重庆银龄康养服务有限公司", "重庆康养银龄有限公司"]),
    ("康养银龄", ["重庆康养银龄有限公司", "银龄康养", "银龄康养服务有限公司"]),
    # in one piece before scattered, names before texts
    ("银龄养老", ["重庆银龄养老服务有限公司", "重庆市渝中区银龄社区养老服务中心"]),
    ("养老服务", ["重庆银龄养老服务有限公司", "重庆市渝中区银龄社区养老服务中心", "成都雅蕾有限公司"]),
    ("银龄之家", ["重庆松鹤服务有限公司"]),
    ("重庆银龄康养服务有限公司", ["重庆银龄康养服务有限公司"]),
    ("重庆银龄", ["重庆银龄康养服务有限公司", "重庆银龄养老服务有限公司"]),
    # a code before names that merely contain the letters; what is written before what is spoken
    ("yl0001", ["重庆甲有限公司"]),
    ("yl", ["YL养老", "重庆甲有限公司", "银龄", "银龄康养", "银龄康养服务有限公司"]),
    ("yinling", ["银龄", "银龄康养", "银龄康养服务有限公司", "重庆松鹤服务有限公司", "重庆夕阳红服务有限公司"]),
    ("ylky", ["银龄康养", "银龄康养服务有限公司", "重庆银龄康养服务有限公司"]),
    ("cqyl", ["重庆银龄康养服务有限公司"]),
    ("yinlingkangyang", ["银龄康养", "银龄康养服务有限公司", "重庆银龄康养服务有限公司"]),
]


@pytest.mark.parametrize(("query", "expected"), CASES, ids=[case[0] for case in CASES])
def test_it_ranks_as_a_person_expects(ranked: SearchEngine, query: str, expected: list[str]) -> None:
    found = titles(ranked, query)
    assert len(set(found)) == len(found)
    first = found[: len(expected)]
    assert _same_length_in_any_order(first) == _same_length_in_any_order(expected)


def _same_length_in_any_order(names: list[str]) -> list[tuple[int, str]]:
    """Titles of one length that stand side by side have no order of their own."""
    keyed: list[tuple[int, str]] = []
    run = 0
    for previous, name in zip(["", *names], names, strict=False):
        run += len(previous) != len(name)
        keyed.append((run, name))
    return sorted(keyed)


def test_it_puts_weighty_texts_before_light_ones_and_names_before_both(ranked: SearchEngine) -> None:
    found = titles(ranked, "银龄")
    assert found[-2:] == ["重庆安泰有限公司", "重庆安康有限公司"]


def test_its_scores_never_rise_along_the_page(ranked: SearchEngine) -> None:
    scores = [hit.score for hit in ranked.search(Query("银龄", limit=50)).hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", ["服务", "", "cq", "重庆 公司"])
def test_its_pages_join_without_gap_or_repetition(engine: SearchEngine, text: str) -> None:
    engine.apply(
        Document("enterprise", f"{i:03d}", 1, f"重庆服务{'甲乙丙丁戊'[i % 5]}公司", (), texts=(("服务", 2),))
        for i in range(60)
    )
    whole = [hit.id for hit in engine.search(Query(text, limit=60)).hits]
    paged = [hit.id for start in range(0, 70, 7) for hit in engine.search(Query(text, limit=7, offset=start)).hits]
    assert paged == whole
    assert len(set(whole)) == 60


def test_it_counts_without_a_page(ranked: SearchEngine) -> None:
    for query in (Query("银龄", limit=0), Query("银龄", offset=1000), Query("", limit=0)):
        answer = ranked.search(query)
        assert answer.hits == []
        assert answer.total > 0
