"""Titles in their table: those of a record, one put there, and one as the history tells of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec

from registry import database
from registry.titles.schemas import Title

COLUMNS = (
    "kind", "label", "as_printed", "level", "line", "tier", "rung", "product", "batch", "year", "document_no", "stage",
    "status_text", "verified", "district", "valid_from", "valid_until", "presumed", "source", "ended", "decided",
    "steps",
)  # fmt: skip

NOT_TOLD = ("record_kind", "record_id", "rung", "created_at")
"""Columns that history and reports leave out."""

_JSON = msgspec.json.Encoder()
_NEWEST_FIRST = "t.year DESC NULLS LAST, t.valid_from DESC NULLS LAST, t.rung DESC, t.label"


def column_value(title: Title, column: str) -> Any:
    """What a column keeps of a title."""
    value = getattr(title, column)
    return _JSON.encode(value).decode() if column == "steps" else value


async def of_record(kind: str, record_id: UUID) -> dict[UUID, Title]:
    """The titles of a record by id, the newest first."""
    rows = await database.fetch(
        f"SELECT t.id, to_jsonb(t)::text AS told FROM title t WHERE record_kind = $1 AND record_id = $2"
        f" ORDER BY {_NEWEST_FIRST}",
        kind,
        record_id,
    )
    return {row["id"]: msgspec.json.decode(row["told"], type=Title) for row in rows}


async def put(kind: str, record_id: UUID, title: Title, title_id: UUID | None) -> UUID:
    """Write a title, a new one if it has no id yet; its id comes back."""
    values = [column_value(title, column) for column in COLUMNS]
    if title_id is None:
        title_id = uuid4()
        places = ", ".join(f"${place}" for place in range(4, len(COLUMNS) + 4))
        await database.execute(
            f"INSERT INTO title (id, record_kind, record_id, {', '.join(COLUMNS)}) VALUES ($1, $2, $3, {places})",
            title_id,
            kind,
            record_id,
            *values,
        )
    else:
        assigned = ", ".join(f"{column} = ${place}" for place, column in enumerate(COLUMNS, 4))
        await database.execute(
            f"UPDATE title SET {assigned} WHERE id = $1 AND record_kind = $2 AND record_id = $3",
            title_id,
            kind,
            record_id,
            *values,
        )
    return title_id


async def remove(kind: str, record_id: UUID, title_id: UUID) -> None:
    """Take a title off that was put there by mistake; the record's history keeps it."""
    await database.execute(
        "DELETE FROM title WHERE id = $1 AND record_kind = $2 AND record_id = $3", title_id, kind, record_id
    )


async def told(title_id: UUID) -> dict[str, Any] | None:
    """A title as history has it, as imports write it too; None when there is none."""
    left_out = ", ".join(f"'{column}'" for column in NOT_TOLD)
    text = await database.fetchval(
        f"SELECT jsonb_strip_nulls(to_jsonb(t) - ARRAY[{left_out}])::text FROM title t WHERE id = $1", title_id
    )
    return msgspec.json.decode(text, type=dict[str, Any]) if text else None
