"""What a listing's record must satisfy beyond what every record must. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry import taxonomy
from registry.catalogue.fields import FIELDS
from registry.errors import Objection

_LABELS = {field.name: field.label for field in FIELDS}


def check(values: Mapping[str, Any], today: date) -> list[Objection]:
    """Everything that is wrong with a record on that day; empty when it may be filed."""
    objections = (
        _category(values),
        _validity(values),
        _price(values),
        *(_warning(number, row, today) for number, row in enumerate(values.get("warnings") or (), 1)),
    )
    return [objection for objection in objections if objection is not None]


NO_END = date(9999, 12, 31)
"""A warning whose end nobody has published holds on."""


def complete(values: dict[str, Any], _today: date) -> dict[str, Any]:
    """Until when a recall or warning holds: that of the last one; nothing where there is none."""
    rows = values.get("warnings")
    if rows is None:
        return values
    ends = [date.fromisoformat(row["ended"]) if row.get("ended") else NO_END for row in rows]
    return values | {"warned_until": max(ends, default=None)}


def marks(record: Mapping[str, Any], today: date) -> list[str]:
    """An open recall or warning comes before anything else that is said of a product."""
    until = record.get("warned_until")
    found = ["召回或警示中"] if until and str(until) >= today.isoformat() else []
    return [*found, "已移出目录"] if record.get("listing_state") == "removed" else found


def _category(values: Mapping[str, Any]) -> Objection | None:
    """A category belongs to one scheme: the top of its tree bears the scheme's code."""
    scheme, category = values.get("scheme"), values.get("category")
    if not scheme or not category:
        return None
    above = taxonomy.vocabulary("product_categories").ancestors(category)
    if (above[0] if above else category) == scheme:
        return None
    label = taxonomy.vocabulary("product_categories").label(category)
    return _object("category", f"品类“{label}”不属于所填的目录，请核对目录和品类。")


def _validity(values: Mapping[str, Any]) -> Objection | None:
    begins, ends = values.get("valid_from"), values.get("valid_until")
    if begins and ends and ends < begins:
        return _object("valid_until", f"有效期至{ends}早于入选日期{begins}，请核对。")
    return None


def _price(values: Mapping[str, Any]) -> Objection | None:
    price = values.get("price")
    return None if price is None or price >= 0 else _object("price", "参考价格不能是负数，请核对。")


def _warning(number: int, row: Mapping[str, Any], today: date) -> Objection | None:
    if date.fromisoformat(row["day"]) > today:
        return _object("warnings", f"召回与警示第{number}行的发布日期{row['day']}晚于今天，请核对。")
    ended = row.get("ended")
    if ended and ended < row["day"]:
        return _object("warnings", f"召回与警示第{number}行的结束日期{ended}早于发布日期，请核对。")
    return None


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
