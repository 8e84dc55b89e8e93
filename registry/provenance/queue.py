"""Conflicts as people read them: those of one record, and the queue of those that wait, by the reader's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from plugins import manager
from registry import access, clock, database, masking, reading
from registry.access import Actor
from registry.errors import BadRequest
from registry.register import Register

STATES = {"pending": "待裁定", "accepted": "已采纳", "rejected": "不采纳", "settled": "已一致"}
"""What each state of a conflict is called."""

MOST = 100
"""Conflicts on one page of the queue."""


class Conflict(msgspec.Struct, frozen=True):
    """A value that was said of a field against a higher word. `standing` is the record's value now."""

    id: int
    kind: str
    plural: str
    record_id: str
    name: str
    district: str
    version: int
    field: str
    label: str
    standing: Any
    standing_origin: str
    said: Any
    origin: str
    source: str
    as_of: date | None
    row: int | None
    batch_id: str
    actor: str
    reason: str
    said_at: datetime
    state: str
    state_label: str
    decided_by: str
    decided_at: datetime | None
    decided_reason: str


class Asked(NamedTuple):
    """What a queue is asked for; `before` is the last number of the page above."""

    kind: str = ""
    district: str = ""
    state: str = "pending"
    before: int | None = None
    limit: int = 50


class Page(msgspec.Struct, frozen=True):
    """Conflicts, the newest first; `next_before` leads to the older ones, `total` counts all of them."""

    items: list[Conflict]
    total: int
    next_before: int | None


@cache
def _one_kind(register: Register, owned: str) -> str:
    """The conflicts of one register, in records that are the reader's own business."""
    return (
        f"SELECT c.*, r.{register.name_field} AS name, r.district, r.version, to_jsonb(r) -> c.field AS standing,"
        f" coalesce(r.origins ->> c.field, 'list') AS standing_origin FROM field_conflict c"
        f" JOIN {register.table_name} r ON r.id = c.record_id"
        f" WHERE c.kind = '{register.kind}' AND NOT r.withdrawn AND {reading.PARAMETERS}{owned}"
    )


def _sql(actor: Actor, registers: Iterable[Register]) -> str:
    owned = access.owned_sql(actor)
    return " UNION ALL ".join(_one_kind(register, owned) for register in registers)


def _scope(actor: Actor) -> list[Any]:
    return [clock.today(), *access.scope_values(actor)]


async def page(actor: Actor, asked: Asked) -> Page:
    """One page of the queue."""
    known = manager.registers()
    if asked.kind not in ("", *known):
        raise BadRequest(f"kind 应为 {'、'.join(known)} 之一。")
    if asked.state not in STATES or not 1 <= asked.limit <= MOST:
        raise BadRequest(f"state 应为 {'、'.join(STATES)} 之一，limit 为 1 至 {MOST}。")
    kinds = [known[asked.kind]] if asked.kind else list(known.values())
    args = [*_scope(actor), asked.state, asked.district, asked.before, asked.limit + 1]
    n = len(args)
    of_all = f"({_sql(actor, kinds)}) c WHERE c.state = ${n - 3} AND (${n - 2} = '' OR c.district = ${n - 2})"
    rows = await database.fetch(
        f"SELECT c.*, c.said::text AS said_text, c.standing::text AS standing_text FROM {of_all}"
        f" AND (${n - 1}::bigint IS NULL OR c.id < ${n - 1}) ORDER BY c.id DESC LIMIT ${n}",
        *args,
    )
    total = await database.fetchval(f"SELECT count(*) FROM {of_all}", *args[: n - 2])
    shown = _readable(actor, rows[: asked.limit])
    return Page(shown, total, rows[asked.limit - 1]["id"] if len(rows) > asked.limit else None)


async def of_record(actor: Actor, register: Register, record_id: UUID) -> list[Conflict]:
    """The conflicts of one record, those that wait first; none to those whose business the record is not."""
    args = [*_scope(actor), record_id]
    rows = await database.fetch(
        "SELECT c.*, c.said::text AS said_text, c.standing::text AS standing_text"
        f" FROM ({_sql(actor, [register])}) c WHERE c.record_id = ${len(args)}"
        f" ORDER BY c.state <> 'pending', c.id DESC LIMIT {MOST}",
        *args,
    )
    return _readable(actor, rows)


async def is_within_scope(actor: Actor, conflict_id: int) -> bool:
    """Whether a conflict is on a record that is the actor's to act on."""
    args = [*_scope(actor), conflict_id]
    found = await database.fetchval(
        f"SELECT 1 FROM ({_sql(actor, manager.registers().values())}) c WHERE c.id = ${len(args)}", *args
    )
    return found is not None


def _readable(actor: Actor, rows: Sequence[Any]) -> list[Conflict]:
    """The conflicts whose field the reader may read."""
    return [
        _conflict(row)
        for row in rows
        if not _field(row).private or row["field"] in reading.private_fields(actor, manager.registers()[row["kind"]])
    ]


def _field(row: Any) -> Any:
    return manager.registers()[row["kind"]].by_name[row["field"]]


def _conflict(row: Any) -> Conflict:
    texts = (row[side] or "null" for side in ("said_text", "standing_text"))
    said, standing = (masking.mask(_field(row), msgspec.json.decode(text)) for text in texts)
    return Conflict(
        row["id"], row["kind"], manager.registers()[row["kind"]].plural, str(row["record_id"]), row["name"],
        row["district"] or "", row["version"], row["field"], _field(row).label, standing, row["standing_origin"],
        said, row["origin"], row["source"], row["as_of"], row["row_no"], str(row["batch_id"] or ""),
        row["actor_name"], row["reason"], row["said_at"], row["state"], STATES[row["state"]],
        row["decided_name"], row["decided_at"], row["decided_reason"],
    )  # fmt: skip
