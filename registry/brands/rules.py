"""What a brand's record must satisfy beyond what every record must. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.brands.fields import FIELDS
from registry.errors import Objection

_LABELS = {field.name: field.label for field in FIELDS}
_TRADEMARK = re.compile(r"G?[0-9]{4,9}[A-Z]{0,2}")
_NEEDS_OWNER = {"enterprise", "cluster", "regional"}


def check(values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day; empty when it may be filed."""
    objections = (
        _trademark("trademark_no", values.get("trademark_no")),
        *(_trademark("trademarks", row["number"], number) for number, row in enumerate(_rows(values, "trademarks"), 1)),
        _owner(values),
        _founded(values.get("founded_on"), today),
    )
    return [objection for objection in objections if objection is not None]


def _rows(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name) or ()


def _trademark(field: str, number: str | None, row: int = 0) -> Objection | None:
    """A registration number of the trademark office: digits, with G in front for an international one."""
    if not number or _TRADEMARK.fullmatch(number):
        return None
    place = f"第{row}行" if row else ""
    return _object(field, f"{_LABELS[field]}{place}“{number[:20]}”不像商标注册号，应为4至9位数字（国际注册前加G）。")


def _owner(values: Mapping[str, Any]) -> Objection | None:
    """Everything but an industry's brand has somebody who answers for it."""
    if values.get("owner") or values.get("brand_kind") not in _NEEDS_OWNER:
        return None
    return _object("owner", "请填写品牌所有者；只有行业品牌可以没有。")


def _founded(day: date | None, today: date) -> Objection | None:
    return None if day is None or day <= today else _object("founded_on", f"创立日期{day}晚于今天，请核对。")


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
