"""Handing a record over: to another organisation, or back to its district; and to the person who will handle it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from registry import access, database, history, holding, outbox
from registry.access import Permission
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Objection, VersionConflict
from registry.history import Occasion
from registry.organisations import powers, tree
from registry.organisations.schemas import Organisation, Sort
from registry.reading import parse_id
from registry.register import Register

MOST = 500
"""Records handed over in one act."""


class Keeping(msgspec.Struct, frozen=True):
    """In whose hands a record is: organisation and person by name ("" where none is named), and their ids."""

    keeper: str
    keeper_id: str | None
    handler: str
    handler_id: str | None


async def keeping(register: Register, record_id: str) -> Keeping:
    """In whose hands a record is now."""
    row = await database.fetchrow(
        "SELECT coalesce(o.name, '') AS keeper, r.keeper AS keeper_id, coalesce(a.display_name, '') AS handler,"
        f" r.handler AS handler_id FROM {register.table_name} r LEFT JOIN organisation o ON o.id = r.keeper"
        " LEFT JOIN account a ON a.id = r.handler WHERE r.id = $1",
        parse_id(record_id),
    )
    if row is None:
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    ids = (str(row[name]) if row[name] else None for name in ("keeper_id", "handler_id"))
    keeper_id, handler_id = ids
    return Keeping(row["keeper"], keeper_id, row["handler"], handler_id)


async def hand_over(
    occasion: Occasion, register: Register, record_id: str, version: int | None, keeper: str | None, handler: str = ""
) -> int:
    """Give a record to an organisation (None: back to its district) and a handler by username; the new version.

    The one act that may move a record out of one's own hands, so it is refused to those in whose hands it is not.
    `version` None takes the record as it is.
    """
    async with holding.acting(register):
        to, person = await _receiver(occasion, keeper, handler)
        row = await _locked(occasion, register, record_id, version)
        return await _give(occasion, register, row, to, person)


async def hand_over_many(occasion: Occasion, register: Register, record_ids: list[str], keeper: str | None) -> int:
    """Give several records to one organisation, all or none; how many it did not have before."""
    if len(record_ids) > MOST:
        raise Invalid([Objection(f"一次最多移交 {MOST} 条。", "ids", "记录")])
    given = 0
    async with holding.acting(register):
        to, person = await _receiver(occasion, keeper, "")
        # All rows before the first entry of history: its chain is held to the end, and who waits for it holds a row.
        ids = sorted({str(parse_id(record_id)) for record_id in record_ids})
        rows = [await _locked(occasion, register, record_id, None) for record_id in ids]
        for row in rows:
            if row["keeper"] != (UUID(to.id) if to else None):
                await _give(occasion, register, row, to, person)
                given += 1
    return given


async def _receiver(occasion: Occasion, keeper: str | None, handler: str) -> tuple[Organisation | None, Any]:
    """Who gets it: an office in force, and one of its people if one is named."""
    holding.refuse_long_reason(occasion)
    objections = []
    if not occasion.reason.strip():
        objections.append(Objection("请写明移交的理由，它会记入历史。", "reason", "理由"))
    to = await tree.get(keeper) if keeper else None
    if to is not None and (to.sort is Sort.ENTERPRISE or not to.active):
        told = "记录只能移交给机关单位。" if to.active else f"“{to.name}”已停用，不能接收记录。"
        objections.append(Objection(told, "keeper", "接收单位"))
    person = await _person(handler, to) if handler else None
    if handler and person is None:
        told = f"账号“{handler[:64]}”不在接收单位或其下级，请另选经办人。"
        objections.append(Objection(told, "handler", "经办人"))
    if objections:
        raise Invalid(objections)
    return to, person


async def _person(username: str, to: Organisation | None) -> Any:
    """An officer of the organisation or one below it; of a district, one who answers for it is for the district."""
    return await database.fetchrow(
        "SELECT a.id, a.display_name FROM account a JOIN organisation o ON o.id = a.organisation"
        " WHERE a.username = $1 AND a.active AND a.role <> 'enterprise' AND ($2::uuid IS NULL OR $2 = ANY(o.path))",
        username,
        to.id if to else None,
    )


async def _locked(occasion: Occasion, register: Register, record_id: str, version: int | None) -> Mapping[str, Any]:
    row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1 FOR UPDATE", parse_id(record_id))
    granter = await powers.granter(occasion.actor)
    powers.require(granter, Permission.RECORD_HAND_OVER)
    actor = granter.actor
    if row is None or not access.sees(actor, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    if not access.in_scope(actor, row):
        raise Forbidden(f"“{row[register.name_field]}”不在您的办理范围内，不能由您移交。")
    if row["withdrawn"]:
        raise Conflict("该记录已撤回，不能移交；请先恢复。")
    if version is not None and row["version"] != version:
        raise VersionConflict(f"您看到的是第 {version} 版，现已是第 {row['version']} 版；请对照后重新提交。")
    return dict(row)


async def _give(
    occasion: Occasion, register: Register, row: Mapping[str, Any], to: Organisation | None, person: Any
) -> int:
    before = await keeping(register, str(row["id"]))
    keeper, handler = (to.id if to else None), (person["id"] if person else None)
    if (before.keeper_id, before.handler_id) == (keeper, str(handler) if handler else None):
        return int(row["version"])
    version = int(row["version"]) + 1
    await database.execute(
        f"UPDATE {register.table_name} SET keeper = $2, handler = $3, version = $4, updated_at = now() WHERE id = $1",
        row["id"], keeper, handler, version,
    )  # fmt: skip
    change = (
        {"keeper": before.keeper or None, "handler": before.handler or None},
        {"keeper": to.name if to else None, "handler": person["display_name"] if person else None},
    )
    await history.write(occasion, register.kind, row["id"], "handed-over", version, change)
    await outbox.write(register.kind, row["id"])
    return version
