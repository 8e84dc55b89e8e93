"""Writing lists as CSV, which Excel opens right, and as NDJSON for programs; a batch of rows at a time."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from registry.exchange.background import Batches, closing, in_thread
from registry.exchange.cells import guarded
from registry.exchange.spool import Spool, Spooled
from registry.register import Field, FieldType

Columns = Sequence[tuple[str, Field]]
"""(header, field) of each column, in the order of the rows' values."""

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def shown(value: object) -> str:
    """A value as people read it in a list: 是 or 否, ISO dates, several ones joined by 、, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(shown(item) for item in value)
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _csv_text(value: object) -> str:
    return guarded(value if type(value) is str else shown(value))


def _csv_number(value: object) -> str:
    """A number as it is, minus and all; anything else in a column of numbers is guarded like text."""
    text = shown(value)
    return text if _NUMBER.fullmatch(text) else guarded(text)


async def csv_chunks(columns: Columns, batches: Batches) -> AsyncIterator[bytes]:
    """UTF-8 with BOM, CRLF; texts that a spreadsheet would run as formulas are led by an apostrophe."""
    shapes = [_csv_number if field.type in NUMBERS else _csv_text for _, field in columns]
    yield b"\xef\xbb\xbf" + _csv_lines([_csv_text] * len(columns), [[header for header, _ in columns]])
    async with closing(batches):
        async for batch in batches:
            yield await in_thread(_csv_lines, shapes, batch)


def _csv_lines(shapes: Sequence[Callable[[object], str]], rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([shape(value) for shape, value in zip(shapes, row, strict=True)] for row in rows)
    return out.getvalue().encode()


async def ndjson_chunks(columns: Columns, batches: Batches) -> AsyncIterator[bytes]:
    """One JSON object a line; keys are field names, values keep their types, decimals are numbers."""
    names = [field.name for _, field in columns]
    encoder = msgspec.json.Encoder(decimal_format="number")
    async with closing(batches):
        async for batch in batches:
            yield await in_thread(_json_lines, encoder, names, batch)


def _json_lines(encoder: msgspec.json.Encoder, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    return encoder.encode_lines([dict(zip(names, row, strict=True)) for row in rows])


async def spool_chunks(chunks: AsyncIterator[bytes]) -> Spooled:
    """Write all of it to a nameless file first, so that who reads it slowly holds up nothing but the file."""
    with tempfile.TemporaryFile() as out:
        async for chunk in chunks:
            await in_thread(out.write, chunk)
        out.flush()
        return Spooled(Spool(out))
