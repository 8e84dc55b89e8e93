"""What people decided: this is that record, or is not. Asked once, remembered for records and for what is yet to come.

An `incoming` is a record ("id:…"), or what a list or a form says: its code ("code:…"), else its name ("name:…").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from registry import database, keys
from registry.history import Occasion
from registry.register import Register


def incoming_of(register: Register, record: Mapping[str, Any]) -> str:
    """What a decision on something that is not a record yet is remembered by."""
    code = record.get(register.code_field)
    return f"code:{code}" if code else f"name:{keys.match_key(register, record[register.name_field], record)}"


async def remember(
    occasion: Occasion, register: Register, incoming: str, record_ids: Sequence[UUID], *, same: bool
) -> None:
    """Note that what comes in by this name, code or id is, or is not, these records; the last word counts."""
    await database.execute(
        "INSERT INTO lookalike_decision (kind, record_id, incoming, same, actor_id, actor_name, reason)"
        " SELECT $1, x, $3, $4, $5, $6, $7 FROM unnest($2::uuid[]) x"
        " ON CONFLICT (kind, incoming, record_id) DO UPDATE SET same = excluded.same, actor_id = excluded.actor_id,"
        " actor_name = excluded.actor_name, reason = excluded.reason, at = now()",
        register.kind,
        list(record_ids),
        incoming,
        same,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
    )


async def differ(occasion: Occasion, register: Register, one: UUID, other: UUID) -> None:
    """Note that two records are not the same; they leave the queue."""
    first, second = sorted((one, other))
    await remember(occasion, register, f"id:{second}", [first], same=False)
    await forget_pair(register, one, other)


async def forget_pair(register: Register, one: UUID, other: UUID) -> None:
    """Take a pair out of the queue."""
    await database.execute(
        "DELETE FROM lookalike_pair WHERE kind = $1 AND one_id = least($2::uuid, $3::uuid)"
        " AND other_id = greatest($2::uuid, $3::uuid)",
        register.kind,
        one,
        other,
    )


async def forget(register: Register, incoming: str, record_id: UUID) -> bool:
    """Take a decision back; whether there was one."""
    tag = await database.execute(
        "DELETE FROM lookalike_decision WHERE kind = $1 AND incoming = $2 AND record_id = $3",
        register.kind,
        incoming,
        record_id,
    )
    return not tag.endswith(" 0")


async def follow(register: Register, from_id: UUID, to_id: UUID) -> None:
    """What was decided on a record holds for the one that took it up, unless something was decided on that already."""
    await database.execute(
        "INSERT INTO lookalike_decision (kind, record_id, incoming, same, actor_id, actor_name, reason, at)"
        " SELECT kind, $3::uuid, incoming, same, actor_id, actor_name, reason, at FROM lookalike_decision"
        " WHERE kind = $1 AND record_id = $2 AND incoming <> 'id:' || ($3::uuid)::text ON CONFLICT DO NOTHING",
        register.kind,
        from_id,
        to_id,
    )


async def told_apart(register: Register, incoming: str) -> set[UUID]:
    """The records that what comes in was decided not to be."""
    rows = await database.fetch(
        "SELECT record_id FROM lookalike_decision WHERE kind = $1 AND incoming IN ($2, $3) AND NOT same",
        register.kind,
        incoming,
        keys.plain(incoming),
    )
    return {row[0] for row in rows}


async def all_apart(register: Register) -> dict[str, set[UUID]]:
    """What was decided not to be which records; of what nothing was decided, none."""
    rows = await database.fetch(
        "SELECT incoming, record_id FROM lookalike_decision WHERE kind = $1 AND NOT same AND incoming NOT LIKE 'id:%'",
        register.kind,
    )
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for row in rows:
        found[row["incoming"]].add(row["record_id"])
    return found


def names_of(register: Register, record: Mapping[str, Any]) -> set[str]:
    """What a decision on something that comes in may have been remembered by."""
    incoming = incoming_of(register, record)
    return {incoming, keys.plain(incoming)}


def apart_sql(register: Register, one: str, other: str) -> str:
    """SQL: a decision told apart the records of these two aliases of the register's table."""
    ways = " OR ".join(
        f"(d.record_id = {a}.id AND d.incoming IN ('id:' || {b}.id, 'code:' || {b}.{register.code_field},"
        f" 'name:' || {b}.name_key, 'name:' || {b}.plain_key))"
        for a, b in ((one, other), (other, one))
    )
    return (
        f"EXISTS (SELECT FROM lookalike_decision d WHERE d.kind = '{register.kind}' AND NOT d.same"
        f" AND d.record_id IN ({one}.id, {other}.id) AND ({ways}))"
    )
