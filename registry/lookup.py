"""Looking a record up by name or code in the database: what is left of searching while the engine does not answer.

Bounded in time and in number; no ranking beyond exact before shorter, no pinyin, no counts by facet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg

from plugins import manager
from registry import database, naming, reading, shapes
from registry.access import Actor
from registry.errors import Unavailable
from registry.register import Register

MOST = 50
PATIENCE_MS = 1500
"""How long one register may be looked through."""


class Match(NamedTuple):
    """A record found: its id, its name, its list item as JSON, and how well it fits (0 is exactly)."""

    register: Register
    id: str
    title: str
    json: bytes
    rank: tuple[int, int]


async def by_name_or_code(
    actor: Actor, text: str, kinds: Sequence[str] = (), filters: Mapping[str, Sequence[str]] | None = None
) -> list[Match]:
    """At most `MOST` records whose name or code contains the text, as this actor may see them, the best first."""
    found: list[Match] = []
    for kind, register in manager.registers().items():
        chosen = _as_list_filters(register, filters or {})
        if chosen is not None and (not kinds or kind in kinds):
            found += await _in_register(actor, register, text, chosen)
    return sorted(found, key=lambda match: match.rank)[:MOST]


def _as_list_filters(register: Register, facets: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]] | None:
    """Filters by facet as filters of the list; None where the register knows no such filter and nothing would match."""
    derived = register.companion.filters if register.companion else {}
    names = {field.facet: field.name for field in register.fields if field.facet and field.filter}
    names |= {name: name for name in derived}
    chosen = {names.get(facet, ""): values for facet, values in facets.items() if values}
    return None if "" in chosen else chosen


async def _in_register(
    actor: Actor, register: Register, text: str, filters: Mapping[str, Sequence[str]]
) -> list[Match]:
    condition, args = reading.conditions(actor, register, filters)
    key, code = naming.name_key(text[:200]), text.strip().upper()[:64]
    name, number = len(args) + 1, len(args) + 2
    exact = f"(r.plain_key = ${name} OR r.{register.code_field} = ${number})"
    fits = f"position(${name} in r.plain_key) > 0 OR starts_with(upper(r.{register.code_field}), ${number})"
    former = f"EXISTS (SELECT FROM unnest(r.former_name_keys) AS f WHERE position(${name} in f) > 0)"
    sql = (
        f"SELECT {shapes.item(register).sql}, coalesce({exact}, false) AS exact, length(r.plain_key) AS long"
        f" FROM {register.table_name} r WHERE {condition}"
        f" AND (${name} = '' OR {fits} OR {former}) AND ${number}::text IS NOT NULL"
        f" ORDER BY exact DESC, long, r.id LIMIT {MOST}"
    )
    read = shapes.item(register).read
    return [
        Match(
            register,
            str(row["id"]),
            row[register.name_field],
            shapes.encode(read(row)),
            (0 if row["exact"] else 1, row["long"]),
        )
        for row in await _patiently(sql, *args, key, code)
    ]


async def _patiently(sql: str, *args: Any) -> Sequence[Any]:
    try:
        async with database.transaction():
            await database.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            return await database.fetch(sql, *args)
    except asyncpg.QueryCanceledError as cancelled:
        raise Unavailable("检索暂不可用，按名称查找也超时；请稍后再试，或用名单的筛选。") from cancelled
