"""What of a hit is marked, on the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Query, SearchEngine
from search.highlight import CUT, SNIPPET, pieces, snippet
from tests.search.samples import enterprise


def _shown(engine: SearchEngine, query: str) -> dict[str, str]:
    """The highlights of the only hit, marked parts in 〔〕."""
    (hit,) = engine.search(Query(query)).hits
    return {
        part: "".join(f"〔{text}〕" if match else text for text, match in marked)
        for part, marked in hit.highlights.items()
    }


@pytest.mark.parametrize(
    ("title", "query", "shown"),
    [
        ("重庆银龄康养", "银龄", "重庆〔银龄〕康养"),
        ("重慶銀齡康養", "银龄", "重慶〔銀齡〕康養"),
        ("重庆银龄康养", "銀齡", "重庆〔银龄〕康养"),
        ("茂茂（重庆）汽车", "重庆汽车", "茂茂（〔重庆〕）〔汽车〕"),
        ("茂茂（重庆）汽车", "茂重", "茂〔茂（重〕庆）汽车"),
        ("ＡＢＣ养老", "abc", "〔ＡＢＣ〕养老"),
        ("养老服务与养老院", "养老", "〔养老〕服务与〔养老〕院"),
        ("重庆养老服务", "服务 重庆", "〔重庆〕养老〔服务〕"),
        ("㈱银龄", "株银", "〔㈱银〕龄"),
        ("重庆银龄康养", "yinling", "重庆〔银龄〕康养"),
        ("重庆银龄康养", "cqyl", "〔重庆银龄〕康养"),
        ("重庆（银龄）康养", "qylk", "重〔庆（银龄）康〕养"),
        ("重庆银龄康养", "chongqing kangy", "〔重庆〕银龄〔康养〕"),
        ("<b>银龄</b>", "银龄", "<b>〔银龄〕</b>"),
    ],
)
def test_it_marks_the_title_as_written(engine: SearchEngine, title: str, query: str, shown: str) -> None:
    engine.apply([enterprise(title)])
    assert _shown(engine, query) == {"title": shown}


def test_it_shows_the_former_name_that_matched(engine: SearchEngine) -> None:
    engine.apply([enterprise("重庆银龄", "渝州敬老社", "巴渝颐養院")])
    assert _shown(engine, "颐养") == {"name": "巴渝〔颐養〕院"}
    assert _shown(engine, "重庆 敬老") == {"title": "〔重庆〕银龄", "name": "渝州〔敬老〕社"}
    assert _shown(engine, "银龄") == {"title": "重庆〔银龄〕"}


def test_it_shows_the_code_that_matched(engine: SearchEngine) -> None:
    engine.apply([enterprise("银龄", codes=("91500000MA0000000X", "GB/T 19001-2016"))])
    assert _shown(engine, "91500") == {"code": "〔91500〕000MA0000000X"}
    assert _shown(engine, "gbt19001") == {"code": "〔GB/T 19001〕-2016"}
    assert _shown(engine, "19001") == {"code": "GB/T 〔19001〕-2016"}


def test_it_shows_the_text_that_explains_the_hit(engine: SearchEngine) -> None:
    long = "一" * 100 + "居家养老服务" + "二" * 100
    engine.apply([enterprise("银龄", texts=(("别的", 5), (long, 3)))])
    text = _shown(engine, "养老")["text"]
    assert "家〔养老〕服" in text
    assert text.startswith(CUT)
    assert text.endswith(CUT)
    assert len(text) == SNIPPET + 4


def test_it_marks_nothing_when_nothing_was_asked(engine: SearchEngine) -> None:
    engine.apply([enterprise("银龄")])
    assert _shown(engine, "") == {}


@given(text=st.text(min_size=1, max_size=200), data=st.data())
def test_it_cuts_a_text_into_pieces_that_join_to_the_text(text: str, data: st.DataObject) -> None:
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(borders[::2], borders[1::2], strict=False))
    assert "".join(piece for piece, _ in pieces(text, spans)) == text
    assert [piece for piece, match in pieces(text, spans) if match] == [text[a:b] for a, b in spans]
    if spans:
        shown = [piece for piece, _ in snippet(text, spans) if piece != CUT]
        assert "".join(shown) in text
        assert any(match for _, match in snippet(text, spans))
