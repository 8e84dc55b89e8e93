"""What a standard's record must satisfy, and what follows from its number. Pure (标准化法 2017; GB/T 1.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.errors import Objection
from registry.standards.fields import FIELDS

_LABELS = {field.name: field.label for field in FIELDS}
_PREFIXES = (
    (re.compile(r"GB/T "), "gbt"),
    (re.compile(r"GB/Z "), "gbz"),
    (re.compile(r"GB "), "gb"),
    (re.compile(r"DB[0-9]"), "local"),
    (re.compile(r"T/"), "group"),
    (re.compile(r"Q/"), "enterprise"),
    (re.compile(r"建标 "), "construction"),
    (re.compile(r"(ISO|IEC)[ /]"), "international"),
    (re.compile(r"[A-Z]{2,3}(/T)? "), "industry"),
)


def kind_of(code: str) -> str | None:
    """The kind of standard that a number in standard form belongs to."""
    return next((kind for prefix, kind in _PREFIXES if prefix.match(code)), None)


def complete(values: dict[str, Any], _today: date) -> dict[str, Any]:
    """The kind follows from the number."""
    code = values.get("code")
    if code and not values.get("standard_kind"):
        values = values | {"standard_kind": kind_of(code)}
    return values


def marks(record: Mapping[str, Any], _today: date) -> list[str]:
    """What is known from memory only, and what no longer holds."""
    found = ["待核实"] if record.get("trust") == "memory" else []
    return found + [_NOT_IN_FORCE[state] for state in (record.get("state"),) if state in _NOT_IN_FORCE]


_NOT_IN_FORCE = {"replaced": "已被代替", "withdrawn": "已废止", "upcoming": "尚未实施"}


def check(values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day; empty when it may be filed."""
    objections = (_number(values), _kind(values), *_days(values, today), _replaces_itself(values))
    return [objection for objection in objections if objection is not None]


def _number(values: Mapping[str, Any]) -> Objection | None:
    code = values.get("code")
    if not code or any(character.isdigit() for character in code):
        return None
    return _object("code", f"标准编号“{code[:30]}”里没有号码，请填写完整编号，如 GB/T 35796-2017。")


def _kind(values: Mapping[str, Any]) -> Objection | None:
    code, kind = values.get("code"), values.get("standard_kind")
    follows = kind_of(code) if code else None
    if kind is None or follows is None or kind == follows:
        return None
    return _object("standard_kind", f"标准类别与编号“{code}”不符，请核对；不填则按编号判断。")


def _days(values: Mapping[str, Any], today: date) -> list[Objection | None]:
    """A standard is published, then takes effect, then ends; what is in force has taken effect."""
    published, effective, ended = (values.get(name) for name in ("published_on", "effective_on", "ended_on"))
    found: list[Objection | None] = []
    if published and effective and effective < published:
        found.append(_object("effective_on", f"实施日期{effective}早于发布日期{published}，请核对。"))
    if effective and ended and ended < effective:
        found.append(_object("ended_on", f"废止日期{ended}早于实施日期{effective}，请核对。"))
    if values.get("state") == "in_force" and effective and effective > today:
        found.append(_object("state", f"实施日期{effective}未到，状态应为“即将实施”。"))
    if values.get("state") == "in_force" and ended and ended <= today:
        found.append(_object("state", f"已于{ended}废止，状态不应为“现行”。"))
    return found


def _replaces_itself(values: Mapping[str, Any]) -> Objection | None:
    code = values.get("code")
    if code and code in (values.get("replaces") or ()):
        return _object("replaces", "一项标准不能代替它自己，请核对。")
    return None


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
