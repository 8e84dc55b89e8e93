"""Keys and pairs kept up to date: a trigger marks the records that were written; they are paired afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import anyio.to_thread

from plugins import manager
from registry import database
from registry.duplicates import decisions, likeness, rules
from registry.duplicates.likeness import Subject
from registry.duplicates.rules import Likeness
from registry.register import Register

BATCH = 2_000
"""Records that are keyed in one transaction."""

AT_ONCE = 500
"""Records that somebody who asks waits for; the others are the worker's."""

MOST_SHARED = 60
"""Records that may share a key: what more of them have in common tells nothing."""

Pair = tuple[UUID, UUID]


async def catch_up(register: Register, most: int = AT_ONCE) -> int:
    """Key and pair records that were written since; how many. Nothing if somebody else is at it."""
    async with database.transaction():
        if not await database.fetchval(
            "SELECT pg_try_advisory_xact_lock(hashtext($1))", f"silver-registry:lookalikes:{register.kind}"
        ):
            return 0
        due = await database.fetch(
            "SELECT seq, record_id FROM lookalike_due WHERE kind = $1 ORDER BY seq LIMIT $2", register.kind, most
        )
        if due:
            await _renew(register, list({row["record_id"] for row in due}))
            await database.execute("DELETE FROM lookalike_due WHERE seq = ANY($1::bigint[])", [r["seq"] for r in due])
    return len(due)


async def catch_up_each() -> int:
    """A batch of what is due in each register; how many records."""
    return sum([await catch_up(register, BATCH) for register in manager.registers().values()])


async def mark_all(register: Register) -> None:
    """Have every record keyed and paired anew: the rules have changed, or a person asks."""
    await database.execute(
        f"INSERT INTO lookalike_due (kind, record_id) SELECT '{register.kind}', id FROM {register.table_name}"
    )


async def _renew(register: Register, ids: Sequence[UUID]) -> None:
    await database.execute("DELETE FROM lookalike_key WHERE record_id = ANY($1)", ids)
    await database.execute(
        "DELETE FROM lookalike_pair WHERE kind = $1 AND (one_id = ANY($2) OR other_id = ANY($2))", register.kind, ids
    )
    subjects = await load(register, ids)
    rows = await anyio.to_thread.run_sync(lambda: list(_keyed(register, subjects)))
    await database.connection().copy_records_to_table(
        "lookalike_key", records=rows, columns=["kind", "key", "record_id", "coded"]
    )
    await _pair(register, subjects)


def _keyed(register: Register, subjects: dict[UUID, Subject]) -> Iterator[tuple[str, str, UUID, bool]]:
    for record_id, one in subjects.items():
        for key in likeness.keys(one):
            yield (register.kind, key, record_id, one.code is not None)


async def load(register: Register, ids: Iterable[UUID]) -> dict[UUID, Subject]:
    """Records as look-alikes are told by; withdrawn ones look like nothing."""
    columns = ", ".join(f"r.{name}" for name in likeness.columns(register))
    rows = await database.fetch(
        f"SELECT r.id, {columns} FROM {register.table_name} r WHERE r.id = ANY($1) AND NOT r.withdrawn", list(ids)
    )
    return {row["id"]: likeness.subject(register, row) for row in rows}


def meeting_sql(mine: str) -> str:
    """SQL of (own, record_id): what shares a key with `mine` (own, key, coded), unless the key is everybody's.

    Two that both have a code differ in it, since a code is held once: they are not even looked at. $1 is the kind.
    """
    return (
        f"SELECT DISTINCT m.own, k.record_id FROM {mine} m CROSS JOIN LATERAL ("
        "SELECT array_agg(x.record_id) AS met, array_agg(x.coded) AS coded FROM (SELECT k.record_id, k.coded"
        f" FROM lookalike_key k WHERE k.kind = $1 AND k.key = m.key LIMIT {MOST_SHARED + 1}) x) c"
        " CROSS JOIN LATERAL unnest(c.met, c.coded) k(record_id, coded)"
        f" WHERE cardinality(c.met) <= {MOST_SHARED} AND NOT (m.coded AND k.coded)"
    )


async def _pair(register: Register, subjects: dict[UUID, Subject]) -> None:
    mine = "(SELECT record_id AS own, key, coded FROM lookalike_key WHERE record_id = ANY($2))"
    met = await database.fetch(
        f"SELECT own, record_id FROM ({meeting_sql(mine)}) p WHERE own <> record_id", register.kind, list(subjects)
    )
    pairs = {(min(one, other), max(one, other)) for one, other in met}
    known = subjects | await load(register, {id_ for pair in pairs for id_ in pair} - subjects.keys())
    found = await anyio.to_thread.run_sync(scored, pairs, known)
    await _write(register, found)


def scored(pairs: Iterable[Pair], known: dict[UUID, Subject]) -> list[tuple[Pair, Likeness]]:
    """The pairs that a person should look at."""
    found = []
    for pair in pairs:
        if pair[0] in known and pair[1] in known:
            alike = likeness.compare(known[pair[0]], known[pair[1]])
            if alike.score >= rules.LIKELY:
                found.append((pair, alike))
    return found


async def _write(register: Register, found: Sequence[tuple[Pair, Likeness]]) -> None:
    if not found:
        return
    table = register.table_name
    columns: list[list[Any]] = [
        [pair[0] for pair, _ in found],
        [pair[1] for pair, _ in found],
        [alike.score for _, alike in found],
        ["\n".join(f"{trait}\t{words}" for trait, words in alike.reasons) for _, alike in found],
    ]
    await database.execute(
        "INSERT INTO lookalike_pair (kind, one_id, other_id, score, reasons)"
        f" SELECT $1, a.id, b.id, x.score, string_to_array(x.reasons, E'\\n')"
        " FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::text[]) x(one, other, score, reasons)"
        f" JOIN {table} a ON a.id = x.one JOIN {table} b ON b.id = x.other"
        f" WHERE NOT {decisions.apart_sql(register, 'a', 'b')} ON CONFLICT DO NOTHING",
        register.kind,
        *columns,
    )
