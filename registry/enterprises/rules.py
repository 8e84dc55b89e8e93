"""What an enterprise's record must satisfy beyond what every record must: pure functions of its values and a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registry.enterprises.fields import FIELDS
from registry.errors import Objection

_LABELS = {field.name: field.label for field in FIELDS}
_WEBSITE = re.compile(r"(?:https?://)?(?:[\w\-]+\.)+[\w\-]{2,}(?::\d{1,5})?(?:/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"[0-9+\-() （）]{5,20}(?:[转,x]\d{1,6})?")
_EARLIEST_FIGURES = 1949


def check(values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day; empty when it may be filed."""
    objections = (
        _founded(values.get("founded_on"), today),
        _capital(values.get("registered_capital")),
        _website(values.get("website")),
        _phone(values.get("contact_phone")),
        _chain_leader(values),
        *(_figure(number, row, today) for number, row in enumerate(values.get("figures") or (), 1)),
    )
    return [objection for objection in objections if objection is not None]


def _founded(day: date | None, today: date) -> Objection | None:
    if day is None or day <= today:
        return None
    return _object("founded_on", f"成立日期{day}晚于今天，请核对。")


def _capital(capital: Decimal | None) -> Objection | None:
    if capital is None or capital >= 0:
        return None
    return _object("registered_capital", "注册资本不能是负数，请核对。")


def _website(website: str | None) -> Objection | None:
    """A bare domain or an http(s) address: anything else would become a link that does not lead to a site."""
    if website is None or _WEBSITE.fullmatch(website):
        return None
    return _object("website", f"网址“{website[:30]}”看不懂，请写成 https://www.example.cn 或 www.example.cn。")


def _phone(phone: str | None) -> Objection | None:
    if phone is None or (_PHONE.fullmatch(phone) and any(character.isdigit() for character in phone)):
        return None
    return _object("contact_phone", "联系电话只能有数字、加号、横线和空格，5至20位，如023-00000000。")


def _chain_leader(values: Mapping[str, Any]) -> Objection | None:
    """A chain leader is designated: without the bureau's document it is only said to be one."""
    if not values.get("chain_leader") or values.get("chain_leader_document"):
        return None
    return _object("chain_leader_document", "链主由主管部门确定：请填写确定它的文件（名称和文号）。")


def _figure(number: int, row: Mapping[str, Any], today: date) -> Objection | None:
    """A figure is of a year that has begun; what cannot be negative is not."""
    year, value = row["year"], row["value"]
    if not _EARLIEST_FIGURES <= year <= today.year:
        return _object("figures", f"年度数据第{number}行的年度“{year}”不合理，请填四位年份。")
    if value < 0 and row["indicator"] not in _MAY_BE_NEGATIVE:
        return _object("figures", f"年度数据第{number}行的数值不能是负数，请核对。")
    return None


_MAY_BE_NEGATIVE = {"profit", "net_profit", "equity"}


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
