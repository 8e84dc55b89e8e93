"""The tree of organisations: found, change (rename, move, close, open again), read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from plugins import manager
from registry import access, clock, database, taxonomy
from registry.access import Permission
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Objection, VersionConflict
from registry.history import Occasion
from registry.organisations import changes, powers
from registry.organisations.rules import fits
from registry.organisations.schemas import Granter, Organisation, Sort

_COLUMNS = "id, parent, path, sort, name, district, kind, record, active, version"
_CHANGEABLE = frozenset({"name", "parent", "district", "active"})


async def offices() -> list[Organisation]:
    """All organisations but enterprises, parents before their children, by name."""
    rows = await database.fetch(f"SELECT {_COLUMNS} FROM organisation WHERE sort <> 'enterprise' ORDER BY sort, name")
    return in_order([_organisation(row) for row in rows])


def in_order(all_of_them: list[Organisation]) -> list[Organisation]:
    """Every organisation followed by those below it; one whose parent is not there comes last."""
    children: dict[str | None, list[Organisation]] = {}
    for one in all_of_them:
        children.setdefault(one.parent, []).append(one)
    ordered: list[Organisation] = []

    def walk(parent: str | None) -> None:
        for one in children.get(parent, ()):
            ordered.append(one)
            walk(one.id)

    walk(None)
    return ordered


async def enterprises_below(parent: str, limit: int = 200) -> list[Organisation]:
    """The enterprises that stand directly below an organisation."""
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM organisation WHERE sort = 'enterprise' AND parent = $1 ORDER BY name LIMIT $2",
        parent,
        limit,
    )
    return [_organisation(row) for row in rows]


async def get(organisation: str) -> Organisation:
    """One organisation; NotFound if there is none."""
    row = await database.fetchrow(f"SELECT {_COLUMNS} FROM organisation WHERE id = $1", parse_id(organisation))
    if row is None:
        raise _unknown()
    return _organisation(row)


async def named(name: str) -> Organisation:
    """The organisation in force of this name or id, for commands; Invalid if there is none or more than one."""
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM organisation WHERE active AND (name = $1 OR id::text = $1) LIMIT 2", name
    )
    if len(rows) != 1:
        told = f"没有单位“{name[:40]}”。" if not rows else f"叫“{name[:40]}”的单位不止一个，请用编号。"
        raise Invalid([Objection(told, "organisation", "单位")])
    return _organisation(rows[0])


def parse_id(text: str) -> UUID:
    """An organisation's id; anything else is simply not found."""
    try:
        return UUID(text)
    except ValueError:
        raise _unknown() from None


def _unknown() -> NotFound:
    return NotFound("没有这个单位。")


def _organisation(row: Any) -> Organisation:
    said = dict(row) | {"id": str(row["id"]), "path": tuple(str(one) for one in row["path"]), "sort": Sort(row["sort"])}
    for name in ("parent", "record"):
        said[name] = str(said[name]) if said[name] else None
    return Organisation(**said)


async def found(occasion: Occasion, draft: Organisation) -> str:
    """Set up an organisation; its id comes back. Invalid with all objections."""
    async with database.transaction():
        await powers.hold_tree()
        granter = await powers.granter(occasion.actor)
        powers.require(granter, Permission.ORGANISATION_MANAGE)
        parent = await _parent(draft.parent)
        one = _completed(draft, parent)
        _require(granter, parent, one)
        _object(fits(one, parent, clock.today()))
        one = await write(one, parent)
        await changes.write(occasion, "founded", (one.id, one.name, one.id), {}, _told(one, parent))
    return one.id


async def write(one: Organisation, parent: Organisation | None) -> Organisation:
    """Put a new organisation into the table, in the transaction under way."""
    made = str(uuid4())
    path = (*(parent.path if parent else ()), made)
    await _refusing_twins(
        "INSERT INTO organisation (id, parent, path, sort, name, district, kind, record)"
        " VALUES ($1, $2, $3::uuid[], $4, $5, $6, $7, $8)",
        made, one.parent, list(path), one.sort.value, one.name, one.district, one.kind, one.record,
    )  # fmt: skip
    return msgspec.structs.replace(one, id=made, path=path, version=1)


async def _refusing_twins(sql: str, *args: Any) -> None:
    try:
        await database.execute(sql, *args)
    except asyncpg.UniqueViolationError as twin:
        raise Conflict("同一上级之下已有同名单位，或该记录已有对应的单位。") from twin


async def change(occasion: Occasion, organisation: str, version: int, given: Mapping[str, Any]) -> Organisation:
    """Rename, move, close or reopen; all that stands below moves along. A reason is demanded."""
    if not occasion.reason.strip():
        raise Invalid([Objection("请写明理由，它会记入变更记录。", "reason", "理由")])
    async with database.transaction():
        await powers.hold_tree()
        granter = await powers.granter(occasion.actor)
        powers.require(granter, Permission.ORGANISATION_MANAGE)
        old = await get(organisation)
        was_below = await _parent(old.parent)
        _require(granter, was_below, old)
        if old.version != version:
            raise VersionConflict(f"您看到的是第 {version} 版，现已是第 {old.version} 版；请对照后重新提交。")
        new, parent = await _changed(old, given)
        _require(granter, parent, new)
        _object(fits(new, parent, clock.today()))
        if old.active and not new.active:
            await _refuse_in_use(old)
        await _rewrite(old, new, parent)
        scope = (new.id, new.name, new.id)
        await changes.write(occasion, "changed", scope, _told(old, was_below), _told(new, parent))
    return await get(organisation)


async def _changed(old: Organisation, given: Mapping[str, Any]) -> tuple[Organisation, Organisation | None]:
    if unknown := [name for name in given if name not in _CHANGEABLE]:
        raise Invalid([Objection(f"没有可修改的项目“{unknown[0][:40]}”。", unknown[0][:40])])
    new = msgspec.structs.replace(old, **given)
    parent = await _parent(new.parent)
    return _completed(new, parent), parent


def _completed(one: Organisation, parent: Organisation | None) -> Organisation:
    """The district under its full name; what stands below a district unit answers for the same district."""
    district = taxonomy.vocabulary("districts").find(one.district) or one.district
    if parent and parent.district and one.sort is Sort.DEPARTMENT and not district:
        district = parent.district
    return msgspec.structs.replace(one, district=district, parent=one.parent or None)


async def _parent(organisation: str | None) -> Organisation | None:
    return await get(organisation) if organisation else None


def _require(granter: Granter, parent: Organisation | None, one: Organisation) -> None:
    """What stands below one's own is one's to shape, and only for districts that are one's own."""
    if not granter.runs(parent.id if parent else None):
        raise Forbidden("只能办理本单位下级的单位。")
    outer = access.reach(granter.actor)
    if one.district and not outer.everything and one.district not in outer.districts:
        raise Forbidden(f"{one.district}不在您的数据范围内，不能设在单位上。")


def _object(objections: list[Objection]) -> None:
    if objections:
        raise Invalid(objections)


async def _refuse_in_use(one: Organisation) -> None:
    """What still has people, units or records is not closed."""
    below = await database.fetchval("SELECT count(*) FROM organisation WHERE parent = $1 AND active", one.id)
    people = await database.fetchval("SELECT count(*) FROM account WHERE organisation = $1 AND active", one.id)
    kept = 0
    for register in manager.registers().values():
        kept += await database.fetchval(f"SELECT count(*) FROM {register.table_name} WHERE keeper = $1", one.id)
    words = ((below, "个下级单位"), (people, "个账号"), (kept, "条主管的记录"))
    if told := "、".join(f"{number} {word}" for number, word in words if number):
        raise Conflict(f"该单位还有 {told}，请先移走或停用。")


async def _rewrite(old: Organisation, new: Organisation, parent: Organisation | None) -> None:
    """Write one organisation; the paths of those below follow, and the district of those that had the same."""
    await _refusing_twins(
        "UPDATE organisation SET name = $2, parent = $3, district = $4, active = $5, version = version + 1,"
        " path = $6::uuid[] || id WHERE id = $1",
        old.id, new.name, new.parent, new.district, new.active, list(parent.path if parent else ()),
    )  # fmt: skip
    await database.execute(
        "UPDATE organisation SET path = $2::uuid[] || path[$3:], district = CASE WHEN district = $4 AND $4 <> ''"
        " THEN $5 ELSE district END WHERE path @> ARRAY[$1::uuid] AND id <> $1",
        old.id,
        list(parent.path if parent else ()),
        len(old.path),
        old.district,
        new.district,
    )


def _told(one: Organisation, parent: Organisation | None) -> dict[str, Any]:
    """An organisation as the log of changes keeps it."""
    return powers.told(
        {
            "名称": one.name,
            "类别": one.sort.label,
            "上级单位": parent.name if parent else "",
            "区县": one.district,
            "状态": "" if one.active else "停用",
        }
    )


async def counts() -> dict[str, tuple[int, int]]:
    """How many accounts in force and how many enterprises each organisation has directly."""
    rows = await database.fetch(
        "SELECT o.id, (SELECT count(*) FROM account a WHERE a.organisation = o.id AND a.active) AS people,"
        " (SELECT count(*) FROM organisation e WHERE e.parent = o.id AND e.sort = 'enterprise' AND e.active) AS firms"
        " FROM organisation o WHERE o.sort <> 'enterprise'"
    )
    return {str(row["id"]): (row["people"], row["firms"]) for row in rows}
