"""What a park's record must satisfy beyond what every record must. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.errors import Objection
from registry.parks.fields import FIELDS

_LABELS = {field.name: field.label for field in FIELDS}


def check(values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day; empty when it may be filed."""
    objections = (
        *(_positive(values, name) for name in ("area", "vacant_area")),
        *(_carrier(number, row) for number, row in enumerate(values.get("carriers") or (), 1)),
        *(_resident(number, row, today) for number, row in enumerate(values.get("residents") or (), 1)),
    )
    return [objection for objection in objections if objection is not None]


def _positive(values: Mapping[str, Any], name: str) -> Objection | None:
    value = values.get(name)
    return None if value is None or value >= 0 else _object(name, f"{_LABELS[name]}不能是负数，请核对。")


def _carrier(number: int, row: Mapping[str, Any]) -> Objection | None:
    """What is vacant lies within what is built."""
    area, vacant = row.get("area"), row.get("vacant")
    if (area is not None and area < 0) or (vacant is not None and vacant < 0):
        return _object("carriers", f"载体第{number}行的面积不能是负数，请核对。")
    if area is None or vacant is None or vacant <= area:
        return None
    return _object("carriers", f"载体第{number}行的空置面积{vacant}大于建筑面积{area}，请核对。")


def _resident(number: int, row: Mapping[str, Any], today: date) -> Objection | None:
    began, ended = row.get("began"), row.get("ended")
    if began and ended and ended < began:
        return _object("residents", f"入驻企业第{number}行的迁出日期{ended}早于入驻日期{began}，请核对。")
    if began and date.fromisoformat(began) > today:
        return _object("residents", f"入驻企业第{number}行的入驻日期{began}晚于今天，请核对。")
    return None


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
