"""The outbox: which records' documents must be brought up to date. Written in the transaction of the change."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from registry import database

CHANNEL = "silver_registry_outbox"
"""The NOTIFY channel that wakes the indexer; PostgreSQL sends it at commit."""

_WAKE = f"SELECT pg_notify('{CHANNEL}', '')"


async def write(kind: str, record_id: UUID) -> None:
    """One record has changed."""
    await database.execute("INSERT INTO outbox (kind, record_id) VALUES ($1, $2)", kind, record_id)
    await database.execute(_WAKE)


async def write_selected(sql: str, *args: object) -> int:
    """All records (kind, record_id) that a query selects have changed; how many."""
    tag = await database.execute(f"INSERT INTO outbox (kind, record_id) {sql}", *args)
    await database.execute(_WAKE)
    return int(tag.rsplit(" ", 1)[-1])


class Waiting(NamedTuple):
    """A batch of what waits: the rows to delete when it is done, and the records they name."""

    seqs: list[int]
    records: dict[str, list[UUID]]


async def waiting(limit: int) -> Waiting:
    """The oldest entries. Deleting them by number, not by a cursor, cannot skip a row that commits late."""
    rows = await database.fetch("SELECT seq, kind, record_id FROM outbox ORDER BY seq LIMIT $1", limit)
    records: dict[str, dict[UUID, None]] = {}
    for row in rows:
        records.setdefault(row["kind"], {})[row["record_id"]] = None
    return Waiting([row["seq"] for row in rows], {kind: list(ids) for kind, ids in records.items()})


async def all_seqs() -> list[int]:
    """Every entry there is now."""
    return [row[0] for row in await database.fetch("SELECT seq FROM outbox")]


async def done(seqs: list[int]) -> None:
    """Forget entries whose documents the engine has confirmed."""
    await database.execute("DELETE FROM outbox WHERE seq = ANY($1::bigint[])", seqs)


async def backlog() -> tuple[int, float]:
    """How many entries wait, and how many seconds the oldest has waited."""
    row = await database.fetchrow("SELECT count(*), coalesce(extract(epoch FROM now() - min(at)), 0) FROM outbox")
    return int(row[0]), float(row[1])
