"""Which of two values a merged record takes, and what becomes of the names."""

from __future__ import annotations

from typing import Any

import pytest

from registry.merging import rules
from registry.merging.rules import Take
from registry.register import Register


def better(
    register: Register, name: str, own: dict[str, Any], other: dict[str, Any], words: tuple[Any, Any] = ({}, {})
) -> Take:
    """The better side of one field."""
    blank: dict[str, Any] = {field.name: None for field in register.stored}
    return rules.better(register, register.by_name[name], blank | own, blank | other, words)


@pytest.mark.parametrize(
    ("name", "own", "other", "side"),
    [
        ("address", {"address": "甲"}, {"address": "甲"}, Take.OWN),
        ("address", {"address": "甲"}, {}, Take.OWN),
        ("address", {}, {"address": "乙"}, Take.OTHER),
        ("address", {"address": "甲"}, {"address": "乙"}, Take.OWN),
        ("address", {"address": "甲", "as_of": "2024-01-01"}, {"address": "乙", "as_of": "2025-01-01"}, Take.OTHER),
        ("address", {"address": "甲"}, {"address": "乙", "as_of": "2025-01-01"}, Take.OTHER),
        ("industry", {"industry": ["0110"]}, {"industry": ["0120"]}, Take.BOTH),
        ("industry", {"industry": []}, {"industry": ["0120"]}, Take.OTHER),
        ("name", {"name": "甲"}, {"name": "乙", "as_of": "2025-01-01"}, Take.OWN),
        ("visibility", {"visibility": "internal"}, {"visibility": "public", "as_of": "2025-01-01"}, Take.OWN),
        ("synthetic", {"synthetic": False}, {"synthetic": True}, Take.OTHER),
    ],
)
def test_the_better_value_is_chosen(
    enterprises: Register, name: str, own: dict[str, Any], other: dict[str, Any], side: Take
) -> None:
    assert better(enterprises, name, own, other) is side


@pytest.mark.parametrize(
    ("own", "other", "side"),
    [("verified", "claim", Take.OWN), ("claim", "verified", Take.OTHER), ("", "claim", Take.OTHER)],
)
def test_the_weightier_word_beats_the_later_day(enterprises: Register, own: str, other: str, side: Take) -> None:
    mine, its = {"address": "甲", "as_of": "2024-01-01"}, {"address": "乙", "as_of": "2023-01-01"}
    assert better(enterprises, "address", mine, its, ({"address": own}, {"address": other})) is side


def test_every_name_stays_and_none_stands_twice(enterprises: Register) -> None:
    blank: dict[str, Any] = {f.name: [] if f.type.is_list or f.type.is_rows else None for f in enterprises.stored}
    own = blank | {"name": "甲养老有限公司", "former_names": ["旧甲", "乙 养老有限公司"]}
    other = blank | {"name": "乙养老有限公司", "former_names": ["旧乙", "甲养老有限公司"]}
    take = dict.fromkeys((field.name for field in enterprises.stored), Take.OWN) | {"former_names": Take.BOTH}
    merged = rules.merged(enterprises, own, other, take)
    assert merged["name"] == "甲养老有限公司"
    assert merged["former_names"] == ["旧甲", "乙 养老有限公司", "旧乙"]
    turned = rules.merged(enterprises, own, other, take | {"name": Take.OTHER})
    assert turned["name"] == "乙养老有限公司"
    assert set(turned["former_names"]) == {"旧甲", "旧乙", "甲养老有限公司"}


def test_a_split_gives_back_what_still_says_what_the_merge_made_it_say() -> None:
    before, after = {"address": None, "website": "a.cn"}, {"address": "甲", "website": "b.cn"}
    now = {"address": "甲", "website": "c.cn", "name": "甲"}
    assert rules.restored(before, after, now) == {"address": None}
