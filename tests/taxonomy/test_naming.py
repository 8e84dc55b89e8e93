"""Names match by key, sort by pinyin, and codes are checked place by place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from registry.naming import (
    CODE_ALPHABET,
    SYNTHETIC_LIMIT,
    BadCode,
    credit_code,
    name_key,
    sort_key,
    synthetic_code,
)


@pytest.mark.parametrize(
    "variant",
    [
        "百龄帮(重庆)康养产业集团有限公司",
        "百龄帮〔重庆〕康养产业集团有限公司",
        " 百龄帮 （重庆） 康养产业集团有限公司",
        "百齡幫（重慶）康養產業集團有限公司",
        "百龄帮（重庆）康养·产业集团有限公司",
    ],
)
def test_it_gives_variants_of_one_name_one_key(variant: str) -> None:
    assert name_key(variant) == name_key("百龄帮（重庆）康养产业集团有限公司")


def test_it_folds_width_and_case_of_letters() -> None:
    assert name_key("ＡＢＣ科技有限公司") == name_key("abc科技有限公司") == "abc科技有限公司"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("重庆银龄有限公司", "重庆银龄有限责任公司"),
        ("银龄（重庆）有限公司", "银龄重庆有限公司"),
        ("重庆银龄一号有限公司", "重庆银龄二号有限公司"),
    ],
)
def test_it_keeps_different_enterprises_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_it_sorts_common_characters_by_pinyin() -> None:
    names = ["重庆", "安康", "渝中", "百龄", "福康"]
    assert sorted(names, key=sort_key) == ["安康", "百龄", "福康", "渝中", "重庆"]


@pytest.mark.parametrize(
    "text", ["９１１１００００６０００３７３４１Ｌ", " 9111 0000 6000 3734 1l ", "'91110000-600037341L\u200b"]
)
def test_it_puts_width_spaces_and_case_of_a_code_right(text: str) -> None:
    assert credit_code(text) == "91110000600037341L"


def test_it_takes_codes_of_rural_collectives_that_begin_with_a_letter() -> None:
    assert credit_code("N2500112MF1234567B") == "N2500112MF1234567B"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("91110000600037341", "有17位"),
        ("911100006000373411L", "有19位"),
        ("500105000123456", "工商注册号"),
        ("60003734-1", "组织机构代码"),
        ("9111000060003734OL", "第17位“O”"),
        ("9111000060003734IL", "可能是数字 1"),
        ("91110000600重37341L", "第12位“重”"),
        ("9111A000600037341L", "行政区划码"),
        ("91110000600037341M", "第18位校验码应为“L”"),
        ("0" * 18, "每一位都相同"),
    ],
)
def test_it_says_what_is_wrong_with_a_code(text: str, said: str) -> None:
    with pytest.raises(BadCode, match=said):
        credit_code(text)


def test_it_never_takes_a_letter_o_for_a_zero() -> None:
    with pytest.raises(BadCode):
        credit_code("9111OOOO600037341L")


@given(st.integers(0, 16), st.sampled_from(CODE_ALPHABET))
def test_any_single_wrong_place_is_noticed(place: int, character: str) -> None:
    right = "91110000600037341L"
    wrong = right[:place] + character + right[place + 1 :]
    if wrong != right:
        with pytest.raises(BadCode):
            credit_code(wrong)


@given(st.integers(0, SYNTHETIC_LIMIT - 1))
def test_a_synthetic_code_is_valid_and_of_no_real_region(serial: int) -> None:
    code = synthetic_code(serial)
    assert uscc.is_valid(code)
    assert credit_code(code) == code
    assert code[2:8] == "509999"


def test_synthetic_codes_differ() -> None:
    assert len({synthetic_code(serial) for serial in range(5000)}) == 5000
