"""Undoing: one change taken back, or a record returned to an earlier version; always by a new change with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry import access, database, reading, records, titling
from registry.errors import Conflict, Forbidden, NotFound, Objection
from registry.history import Occasion
from registry.history_redaction import ERASED
from registry.imports import reversing
from registry.register import Register


class _Change(NamedTuple):
    entry: int
    act: str
    before: dict[str, Any]
    after: dict[str, Any]
    batch_id: UUID | None


async def undo(occasion: Occasion, register: Register, record_id: str, version: int, undone: int) -> int:
    """Take back the change that led to version `undone`, of a record that is still at `version`.

    Conflict if something it changed was changed again since, or if it is of a kind that has its own way back.
    """
    own = await _mine(occasion, register, record_id)
    change = await _change(register, own, undone)
    if change.act == "imported" and change.batch_id is not None:
        return await reversing.reverse_one(occasion, register, change.batch_id, own, version)
    if change.act == "filed":
        return await records.withdraw(occasion, register, record_id, version)
    if titling.is_act(change.act):
        title_id = str(change.after["titles"][0]["id"])
        return await titling.take_back(occasion, register, record_id, version, title_id, undone)
    if set(change.after) == {"withdrawn"}:
        perform = records.reinstate if change.after["withdrawn"] else records.withdraw
        return await perform(occasion, register, record_id, version)
    if not set(change.after) <= set(register.by_name):
        raise Conflict("这类变更不能在这里撤销，请到办理它的页面处理。")
    _refuse_erased(register, change.before)
    await _refuse_changed_since(register, own, change)
    return await records.amend(occasion, register, record_id, version, change.before, act="undone")


async def revert(occasion: Occasion, register: Register, record_id: str, version: int, to: int) -> int:
    """Let all fields be what they were in version `to`; what hangs on the record (titles) has a course of its own."""
    own = await _mine(occasion, register, record_id)
    if not 1 <= to < version:
        raise NotFound(f"没有可以退回的第 {to} 版。")
    rows = await database.fetch(
        "SELECT before::text FROM history WHERE kind = $1 AND record_id = $2 AND version > $3 AND before IS NOT NULL"
        " ORDER BY version DESC, id DESC",
        register.kind,
        own,
        to,
    )
    was: dict[str, Any] = {}
    for row in rows:
        was |= _decoded(row["before"])
    fields = {name: value for name, value in was.items() if name in register.by_name}
    _refuse_erased(register, fields)
    return await records.amend(occasion, register, record_id, version, fields, act="reverted")


async def _mine(occasion: Occasion, register: Register, record_id: str) -> UUID:
    """The record's id, if it is there and the actor's to act on."""
    own = reading.parse_id(record_id)
    row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1", own)
    if row is None or not access.sees(occasion.actor, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    if not access.in_scope(occasion.actor, row):
        raise Forbidden("这条记录不在您的办理范围内，不能撤销它的变更。")
    return own


async def _change(register: Register, record_id: UUID, version: int) -> _Change:
    row = await database.fetchrow(
        "SELECT id, act, before::text, after::text, batch_id FROM history WHERE kind = $1 AND record_id = $2"
        # The first of a version led to it; what is merely told at the same version (an attachment) follows.
        " AND version = $3 ORDER BY id LIMIT 1",
        register.kind,
        record_id,
        version,
    )
    if row is None:
        raise NotFound(f"历史里没有第 {version} 版。")
    return _Change(row["id"], row["act"], _decoded(row["before"]), _decoded(row["after"]), row["batch_id"])


def _decoded(text: str | None) -> dict[str, Any]:
    """Changed fields as they were kept; a number with a fraction stays exact as its digits."""
    found: dict[str, Any] = msgspec.json.Decoder(float_hook=str).decode(text) if text else {}
    return found


def _refuse_erased(register: Register, fields: Mapping[str, Any]) -> None:
    labels = [register.by_name[name].label for name, value in fields.items() if value == ERASED]
    if labels:
        raise Conflict(f"{'、'.join(labels)}原来的内容已依法删除，不能恢复；请直接修改其他内容。")


async def _refuse_changed_since(register: Register, record_id: UUID, change: _Change) -> None:
    """What the change said must still stand, or undoing it would overwrite somebody else's later word."""
    rows = await database.fetch(
        f"SELECT x.key FROM {register.table_name} r JOIN history h ON h.id = $2 CROSS JOIN jsonb_each(h.after) x"
        " WHERE r.id = $1 AND to_jsonb(r) -> x.key IS DISTINCT FROM x.value",
        record_id,
        change.entry,
    )
    objections = tuple(
        Objection(f"{register.by_name[row[0]].label}后来又改过。", row[0], register.by_name[row[0]].label)
        for row in rows
    )
    if objections:
        raise Conflict("这次变更的内容后来又改过，不能直接撤销；请修改这条记录，或退回到更早的版本。", objections)
