"""Whatever is part of a name finds it, however it is written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Query, SearchEngine
from search.text import fold
from tests.search.names import NAMES
from tests.search.samples import enterprise, titles


def test_it_finds_every_two_characters_of_every_real_name(city: SearchEngine) -> None:
    parts = {name[i : i + 2] for name in NAMES for i in range(len(name) - 1)}
    for part in sorted(parts):
        if len(fold(part)) == 2:
            assert set(titles(city, part)) == {name for name in NAMES if fold(part) in fold(name)}, part


def test_it_finds_every_single_character_of_every_real_name(city: SearchEngine) -> None:
    for character in sorted(set("".join(map(fold, NAMES)))):
        assert set(titles(city, character)) >= {name for name in NAMES if character in fold(name)}, character


def test_it_finds_every_real_name_first_by_its_whole_self(city: SearchEngine) -> None:
    for name in NAMES:
        assert titles(city, name)[0] == name


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("百齡幫（重慶）康養產業", "百龄帮（重庆）康养产业集团有限公司"),
        ("百龄帮(重庆)康养", "百龄帮（重庆）康养产业集团有限公司"),
        ("百龄帮重庆康养", "百龄帮（重庆）康养产业集团有限公司"),
        ("百龄帮 康养", "百龄帮（重庆）康养产业集团有限公司"),
        ("康养 百龄帮", "百龄帮（重庆）康养产业集团有限公司"),
        ("帮（重", "百龄帮（重庆）康养产业集团有限公司"),
        ("重庆养老服务中心", "重庆市巴南区花溪街道养老服务中心"),
        ("bailingbang", "百龄帮（重庆）康养产业集团有限公司"),
        ("bai ling bang", "百龄帮（重庆）康养产业集团有限公司"),
        ("Bai Ling", "百龄帮（重庆）康养产业集团有限公司"),
        ("bailingb", "百龄帮（重庆）康养产业集团有限公司"),
        ("chongqing kangyang", "百龄帮（重庆）康养产业集团有限公司"),
        ("ｂｌｂ", "百龄帮（重庆）康养产业集团有限公司"),
        ("blbcq", "百龄帮（重庆）康养产业集团有限公司"),
        ("kycy", "百龄帮（重庆）康养产业集团有限公司"),
        ("heng yuan xiang", "上海恒源祥家用纺织品有限公司"),
        ("cqjdf", "重庆京东方智慧电子系统有限公司"),
        ("京东方 cq", "重庆京东方智慧电子系统有限公司"),
    ],
)
def test_it_finds_a_name_however_it_is_typed(city: SearchEngine, query: str, name: str) -> None:
    assert name in titles(city, query)


def test_it_finds_former_names_and_their_pinyin(engine: SearchEngine) -> None:
    engine.apply([enterprise("重庆银龄康养服务有限公司", "渝州颐养院", "重慶敬老社")])
    for query in ("渝州颐养院", "颐养", "yuzhouyiyang", "yzyy", "敬老社", "jinglao"):
        assert titles(engine, query) == ["重庆银龄康养服务有限公司"], query


@pytest.mark.parametrize(
    "query",
    [
        "91500000MA0000000X",
        "91500000ma0000000x",
        "９１５０００００ＭＡ",
        "91",
        "915000",
        "91500000MA0",
        "GB/T 19001-2016",
        "GB/T19001",
        "gbt19001-2016",
        "19001",
        "190012016",
    ],
)
def test_it_finds_codes_whole_or_from_their_beginning(engine: SearchEngine, query: str) -> None:
    engine.apply(
        [enterprise("甲企业", codes=("91500000MA0000000X", "GB/T 19001-2016")), enterprise("乙企业", codes=("520000",))]
    )
    assert titles(engine, query) == ["甲企业"]


@pytest.mark.parametrize("query", ["9", "MA0000", "1500000", "0000X", "2016"])
def test_it_does_not_find_codes_by_their_middle(engine: SearchEngine, query: str) -> None:
    engine.apply([enterprise("甲企业", codes=("91500000MA0000000X", "GB/T 19001-2016"))])
    assert titles(engine, query) == []


def test_it_demands_all_words_wherever_they_stand(engine: SearchEngine) -> None:
    engine.apply(
        [enterprise("重庆甲公司", texts=(("居家养老", 3),)), enterprise("重庆乙公司"), enterprise("成都养老院")]
    )
    assert titles(engine, "重庆 养老") == ["重庆甲公司"]
    assert titles(engine, "养老 重庆") == ["重庆甲公司"]


def test_it_does_not_match_across_two_names_or_texts(engine: SearchEngine) -> None:
    engine.apply([enterprise("甲乙丙丁", "戊己庚辛", texts=(("子丑寅卯", 9), ("辰巳午未", 3)))])
    for query in ("丁戊", "卯辰", "辛子"):
        assert titles(engine, query) == [], query
    assert titles(engine, "子丑 午未") == ["甲乙丙丁"]


@pytest.mark.parametrize("query", ["", " ", "\u3000\t"])
def test_it_lists_everything_by_pinyin_when_nothing_is_asked(engine: SearchEngine, query: str) -> None:
    engine.apply(enterprise(name) for name in ("重庆", "安康", "北京"))
    assert titles(engine, query) == ["安康", "北京", "重庆"]


@pytest.mark.parametrize("query", ["。", "（）", "+-&|!", '"', "😀", "\x00", "\ue000"])
def test_it_finds_nothing_for_mere_punctuation(engine: SearchEngine, query: str) -> None:
    engine.apply([enterprise("重庆")])
    assert engine.search(Query(query)).total == 0


@pytest.mark.parametrize(
    "query",
    [
        "养老 AND 重庆",
        "养老 OR 重庆",
        "NOT 养老",
        "title:养老",
        "养老*",
        '"养老',
        "养老~2",
        "[养老 TO 重庆]",
        "养老^9",
        "(养老",
        "养/老\\",
    ],
)
def test_it_takes_query_syntax_as_plain_text(engine: SearchEngine, query: str) -> None:
    engine.apply([enterprise(query), enterprise("重庆养老")])
    assert titles(engine, query)[0] == query


def suggested(engine: SearchEngine, text: str, access: Sequence[str] | None, limit: int = 8) -> list[str]:
    """The titles suggested."""
    return [one.title for one in engine.suggest(text, access, limit)]


def test_it_suggests_titles_while_typing(engine: SearchEngine) -> None:
    engine.apply(enterprise(name) for name in ("新银龄服务社", "银龄康养", "银杏公司", "安康公司"))
    assert suggested(engine, "银", None) == ["银龄康养", "银杏公司", "新银龄服务社"]
    assert suggested(engine, "银龄", None) == ["银龄康养", "新银龄服务社"]
    assert suggested(engine, "yinl", None) == ["银龄康养", "新银龄服务社"]
    assert suggested(engine, "ylky", None) == ["银龄康养"]
    assert suggested(engine, "银", None, limit=1) == ["银龄康养"]
    assert suggested(engine, "没有", None) == []


def test_it_suggests_each_title_once(engine: SearchEngine) -> None:
    engine.apply(enterprise("银龄康养", id_=str(i)) for i in range(12))
    assert suggested(engine, "银龄", None) == ["银龄康养"]


@pytest.mark.parametrize(
    "query", ["重庆银铃康养服务", "重庆银龄康养福物有限公司", "重慶銀鈴康養", "congqingyinlingkangyang", "渝州颐样院"]
)
def test_it_offers_the_nearest_title_when_nothing_is_found(engine: SearchEngine, query: str) -> None:
    engine.apply([enterprise("重庆银龄康养服务有限公司", "渝州颐养院"), enterprise("成都夕阳红养老院")])
    answer = engine.search(Query(query))
    assert (answer.total, answer.suggestion) == (0, "重庆银龄康养服务有限公司")


@pytest.mark.parametrize("query", ["毫不相干的一句话", "铃", "银铃", "重庆", "xyzxyz", "（）"])
def test_it_offers_nothing_when_nothing_is_near_or_something_is_found(engine: SearchEngine, query: str) -> None:
    engine.apply([enterprise("重庆银龄康养服务有限公司")])
    assert engine.search(Query(query)).suggestion == ""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300) | st.text(alphabet='银龄cqa1 +-&|!(){}[]^"~*?:\\/.', max_size=40))
def test_it_answers_any_text_without_error(city: SearchEngine, text: str) -> None:
    answer = city.search(Query(text, facets=("kind", "nowhere"), filters={"nowhere": ()}))
    assert answer.total >= len(answer.hits)
    assert isinstance(city.suggest(text, None), list)


HAN_OR_LATIN = st.text(
    alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("abcXYZ0189（）·- "),
    min_size=2,
    max_size=20,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(HAN_OR_LATIN, min_size=1, max_size=8, unique=True))
def test_it_finds_any_two_characters_of_any_name(engine: SearchEngine, names: list[str]) -> None:
    engine.rebuild(enterprise(name) for name in names)
    for name in names:
        key = fold(name)
        for i in range(len(key) - 1):
            assert name in titles(engine, key[i : i + 2])
