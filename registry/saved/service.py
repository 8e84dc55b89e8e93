"""Keeping, sharing, changing, forgetting a question; reading what it found anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from plugins import manager
from registry import access, clock, database, reading
from registry.access import Actor, Permission
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Objection
from registry.saved import matching, schemas
from registry.saved.schemas import Asked, Changes, News, Saved
from search import SearchEngine

MOST_KEPT = 50
MOST_ALERTS = 20
MOST_NAME = 80
BASELINE = 20_000
"""Records that answer already when an alert begins, up to which all are noted; beyond, only new records are told of."""

MOST_NEWS = 200

_COLUMNS = "id, account, owner, name, place, asked, shared, alert, broad, since"


async def keep(engine: SearchEngine, actor: Actor, name: str, address: str, changes: Changes) -> Saved:
    """Keep the question of a page's address under a name."""
    place, asked = schemas.read(address)
    _check_name(name)
    await matching.check(engine, actor, place, asked)
    async with database.transaction():
        await _refuse_too_many(actor, alert=bool(changes.alert))
        row = await database.fetchrow(
            "INSERT INTO saved_search (account, owner, name, place, asked, shared, alert)"
            f" VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {_COLUMNS}",
            _account(actor),
            actor.name,
            name.strip(),
            place,
            msgspec.json.encode(asked).decode(),
            _may_share(actor, wanted=bool(changes.shared)),
            bool(changes.alert),
        )
        if changes.alert:
            await _begin_alert(engine, actor, row)
    return _saved(actor, row)


async def change(engine: SearchEngine, actor: Actor, saved_id: str, changes: Changes) -> Saved:
    """Rename a question of one's own, share it or not, begin or end its alert."""
    if changes.name is not None:
        _check_name(changes.name)
    async with database.transaction():
        old = await _own(actor, saved_id)
        begins = bool(changes.alert) and not old["alert"]
        if begins:
            await _refuse_too_many(actor, alert=True, kept=False)
        row = await database.fetchrow(
            f"UPDATE saved_search SET name = $2, shared = $3, alert = $4 WHERE id = $1 RETURNING {_COLUMNS}",
            old["id"],
            old["name"] if changes.name is None else changes.name.strip(),
            old["shared"] if changes.shared is None else _may_share(actor, wanted=changes.shared),
            old["alert"] if changes.alert is None else changes.alert,
        )
        if begins:
            await _begin_alert(engine, actor, row)
        elif not row["alert"]:
            await database.execute("DELETE FROM saved_hit WHERE saved_id = $1", row["id"])
    return _saved(actor, row)


async def forget(actor: Actor, saved_id: str) -> None:
    """Forget a question of one's own."""
    row = await _own(actor, saved_id)
    await database.execute("DELETE FROM saved_search WHERE id = $1", row["id"])


async def listing(actor: Actor) -> list[Saved]:
    """One's own questions, then those that colleagues share; each with how many new hits wait for its owner."""
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM saved_search WHERE account = $1 OR (shared AND $2)"
        " ORDER BY account = $1 DESC, since DESC, id LIMIT 500",
        _account(actor),
        _office(actor),
    )
    counts = await unseen(actor)
    return [_saved(actor, row, counts.get(row["id"], 0)) for row in rows if _still_there(row)]


async def get(actor: Actor, saved_id: str) -> Saved:
    """One question: one's own, or one that is shared."""
    row = await database.fetchrow(f"SELECT {_COLUMNS} FROM saved_search WHERE id = $1", reading.parse_id(saved_id))
    if row is None or not _still_there(row) or not (_is_own(actor, row) or (row["shared"] and _office(actor))):
        raise NotFound("没有这个保存的检索，或没有共享给您。")
    return _saved(actor, row, (await unseen(actor)).get(row["id"], 0))


async def unseen(actor: Actor) -> dict[UUID, int]:
    """How many new hits, within the actor's sight as it is now, wait at each of its questions."""
    visible = access.visible_sql(actor)
    parts = [
        f"SELECT h.saved_id, count(*) AS many FROM saved_search s JOIN saved_hit h ON h.saved_id = s.id"
        f" JOIN {register.table_name} r ON r.id = h.record_id"
        f" WHERE s.account = $4 AND h.kind = '{kind}' AND NOT h.seen AND NOT r.withdrawn{visible}"
        f" AND {reading.PARAMETERS} GROUP BY h.saved_id"
        for kind, register in manager.registers().items()
    ]
    rows = await database.fetch(" UNION ALL ".join(parts), clock.today(), *access.scope_values(actor), _account(actor))
    counts: dict[UUID, int] = {}
    for row in rows:
        counts[row["saved_id"]] = counts.get(row["saved_id"], 0) + int(row["many"])
    return counts


async def news(actor: Actor, saved_id: str) -> list[News]:
    """The new hits of a question of one's own, the latest first, as the records are now and for these eyes."""
    row = await _own(actor, saved_id)
    hits = await database.fetch(
        f"SELECT kind, record_id, at FROM saved_hit WHERE saved_id = $1 AND NOT seen"
        f" ORDER BY at DESC, record_id LIMIT {MOST_NEWS}",
        row["id"],
    )
    found: list[News] = []
    for kind, register in manager.registers().items():
        times = {str(hit["record_id"]): hit["at"] for hit in hits if hit["kind"] == kind}
        records = await reading.summaries(actor, register, list(times)) if times else {}
        for one, json in records.items():
            values = msgspec.json.decode(json, type=dict[str, Any])
            url = f"/{register.plural}/{one}"
            place = values.get("district") or ""
            found.append(News(kind, register.label, one, values[register.name_field], place, url, times[one]))
    return sorted(found, key=lambda one: one.at, reverse=True)


async def seen(actor: Actor, saved_id: str) -> None:
    """All new hits of a question of one's own have been looked at."""
    row = await _own(actor, saved_id)
    await database.execute("UPDATE saved_hit SET seen = true WHERE saved_id = $1 AND NOT seen", row["id"])


async def _begin_alert(engine: SearchEngine, actor: Actor, row: Mapping[str, Any]) -> None:
    """Note what answers already, so that only what comes later is told."""
    asked = msgspec.json.decode(row["asked"], type=Asked)
    found = await matching.matches(engine, actor, row["place"], asked, None, BASELINE + 1)
    broad = len(found) > BASELINE
    await database.execute(
        "UPDATE saved_search SET broad = $2, since = $3 WHERE id = $1", row["id"], broad, clock.now()
    )
    await note_hits(row["id"], [] if broad else found, seen=True)


async def note_hits(saved_id: UUID, pairs: list[matching.Pair], *, seen: bool) -> None:
    """Note records that answer a question; those that are known stay as they are."""
    await database.execute(
        "INSERT INTO saved_hit (saved_id, kind, record_id, seen) SELECT $1, * , $4"
        " FROM unnest($2::varchar[], $3::uuid[]) ON CONFLICT DO NOTHING",
        saved_id,
        [kind for kind, _ in pairs],
        [UUID(one) for _, one in pairs],
        seen,
    )


def _check_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= MOST_NAME:
        raise Invalid([Objection(f"请起个名字，1 至 {MOST_NAME} 个字。", "name", "名称")])


async def _refuse_too_many(actor: Actor, *, alert: bool, kept: bool = True) -> None:
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 3))", f"saved:{actor.id}")
    row = await database.fetchrow(
        "SELECT count(*) AS kept, count(*) FILTER (WHERE alert) AS alerts FROM saved_search WHERE account = $1",
        _account(actor),
    )
    if kept and row["kept"] >= MOST_KEPT:
        raise Conflict(f"最多保存 {MOST_KEPT} 个检索，请先删去不用的。")
    if alert and row["alerts"] >= MOST_ALERTS:
        raise Conflict(f"最多 {MOST_ALERTS} 个检索可以提醒，请先关掉不用的。")


def _account(actor: Actor) -> UUID:
    if actor.id is None:
        raise Forbidden("保存检索须先登录。")
    return UUID(actor.id)


def _office(actor: Actor) -> bool:
    """Whether shared questions are for this actor: those of the offices are, enterprises keep theirs to themselves."""
    return actor.may(Permission.RECORD_EXPORT)


def _may_share(actor: Actor, *, wanted: bool) -> bool:
    if wanted and not _office(actor):
        raise Forbidden("企业用户保存的检索只供自己使用。")
    return wanted


def _is_own(actor: Actor, row: Mapping[str, Any]) -> bool:
    return actor.id is not None and str(row["account"]) == actor.id


def _still_there(row: Mapping[str, Any]) -> bool:
    """Whether the kind of record that it asks for still exists."""
    return row["place"] == schemas.SEARCH or row["place"] in manager.registers()


async def _own(actor: Actor, saved_id: str) -> Any:
    row = await database.fetchrow(
        f"SELECT {_COLUMNS} FROM saved_search WHERE id = $1 AND account = $2",
        reading.parse_id(saved_id),
        _account(actor),
    )
    if row is None:
        raise NotFound("没有这个保存的检索，或不是您保存的。")
    return row


def _saved(actor: Actor, row: Mapping[str, Any], news: int = 0) -> Saved:
    asked = msgspec.json.decode(row["asked"], type=Asked)
    own = _is_own(actor, row)
    kept = {name: row[name] for name in ("id", "name", "place", "shared", "alert", "owner", "since")}
    return Saved(**kept, asked=asked, own=own, url=asked.url(row["place"]), news=news if own else 0)
