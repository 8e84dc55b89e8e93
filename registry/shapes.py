"""Records as JSON: rows become structs made from the register's declaration; msgspec encodes faster than SQL does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from registry import masking
from registry.register import Field, FieldType, Register

NOT_LISTED = frozenset({FieldType.LONG_TEXT, FieldType.ROWS})
"""What is too long for a list."""

encode = msgspec.json.Encoder(decimal_format="number").encode


class Column(NamedTuple):
    """One member of the JSON: its name, its SQL over alias r; `is_json` if the SQL gives JSON as text."""

    name: str
    sql: str
    is_json: bool = False


class Shape:
    """The select list of a query, and what its rows become."""

    def __init__(self, kind: str, columns: Sequence[Column]) -> None:
        self.sql = ", ".join(f"{column.sql} AS {column.name}" for column in columns)
        self._width = len(columns)
        self._raw = [place for place, column in enumerate(columns) if column.is_json]
        members = [(column.name, Any) for column in columns]
        self._struct = msgspec.defstruct("Record", members, tag_field="kind", tag=kind, gc=False)

    def read(self, row: Any) -> msgspec.Struct:
        """The struct of a row; columns after those of the shape are the query's own."""
        values: Sequence[Any] = row[: self._width]
        if not self._raw:
            return self._struct(*values)
        values = list(values)
        for place in self._raw:
            if values[place] is not None:
                values[place] = msgspec.Raw(values[place])
        return self._struct(*values)


def covered(register: Register, record: msgspec.Struct, clear: frozenset[str] = frozenset()) -> msgspec.Struct:
    """The record with personal data covered, but for the fields in `clear`."""
    hidden = getattr(record, "private", None)
    if hidden is None or not masking.personal(register):
        return record
    told = masking.masked(register, msgspec.json.decode(hidden), clear)
    return msgspec.structs.replace(record, private=msgspec.Raw(encode(told)))


@cache
def item(register: Register) -> Shape:
    """What a list shows of a record: everything public but long texts and small tables."""
    fields = [_stored(f) for f in register.public if f.type not in NOT_LISTED]
    return Shape(
        register.kind,
        [*_of_record("id", "version", "withdrawn"), *fields, *_derived(register), *_of_record("updated_at")],
    )


@cache
def detail(register: Register, private: frozenset[str]) -> Shape:
    """Everything of a record; of the private fields those named, and only where o.owned (null elsewhere)."""
    fields = [_stored(f) for f in register.public]
    hanging = [Column(one.name, f"({one.detail})::text", is_json=True)] if (one := register.companion) else []
    return Shape(
        register.kind,
        [
            *_of_record("id", "version", "withdrawn"),
            Column("owned", "o.owned"),
            *fields,
            *_derived(register),
            *hanging,
            *(_private(register, private) if private else ()),
            *_of_record("created_at", "updated_at"),
        ],
    )


def _stored(field: Field) -> Column:
    if field.type.is_rows:
        return Column(field.name, f"r.{field.name}::text", is_json=True)
    return Column(field.name, f"r.{field.name}")


def _of_record(*names: str) -> list[Column]:
    return [Column(name, f"r.{name}") for name in names]


def _derived(register: Register) -> list[Column]:
    derived = register.companion.derived if register.companion else {}
    return [Column(name, f"({sql.format(day='$1')})") for name, sql in derived.items()]


def _private(register: Register, names: frozenset[str]) -> list[Column]:
    shown = ", ".join(f"'{field.name}', r.{field.name}" for field in register.stored if field.name in names)
    return [Column("private", f"CASE WHEN o.owned THEN json_build_object({shown})::text END", is_json=True)]
