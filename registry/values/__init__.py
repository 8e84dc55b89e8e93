"""Values: how a cell, a form field or a JSON value becomes what is stored, and how that is shown. One rule serves all.

A reader is compiled once per field and called once per cell: it returns the value (None if empty) or raises Unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from registry.register import Field, FieldType
from registry.values import choices, dates, numbers, rows, text
from registry.values.objecting import Unreadable
from registry.values.show import display, to_text

__all__ = [
    "Parser",
    "Unreadable",
    "compile_parser",
    "compile_parsers",
    "display",
    "from_json",
    "of_row",
    "parse",
    "rows",
    "to_column",
    "to_text",
]

Parser = Callable[[str], Any]

_REPEATING = 16_384
"""Distinct raw texts remembered per field: a column of districts, dates or sizes is read once per distinct text."""

_COMPILERS: dict[FieldType, Callable[[Field], Parser]] = {
    FieldType.TEXT: text.line,
    FieldType.LONG_TEXT: text.paragraphs,
    FieldType.NAME: text.name,
    FieldType.CREDIT_CODE: text.credit_code,
    FieldType.DATE: dates.day,
    FieldType.INTEGER: numbers.integer,
    FieldType.DECIMAL: numbers.decimal,
    FieldType.CHOICE: choices.choice,
    FieldType.CODES: choices.codes,
    FieldType.NAMES: text.names,
    FieldType.FLAG: choices.flag,
    FieldType.STANDARD_NO: text.standard_no,
    FieldType.ROWS: lambda field: rows.reader(field, lambda column: _COMPILERS[column.type](column)),
}
_UNIQUE = {
    FieldType.TEXT,
    FieldType.LONG_TEXT,
    FieldType.NAME,
    FieldType.NAMES,
    FieldType.CREDIT_CODE,
    FieldType.STANDARD_NO,
    FieldType.ROWS,
}


def compile_parser(field: Field) -> Parser:
    """A reader of one field for many cells: raw text -> value, None when empty; raises Unreadable.

    What it remembers of repeating columns goes when it goes.
    """
    reader = _COMPILERS[field.type](field)
    if field.type in _UNIQUE and not field.vocabulary:
        return reader
    return lru_cache(maxsize=_REPEATING)(reader)


def compile_parsers(fields: Sequence[Field]) -> list[Parser]:
    """The readers of a sheet's columns, in their order."""
    return [compile_parser(field) for field in fields]


@lru_cache(maxsize=512)
def _reader(field: Field) -> Parser:
    return _COMPILERS[field.type](field)


def parse(field: Field, raw: str) -> Any:
    """Read one text; None when empty; raises Unreadable. In bulk, compile the readers once."""
    return _reader(field)(raw)


def from_json(field: Field, value: Any) -> Any:
    """Read a value of a JSON body or a form by the same rule as a cell; raises Unreadable."""
    if isinstance(value, list) and field.type.is_rows:
        return rows.from_objects(field, value, from_json)
    if isinstance(value, list) and field.type in (FieldType.CODES, FieldType.NAMES):
        return _from_list(field, value)
    if value is None or (isinstance(value, bool) and field.type is FieldType.FLAG):
        return value
    if isinstance(value, str):
        return parse(field, value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and field.type in numbers.TYPES:
        return parse(field, numbers.plain(value))
    raise Unreadable(field, f"{field.label}的数据类型不对，请按文本填写。")


def of_row(fields: Sequence[Field], row: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values of a database row: rows inside the record come as JSON."""
    return {f.name: rows.decode(row[f.name]) if f.type.is_rows else row[f.name] for f in fields}


def to_column(field: Field, value: Any) -> Any:
    """A typed value as the database takes it."""
    return rows.encode(value) if field.type.is_rows and value is not None else value


def _from_list(field: Field, values: list[Any]) -> tuple[str, ...] | None:
    if not all(isinstance(value, str) for value in values):
        raise Unreadable(field, f"{field.label}应为文本的列表。")
    # Each entry is one name, whatever is in it; a code may come with others in one text.
    texts = map(text.one_of_names, values) if field.type is FieldType.NAMES else values
    found = (item for said in texts for item in parse(field, said) or ())
    return tuple(dict.fromkeys(found)) or None
