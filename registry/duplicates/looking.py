"""Who looks like whom, as somebody may see it: at entry, of one record, and the queue of the whole register."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import anyio.to_thread
import msgspec

from registry import access, clock, database, reading
from registry.access import Actor, Permission
from registry.duplicates import decisions, keeping, likeness, rules
from registry.duplicates.likeness import Subject
from registry.duplicates.rules import Likeness
from registry.errors import BadRequest, Conflict
from registry.history import Occasion
from registry.register import Register

SHOWN = 5
"""Candidates that somebody who files a record is shown."""

MOST = 200
"""Pairs that one page of the queue gives."""


class Candidate(msgspec.Struct, frozen=True):
    """A record that may be the one meant: how alike (0 to 100), what that means, and why."""

    id: str
    name: str
    code: str | None
    district: str | None
    score: int
    band: str
    reasons: list[str]
    url: str


class LookAlike(Conflict):
    """A record that is near-certainly the same is there already; it is filed only when somebody says it is another."""

    title = "可能已有这条记录"
    code = "look-alike"

    def __init__(self, register: Register, candidates: Sequence[Candidate]) -> None:
        named = "、".join(f"“{one.name}”" for one in candidates)
        super().__init__(
            f"库中已有很像的{register.label}：{named}。是同一{register.measure}，请在那条记录上修改；"
            "确实不是，请注明后再登记。"
        )
        self.candidates = tuple(candidates)


class Decided(msgspec.Struct, frozen=True):
    """What somebody who files a record has decided: it is none of these. `least` is the score that asks for a word."""

    different_from: frozenset[str] = frozenset()
    least: int = rules.CERTAIN


async def candidates(
    actor: Actor, register: Register, record: Mapping[str, Any], least: int = rules.LIKELY
) -> list[Candidate]:
    """The records, seen by the actor, that what comes in may be; the likeliest first, those decided upon left out."""
    one = likeness.subject(register, record)
    mine = "(SELECT 1 AS own, k.key, $3::boolean AS coded FROM unnest($2::text[]) k(key))"
    met = await database.fetch(
        keeping.meeting_sql(mine), register.kind, sorted(likeness.keys(one)), one.code is not None
    )
    apart = await decisions.told_apart(register, decisions.incoming_of(register, record))
    seen = await _seen(actor, register, {row["record_id"] for row in met} - apart)
    return _ranked(register, one, seen, least)[:SHOWN]


async def of_many(
    actor: Actor, register: Register, records: Mapping[int, Mapping[str, Any]]
) -> dict[int, list[Candidate]]:
    """The same for many that come in at once, by number; those that look like nothing are left out."""
    subjects = {number: likeness.subject(register, record) for number, record in records.items()}
    await database.execute(
        'CREATE TEMP TABLE IF NOT EXISTS lookalike_incoming (own int, key text COLLATE "C", coded boolean)'
        " ON COMMIT DROP"
    )
    keyed = await anyio.to_thread.run_sync(
        lambda: [(n, key, one.code is not None) for n, one in subjects.items() for key in likeness.keys(one)]
    )
    await database.connection().copy_records_to_table("lookalike_incoming", records=keyed)
    await database.execute("ANALYZE lookalike_incoming")
    met: dict[int, set[UUID]] = {}
    for row in await database.fetch(keeping.meeting_sql("lookalike_incoming"), register.kind):
        met.setdefault(row["own"], set()).add(row["record_id"])
    apart = await decisions.all_apart(register)
    for number in met:
        met[number] -= {record_id for key in decisions.names_of(register, records[number]) for record_id in apart[key]}
    seen = {one.row["id"]: one for one in await _seen(actor, register, set().union(*met.values()))}

    def ranked() -> dict[int, list[Candidate]]:
        beside = ((n, [seen[one] for one in ids if one in seen]) for n, ids in met.items())
        return {n: _ranked(register, subjects[n], others, rules.LIKELY)[:SHOWN] for n, others in beside}

    return {number: found for number, found in (await anyio.to_thread.run_sync(ranked)).items() if found}


async def of_record(actor: Actor, register: Register, record_id: UUID) -> list[Candidate]:
    """The records in the queue beside this one, as far as the actor sees them."""
    pairs = await database.fetch(
        "SELECT one_id, other_id FROM lookalike_pair WHERE kind = $1 AND (one_id = $2 OR other_id = $2)",
        register.kind,
        record_id,
    )
    others = {row["other_id"] if row["one_id"] == record_id else row["one_id"] for row in pairs}
    seen = {one.row["id"]: one for one in await _seen(actor, register, {record_id} | others)}
    own = seen.pop(record_id, None)
    return _ranked(register, own.subject, list(seen.values()), rules.LIKELY) if own else []


class _Seen(NamedTuple):
    """A record that the actor sees, and as much of it as the actor may compare by."""

    row: Mapping[str, Any]
    subject: Subject


async def _seen(actor: Actor, register: Register, ids: Collection[UUID]) -> list[_Seen]:
    """The records of these that the actor sees; private fields count in those only whose private fields it reads."""
    if not ids:
        return []
    columns = ", ".join(f"r.{name}" for name in likeness.columns(register))
    rows = await database.fetch(
        f"SELECT r.id, {columns}, coalesce(true{access.owned_sql(actor)}, false) AS owned FROM {register.table_name} r"
        " WHERE r.id = ANY($4::uuid[]) AND NOT r.withdrawn"
        f" AND {reading.PARAMETERS}{access.visible_sql(actor)}",
        clock.today(),
        *access.scope_values(actor),
        list(ids),
    )
    private = actor.may(Permission.PRIVATE_READ)
    return [_Seen(row, likeness.subject(register, row, private=private and row["owned"])) for row in rows]


def _ranked(register: Register, one: Subject, others: Sequence[_Seen], least: int) -> list[Candidate]:
    found = []
    for other in others:
        alike = likeness.compare(one, other.subject)
        if alike.score >= least:
            found.append(_candidate(register, other.row, alike))
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.name))


def _candidate(register: Register, row: Mapping[str, Any], alike: Likeness) -> Candidate:
    return Candidate(
        str(row["id"]),
        row[register.name_field],
        row[register.code_field],
        row["district"],
        alike.score,
        alike.band,
        rules.readable(alike.reasons, private=True),
        f"/{register.plural}/{row['id']}",
    )


async def heed(occasion: Occasion, register: Register, record: Mapping[str, Any], decided: Decided) -> None:
    """Refuse to file what looks like a record on which nothing was decided; remember what was."""
    found = await candidates(occasion.actor, register, record, decided.least)
    if asked := [one for one in found if one.id not in decided.different_from]:
        raise LookAlike(register, asked)
    if found:
        incoming = decisions.incoming_of(register, record)
        await decisions.remember(occasion, register, incoming, [UUID(one.id) for one in found], same=False)


class Pair(msgspec.Struct, frozen=True):
    """Two records of the queue."""

    kind: str
    one: Candidate
    other: Candidate
    score: int
    band: str
    reasons: list[str]
    url: str


class Queue(msgspec.Struct, frozen=True):
    """The likeliest pairs, and how many there are in all."""

    total: int
    pairs: list[Pair]


async def queue(actor: Actor, register: Register, limit: int = 50, offset: int = 0) -> Queue:
    """The pairs of a register of which the actor sees both and is in charge of one; the likeliest first."""
    if not 1 <= limit <= MOST or not 0 <= offset <= 100_000:
        raise BadRequest(f"limit 应为 1 至 {MOST} 的整数，offset 应为 0 至 100000 的整数。")
    await keeping.catch_up(register)
    args = [clock.today(), *access.scope_values(actor)]
    sql = _queue_sql(register, actor)
    total = await database.fetchval(f"SELECT count(*) FROM ({sql}) x", *args)
    rows = await database.fetch(
        f"{sql} ORDER BY p.score DESC, p.one_id, p.other_id LIMIT {limit} OFFSET {offset}", *args
    )
    return Queue(int(total), [_pair(register, row) for row in rows])


def _queue_sql(register: Register, actor: Actor) -> str:
    """Both ends by the rule of rows, which speaks of alias r."""
    name, code, table = register.name_field, register.code_field, register.table_name
    ends = " ".join(
        f"JOIN LATERAL (SELECT r.id, r.{name} AS name, r.{code} AS code, r.district,"
        f" coalesce(true{access.owned_sql(actor)}, false) AS owned FROM {table} r"
        f" WHERE r.id = p.{end}_id AND NOT r.withdrawn{access.visible_sql(actor)}) {end} ON true"
        for end in ("one", "other")
    )
    shown = ", ".join(f"{end}.{column} AS {end}_{column}" for end in ("one", "other") for column in _SHOWN)
    return (
        f"SELECT p.score, p.reasons, one.owned AND other.owned AS both_owned, {shown} FROM lookalike_pair p {ends}"
        f" WHERE p.kind = '{register.kind}' AND (one.owned OR other.owned) AND {reading.PARAMETERS}"
    )


_SHOWN = ("id", "name", "code", "district")


def _pair(register: Register, row: Mapping[str, Any]) -> Pair:
    told = tuple((reason.partition("\t")[0], reason.partition("\t")[2]) for reason in row["reasons"])
    alike = Likeness(row["score"], told)
    reasons = rules.readable(told, private=row["both_owned"])
    one, other = (
        Candidate(
            str(row[f"{end}_id"]),
            row[f"{end}_name"],
            row[f"{end}_code"],
            row[f"{end}_district"],
            alike.score,
            alike.band,
            reasons,
            f"/{register.plural}/{row[f'{end}_id']}",
        )
        for end in ("one", "other")
    )
    if other.code and not one.code:
        one, other = other, one
    url = f"/{register.plural}/{one.id}/compare/{other.id}"
    return Pair(register.kind, one, other, alike.score, alike.band, reasons, url)
