"""How much two records look alike: names without place, form and marks; what else speaks for and against."""

from __future__ import annotations

from typing import Any

import pytest

from registry.duplicates import likeness, names, rules
from registry.duplicates.likeness import Subject
from registry.naming import synthetic_code

KNOWN = "重庆安乐信养老服务有限公司"


def subject(name: str, **more: Any) -> Subject:
    """A record of which little more than the name is known."""
    phones = frozenset(more.get("phones", ()))
    return Subject(
        (name, *more.get("former", ())), more.get("code"), phones, more.get("address", ""), more.get("district"), ()
    )


def score(one: str, other: str) -> int:
    """By the names alone."""
    return likeness.compare(subject(one), subject(other)).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (KNOWN, "重庆安乐信养老服务有限责任公司"),
        (KNOWN, "安乐信（模拟）养老服务有限公司"),
        (KNOWN, "重慶安樂信養老服務有限公司"),
        ("茂茂（重庆）汽车驱动系统有限公司", "茂茂汽车驱动系统有限公司"),
        ("万州福利院", "重庆市万州区福利院"),
        ("铜梁区养老服务中心", "铜梁养老服务中心"),
    ],
)
def test_names_that_differ_in_place_form_or_mark_only_are_near_certain(one: str, other: str) -> None:
    assert score(one, other) >= rules.CERTAIN


@pytest.mark.parametrize(
    "other",
    [
        "重庆安乐馨养老服务有限公司",
        "重庆安信乐养老服务有限公司",
        "重庆安信养老服务有限公司",
        "重庆安乐信家政服务有限公司",
    ],
)
def test_a_slip_of_the_hand_or_another_trade_of_one_brand_is_likely(other: str) -> None:
    assert rules.LIKELY <= score(KNOWN, other) < rules.CERTAIN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (KNOWN, "重庆安乐优养老服务有限公司"),
        ("万州区福利院", "重庆市开州区福利院"),
        ("重庆市第一福利院", "重庆市第二福利院"),
        ("重庆晚晴康复器具有限公司", "重庆晚晴康复器具有限公司万州分公司"),
        ("养老服务中心", "福利院"),
    ],
)
def test_others_are_not_asked_about(one: str, other: str) -> None:
    assert score(one, other) < rules.LIKELY


@pytest.mark.parametrize(
    "other",
    ["安乐信养老服务有限责任公司", "重庆安乐馨养老服务有限公司", "重庆安信养老服务有限公司", "安乐信家政服务有限公司"],
)
def test_look_alikes_share_a_key_by_which_they_meet(other: str) -> None:
    assert set(names.keys(KNOWN)) & set(names.keys(other))


def test_different_codes_are_near_proof_of_difference_and_an_equal_one_is_proof() -> None:
    codes = [synthetic_code(1), synthetic_code(2)]
    same = {"phones": ["2361234567"], "address": "测试大道1号附2号", "district": "万州区"}
    apart = likeness.compare(subject(KNOWN, code=codes[0], **same), subject(KNOWN, code=codes[1], **same))
    assert apart.score < 50
    assert likeness.compare(subject(KNOWN, code=codes[0]), subject("毫不相干", code=codes[0])).score == 100


def test_a_telephone_and_an_address_raise_what_is_not_enough_by_name() -> None:
    other = "重庆安乐优养老服务有限公司"
    assert score(KNOWN, other) < rules.LIKELY
    told = likeness.compare(subject(KNOWN, phones=["2361234567"]), subject(other, phones=["2361234567"]))
    assert told.score >= rules.LIKELY
    assert ("phone", "联系电话相同") in told.reasons


def test_a_former_name_is_a_name_too() -> None:
    told = likeness.compare(subject("重庆新名字科技有限公司", former=[KNOWN]), subject(KNOWN))
    assert told.score >= rules.LIKELY
    assert "曾用名" in told.reasons[0][1]


@pytest.mark.parametrize("name", ["", "有限公司", "重庆", "（）", "ABC", "重庆万州", "1"])
def test_any_text_may_be_a_name(name: str) -> None:
    assert names.read(name or "某").telling
    assert list(names.keys(name or "某"))
