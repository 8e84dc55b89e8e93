"""Saying of two records, or of a record and something to come, that they are the same or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from registry import access, clock, database, naming, reading, values
from registry.access import Actor
from registry.duplicates import decisions
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Objection
from registry.history import Occasion
from registry.register import Register

MOST_REASON = 500
MOST_SHOWN = 500
"""Decisions that one reading gives."""


class Word(msgspec.Struct, frozen=True):
    """A decision on `record`: whether `other` (a record), or what comes in by `code` or `name`, is the `same`."""

    record: str
    same: bool
    other: str = ""
    code: str = ""
    name: str = ""


async def decide(occasion: Occasion, register: Register, word: Word) -> None:
    """Remember a decision. Two records that are the same are merged instead, so that is refused here."""
    if len(occasion.reason) > MOST_REASON:
        raise Invalid([Objection(f"理由不超过 {MOST_REASON} 字。", "reason", "理由")])
    record = await _record(occasion, register, word.record)
    if not word.other:
        incoming = incoming_of(register, word)
        _require_charge(occasion, record)
        await decisions.remember(occasion, register, incoming, [record["id"]], same=word.same)
        return
    if word.same:
        raise Conflict("两条记录是同一条时，请合并，不必另行注明。")
    other = await _record(occasion, register, word.other)
    if other["id"] == record["id"]:
        raise Conflict("这是同一条记录。")
    _require_charge(occasion, record, other)
    await decisions.differ(occasion, register, record["id"], other["id"])


class Made(msgspec.Struct, frozen=True):
    """A decision that was made: `incoming` (by `said`, in words) is, or is not, the record; by whom, when, why."""

    record: str
    name: str
    incoming: str
    said: str
    same: bool
    actor: str
    at: str
    reason: str


async def made(actor: Actor, register: Register, limit: int = 100) -> list[Made]:
    """The latest decisions on records of which the actor is in charge."""
    name, table = register.name_field, register.table_name
    rows = await database.fetch(
        f"SELECT d.*, r.{name} AS name, o.other FROM lookalike_decision d"
        f" JOIN {table} r ON r.id = d.record_id AND NOT r.withdrawn"
        f" LEFT JOIN LATERAL (SELECT r.{name} AS other FROM {table} r WHERE d.incoming = 'id:' || r.id"
        f"{access.visible_sql(actor)}) o ON true"
        f" WHERE d.kind = '{register.kind}' AND {reading.PARAMETERS}{access.owned_sql(actor)}"
        f" ORDER BY d.at DESC, d.incoming LIMIT {min(max(limit, 1), MOST_SHOWN)}",
        clock.today(),
        *access.scope_values(actor),
    )
    return [_made(row) for row in rows]


def _made(row: Any) -> Made:
    way, _, key = row["incoming"].partition(":")
    said = row["other"] or "" if way == "id" else f"{'代码' if way == 'code' else '名称'}“{key}”"
    return Made(
        str(row["record_id"]),
        row["name"],
        row["incoming"],
        said,
        row["same"],
        row["actor_name"],
        row["at"].isoformat(),
        row["reason"],
    )


async def take_back(occasion: Occasion, register: Register, record_id: str, incoming: str) -> None:
    """Forget a decision: it will be asked about again. NotFound if there is none."""
    record = await _record(occasion, register, record_id)
    _require_charge(occasion, record)
    if not await decisions.forget(register, incoming, record["id"]):
        raise NotFound("没有这项判断，或已撤回。")
    await database.execute("INSERT INTO lookalike_due (kind, record_id) VALUES ($1, $2)", register.kind, record["id"])


async def say(occasion: Occasion, register: Register, incoming: str, records: Sequence[str], *, same: bool) -> None:
    """Remember of something that comes in (`decisions`) that it is, or is not, these records."""
    if not incoming.startswith(("code:", "name:")):
        raise Invalid([Objection("看不出判断的是哪一行，请重新比对。", "incoming")])
    rows = [await _record(occasion, register, one) for one in records]
    if same:
        _require_charge(occasion, *rows)
    await decisions.remember(occasion, register, incoming, [row["id"] for row in rows], same=same)


def incoming_of(register: Register, word: Word) -> str:
    """What comes in, by its code, else by its name; Invalid if neither can be read."""
    given = {register.code_field: word.code or None, register.name_field: word.name or None}
    read: dict[str, Any] = {}
    for name, text in given.items():
        try:
            read[name] = values.parse(register.by_name[name], text) if text else None
        except values.Unreadable as wrong:
            raise Invalid([wrong.objection]) from wrong
    if not any(read.values()):
        raise Invalid([Objection("请给出另一条记录，或来件的代码或名称。", "other")])
    if code := read[register.code_field]:
        return f"code:{code}"
    return f"name:{naming.name_key(read[register.name_field])}"


async def _record(occasion: Occasion, register: Register, text: str) -> Any:
    try:
        record_id = UUID(text)
    except ValueError:
        raise NotFound("没有这条记录。") from None
    row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1 AND NOT withdrawn", record_id)
    if row is None or not access.sees(occasion.actor, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    return row


def _require_charge(occasion: Occasion, *rows: Any) -> None:
    if not any(access.in_scope(occasion.actor, row) for row in rows):
        raise Forbidden("这些记录都不在您的办理范围内。")
