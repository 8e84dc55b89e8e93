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


def open_warnings(values: Mapping[str, Any], today: date) -> list[Mapping[str, Any]]:
    """Recalls and warnings that have not ended by that day."""
    return [
        row for row in values.get("warnings") or () if not row.get("ended") or date.fromisoformat(row["ended"]) >= today
    ]


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
