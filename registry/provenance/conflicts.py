"""Conflicts as they are kept: noted when a word may not change a value, settled when it stands, decided once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry import database
from registry.errors import NotFound
from registry.history import Occasion
from registry.provenance.rules import Origin

_ENCODER = msgspec.json.Encoder(decimal_format="number")

_NOTE = (
    "INSERT INTO field_conflict (kind, record_id, field, said, origin, source, as_of, row_no, batch_id,"
    " actor_id, actor_name, reason) {selected}"
    " ON CONFLICT (kind, record_id, field, md5(said::text)) DO UPDATE SET state = 'pending', origin = excluded.origin,"
    " source = excluded.source, as_of = excluded.as_of, row_no = excluded.row_no, batch_id = excluded.batch_id,"
    " actor_id = excluded.actor_id, actor_name = excluded.actor_name, reason = excluded.reason, said_at = now(),"
    " decided_by = NULL, decided_name = '', decided_at = NULL, decided_reason = ''"
    " WHERE field_conflict.state IN ('accepted', 'settled')"
)
"""A value that waits or was refused is not asked about again; what was accepted
and has since given way to another value is a new question."""


async def note(
    occasion: Occasion, kind: str, record_id: UUID, said: Origin, disputed: Mapping[str, Any], source: str = ""
) -> None:
    """Keep what a single act said and may not change."""
    if not disputed:
        return
    selected = (
        "SELECT $1, $2, x.field, x.said, $3, $4, NULL::date, NULL::int, NULL::uuid, $5::uuid, $6, $7"
        " FROM unnest($8::text[], $9::text[]::jsonb[]) x(field, said)"
    )
    await database.execute(
        _NOTE.format(selected=selected),
        kind,
        record_id,
        said.value,
        source,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
        list(disputed),
        [as_json(value) for value in disputed.values()],
    )


async def note_selected(occasion: Occasion, kind: str, selected: str) -> None:
    """Keep what a list said: the SQL selects (record_id, field, said, source, as_of, row_no)."""
    await database.execute(
        _NOTE.format(
            selected=f"SELECT $1, x.record_id, x.field, x.said, '{Origin.LIST}', x.source, x.as_of, x.row_no,"
            f" $2::uuid, $3::uuid, $4, $5 FROM ({selected}) x"
        ),
        kind,
        occasion.batch_id,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
    )


async def settle(kind: str, record_id: UUID, written: Mapping[str, Any]) -> None:
    """Close the conflicts that waited for just these values."""
    await database.execute(
        "UPDATE field_conflict c SET state = 'settled', decided_at = now()"
        " FROM unnest($3::text[], $4::text[]::jsonb[]) x(field, said)"
        " WHERE c.kind = $1 AND c.record_id = $2 AND c.state = 'pending' AND c.field = x.field AND c.said = x.said",
        kind,
        record_id,
        list(written),
        [as_json(value) for value in written.values()],
    )


class Waiting(NamedTuple):
    """A conflict that is about to be decided: whose it is, and what was said, as JSON gives it."""

    id: int
    kind: str
    record_id: UUID
    field: str
    said: Any
    state: str
    source: str


def number(text: str) -> int:
    """A conflict's number as an address gives it; anything else is simply not found."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise NotFound("没有这条分歧。")
    return int(text)


async def locked(conflict_id: int) -> Waiting:
    """The conflict, held to the end of the transaction under way."""
    row = await database.fetchrow(
        "SELECT id, kind, record_id, field, said::text, state, source FROM field_conflict WHERE id = $1 FOR UPDATE",
        conflict_id,
    )
    if row is None:
        raise NotFound("没有这条分歧。")
    said = msgspec.json.decode(row["said"])
    return Waiting(row["id"], row["kind"], row["record_id"], row["field"], said, row["state"], row["source"])


async def close(occasion: Occasion, conflict_id: int, state: str) -> None:
    """Write down who decided a conflict, how and why."""
    await database.execute(
        "UPDATE field_conflict SET state = $2, decided_by = $3::uuid, decided_name = $4, decided_at = now(),"
        " decided_reason = $5 WHERE id = $1",
        conflict_id,
        state,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
    )


async def drop(batch_id: UUID, record_id: UUID | None = None) -> None:
    """A list was taken back, from all records or from one: what it said and nobody has decided is no longer said."""
    await database.execute(
        "DELETE FROM field_conflict WHERE batch_id = $1 AND state = 'pending' AND record_id = coalesce($2, record_id)",
        batch_id,
        record_id,
    )


async def forget(kind: str, record_ids: Collection[UUID], fields: Collection[str]) -> None:
    """Take out what was said of these fields: the law demands that it be erased."""
    await database.execute(
        "DELETE FROM field_conflict WHERE kind = $1 AND record_id = ANY($2::uuid[]) AND field = ANY($3::text[])",
        kind,
        list(record_ids),
        list(fields),
    )


def as_json(value: Any) -> str:
    """A value as it is kept and compared: a number in one form only, as `trim_scale` gives it for lists."""
    return _ENCODER.encode(value.normalize() if isinstance(value, Decimal) else value).decode()
