"""Merging: the four beats of every act, on two records at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from registry import access, clock, database, holding, keys, links, reading, records, statement, values
from registry.duplicates import decisions
from registry.errors import Conflict, Invalid, Objection
from registry.history import Occasion
from registry.merging import hanging, rules
from registry.merging.rules import Take
from registry.register import Register

_JSON = msgspec.json.Encoder(decimal_format="number")


class Seen(NamedTuple):
    """A record, and the version of it that the person saw."""

    id: str
    version: int


async def merge(
    occasion: Occasion, register: Register, keep: Seen, give: Seen, take: Mapping[str, str] | None = None
) -> UUID:
    """Take up a record into another one of the same thing; the merge's id comes back.

    `take` says field by field whose value counts (`Take`); of the fields it does not name, the better one
    (`rules.better`). What hangs on the record given up moves; its id leads on to the record kept.
    """
    holding.require_reason(occasion)
    # One spelling an id: otherwise one record might pass for two, and be taken up into itself.
    keep, give = (one._replace(id=str(reading.parse_id(one.id))) for one in (keep, give))
    if keep.id == give.id:
        raise Conflict("同一条记录不能与自己合并。")
    async with holding.acting(register):
        kept, given = await _both(occasion, register, keep, give)
        locked = access.locked_fields(occasion.actor, register.kind)
        chosen = chosen_for(register, (kept, given), take or {}, locked)
        own, other = (values.of_row(register.stored, row) for row in (kept, given))
        new = statement.complete(register, rules.merged(register, own, other, chosen), clock.today())
        return await _write(occasion, register, (kept, given), new, chosen)


async def _both(
    occasion: Occasion, register: Register, keep: Seen, give: Seen
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Both records, locked in one order, so that two who merge the same never wait for each other."""
    rows = {one.id: await holding.locked(occasion, register, one.id, one.version) for one in sorted((keep, give))}
    if any(row["withdrawn"] for row in rows.values()):
        raise Conflict("已撤回的记录不能合并；请先恢复。")
    return rows[keep.id], rows[give.id]


def chosen_for(
    register: Register,
    rows: tuple[Mapping[str, Any], Mapping[str, Any]],
    take: Mapping[str, str],
    locked: frozenset[str] = frozenset(),
) -> dict[str, Take]:
    """Whose value counts, field by field; Invalid for a field or a word that there is not.

    A field that the actor may not write stays as it is.
    """
    own, other = (values.of_row(register.stored, row) for row in rows)
    origins = (origins_of(rows[0]), origins_of(rows[1]))
    chosen = {
        f.name: Take.OWN if f.name in locked else rules.better(register, f, own, other, origins)
        for f in register.stored
    }
    wrong = []
    for name, word in take.items():
        field = register.by_name.get(name)
        if name not in chosen or field is None or word not in rules.choices(field):
            wrong.append(Objection(f"“{str(name)[:40]}”不能取“{str(word)[:20]}”。", str(name)[:40]))
        else:
            chosen[name] = Take(word)
    if wrong:
        raise Invalid(wrong)
    return chosen


def origins_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Whose word each field is."""
    kept = row["origins"]
    return msgspec.json.decode(kept, type=dict[str, Any]) if isinstance(kept, str) else dict(kept or {})


async def _write(
    occasion: Occasion,
    register: Register,
    rows: tuple[Mapping[str, Any], Mapping[str, Any]],
    new: dict[str, Any],
    chosen: Mapping[str, Take],
) -> UUID:
    kept, given = rows
    old = values.of_row(register.stored, kept)
    records.object_to(register, new, [])
    holding.require_scope(occasion, dict(kept) | new)
    changed = {name: value for name, value in new.items() if value != old[name]}
    records.refuse_locked(occasion, register, changed)
    await stand(register, given, withdrawn=True, merged_into=kept["id"])
    await holding.refuse_taken_key(occasion, register, new, kept["id"])
    await rewrite(register, kept, new, changed, _merged_origins(kept, given, chosen))
    merge_id = await _note(occasion, register, rows, ({name: old[name] for name in changed}, changed))
    await hanging.move(merge_id, register.kind, given["id"], kept["id"])
    await _remember(occasion, register, kept["id"], given)
    await links.adopt(register, [kept["id"]])
    return merge_id


def _merged_origins(kept: Mapping[str, Any], given: Mapping[str, Any], chosen: Mapping[str, Take]) -> dict[str, Any]:
    mine, its = origins_of(kept), origins_of(given)
    found = {name: (its if take is Take.OTHER else mine).get(name) for name, take in chosen.items()}
    return {name: word for name, word in found.items() if word}


async def stand(register: Register, row: Mapping[str, Any], **standing: Any) -> None:
    """Whether a record stands, and where its id leads."""
    await holding.update(register, row["id"], standing | {"version": row["version"] + 1, "updated_at": clock.now()})


async def rewrite(
    register: Register,
    row: Mapping[str, Any],
    new: Mapping[str, Any],
    changed: Mapping[str, Any],
    origins: Mapping[str, Any] | None = None,
) -> None:
    """The next version of a record, and its references."""
    columns = records.columns(register, changed) | keys.of(register, new)
    if origins is not None:
        columns["origins"] = _JSON.encode(origins).decode()
    await stand(register, row, **columns)
    await links.write(register, {row["id"]: new})


async def _note(
    occasion: Occasion,
    register: Register,
    rows: tuple[Mapping[str, Any], Mapping[str, Any]],
    change: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> UUID:
    """The merge itself, the history of both records, and the outbox."""
    kept, given = rows
    merge_id, name = uuid4(), given[register.name_field]
    before, after = (_JSON.encode(side).decode() for side in change)
    await database.execute(
        "INSERT INTO record_merge (id, kind, kept_id, given_id, given_name, before, after, actor_id,"
        " actor_name, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        merge_id,
        register.kind,
        kept["id"],
        given["id"],
        name,
        before,
        after,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
    )
    told = (change[0], {**change[1], "merged": {"id": str(given["id"]), "name": name}})
    await holding.note(occasion, register, kept["id"], ("merged", kept["version"] + 1), told)
    away = ({"withdrawn": False}, {"withdrawn": True, "merged_into": str(kept["id"])})
    await holding.note(occasion, register, given["id"], ("merged_away", given["version"] + 1), away)
    return merge_id


async def _remember(occasion: Occasion, register: Register, kept: UUID, given: Mapping[str, Any]) -> None:
    """What was decided on the record given up holds for the one kept; what comes in under its name or code is that."""
    await decisions.follow(register, given["id"], kept)
    for incoming in known_by(register, given):
        await decisions.remember(occasion, register, incoming, [kept], same=True)


def known_by(register: Register, row: Mapping[str, Any]) -> list[str]:
    """What a list calls a record, as decisions remember it."""
    code = row[register.code_field]
    return [f"name:{row['name_key']}", *([f"code:{code}"] if code else [])]
