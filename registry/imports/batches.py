"""What lists were imported: one row a batch, so that it can be looked up and taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from registry import access, clock, database, reading
from registry.access import Actor
from registry.errors import NotFound
from registry.history import Occasion
from registry.register import Register

SHOWN = 50


class Batch(msgspec.Struct, frozen=True):
    """An import, or the reversal of one (`reverses`); `reversed_by` are the reversals of it, newest first."""

    id: UUID
    kind: str
    filename: str
    actor: str
    at: datetime
    reason: str
    added: int
    changed: int
    reverses: UUID | None
    reversed_by: list[UUID]


_SELECT = (
    "SELECT b.id, b.kind, b.filename, b.actor_name, b.at, b.reason, b.added, b.changed, b.reverses,"
    " ARRAY(SELECT x.id FROM import_batch x WHERE x.reverses = b.id ORDER BY x.at DESC) FROM import_batch b"
)


async def note(
    occasion: Occasion, register: Register, filename: str, counts: tuple[int, int], reverses: UUID | None = None
) -> None:
    """Keep a batch, in the transaction that writes it; `counts` are the records added and changed."""
    await database.execute(
        "INSERT INTO import_batch (id, kind, filename, actor_id, actor_name, reason, added, changed, reverses)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        occasion.batch_id,
        register.kind,
        filename[:200],
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
        *counts,
        reverses,
    )


def _own(actor: Actor) -> str | None:
    """Whose batches the actor may look up: everybody's if it acts on all records, else its own."""
    return None if not access.owned_sql(actor) else actor.id or ""


async def listed(actor: Actor, before: datetime | None = None) -> list[Batch]:
    """The batches that the actor may look up, newest first, those before a moment."""
    rows = await database.fetch(
        f"{_SELECT} WHERE ($1::text IS NULL OR b.actor_id::text = $1) AND ($2::timestamptz IS NULL OR b.at < $2)"
        f" ORDER BY b.at DESC, b.id LIMIT {SHOWN}",
        _own(actor),
        before,
    )
    return [Batch(*row) for row in rows]


async def one(actor: Actor, batch_id: UUID) -> Batch:
    """A batch that the actor may look up."""
    row = await database.fetchrow(
        f"{_SELECT} WHERE b.id = $2 AND ($1::text IS NULL OR b.actor_id::text = $1)", _own(actor), batch_id
    )
    if row is None:
        raise NotFound("没有这次导入，或不是您经办的。")
    return Batch(*row)


class Touched(msgspec.Struct, frozen=True):
    """A record of a batch, as it is called now; `added` if the batch brought it."""

    id: UUID
    name: str
    added: bool


async def touched(actor: Actor, register: Register, batch_id: UUID) -> list[Touched]:
    """The first records of a batch, in its order, that the actor may see."""
    rows = await database.fetch(
        f"SELECT r.id, r.{register.name_field}, h.version = 1 FROM history h JOIN {register.table_name} r"
        f" ON r.id = h.record_id WHERE h.batch_id = $4 AND h.kind = $5 AND {reading.PARAMETERS}"
        f"{access.visible_sql(actor)} ORDER BY h.id LIMIT {SHOWN}",
        clock.today(),
        *access.scope_values(actor),
        batch_id,
        register.kind,
    )
    return [Touched(*row) for row in rows]
