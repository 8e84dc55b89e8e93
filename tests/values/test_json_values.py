"""Values of a JSON body obey the rule of the cells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plugins import manager
from registry.values import Unreadable, from_json

FIELDS = manager.registers()["enterprise"].fields
BY_NAME = {field.name: field for field in FIELDS}

READS: list[tuple[str, Any, Any]] = [
    ("name", "重庆银龄有限公司", "重庆银龄有限公司"),
    ("name", None, None),
    ("name", "", None),
    ("registered_capital", 500, Decimal(500)),
    ("registered_capital", 0.1, Decimal("0.1")),
    ("registered_capital", "500万元", Decimal(500)),
    ("registered_capital", 1e11, Decimal(10**11)),
    ("synthetic", True, True),
    ("synthetic", "否", False),
    ("industry", ["0110", "老年康复辅具配置服务", "0110"], ("0110", "0232")),
    ("industry", [], None),
    ("industry", "0110；0232", ("0110", "0232")),
    ("former_names", ["甲公司", "乙公司"], ("甲公司", "乙公司")),
    ("founded_on", "2024-01-05", date(2024, 1, 5)),
    ("size_class", "small", "small"),
]


@pytest.mark.parametrize(("name", "value", "read"), READS)
def test_it_reads(name: str, value: Any, read: Any) -> None:
    assert from_json(BY_NAME[name], value) == read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", 5),
        ("name", ["甲"]),
        ("name", {"a": 1}),
        ("registered_capital", True),
        ("registered_capital", float("nan")),
        ("registered_capital", float("inf")),
        pytest.param("registered_capital", 10**6000, id="a number of 6,000 digits"),
        ("synthetic", 1),
        ("industry", [1]),
        ("industry", ["没有的分类"]),
        ("founded_on", 45296),
    ],
)
def test_it_objects_to_a_value_of_another_kind(name: str, value: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        from_json(BY_NAME[name], value)
    assert refused.value.objection.field == name
