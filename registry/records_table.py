"""The table of a register, made from its declaration: the columns that all have, and one for each stored field."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    Boolean,
    Bytea,
    Column,
    Date,
    Integer,
    Numeric,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table, create_table_class

from registry.register import Field, FieldType, Register

DIGITS = (16, 4)
"""What a decimal column keeps: `registry.values.numbers` reads to the same four places."""


def system_columns() -> dict[str, Column]:
    """Identity, version, standing, and the keys that matching and sorting use.

    `began` is the day from which the version speaks. `name_key` is the key by which records match (`registry.keys`),
    `plain_key` that of the name alone, by which references find it; `former_name_keys` those of former names;
    `name_sort` is GB18030, whose order is pinyin order for common characters. `merged_into` is the record that took
    this one up; `origins` says of a field whose word it is (claim, verified; absent: a list's); `keeper` is the
    organisation in charge (none: that of the district), `handler` the account that filed it or took it over.
    """
    return {
        "id": UUID(primary_key=True, default=UUID4()),
        "version": Integer(default=1),
        "withdrawn": Boolean(default=False),
        "began": Date(null=True, default=None),
        "merged_into": UUID(null=True, default=None),
        "origins": JSONB(default="{}"),
        "keeper": UUID(null=True, default=None),
        "handler": UUID(null=True, default=None),
        "name_key": Text(),
        "plain_key": Text(),
        "former_name_keys": Array(base_column=Text(), default=list),
        "name_sort": Bytea(),
        "created_at": Timestamptz(default=TimestamptzNow()),
        "updated_at": Timestamptz(default=TimestamptzNow()),
    }


@cache
def table_of(register: Register) -> type[Table]:
    """The Piccolo table of a register."""
    members: dict[str, Any] = system_columns() | {field.name: _column(field) for field in register.stored}
    name = "".join(part.capitalize() for part in register.kind.split("_"))
    return create_table_class(name, class_kwargs={"tablename": register.table_name}, class_members=members)


def _varchar(field: Field) -> Column:
    if field.required:
        return Varchar(length=field.max_length)
    return Varchar(length=field.max_length, null=field.default is None, default=field.default)


def _array(field: Field) -> Column:
    return Array(base_column=Varchar(length=field.max_length), default=list)


_COLUMNS: dict[FieldType, Callable[[Field], Column]] = {
    FieldType.TEXT: _varchar,
    FieldType.NAME: _varchar,
    FieldType.CREDIT_CODE: _varchar,
    FieldType.STANDARD_NO: _varchar,
    FieldType.CHOICE: _varchar,
    FieldType.LONG_TEXT: lambda _field: Text(null=True, default=None),
    FieldType.DATE: lambda _field: Date(null=True, default=None),
    FieldType.INTEGER: lambda _field: Integer(null=True, default=None),
    FieldType.DECIMAL: lambda _field: Numeric(digits=DIGITS, null=True, default=None),
    FieldType.CODES: _array,
    FieldType.NAMES: _array,
    FieldType.FLAG: lambda _field: Boolean(default=False),
    FieldType.ROWS: lambda _field: JSONB(default="[]"),
}


def _column(field: Field) -> Column:
    return _COLUMNS[field.type](field)


EMPTY = "''"
_SENTINEL = {FieldType.DATE: "'-infinity'::date", FieldType.DECIMAL: "'-Infinity'::numeric", FieldType.INTEGER: "-1"}


def sort_expression(field: Field, column: str) -> str:
    """What a list is sorted by, and indexed for: a record without a value counts as the smallest."""
    return f"coalesce({column}, {_SENTINEL.get(field.type, EMPTY)})"
