"""Readers of numbers: grouping commas, full-width digits, and the unit that people write behind an amount."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from registry.register import Field, FieldType
from registry.values.objecting import Unreadable, shown

TYPES = (FieldType.INTEGER, FieldType.DECIMAL)

PLACES = Decimal("0.0001")
"""Four places: one 元 in 万元. What a decimal column keeps."""

LIMIT = Decimal(10) ** 12

_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]*)?(.*)", re.DOTALL)
_MONEY = {
    "": Decimal(1),
    "万元": Decimal(1),
    "万": Decimal(1),
    "亿元": Decimal(10_000),
    "亿": Decimal(10_000),
    "元": Decimal("0.0001"),
}
_CURRENCY = re.compile(r"人民币|rmb|cny|[¥￥()\s]|整$", re.IGNORECASE)
_WRITTEN = {"年": ("年", "年度"), "人": ("人", "名")}
"""What lists write for a unit."""

_FOREIGN = re.compile(r"美元|美金|港元|港币|欧元|日元|英镑|新台币|usd|hkd|eur|jpy|\$", re.IGNORECASE)
_NORMAL = partial(unicodedata.normalize, "NFKC")
_NO_NUMBER = {"", "-", "--", "—", "/", "无", "不详"}


def integer(field: Field) -> Callable[[str], int | None]:
    """A whole number; the field's unit may stand behind it."""
    read_decimal = decimal(field)

    def read(raw: str) -> int | None:
        value = read_decimal(raw)
        if value is not None and value != value.to_integral_value():
            raise Unreadable(field, f"{field.label}{shown(raw.strip())}应为整数，请去掉小数。")
        return None if value is None else int(value)

    return read


def decimal(field: Field) -> Callable[[str], Decimal | None]:
    """A number in the field's unit, to four places; for 万元 also 亿元 and 元, converted."""
    factors = (
        _MONEY
        if field.unit == "万元"
        else dict.fromkeys(("", *_WRITTEN.get(field.unit, (_NORMAL(field.unit),))), Decimal(1))
    )

    def read(raw: str) -> Decimal | None:
        text = _NORMAL(raw).strip()
        if text in _NO_NUMBER:
            return None
        if field.unit == "万元":
            text = _without_currency(field, text)
        match = _NUMBER.fullmatch(text)
        factor = factors.get(match[4].strip()) if match else None
        if match is None or factor is None:
            raise Unreadable(field, _why_no_number(field, raw.strip()))
        return _scaled(field, raw, Decimal(_digits(match)) * factor)

    return read


def plain(value: float) -> str:
    """A JSON number as a text that the readers take, never in scientific notation."""
    return format(Decimal(value) if isinstance(value, int) else Decimal(repr(value)), "f")


def _digits(match: re.Match[str]) -> str:
    return match[1] + match[2].replace(",", "")[:40] + (match[3] or "")[:40]


def _without_currency(field: Field, text: str) -> str:
    if _FOREIGN.search(text):
        raise Unreadable(field, f"{field.label}{shown(text)}是外币，请按当日汇率折合成人民币，以万元填写。")
    return _CURRENCY.sub("", text)


def _scaled(field: Field, raw: str, value: Decimal) -> Decimal:
    if abs(value) >= LIMIT:
        raise Unreadable(field, f"{field.label}{shown(raw.strip())}过大，请核对单位（{field.unit or '无'}）。")
    return value.quantize(PLACES, ROUND_HALF_UP)


def _why_no_number(field: Field, text: str) -> str:
    example = f"，如1234.5{field.unit}" if field.unit else "，如1234.5"
    if field.unit == "万元":
        example += "、1.2亿元"
    return f"{field.label}{shown(text)}不是数字，请只填数字{example}。"
