"""Pages show values as people read them; files carry them so that they come back unchanged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins import manager
from registry import taxonomy
from registry.values import display, parse, to_text

FIELDS = manager.registers()["enterprise"].fields
BY_NAME = {field.name: field for field in FIELDS}

SHOWN: list[tuple[str, Any, str]] = [
    ("name", "重庆银龄有限公司", "重庆银龄有限公司"),
    ("name", None, ""),
    ("registered_capital", Decimal(500), "500万元"),
    ("registered_capital", Decimal("500.0000"), "500万元"),
    ("registered_capital", Decimal("1234.567"), "1,234.57万元"),
    ("registered_capital", Decimal("9999.99"), "9,999.99万元"),
    ("registered_capital", Decimal(10000), "1亿元"),
    ("registered_capital", Decimal(125000), "12.5亿元"),
    ("founded_on", date(2024, 1, 5), "2024年1月5日"),
    ("size_class", "small", "小型"),
    ("visibility", "public", "公开"),
    ("industry", ("0110", "1210"), "居家养老照护服务、养老设施建设、改造及装修维修"),
    ("industry", ["9999"], "9999"),
    ("former_names", ("甲公司", "乙公司"), "甲公司；乙公司"),
    ("synthetic", False, "否"),
    ("tier", "giant", "专精特新“小巨人”"),
]


@pytest.mark.parametrize(("name", "value", "text"), SHOWN)
def test_it_shows(name: str, value: Any, text: str) -> None:
    assert display(BY_NAME[name], value) == text


CODES = [entry.code for entry in taxonomy.vocabulary("silver_industry")]
VALUES = {
    "founded_on": st.dates(date(1800, 1, 1), date(2199, 12, 31)),
    "registered_capital": st.decimals(0, 10**11, places=4),
    "industry": st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True).map(tuple),
    "size_class": st.sampled_from(["large", "medium", "small", "micro"]),
    "synthetic": st.booleans(),
    "province": st.sampled_from([entry.code for entry in taxonomy.vocabulary("provinces")]),
    "district": st.sampled_from([entry.code for entry in taxonomy.vocabulary("districts")]),
    "former_names": st.lists(st.sampled_from(["甲公司", "乙（重庆）公司", "A B"]), min_size=1, unique=True).map(tuple),
}


@pytest.mark.parametrize("name", sorted(VALUES))
def test_what_a_file_carries_comes_back_unchanged(name: str) -> None:
    field = BY_NAME[name]

    @given(VALUES[name])
    def round_trip(value: Any) -> None:
        assert parse(field, to_text(field, value)) == value

    round_trip()


def test_nothing_is_written_as_nothing() -> None:
    assert all(to_text(field, None) == display(field, None) == "" for field in FIELDS)
