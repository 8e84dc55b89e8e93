"""The acts on notes: add, change, finish what was to be followed up, remove; and what waits, over all registers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from plugins import manager
from registry import access, audit, clock, database, reading
from registry.access import Actor, Permission, Role
from registry.errors import Forbidden, Invalid, NotFound, Objection
from registry.history import Occasion
from registry.notes.schemas import MOST_TEXT, FollowUp, Given, Note, Sort
from registry.register import Register

FARTHEST = timedelta(days=3 * 366)
"""How far ahead something may be put off."""

SHOWN = 500

_COLUMNS = (
    "id, kind, record_id, sort, text, happened, follow_up, done_at, done_by, account, author, created_at, edited_at"
)


async def add(occasion: Occasion, register: Register, record_id: str, given: Given) -> Note:
    """Write a note on a record in one's scope."""
    await _require_owned(occasion.actor, register, record_id)
    _check(given)
    row = await database.fetchrow(
        "INSERT INTO note (kind, record_id, sort, text, happened, follow_up, account, author)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {_COLUMNS}",
        register.kind,
        UUID(record_id),
        given.sort,
        given.text.strip(),
        given.happened or clock.today(),
        given.follow_up,
        UUID(occasion.actor.id) if occasion.actor.id else None,
        occasion.actor.name,
    )
    return _note(occasion.actor, row)


async def change(occasion: Occasion, note_id: str, given: Given) -> Note:
    """Write a note of one's own anew; that it was is said."""
    _check(given)
    async with database.transaction():
        old = await _manageable(occasion.actor, note_id)
        row = await database.fetchrow(
            "UPDATE note SET sort = $2, text = $3, happened = $4, follow_up = $5, edited_at = $6"
            f" WHERE id = $1 RETURNING {_COLUMNS}",
            old["id"],
            given.sort,
            given.text.strip(),
            given.happened or old["happened"],
            given.follow_up,
            clock.now(),
        )
    return _note(occasion.actor, row)


async def finish(occasion: Occasion, note_id: str, *, done: bool = True) -> Note:
    """What was to be followed up is done, or is open again; any officer in charge may say so."""
    async with database.transaction():
        old = await _readable(occasion.actor, note_id)
        row = await database.fetchrow(
            f"UPDATE note SET done_at = $2, done_by = $3 WHERE id = $1 RETURNING {_COLUMNS}",
            old["id"],
            clock.now() if done else None,
            occasion.actor.name if done else "",
        )
    return _note(occasion.actor, row)


async def remove(occasion: Occasion, note_id: str) -> None:
    """Take a note away; that it was is in the log."""
    async with database.transaction():
        old = await _manageable(occasion.actor, note_id)
        await database.execute("UPDATE note SET removed_at = $2 WHERE id = $1", old["id"], clock.now())
        await audit.note(occasion, "删去一条跟进", f"{old['kind']}/{old['record_id']}", {"note": str(old["id"])})


async def listing(actor: Actor, register: Register, record_id: str) -> list[Note]:
    """The notes on a record in the actor's scope, the latest first."""
    await _require_owned(actor, register, record_id)
    return await _listed(actor, register, record_id)


async def listing_of(actor: Actor, register: Register, record: Mapping[str, Any]) -> list[Note]:
    """The same for a record that the actor has just read; none for who may not read them."""
    if not (record["owned"] and actor.may(Permission.NOTE_KEEP)):
        return []
    return await _listed(actor, register, str(record["id"]))


async def _listed(actor: Actor, register: Register, record_id: str) -> list[Note]:
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM note WHERE kind = $1 AND record_id = $2 AND removed_at IS NULL"
        f" ORDER BY happened DESC, created_at DESC LIMIT {SHOWN}",
        register.kind,
        UUID(record_id),
    )
    return [_note(actor, row) for row in rows]


async def follow_ups(actor: Actor, *, until: date | None = None, mine: bool = False) -> list[FollowUp]:
    """What waits to be followed up on records in the actor's scope, the most urgent first."""
    waiting: list[FollowUp] = []
    owned = access.owned_sql(actor)
    columns = ", ".join(f"n.{name}" for name in _COLUMNS.split(", "))
    for kind, register in manager.registers().items():
        rows = await database.fetch(
            f"SELECT {columns}, r.{register.name_field} AS title, r.district AS place"
            f" FROM note n JOIN {register.table_name} r ON r.id = n.record_id"
            f" WHERE n.kind = '{kind}' AND n.follow_up IS NOT NULL AND n.done_at IS NULL AND n.removed_at IS NULL"
            " AND NOT r.withdrawn AND ($4::date IS NULL OR n.follow_up <= $4) AND ($5::uuid IS NULL OR n.account = $5)"
            f" AND {reading.PARAMETERS}{owned} ORDER BY n.follow_up, n.created_at LIMIT {SHOWN}",
            clock.today(),
            *access.scope_values(actor),
            until,
            UUID(actor.id) if mine and actor.id else None,
        )
        for row in rows:
            url = f"/{register.plural}/{row['record_id']}"
            waiting.append(FollowUp(_note(actor, row), register.label, row["title"], row["place"] or "", url))
    return sorted(waiting, key=lambda one: (one.note.follow_up or date.max, one.note.created_at))[:SHOWN]


def _check(given: Given) -> None:
    objections = []
    if not 1 <= len(given.text.strip()) <= MOST_TEXT:
        objections.append(Objection(f"请写下内容，不超过 {MOST_TEXT} 字。", "text", "内容"))
    if given.sort not in set(Sort):
        objections.append(Objection("类别应为 visit、call、meeting、papers、other 之一。", "sort", "类别"))
    if given.happened and given.happened > clock.today():
        objections.append(Objection("发生的日期不能晚于今天；以后要办的写在“跟进日期”。", "happened", "日期"))
    if given.follow_up and not clock.today() <= given.follow_up <= clock.today() + FARTHEST:
        objections.append(Objection("跟进日期应在今天起三年之内。", "follow_up", "跟进日期"))
    if objections:
        raise Invalid(objections)


async def _require_owned(actor: Actor, register: Register, record_id: str) -> None:
    found = await reading.get(actor, register, record_id)
    if not (msgspec.json.decode(found.json)["owned"] and actor.may(Permission.NOTE_KEEP)):
        raise Forbidden("跟进记录只供本范围的经办人员使用。")


async def _readable(actor: Actor, note_id: str) -> Any:
    """NotFound for what is not there or not in the actor's scope."""
    row = await database.fetchrow(
        f"SELECT {_COLUMNS} FROM note WHERE id = $1 AND removed_at IS NULL", reading.parse_id(note_id)
    )
    register = manager.registers().get(row["kind"]) if row else None
    try:
        if register is not None:
            await _require_owned(actor, register, str(row["record_id"]))
            return row
    except (NotFound, Forbidden):
        pass
    raise NotFound("没有这条跟进记录，或不在您的范围内。")


async def _manageable(actor: Actor, note_id: str) -> Any:
    row = await _readable(actor, note_id)
    if not _may_manage(actor, row):
        raise Forbidden("只有写的人可以改动这条跟进记录。")
    return row


def _may_manage(actor: Actor, row: Mapping[str, Any]) -> bool:
    own = row["account"] is not None and str(row["account"]) == actor.id
    return own or actor.role is Role.ADMINISTRATOR


def _note(actor: Actor, row: Mapping[str, Any]) -> Note:
    values = {name: row[name] for name in _COLUMNS.split(", ") if name != "account"}
    values["sort"] = Sort(row["sort"])
    waits = row["follow_up"] is not None and row["done_at"] is None
    overdue = waits and row["follow_up"] < clock.today()
    return Note(**values, manageable=_may_manage(actor, row), overdue=overdue)
