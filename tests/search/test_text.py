"""Text as it is prepared for every engine."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.pinyin import initials, order_key, query_initials, readings, syllables
from search.text import MAX_QUERY, Look, code_keys, edges, fold, fold_with_places, grams, phrase
from search.wording import NONE


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("重慶銀齡康養服務有限公司", "重庆银龄康养服务有限公司"),
        ("茂茂（重庆）汽车", "茂茂重庆汽车"),
        ("茂茂(重庆)汽车", "茂茂重庆汽车"),
        ("茂茂[重庆]【汽车】", "茂茂重庆汽车"),
        ("“小巨人”·企业", "小巨人企业"),
        ("ＡＢＣ１２３", "abc123"),
        ("Silver Age", "silverage"),
        ("㈱①㎡", "株1m2"),
        ("Café", "cafe"),
        ("ｱｲｳ", "アイウ"),
        ("豈更", "岂更"),
        ("乾坤", "干坤"),
        ("〇二三", "〇二三"),
        ("，。！？——…", ""),
        ("\u3000 \t\n", ""),
        ("😀\ue000", ""),
    ],
)
def test_it_folds_what_looks_alike_to_one_form(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(), st.text())
def test_it_folds_without_context_so_a_part_of_a_name_is_a_part_of_the_folded_name(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@given(st.text())
def test_it_keeps_the_way_back_to_the_original(text: str) -> None:
    folded = fold_with_places(text)
    assert folded.text == fold(text)
    assert len(folded.places) == len(folded.text)
    assert list(folded.places) == sorted(folded.places)
    assert all(fold(text[place]) for place in folded.places)


def test_it_pairs_characters_and_keeps_the_last_alone() -> None:
    assert grams("银龄康") == "银龄 龄康 康"
    assert grams("银").split() == ["银"]
    assert edges("银龄康", 2) == "银 银龄"


@given(
    st.text(alphabet="银龄康养服务", min_size=2, max_size=9), st.text(alphabet="银龄康养服务", min_size=2, max_size=5)
)
def test_it_finds_a_phrase_exactly_where_the_text_is_a_part(name: str, part: str) -> None:
    terms = grams(name).split()
    found = any(
        all(start + i < len(terms) and terms[start + i] == pair for i, pair in phrase(part))
        for start in range(len(terms))
    )
    assert found == (part in name)


@pytest.mark.parametrize(
    ("query", "joined", "words"),
    [
        ("银龄", "银龄", ("银龄",)),
        ("重庆 养老", "重庆养老", ("重庆", "养老")),
        ("重庆　養老", "重庆养老", ("重庆", "养老")),
        ("重庆养老服务", "重庆养老服务", ("重庆", "养老", "服务")),
        ("凯尔慈佑养老", "凯尔慈佑养老", ("凯尔", "慈佑", "养老")),
        ("重庆 重庆", "重庆重庆", ("重庆",)),
        ("GB/T 19001-2016", "gbt190012016", ("gbt", "190012016")),
        ("（）！", "", ()),
        ("  ", "", ()),
    ],
)
def test_it_reads_a_query_as_words(query: str, joined: str, words: tuple[str, ...]) -> None:
    assert NONE.read(query) == Look(joined, words)


def test_it_cuts_a_query_that_is_too_long() -> None:
    assert len(NONE.read("银龄" * MAX_QUERY).joined) == MAX_QUERY


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("GB/T 19001-2016", ("gbt190012016", "190012016")),
        ("GB/T19001—2016", ("gbt190012016", "190012016")),
        ("ＤＢ50/T 1234-2020", ("db50t12342020", "12342020")),
        ("91500000MA0000000X", ("91500000ma0000000x",)),
        ("——", ()),
    ],
)
def test_it_finds_codes_by_what_people_remember_of_them(code: str, keys: tuple[str, ...]) -> None:
    assert code_keys(code) == keys


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("重庆银龄", "chongqingyinling"),
        ("重点银行", "zhongdianyinhang"),
        ("重庆市", "chongqingshi"),
        ("长寿区长安街", "changshouquchanganjie"),
        ("行业", "hangye"),
    ],
)
def test_it_reads_characters_of_several_readings_by_their_words(name: str, letters: str) -> None:
    assert syllables(name) in readings(letters, unfinished=False)


def test_it_keeps_syllables_and_initials_in_step_with_the_name() -> None:
    name = fold("重庆3M银龄（A股）")
    spoken = syllables(name)
    assert len(spoken) == len(initials(spoken)) == len(name)
    assert initials(spoken) == query_initials("cq3mylag")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xian", "西安"),
        ("xian", "先"),
        ("fangan", "方案"),
        ("fangan", "翻干"),
        ("yinl", "银龄"),
        ("chongqingyinlin", "重庆银龄"),
    ],
)
def test_it_tries_every_way_to_cut_pinyin(typed: str, meant: str) -> None:
    assert syllables(meant) in readings(typed, unfinished=True)


@pytest.mark.parametrize("typed", ["cqyl", "vvv", "银龄", "ab12", "a" * 500, ""])
def test_it_does_not_take_everything_for_pinyin(typed: str) -> None:
    assert readings(typed, unfinished=False) == []


def test_it_sorts_titles_by_pinyin() -> None:
    names = ["重庆银龄", "3号", "安康", "北京", "abc", "重庆安康"]
    assert sorted(names, key=lambda name: order_key(syllables(name))) == [
        "3号",
        "abc",
        "安康",
        "北京",
        "重庆安康",
        "重庆银龄",
    ]


def test_it_does_not_load_the_pinyin_dictionary_to_read_a_query() -> None:
    program = "import sys, search.embedded, search.text as t; t.words('重庆养老'); print('pypinyin' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
