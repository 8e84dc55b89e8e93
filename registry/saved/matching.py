"""Which records answer a kept question, for one actor: all of them, or those among some that were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from plugins import manager
from registry import database, finding, reading
from registry.access import Actor
from registry.finding import FindQuery
from registry.reading import ListQuery
from registry.saved.schemas import SEARCH, Asked
from search import SearchEngine

Pair = tuple[str, str]
"""Kind and id of a record."""


async def check(engine: SearchEngine, actor: Actor, place: str, asked: Asked) -> None:
    """Ask it once: BadRequest when it cannot be asked."""
    if place == SEARCH:
        await finding.search(engine, actor, FindQuery(asked.text, asked.kinds, asked.filters, limit=1))
    else:
        await reading.page(actor, manager.registers()[place], ListQuery(asked.filters, asked.sort, 1))


async def matches(
    engine: SearchEngine, actor: Actor, place: str, asked: Asked, only: Sequence[Pair] | None, limit: int
) -> list[Pair]:
    """Kinds and ids, at most `limit`; Unavailable while the engine does not answer."""
    if place != SEARCH:
        return await _in_list(actor, place, asked, only, limit)
    query = FindQuery(asked.text, asked.kinds, asked.filters)
    return await finding.matching(engine, actor, query, only, limit)


async def _in_list(actor: Actor, kind: str, asked: Asked, only: Sequence[Pair] | None, limit: int) -> list[Pair]:
    register = manager.registers()[kind]
    condition, args = reading.conditions(actor, register, asked.filters)
    ids = None if only is None else [UUID(one) for of_kind, one in only if of_kind == kind]
    sql = (
        f"SELECT r.id FROM {register.table_name} r WHERE {condition}"
        f" AND (${len(args) + 1}::uuid[] IS NULL OR r.id = ANY(${len(args) + 1})) LIMIT {limit:d}"
    )
    return [(kind, str(row[0])) for row in await database.fetch(sql, *args, ids)]


async def born_since(pairs: Sequence[Pair], since: datetime) -> list[Pair]:
    """Of these the records that were not there at that time."""
    found: list[Pair] = []
    for kind, register in manager.registers().items():
        ids = [UUID(one) for of_kind, one in pairs if of_kind == kind]
        rows: Sequence[Any] = ()
        if ids:
            sql = f"SELECT id FROM {register.table_name} WHERE id = ANY($1::uuid[]) AND created_at >= $2"
            rows = await database.fetch(sql, ids, since)
        found += [(kind, str(row[0])) for row in rows]
    return found
