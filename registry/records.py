"""The acts on a record of any register: file, amend, withdraw, reinstate.

Each has four beats: rules, the table, history and outbox in the same transaction, effects after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from registry import access, clock, holding, keys, links, masking, naming, statement, values
from registry.duplicates import keeping, looking
from registry.duplicates.looking import Decided
from registry.errors import Conflict, Invalid, Objection
from registry.history import Occasion
from registry.provenance import rules, weighing
from registry.records_table import table_of
from registry.register import Field, Register

AMENDED = "amended"


async def file(
    occasion: Occasion, register: Register, given: Mapping[str, Any], decided: Decided | None = None
) -> UUID:
    """Register a new record; its id comes back. Invalid with all objections, Conflict if the key is taken.

    With `decided`, a look-alike on which nothing was decided is refused too (`LookAlike`).
    """
    holding.refuse_long_reason(occasion)
    accepted, unread = _accept(register, given)
    accepted, covered = masking.settle(register, accepted, {})
    unread += covered
    empty = blank(register)
    record = statement.complete(register, empty | accepted, clock.today())
    object_to(register, record, unread)
    refuse_locked(occasion, register, (name for name, value in accepted.items() if value != empty[name]))
    holders = access.placed(occasion.actor, record)
    holding.require_scope(occasion, record | holders | {"id": None})
    if decided is not None:
        await keeping.catch_up(register)
    async with holding.acting(register):
        await holding.refuse_taken_key(occasion, register, record, None)
        if decided is not None:
            await looking.heed(occasion, register, record, decided)
        table = table_of(register)
        filled = {name: value for name, value in record.items() if value not in (None, [], "")}
        origins: dict[str, Any] = {"origins": weighing.of_filed(occasion, register, filled)}
        row: Any = table(**columns(register, record), **keys.of(register, record), **holders, **origins)
        await table.insert(row)
        await links.write(register, {row.id: record})
        await links.adopt(register, [row.id])
        await holding.note(occasion, register, row.id, ("filed", 1), (None, filled))
    return UUID(str(row.id))


async def amend(
    occasion: Occasion,
    register: Register,
    record_id: str,
    version: int,
    given: Mapping[str, Any],
    *,
    act: str = AMENDED,
) -> int:
    """Change fields of a record that is still at `version`; the new version comes back. A reason is demanded.

    What stands against a higher word changes nothing and is kept as a conflict.
    `act` is what history calls it: a return to what was (`registry.undoing`) leaves no former name behind.
    """
    holding.require_reason(occasion)
    changes, unread = _accept(register, given)
    unread += rules.not_own(register, weighing.word_of(occasion), given)
    async with holding.acting(register):
        row = await holding.locked(occasion, register, record_id, version)
        if row["withdrawn"]:
            raise Conflict("该记录已撤回，不能修改；请先恢复。")
        return await _write_amendment(occasion, register, row, changes, unread, act)


async def _write_amendment(
    occasion: Occasion,
    register: Register,
    row: Mapping[str, Any],
    changes: Mapping[str, Any],
    unread: list[Objection],
    act: str,
) -> int:
    """Write what differs; nothing at all if nothing does."""
    old = values.of_row(register.stored, row)
    changes, covered = masking.settle(register, changes, old)
    unread = unread + covered
    new = statement.complete(register, old | dict(changes), clock.today())
    if act == AMENDED:
        new = _with_former_name(register, old, new)
    object_to(register, new, unread)
    # A change may not move a record out of the hands of the one who makes it.
    holding.require_scope(occasion, dict(row) | new)
    differing = {name: value for name, value in new.items() if value != old[name]}
    refuse_locked(occasion, register, changes.keys() & differing.keys())
    changed, origins = await weighing.weigh(occasion, register, row, differing, returning=act != AMENDED)
    if not changed:
        return int(row["version"])
    new = old | changed
    object_to(register, new, [])
    await holding.refuse_taken_key(occasion, register, new, row["id"])
    version = int(row["version"]) + 1
    standing = {"version": version, "updated_at": clock.now(), "origins": origins}
    await holding.update(register, row["id"], columns(register, changed) | keys.of(register, new) | standing)
    await links.write(register, {row["id"]: new})
    await links.adopt(register, [row["id"]])
    before = {name: old[name] for name in changed}
    await holding.note(occasion, register, row["id"], (act, version), (before, changed))
    return version


async def withdraw(occasion: Occasion, register: Register, record_id: str, version: int) -> int:
    """Take a record out of lists, search and public pages; nothing is deleted. The new version comes back."""
    return await _set_standing(occasion, register, record_id, version, withdrawn=True)


async def reinstate(occasion: Occasion, register: Register, record_id: str, version: int) -> int:
    """Undo a withdrawal; Conflict if another record has taken the key meanwhile."""
    return await _set_standing(occasion, register, record_id, version, withdrawn=False)


async def _set_standing(
    occasion: Occasion, register: Register, record_id: str, version: int, *, withdrawn: bool
) -> int:
    holding.require_reason(occasion)
    async with holding.acting(register):
        row = await holding.locked(occasion, register, record_id, version)
        if row["withdrawn"] == withdrawn:
            raise Conflict("该记录已经撤回。" if withdrawn else "该记录并未撤回。")
        if not withdrawn:
            await holding.refuse_taken_key(occasion, register, row, row["id"])
        standing = {"withdrawn": withdrawn, "version": version + 1, "updated_at": clock.now()}
        await holding.update(register, row["id"], standing)
        await (links.release if withdrawn else links.adopt)(register, [row["id"]])
        act = "withdrawn" if withdrawn else "reinstated"
        change = ({"withdrawn": not withdrawn}, {"withdrawn": withdrawn})
        await holding.note(occasion, register, row["id"], (act, version + 1), change)
    return version + 1


def columns(register: Register, record: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as the table takes them."""
    return {name: values.to_column(register.by_name[name], value) for name, value in record.items()}


def blank(register: Register) -> dict[str, Any]:
    """A record's values before anything is filled in."""
    return {field.name: _default(field) for field in register.stored}


def _default(field: Field) -> Any:
    if field.type.is_list or field.type.is_rows:
        return []
    return False if field.type.is_flag else "" if field.required and field.default is None else field.default


def _accept(register: Register, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Objection]]:
    """Typed values of the fields given, and an objection to every field that is unknown or wrong."""
    accepted: dict[str, Any] = {}
    objections: list[Objection] = []
    for name, raw in given.items():
        field = register.by_name.get(name)
        if field is None or not field.said:
            objections.append(Objection(f"没有可填写的字段“{str(name)[:40]}”。", str(name)[:40]))
            continue
        try:
            accepted[name] = stored(field, values.from_json(field, raw))
        except values.Unreadable as wrong:
            objections.append(wrong.objection)
    return accepted, objections


def stored(field: Field, value: Any) -> Any:
    """The value as its column takes it: an array has no null."""
    if field.type.is_list or field.type.is_rows:
        return list(value or ())
    return bool(value) if field.type.is_flag else value


def object_to(register: Register, record: Mapping[str, Any], unread: list[Objection]) -> None:
    """What could not be read, required fields and the room's rule: all objections at once, one a field."""
    wrong = {objection.field for objection in unread}
    told = missing(register, record) + statement.check(register, record, clock.today())
    objections = unread + [objection for objection in told if objection.field not in wrong]
    if objections:
        raise Invalid(objections)


def missing(register: Register, record: Mapping[str, Any]) -> list[Objection]:
    """What must be filled in and is not."""
    return [
        Objection(f"请填写{field.label}。", field.name, field.label)
        for field in register.stored
        if field.required and not record.get(field.name)
    ]


def _with_former_name(register: Register, old: Mapping[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A renamed record stays findable by what it was called."""
    name, former = register.name_field, register.former_names_field
    if naming.name_key(old[name]) != naming.name_key(new[name]) and old[name] not in new[former]:
        new[former] = [*new[former], old[name]]
    return new


def refuse_locked(occasion: Occasion, register: Register, names: Iterable[str]) -> None:
    """Object to every field that the actor's role does not write."""
    locked = access.locked_fields(occasion.actor, register.kind)
    told = f"{occasion.actor.role.label}不能填写此项，请交由有权的岗位办理。"
    objections = [Objection(told, name, register.by_name[name].label) for name in names if name in locked]
    if objections:
        raise Invalid(objections)
