"""Reading the log: who may see all of it, who only what the own people did."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec

from registry import clock, database
from registry.access import Actor
from registry.audit.people import people_sql
from registry.audit.schemas import AuditPage, AuditQuery, AuditRow, Log

PAGE = 50
_COLUMNS = "e.id, e.at, e.log, e.act, e.actor_name, e.actor_role, e.address, e.request_id, e.target, e.status, e.detail"


async def entries(actor: Actor, query: AuditQuery, limit: int = PAGE) -> AuditPage:
    """One page of the log as the actor may see it, the newest first."""
    condition, args = _conditions(actor, query)
    sql = f"SELECT {_COLUMNS} FROM audit_entry e WHERE {condition} ORDER BY e.id DESC LIMIT {int(limit) + 1}"
    rows = [_row(row) for row in await database.fetch(sql, *args)]
    more = len(rows) > limit
    return AuditPage(rows[:limit], rows[limit - 1].id if more else None)


async def file_rows(actor: Actor, query: AuditQuery) -> AsyncIterator[list[AuditRow]]:
    """All entries of a query in batches, for a file."""
    condition, args = _conditions(actor, query)
    sql = f"SELECT {_COLUMNS} FROM audit_entry e WHERE {condition} ORDER BY e.id DESC"
    async for rows in database.stream(sql, *args):
        yield [_row(row) for row in rows]


def _conditions(actor: Actor, query: AuditQuery) -> tuple[str, list[Any]]:
    mine, args = people_sql(actor, "e.actor_id")
    if query.own:
        mine, args = "e.actor_id = $1::uuid", [actor.id]
    parts = [mine]
    for expression, value in _asked(query):
        if value not in (None, ""):
            args.append(value)
            parts.append(expression.format(n=len(args)))
    return " AND ".join(parts), args


def _asked(query: AuditQuery) -> list[tuple[str, Any]]:
    text = _pattern(query.text)
    shown = ("act", "actor_name", "target", "address", "request_id")
    words = f"({' OR '.join(f'e.{name} ILIKE ${{n}}' for name in shown)})"
    return [
        ("e.log = ${n}", query.log.value if query.log else None),
        ("e.actor_name ILIKE ${n}", _pattern(query.actor)),
        ("e.act = ${n}", query.act),
        ("(e.target = ${n} OR starts_with(e.target, ${n} || '/'))", query.target),
        (words, text),
        ("e.at >= ${n}", _begin(query.since) if query.since else None),
        ("e.at < ${n}", _begin(query.until + timedelta(days=1)) if query.until else None),
        ("e.id < ${n}", query.before),
    ]


def _pattern(text: str) -> str:
    plain = text.strip()
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, f"\\{special}")
    return f"%{plain}%" if plain else ""


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.BEIJING)


def _row(row: Any) -> AuditRow:
    return AuditRow(
        row["id"],
        row["at"].isoformat(),
        Log(row["log"]),
        row["act"],
        row["actor_name"],
        row["actor_role"],
        row["address"],
        row["request_id"],
        row["target"],
        row["status"],
        msgspec.json.decode(row["detail"], type=dict[str, Any]),
    )
