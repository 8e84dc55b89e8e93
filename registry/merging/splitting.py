"""Splitting: a merge undone, and what was merged into a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from registry import access, database, history, holding, links, reading, records, values
from registry.access import Actor
from registry.duplicates import decisions
from registry.errors import Conflict, NotFound
from registry.history import Entry, Occasion
from registry.merging import hanging, joining, rules
from registry.register import Register


async def split(occasion: Occasion, register: Register, merge_id: str) -> UUID:
    """Undo a merge; the id of the record that stands again comes back.

    It gets back what moved with it and still hangs on the record kept; that one, the fields that still say what the
    merge made them say. Later changes stay. The two are remembered as different.
    """
    holding.require_reason(occasion)
    async with holding.acting(register):
        found = await _undoable(register, merge_id)
        kept, given = await _parted(occasion, register, found)
        await _restore(register, kept, found)
        await joining.stand(register, given, withdrawn=False, merged_into=None)
        await hanging.move_back(found["id"], register.kind, kept["id"], given["id"])
        await links.adopt(register, [kept["id"], given["id"]])
        for incoming in joining.known_by(register, given):
            await decisions.forget(register, incoming, kept["id"])
        await decisions.differ(occasion, register, kept["id"], given["id"])
        await database.execute(
            "UPDATE record_merge SET undone_at = now(), undone_by = $2 WHERE id = $1", found["id"], occasion.actor.name
        )
        told = {"id": str(given["id"]), "name": given[register.name_field]}
        await holding.note(
            occasion, register, kept["id"], ("split", kept["version"] + 1), ({"merged": told}, {"merged": None})
        )
        back = ({"withdrawn": True, "merged_into": str(kept["id"])}, {"withdrawn": False})
        await holding.note(occasion, register, given["id"], ("split_off", given["version"] + 1), back)
    return UUID(str(given["id"]))


async def _undoable(register: Register, merge_id: str) -> Mapping[str, Any]:
    row = await database.fetchrow(
        "SELECT * FROM record_merge WHERE id = $1 AND kind = $2 FOR UPDATE", reading.parse_id(merge_id), register.kind
    )
    if row is None:
        raise NotFound("没有这次合并。")
    if row["undone_at"]:
        raise Conflict("这次合并已经拆开。")
    return dict(row)


async def _parted(
    occasion: Occasion, register: Register, found: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The record kept and the one given up, locked; refused if they are not as the merge left them."""
    rows = await database.fetch(
        f"SELECT * FROM {register.table_name} WHERE id IN ($1, $2) ORDER BY id FOR UPDATE",
        found["kept_id"],
        found["given_id"],
    )
    by_id = {row["id"]: dict(row) for row in rows}
    kept, given = by_id[found["kept_id"]], by_id[found["given_id"]]
    if not access.sees(occasion.actor, kept):
        raise NotFound("没有这次合并。")
    for row in (kept, given):
        holding.require_scope(occasion, row)
    if kept["withdrawn"]:
        raise Conflict("保留的那条记录已撤回或又并入了别的记录；请先恢复它，或先拆开后来的合并。")
    return kept, given


async def _restore(register: Register, kept: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Give the record kept back what it was, as far as nobody has changed it since."""
    now = values.of_row(register.stored, kept)
    before, after = (_typed(register, found[side]) for side in ("before", "after"))
    changed = {name: value for name, value in rules.restored(before, after, now).items() if value != now[name]}
    new = now | changed
    records.object_to(register, new, [])
    await joining.rewrite(register, kept, new, changed)


def _typed(register: Register, text: str) -> dict[str, Any]:
    """The values of a merge as the table keeps them; fields that are no longer declared are left out."""
    told = msgspec.json.decode(text, type=dict[str, Any])
    known = {name: register.by_name[name] for name in told if name in register.by_name}
    return {name: records.stored(field, values.from_json(field, told[name])) for name, field in known.items()}


async def history_of(actor: Actor, register: Register, merge_id: str) -> list[Entry]:
    """The history of a record that was merged away, for those who are in charge of it; private fields left out."""
    given = await database.fetchrow(
        f"SELECT r.* FROM record_merge m JOIN {register.table_name} r ON r.id = m.given_id"
        " WHERE m.id = $1 AND m.kind = $2",
        reading.parse_id(merge_id),
        register.kind,
    )
    if given is None or not access.in_scope(actor, given):
        raise NotFound("没有这次合并。")
    hidden = register.private_names - reading.private_fields(actor, register)
    return await history.read(register.kind, given["id"], hidden, inside=True)


class Merge(msgspec.Struct, frozen=True):
    """A merge as it is told: what was taken up, when, by whom and why; `undone_at` if it was split again."""

    id: str
    given_id: str
    given_name: str
    at: str
    actor: str
    reason: str
    undone_at: str | None
    undone_by: str


async def merges_of(register: Register, record_id: UUID) -> list[Merge]:
    """What was merged into a record, the latest first."""
    rows = await database.fetch(
        "SELECT * FROM record_merge WHERE kind = $1 AND kept_id = $2 ORDER BY at DESC", register.kind, record_id
    )
    return [
        Merge(
            str(row["id"]),
            str(row["given_id"]),
            row["given_name"],
            row["at"].isoformat(),
            row["actor_name"],
            row["reason"],
            row["undone_at"].isoformat() if row["undone_at"] else None,
            row["undone_by"],
        )
        for row in rows
    ]
