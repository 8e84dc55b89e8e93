"""How stored values are shown on pages (`display`) and written to files that come back (`to_text`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from registry.register import Field, FieldType
from registry.taxonomy import vocabulary
from registry.values import rows
from registry.values.text import one_of_names

_HUNDRED_MILLION = Decimal(10_000)
"""One 亿元 in 万元."""


def display(field: Field, value: Any) -> str:
    """A value as people read it: labels for codes, 万元 or 亿元 by size, Chinese dates; "" for none."""
    if value is None:
        return ""
    return _DISPLAY.get(field.type, _written)(field, value)


def to_text(field: Field, value: Any) -> str:
    """A value as a file carries it, exact: parsing the text gives the value back."""
    if value is None:
        return ""
    return _WRITTEN.get(field.type, _written)(field, value)


def _written(_field: Field, value: Any) -> str:
    return str(value)


def _label(field: Field, value: str) -> str:
    return vocabulary(field.vocabulary).label(value)


def _labels(field: Field, value: tuple[str, ...]) -> str:
    words = vocabulary(field.vocabulary)
    return "、".join(words.label(code) for code in value)


def _codes(field: Field, value: tuple[str, ...]) -> str:
    # Code and label: a label alone may name two levels, and a code alone loses its leading zero in a spreadsheet.
    words = vocabulary(field.vocabulary)
    return "；".join(f"{code} {words.label(code)}" if code in words else code for code in value)


def _names(_field: Field, value: tuple[str, ...]) -> str:
    return "；".join(value)


def _kept_apart(_field: Field, value: tuple[str, ...]) -> str:
    return "；".join(map(one_of_names, value))


def _flag(_field: Field, value: bool) -> str:
    return "是" if value else "否"


def _day(_field: Field, value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _iso(_field: Field, value: date) -> str:
    return value.isoformat()


def _number(field: Field, value: Decimal) -> str:
    value = Decimal(value)
    unit = field.unit
    if unit == "万元" and abs(value) >= _HUNDRED_MILLION:
        value, unit = value / _HUNDRED_MILLION, "亿元"
    return f"{_trimmed(value.quantize(Decimal('0.01'), ROUND_HALF_UP)):,}{unit}"


def _exact(_field: Field, value: Decimal) -> str:
    return format(_trimmed(Decimal(value)), "f")


def _rows(field: Field, value: rows.Rows) -> str:
    return rows.to_text(field, value, to_text)


def _trimmed(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


_DISPLAY: dict[FieldType, Callable[[Field, Any], str]] = {
    FieldType.CHOICE: _label,
    FieldType.CODES: _labels,
    FieldType.NAMES: _names,
    FieldType.FLAG: _flag,
    FieldType.DATE: _day,
    FieldType.INTEGER: _number,
    FieldType.DECIMAL: _number,
    FieldType.ROWS: _rows,
}
_WRITTEN = _DISPLAY | {
    FieldType.NAMES: _kept_apart,
    FieldType.CODES: _codes,
    FieldType.DATE: _iso,
    FieldType.INTEGER: _exact,
    FieldType.DECIMAL: _exact,
}
