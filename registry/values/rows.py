"""Small tables inside a record (ROWS): annual figures, residents, honours. As text one line a row, cells joined by ｜.

In memory and in JSON a row is an object of the columns that are filled in: days as ISO text, numbers as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec

from registry.register import Field, FieldType
from registry.values.objecting import Unreadable, shown

BETWEEN = "｜"
MOST_ROWS = 500

_BARS = re.compile(r"[｜|\t]")
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(list[dict[str, Any]], float_hook=Decimal)

Rows = list[dict[str, Any]]
CellReader = Callable[[Field], Callable[[str], Any]]


def reader(field: Field, cell: CellReader) -> Callable[[str], Rows | None]:
    """Reads the text form; a line that is wrong is named by its number."""
    readers = [(column, cell(column)) for column in field.columns]

    def read(raw: str) -> Rows | None:
        lines = [line for line in raw.replace("\r", "\n").split("\n") if line.strip(" ｜|\t\u3000")]
        if len(lines) > MOST_ROWS:
            raise Unreadable(field, f"{field.label}有{len(lines)}行，最多{MOST_ROWS}行。")
        rows = [_row(field, readers, _BARS.split(line), number) for number, line in enumerate(lines, 1)]
        return _once(field, rows) or None

    return read


def from_objects(field: Field, value: list[Any], cell: Callable[[Field, Any], Any]) -> Rows | None:
    """Reads the JSON form: a list of objects by column name."""
    if len(value) > MOST_ROWS:
        raise Unreadable(field, f"{field.label}有{len(value)}行，最多{MOST_ROWS}行。")
    found = []
    for number, given in enumerate(value, 1):
        if not isinstance(given, Mapping) or not set(given) <= {column.name for column in field.columns}:
            names = "、".join(column.name for column in field.columns)
            raise Unreadable(field, f"{field.label}第{number}行应为对象，可用的列：{names}。")
        row = {
            column.name: _checked(field, number, partial(cell, column, given.get(column.name)))
            for column in field.columns
        }
        found.append(_complete(field, _filled(row), number))
    return _once(field, found) or None


def _once(field: Field, rows: Rows) -> Rows:
    """The rows without exact repetitions; where a key tells rows apart, two of one key are refused.

    A list that comes again puts its row in the place of the one with that key, so there must be one.
    """
    found: list[dict[str, Any]] = []
    first: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, 1):
        if row in found:
            continue
        key = tuple(str(row.get(name)) for name in field.row_key)
        if key and first.setdefault(key, number) != number:
            labels = "、".join(column.label for column in field.columns if column.name in field.row_key)
            raise Unreadable(field, f"{field.label}第{number}行与第{first[key]}行的{labels}相同，请只留一行。")
        found.append(row)
    return found


def _row(field: Field, readers: Sequence[tuple[Field, Callable[[str], Any]]], cells: list[str], number: int) -> Any:
    if len(cells) > len(readers):
        raise Unreadable(field, f"{field.label}第{number}行有{len(cells)}格，最多{len(readers)}格：{layout(field)}。")
    row = {}
    for (column, read), text in zip(readers, cells, strict=False):
        row[column.name] = _checked(field, number, partial(read, text))
    return _complete(field, _filled(row), number)


def _checked(field: Field, number: int, read: Callable[[], Any]) -> Any:
    try:
        return _plain(read())
    except Unreadable as wrong:
        raise Unreadable(field, f"{field.label}第{number}行：{wrong.objection.message}") from None


def _complete(field: Field, row: dict[str, Any], number: int) -> dict[str, Any]:
    for column in field.columns:
        if column.required and column.name not in row:
            raise Unreadable(field, f"{field.label}第{number}行请填写{column.label}：{layout(field)}。")
        text = row.get(column.name)
        if isinstance(text, str) and _BARS.search(text):
            raise Unreadable(field, f"{field.label}第{number}行的{column.label}{shown(text)}不能含竖线。")
    return row


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    """A cell's value as JSON keeps it, in one form only, so that equal rows are equal."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return list(value) if isinstance(value, tuple) else value


def layout(field: Field) -> str:
    """How a line is written: 年度｜指标｜数值."""
    return BETWEEN.join(column.label for column in field.columns)


def typed(column: Field, value: Any) -> Any:
    """A cell of a row as the type that its column keeps."""
    if value is None:
        return None
    if column.type is FieldType.DATE:
        return date.fromisoformat(value)
    return Decimal(str(value)) if column.type in {FieldType.INTEGER, FieldType.DECIMAL} else value


def to_text(field: Field, rows: Rows, written: Callable[[Field, Any], str]) -> str:
    """The text form."""
    lines = []
    for row in rows:
        cells = [written(column, typed(column, row.get(column.name))).replace("\n", " ") for column in field.columns]
        lines.append(BETWEEN.join(cells).rstrip(BETWEEN))
    return "\n".join(lines)


def encode(rows: Rows) -> str:
    """Rows as the JSON that the column takes."""
    return _ENCODER.encode(rows).decode()


def decode(text: str) -> Rows:
    """Rows from the JSON of the column; numbers stay exact."""
    return _DECODER.decode(text)
