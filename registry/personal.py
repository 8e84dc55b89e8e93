"""Personal data of a record: shown in clear for a purpose that is logged, and erased where the law demands it.

Erasing goes through everything that keeps the values: the record and those it took up, past versions, history (whose
chain still verifies), what was said against a value, what merges remember, the queues of look-alikes. What it leaves
behind says that something was erased, by whom, why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from registry import (
    access,
    audit,
    clock,
    database,
    history_redaction,
    holding,
    masking,
    outbox,
    reading,
    records,
    values,
)
from registry.access import Actor, Permission
from registry.audit import AuditQuery, AuditRow, Log
from registry.errors import Forbidden, Invalid, NotFound, Objection
from registry.history import SYSTEM, Occasion
from registry.merging import hanging
from registry.password_policy import Policy
from registry.provenance import conflicts
from registry.register import Field, Register

LEAST_PURPOSE = 4
MOST_PURPOSE = 200
SEEN = "查看个人信息"
ERASED = "清除个人信息"
SWEPT_AT_ONCE = 500
"""Records of which one day's sweep erases personal data; the rest wait for the next day."""


def readable(actor: Actor, register: Register) -> list[Field]:
    """The personal fields that the actor may have shown in clear, on the rows of its scope."""
    if not actor.may(Permission.PERSONAL_READ):
        return []
    allowed = reading.private_fields(actor, register)
    return [field for name, field in masking.personal(register).items() if name in allowed]


async def reveal(occasion: Occasion, register: Register, record_id: str) -> dict[str, Any]:
    """The personal data of one record in clear; the occasion's reason is the purpose, and all of it is logged."""
    _require_purpose(occasion)
    fields = readable(occasion.actor, register)
    clear = frozenset(field.name for field in fields)
    async with database.transaction():
        found = await reading.get(occasion.actor, register, record_id, clear=clear)
        if not found.private or not fields:
            raise Forbidden("这条记录不在您的办理范围内，不能查看其个人信息。")
        told = {"purpose": occasion.reason.strip(), "fields": [field.label for field in fields]}
        silent = msgspec.structs.replace(occasion, reason="")
        await audit.note(silent, SEEN, target_of(register, record_id), told, log=Log.PERSONAL)
    private = msgspec.json.decode(found.json, type=dict[str, Any])["private"]
    return {name: private[name] for name in clear}


async def take_out(occasion: Occasion, act: str, target: str) -> None:
    """Note that what holds personal data leaves in clear as a whole; Invalid without a purpose."""
    _require_purpose(occasion)
    silent = msgspec.structs.replace(occasion, reason="")
    await audit.note(silent, act, target, {"purpose": occasion.reason.strip()}, log=Log.PERSONAL)


def target_of(register: Register, record_id: str) -> str:
    """How the log names a record."""
    return f"{register.kind}/{reading.parse_id(record_id)}"


async def readers(actor: Actor, register: Register, record_id: str, limit: int = 50) -> list[AuditRow]:
    """Who had this record's personal data shown, erased: for those who read the log, and for the enterprise itself."""
    await reading.get(actor, register, record_id)
    query = AuditQuery(Log.PERSONAL, target=target_of(register, record_id))
    if access.own_record(actor) == str(reading.parse_id(record_id)):
        return (await audit.entries(audit.WITNESS, query, limit)).items
    if not actor.may(Permission.AUDIT_READ):
        raise Forbidden(f"{actor.role.label}没有此项权限。")
    return (await audit.entries(actor, query, limit)).items


def _require_purpose(occasion: Occasion) -> None:
    if LEAST_PURPOSE <= len(occasion.reason.strip()) <= MOST_PURPOSE:
        return
    told = f"请写明查看的用途，{LEAST_PURPOSE} 至 {MOST_PURPOSE} 字，如“电话核实复核材料”；用途记入查阅日志。"
    raise Invalid([Objection(told, "purpose", "用途")])


async def erase(occasion: Occasion, register: Register, record_id: str, version: int, names: Sequence[str] = ()) -> int:
    """Erase personal fields (all, or those named) of a record wherever they are kept; the new version comes back.

    Withdrawn records too: what is no longer shown is kept no longer than needed.
    """
    fields = _chosen(register, names)
    holding.require_reason(occasion)
    async with holding.acting(register):
        row = await holding.locked(occasion, register, record_id, version)
        return await _erase(occasion, register, row, fields)


def _chosen(register: Register, names: Sequence[str]) -> list[Field]:
    known = masking.personal(register)
    if wrong := [name for name in names if name not in known]:
        raise Invalid([Objection(f"“{wrong[0][:40]}”不是个人信息字段。", "fields", "字段")])
    fields = [known[name] for name in names] if names else list(known.values())
    if not fields:
        raise NotFound(f"{register.label}没有个人信息字段。")
    return fields


async def _erase(occasion: Occasion, register: Register, row: Mapping[str, Any], fields: Sequence[Field]) -> int:
    """Empty the record and those it took up; the record's new version comes back."""
    names = [field.name for field in fields]
    taken_up = await database.fetch(
        f"WITH RECURSIVE chain AS (SELECT id FROM {register.table_name} WHERE id = $1 UNION"
        f" SELECT r.id FROM {register.table_name} r JOIN chain c ON r.merged_into = c.id)"
        f" SELECT r.* FROM {register.table_name} r JOIN chain USING (id) ORDER BY r.id <> $1, r.id FOR UPDATE OF r",
        row["id"],
    )
    ids = [one["id"] for one in taken_up]
    await conflicts.forget(register.kind, ids, names)
    await hanging.forget(register.kind, ids, names)
    versions = [await _empty(occasion, register, one, fields) for one in taken_up]
    return versions[0]


async def _empty(occasion: Occasion, register: Register, row: Mapping[str, Any], fields: Sequence[Field]) -> int:
    names = [field.name for field in fields]
    blank = records.blank(register)
    version = int(row["version"]) + 1
    empty = {field.name: values.to_column(field, blank[field.name]) for field in fields}
    await holding.update(register, row["id"], empty | {"version": version, "updated_at": clock.now()})
    emptied = ", ".join(f"{name} = x.{name}" for name in names)
    await database.execute(
        f"UPDATE {register.past_name} p SET {emptied} FROM {register.table_name} x WHERE p.id = $1 AND x.id = $1",
        row["id"],
    )
    entries = await history_redaction.redact(occasion, register.kind, row["id"], names, version)
    await outbox.write(register.kind, row["id"])
    detail = {"fields": [field.label for field in fields], "entries": entries}
    await audit.note(occasion, ERASED, f"{register.kind}/{row['id']}", detail, log=Log.PERSONAL)
    return version


async def sweep(policy: Policy, registers: Sequence[Register]) -> int:
    """What the policy says of each day: forget old log entries, erase personal data of records long withdrawn."""
    await audit.forget_before(clock.now() - timedelta(days=policy.audit_days))
    if not policy.personal_days:
        return 0
    before = clock.now() - timedelta(days=policy.personal_days)
    return sum([await _sweep(register, before) for register in registers if masking.personal(register)])


async def _sweep(register: Register, before: datetime) -> int:
    fields = list(masking.personal(register).values())
    kept = " OR ".join(
        f"coalesce(nullif(to_jsonb(r.{f.name}), 'null')::text, '') NOT IN ('', '\"\"', '[]')" for f in fields
    )
    rows = await database.fetch(
        f"SELECT r.* FROM {register.table_name} r WHERE r.withdrawn AND r.updated_at < $1 AND ({kept})"
        f" ORDER BY r.updated_at LIMIT {SWEPT_AT_ONCE}",
        before,
    )
    occasion = msgspec.structs.replace(SYSTEM, reason="撤回的记录，个人信息的保存期限已到")
    for row in rows:
        async with database.transaction():
            held = await database.fetchrow(
                f"SELECT * FROM {register.table_name} WHERE id = $1 AND version = $2 FOR UPDATE",
                row["id"],
                row["version"],
            )
            if held is not None:
                await _erase(occasion, register, held, fields)
    return len(rows)
