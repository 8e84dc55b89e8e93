"""Deciding conflicts, and vouching for what stands: an officer's acts on whose word a value is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from plugins import manager
from registry import clock, database, holding, records, values
from registry.errors import Conflict, Forbidden, Invalid, Objection
from registry.history import Occasion
from registry.provenance import conflicts, queue, rules, sources
from registry.provenance.conflicts import Waiting
from registry.provenance.rules import Origin
from registry.register import Register

ACCEPTED = "采纳不同说法"
REJECTED = "维持现有内容"
CONFIRMED = "核实无误"
"""The reasons of those who give none: the act says enough."""

MOST = 200
"""How many conflicts one act may decide."""


async def accept(occasion: Occasion, conflict_id: int) -> int:
    """Write what was said, as verified by the one who decides; the record's version comes back."""
    occasion = _with_reason(occasion, ACCEPTED)
    async with database.transaction():
        waiting, register = await _waiting(occasion, conflict_id)
        row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1", waiting.record_id)
        said = await _said(register, waiting, row)
        version = await records.amend(occasion, register, str(waiting.record_id), row["version"], {waiting.field: said})
        await conflicts.close(occasion, waiting.id, "accepted")
    return version


async def reject(occasion: Occasion, conflict_id: int) -> None:
    """Let the record's value stand; the same is not asked again."""
    occasion = _with_reason(occasion, REJECTED)
    async with database.transaction():
        waiting, _ = await _waiting(occasion, conflict_id)
        await conflicts.close(occasion, waiting.id, "rejected")


async def decide(occasion: Occasion, ids: Collection[int], *, accepting: bool) -> int:
    """Decide several alike, all or none; how many."""
    if not ids:
        raise Invalid([Objection("请先选中要裁定的分歧。", "id", "分歧")])
    if len(ids) > MOST:
        raise Invalid([Objection(f"一次至多裁定 {MOST} 条。", "id", "分歧")])
    async with database.transaction():
        for one in sorted(ids):
            await (accept(occasion, one) if accepting else reject(occasion, one))
    return len(ids)


async def confirm(occasion: Occasion, register: Register, record_id: str, version: int, names: Collection[str]) -> int:
    """Vouch for values as they stand: from now on only a verified word changes them. The new version comes back."""
    fields = [field for field in rules.guarded(register) if field.name in names]
    if not fields or len(fields) != len(set(names)):
        raise Invalid([Objection("请选择要核实的栏目。", "fields", "栏目")])
    occasion = _with_reason(occasion, CONFIRMED)
    async with holding.held(occasion, register, record_id, version) as row:
        said = values.of_row(fields, row)
        origins = rules.marked(register, sources.origins_of(row["origins"]), Origin.VERIFIED, said)
        standing = {"origins": sources.origins_json(origins), "version": version + 1, "updated_at": clock.now()}
        await holding.update(register, row["id"], standing)
        await holding.note(occasion, register, row["id"], ("verified", version + 1), (said, said))
    return version + 1


async def _waiting(occasion: Occasion, conflict_id: int) -> tuple[Waiting, Register]:
    """The conflict and its register; refused to those whose record it is not, and once it is decided."""
    if not await queue.is_within_scope(occasion.actor, conflict_id):
        raise Forbidden("只能裁定办理范围内记录的分歧。")
    waiting = await conflicts.locked(conflict_id)
    if waiting.state != "pending":
        raise Conflict("这条分歧已经有了结果，请刷新页面。")
    return waiting, manager.registers()[waiting.kind]


async def _said(register: Register, waiting: Waiting, row: Any) -> Any:
    """What the record's field becomes: small rows are brought in among those that are there."""
    field = register.by_name[waiting.field]
    if not field.type.is_rows:
        return waiting.said
    merged = await database.fetchval(
        "SELECT merged_rows($1::jsonb, $2::jsonb, $3::text[])::text",
        row[field.name],
        msgspec.json.encode(waiting.said or []).decode(),
        list(field.row_key),
    )
    return msgspec.json.decode(merged)


def _with_reason(occasion: Occasion, otherwise: str) -> Occasion:
    return occasion if occasion.reason.strip() else msgspec.structs.replace(occasion, reason=otherwise)
