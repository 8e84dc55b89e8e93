"""Cursors: where a page of a list ended, as text for a URL. A cursor belongs to one sort; any other is refused."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry.errors import BadRequest


class Sort(NamedTuple):
    """A sort key as SQL; `cast` gives a cursor's text back its type."""

    expression: str
    descending: bool
    cast: str

    def parameter(self, n: int) -> str:
        """Parameter n, a cursor's text, as a value of the sort key."""
        return f"decode(${n}, 'hex')" if self.cast == "bytea" else f"${n}::text::{self.cast}"


def encode(sort: Sort, value: Any, record_id: UUID) -> str:
    """The place after which the next page begins."""
    raw = msgspec.json.encode([sort.expression, sort.descending, _cursor_text(value), str(record_id)])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _cursor_text(value: Any) -> str:
    match value:
        case bytes():
            return value.hex()
        case date():
            # asyncpg gives -infinity, the sentinel of a missing date, as the smallest date there is.
            return "-infinity" if value == date.min else value.isoformat()
        case _:
            return str(value)


def decode(text: str, sort: Sort) -> tuple[str, UUID]:
    """The place a cursor names; one of another sort, or altered, is refused."""
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        expression, descending, value, record_id = msgspec.json.decode(raw, type=tuple[str, bool, str, str])
        if (expression, descending) != (sort.expression, sort.descending):
            raise BadRequest("cursor 与当前排序不符，请从第一页重新查询。")
        return _checked(value, sort), UUID(record_id)
    except (binascii.Error, UnicodeError, ValueError, msgspec.MsgspecError):
        raise BadRequest("cursor 无效，请从第一页重新查询。") from None


def _checked(value: str, sort: Sort) -> str:
    """The value, if PostgreSQL will be able to read it as the sort's type; ValueError otherwise."""
    if "\0" in value:
        raise ValueError(value)
    if value != "-infinity":
        readers: dict[str, Any] = {
            "bytea": bytes.fromhex, "date": date.fromisoformat, "timestamptz": datetime.fromisoformat,
            "numeric": Decimal, "int": int, "text": str,
        }  # fmt: skip
        readers[sort.cast](value)
    return value
