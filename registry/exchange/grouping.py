"""Objections grouped by kind: the same complaint about the same column in 300 rows is one thing to understand."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from registry.errors import Objection

ROWS_NAMED = 20
"""How many rows of a kind are named; the count is of all."""

_QUOTED = re.compile(r"“[^”]*”")
_NUMBER = re.compile(r"\d+")


class Grouped(msgspec.Struct):
    """One kind of objection: the column it is about, its words (what differs from row to row as “…”), and its rows."""

    field: str
    label: str
    message: str
    count: int = 0
    rows: list[int] = []


def grouped(objections: Iterable[Objection]) -> list[Grouped]:
    """Kinds, the most frequent first."""
    kinds: dict[tuple[str, str], Grouped] = {}
    for one in objections:
        quoteless = _QUOTED.sub("“…”", one.message)
        key = (one.field, _NUMBER.sub("#", quoteless))
        kind = kinds.get(key)
        if kind is None:
            kind = kinds[key] = Grouped(one.field, one.label, one.message, 0, [])
        elif kind.message != one.message:
            kind.message = quoteless
        kind.count += 1
        if one.row is not None and len(kind.rows) < ROWS_NAMED and one.row not in kind.rows[-1:]:
            kind.rows.append(one.row)
    return sorted(kinds.values(), key=lambda kind: -kind.count)
