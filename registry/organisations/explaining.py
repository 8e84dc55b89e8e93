"""Why somebody sees a record, or may change it, and why not: each condition of the rule, and whether it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from registry import access, database, reading, taxonomy
from registry.access import ANONYMOUS, Actor, Permission, Role, Scope
from registry.errors import NotFound
from registry.organisations import members, powers
from registry.register import Register
from search import PUBLIC


class Reason(msgspec.Struct, frozen=True):
    """One condition, and whether it holds."""

    holds: bool
    text: str


class Verdict(msgspec.Struct, frozen=True):
    """May they, and why."""

    act: str
    label: str
    allowed: bool
    reasons: list[Reason]


class FieldVerdict(msgspec.Struct, frozen=True):
    """What they may do with one field that is not simply open."""

    field: str
    label: str
    level: str
    text: str


class Explanation(msgspec.Struct, frozen=True):
    """Everything about one account and one record."""

    account: str
    role: str
    scope: str
    organisation: str
    record: str
    url: str
    verdicts: list[Verdict]
    fields: list[FieldVerdict]


ACTS = {
    Permission.RECORD_AMEND: "修改",
    Permission.RECORD_WITHDRAW: "撤回或恢复",
    Permission.RECORD_HAND_OVER: "移交",
}


async def explain(asker: Actor, username: str, register: Register, record_id: str) -> Explanation:
    """Why an account ("" is the public) sees a record or not; NotFound for what the asker itself may not know of."""
    row = await database.fetchrow(f"SELECT * FROM {register.table_name} WHERE id = $1", reading.parse_id(record_id))
    if row is None or not access.sees(asker, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    actor, active = ANONYMOUS, True
    if username:
        member = await members.get(asker, username)
        found = await powers.of_account(reading.parse_id(member.id))
        active, actor = found is not None, found or ANONYMOUS
    names = await _names(row)
    return Explanation(
        account=username or "（公众）",
        role=actor.role.label,
        scope=actor.scope.label if actor.role is not Role.PUBLIC else "仅公开记录",
        organisation=actor.organisation_name,
        record=row[register.name_field],
        url=f"/{register.plural}/{row['id']}",
        verdicts=verdicts(actor, row, names, active=active),
        fields=field_verdicts(actor, register, row),
    )


async def _names(row: Mapping[str, Any]) -> dict[str, str]:
    """The names of the ids that the row speaks of."""
    rows = await database.fetch(
        "SELECT id, name FROM organisation WHERE id = $1 UNION SELECT id, display_name FROM account WHERE id = $2",
        row["keeper"],
        row["handler"],
    )
    return {str(one[0]): one[1] for one in rows}


def verdicts(actor: Actor, row: Mapping[str, Any], names: Mapping[str, str], *, active: bool = True) -> list[Verdict]:
    """Seeing, reading what is private, and each act. Pure; `allowed` is what `access` says."""
    covered, rows = access.reach(actor).covers(row), coverage(actor, row, names)
    gone = [Reason(False, "记录已撤回，只有它在其办理范围内的人看得到。")] if row["withdrawn"] else []
    closed = [] if active else [Reason(False, "账号已停用，按公众对待。")]
    owned = access.in_scope(actor, row)
    public = row["visibility"] == PUBLIC
    opening = Reason(public, "记录是公开的，人人可见。" if public else "记录是内部的，只有数据范围包含它的人可见。")
    seen = Verdict("see", "看到", (not row["withdrawn"] or owned) and access.sees(actor, row),
                   [*closed, opening, *([] if public else rows), *gone])  # fmt: skip
    found = [seen, _needing(actor, Permission.PRIVATE_READ, "看联系方式等非公开字段", owned, [*closed, *rows])]
    standing = [Reason(False, "记录已撤回，须先恢复。")] if row["withdrawn"] else []
    for permission, label in ACTS.items():
        blocked = bool(standing) and permission is not Permission.RECORD_WITHDRAW
        why = [*closed, *rows, *(standing if blocked else [])]
        found.append(_needing(actor, permission, label, owned and not blocked, why))
    if covered and not owned:
        told = Reason(False, f"{actor.role.label}只查看，不办理记录。")
        found = [
            msgspec.structs.replace(one, reasons=[*one.reasons, told]) if one.act != "see" else one for one in found
        ]
    return found


def _needing(actor: Actor, permission: Permission, label: str, rows: bool, why: list[Reason]) -> Verdict:
    held = actor.may(permission)
    by = "另加授权" if permission in actor.extra else actor.role.label
    right = Reason(held, f"{by}有“{label}”的权限。" if held else f"{actor.role.label}没有“{label}”的权限。")
    return Verdict(permission.value, label, held and rows, [right, *why])


def coverage(actor: Actor, row: Mapping[str, Any], names: Mapping[str, str]) -> list[Reason]:
    """Each way in which a data scope can cover the row. Pure; one holds exactly if the scope covers it."""
    reach = access.reach(actor)
    if reach.everything:
        return [Reason(True, "数据范围是全部数据。")]
    own, keeper, handler = (str(row[name]) if row[name] is not None else None for name in ("id", "keeper", "handler"))
    reasons = []
    if own in reach.ids:
        reasons.append(Reason(True, "这条记录单独授给了该账号或其单位。"))
    if keeper is not None:
        name, inside = names.get(keeper, "其他单位"), keeper in reach.ids
        told = "在其数据范围内" if inside else "不在其数据范围内，区县因此也不再办理"
        reasons.append(Reason(inside, f"记录由“{name}”主管，{told}。"))
    else:
        reasons.append(_by_district(actor, row))
    if handler is not None and handler in reach.ids:
        reasons.append(Reason(True, f"经办人“{names.get(handler, '本人')}”在其数据范围内。"))
    elif actor.scope is Scope.OWN and actor.role is not Role.PUBLIC:
        reasons.append(Reason(False, "数据范围是仅本人，而经办人不是该账号。"))
    return reasons


def _by_district(actor: Actor, row: Mapping[str, Any]) -> Reason:
    reach, district = access.reach(actor), row["district"]
    if not reach.districts:
        return Reason(False, f"记录属于{district or '未填区县'}，该账号的数据范围不含任何区县。")
    if district in reach.districts:
        after = next((name for name in reach.districts if district in taxonomy.predecessors(name)), "")
        return Reason(True, f"记录属于{district}，{f'现由{after}承接，' if after else ''}在其数据范围内。")
    return Reason(False, f"记录属于{district or '未填区县'}，该账号的范围是{'、'.join(reach.districts[:6])}。")


def field_verdicts(actor: Actor, register: Register, row: Mapping[str, Any]) -> list[FieldVerdict]:
    """The fields that are not open, and those that the role does not write."""
    owned = access.in_scope(actor, row)
    read = reading.private_fields(actor, register) if owned else frozenset()
    locked = access.locked_fields(actor, register.kind)
    hidden = access.hidden_fields(actor, register.kind)
    told = []
    for field in register.stored:
        if field.private and field.name not in read:
            why = "字段权限对其角色隐藏。" if field.name in hidden else "非公开字段，只有办理该记录且有权的人可见。"
            told.append(FieldVerdict(field.name, field.label, "none", why))
        elif field.private or field.name in locked:
            level = "read" if field.name in locked else "full"
            why = "字段权限设为只读。" if level == "read" else "非公开字段，其可见。"
            told.append(FieldVerdict(field.name, field.label, level, why))
    return told
