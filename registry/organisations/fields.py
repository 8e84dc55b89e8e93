"""Rights on single fields: a role, everywhere or below one organisation, does not read or does not write a field.

Only what is private can be hidden: what is open is open to everyone. Nothing here opens a field; it only closes.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from plugins import manager
from registry import database
from registry.access import Role
from registry.errors import Invalid, NotFound, Objection
from registry.history import Occasion
from registry.organisations import changes, tree

LEVELS = {"full": "可读可写", "read": "只读", "none": "不可见"}
"""What a role may do with a field of the rows in its scope."""

ROLES = (Role.ENTERPRISE, Role.DISTRICT, Role.MUNICIPAL, Role.INVESTMENT)
"""The roles that can be restricted: the administrator grants itself what it wants, the public reads what is open."""


class FieldRight(msgspec.Struct, frozen=True):
    """One restriction; `organisation` None holds everywhere."""

    id: str
    role: str
    role_label: str
    organisation: str | None
    organisation_name: str
    kind: str
    field: str
    label: str
    level: str
    level_label: str


async def listing() -> list[FieldRight]:
    """All restrictions, by role and field."""
    rows = await database.fetch(
        "SELECT f.id, f.role, f.organisation, coalesce(o.name, '') AS name, f.kind, f.field, f.readable"
        " FROM field_right f LEFT JOIN organisation o ON o.id = f.organisation"
        " ORDER BY f.kind, f.field, f.role, o.name NULLS FIRST"
    )
    return [_right(row) for row in rows]


def _right(row: Any) -> FieldRight:
    register = manager.registers().get(row["kind"])
    field = register.by_name.get(row["field"]) if register else None
    label = f"{register.label}：{field.label}" if register and field else f"{row['kind']}.{row['field']}"
    organisation = str(row["organisation"]) if row["organisation"] else None
    level = "read" if row["readable"] else "none"
    role = Role(row["role"])
    return FieldRight(
        str(row["id"]), role.value, role.label, organisation, row["name"], row["kind"], row["field"], label,
        level, LEVELS[level],
    )  # fmt: skip


async def restrict(occasion: Occasion, role: str, organisation: str | None, kind: str, field: str, level: str) -> None:
    """Set what a role may do with a field; `full` lifts the restriction. In force within seconds, in every process."""
    objections = _objections(occasion, role, kind, field, level)
    if objections:
        raise Invalid(objections)
    place = await tree.get(organisation) if organisation else None
    async with database.transaction():
        key = (role, organisation, kind, field)
        was = await database.fetchrow(
            "DELETE FROM field_right WHERE role = $1 AND organisation IS NOT DISTINCT FROM $2 AND kind = $3"
            " AND field = $4 RETURNING id, readable",
            *key,
        )
        right = was["id"] if was else UUID(int=0)
        if level != "full":
            right = await database.fetchval(
                "INSERT INTO field_right (role, organisation, kind, field, readable) VALUES ($1, $2, $3, $4, $5)"
                " RETURNING id",
                *key,
                level == "read",
            )
        before = "full" if was is None else "read" if was["readable"] else "none"
        name = (
            f"{Role(role).label}·{place.name if place else '各单位'}·{manager.registers()[kind].by_name[field].label}"
        )
        sides = ({"权限": LEVELS[one]} for one in (before, level))
        await changes.write(occasion, "restricted", (right, name[:128], organisation), *sides)


async def lift(occasion: Occasion, right: str) -> None:
    """End one restriction; NotFound if there is none."""
    found = next((one for one in await listing() if one.id == right), None)
    if found is None:
        raise NotFound("没有这条字段权限。")
    await restrict(occasion, found.role, found.organisation, found.kind, found.field, "full")


def _objections(occasion: Occasion, role: str, kind: str, field: str, level: str) -> list[Objection]:
    register = manager.registers().get(kind)
    known = register.by_name.get(field) if register else None
    objections = []
    if role not in [one.value for one in ROLES]:
        objections.append(Objection(f"可限制的角色：{'、'.join(one.label for one in ROLES)}。", "role", "角色"))
    if level not in LEVELS:
        objections.append(Objection(f"权限应为：{'、'.join(LEVELS)}。", "level", "权限"))
    if register is None or known is None or known.derived:
        objections.append(Objection("没有这个字段。", "field", "字段"))
    elif field == register.name_field:
        objections.append(Objection("名称是记录的标识，不能单独限制。", "field", "字段"))
    elif level == "none" and not known.private:
        objections.append(Objection(f"“{known.label}”对公众开放，不能单独隐藏，只能设为只读。", "level", "权限"))
    if not occasion.reason.strip():
        objections.append(Objection("请写明理由，它会记入变更记录。", "reason", "理由"))
    return objections
