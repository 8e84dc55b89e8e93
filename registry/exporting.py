"""Lists as files, streamed in constant memory: CSV, XLSX, NDJSON. What comes out can be imported again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import anyio

from registry import clock, reading, values
from registry.access import Actor
from registry.exchange import content_disposition, csv_chunks, ndjson_chunks, spool_chunks, spool_xlsx
from registry.reading import ListQuery
from registry.register import Field, FieldType, Register

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
}
FORMATS = tuple(MEDIA_TYPES)
_SPELLED = {FieldType.CHOICE, FieldType.CODES, FieldType.NAMES, FieldType.FLAG}


class Export(NamedTuple):
    """A file on its way out."""

    chunks: AsyncIterator[bytes]
    media_type: str
    disposition: str


def columns_for(actor: Actor, register: Register) -> tuple[Field, ...]:
    """The columns an export has for this actor: private ones only with the right, filled only in rows of its scope."""
    private = reading.private_fields(actor, register)
    return tuple(field for field in register.fields if field.name in private or not field.private)


async def export(actor: Actor, register: Register, query: ListQuery, form: str) -> Export:
    """A list as a file of the given form; a wrong filter or sort is refused before the first byte."""
    columns = columns_for(actor, register)
    reading.compose_list(actor, register, query)
    rows = reading.stream(actor, register, query, columns)
    name = f"{register.label}名单-{clock.today():%Y%m%d}.{form}"
    return Export(await _chunks(form, columns, rows), MEDIA_TYPES[form], content_disposition(name))


async def _chunks(
    form: str, columns: Sequence[Field], rows: AsyncIterator[list[tuple[Any, ...]]]
) -> AsyncIterator[bytes]:
    """The bytes of the file, which is finished on disk first: a slow client holds no database connection."""
    headed = [(_header(field), field) for field in columns]
    async with _limiter():
        if form == "xlsx":
            spooled = await spool_xlsx(headed, _spelled(columns, rows))
        elif form == "csv":
            spooled = await spool_chunks(csv_chunks(headed, _spelled(columns, rows)))
        else:
            spooled = await spool_chunks(ndjson_chunks(headed, rows))
    return spooled.chunks()


@cache
def _limiter() -> anyio.CapacityLimiter:
    """So many exports are written at once in one process; the next ones wait without a database connection."""
    return anyio.CapacityLimiter(3)


def _header(field: Field) -> str:
    return f"{field.label}（{field.unit}）" if field.unit else field.label


async def _spelled(
    columns: Sequence[Field], rows: AsyncIterator[list[tuple[Any, ...]]]
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Codes as the labels that people read; the reader takes both."""
    coded = [(place, field) for place, field in enumerate(columns) if field.type in _SPELLED]
    async for batch in rows:
        spelled = []
        for row in batch:
            cells = list(row)
            for place, field in coded:
                cells[place] = values.to_text(field, cells[place]) if cells[place] is not None else None
            spelled.append(tuple(cells))
        yield spelled
