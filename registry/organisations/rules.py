"""What an organisation may be, and what one may grant: nobody gives what they do not hold, nor beyond their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from registry import taxonomy
from registry.access import GRANTS, SCOPES, Actor, Permission, Role, Scope, reach
from registry.errors import Objection
from registry.organisations.schemas import Granter, Organisation, Sort

MAX_NAME = 100
MAX_DEPTH = 8


BELOW: Mapping[Sort, tuple[Sort, ...]] = {
    Sort.BUREAU: (Sort.BUREAU, Sort.DEPARTMENT, Sort.DISTRICT, Sort.ENTERPRISE),
    Sort.DEPARTMENT: (Sort.DEPARTMENT, Sort.ENTERPRISE),
    Sort.DISTRICT: (Sort.DEPARTMENT, Sort.ENTERPRISE),
    Sort.ENTERPRISE: (),
}
"""What may stand below what; at the top stand bureaus only."""


def fits(one: Organisation, parent: Organisation | None, today: date) -> list[Objection]:
    """What is wrong with an organisation in its place."""
    objections = []
    if not (one.name.strip() == one.name and one.name.isprintable() and 1 <= len(one.name) <= MAX_NAME):
        objections.append(Objection(f"名称应为 1 至 {MAX_NAME} 个字符，首尾没有空格。", "name", "名称"))
    objections += _place(one, parent)
    objections += _district(one, parent, today)
    return objections


def _place(one: Organisation, parent: Organisation | None) -> list[Objection]:
    told = ""
    if parent is None:
        told = "" if one.sort is Sort.BUREAU else f"{one.sort.label}须设在上级单位之下，请选择上级单位。"
    elif one.id and one.id in parent.path:
        told = "不能把单位移到它自己或它的下级之下。"
    elif not parent.active:
        told = f"上级单位“{parent.name}”已停用，请另选。"
    elif one.sort not in BELOW[parent.sort]:
        told = f"{parent.sort.label}之下不能设{one.sort.label}，请另选上级单位。"
    elif len(parent.path) >= MAX_DEPTH:
        told = f"单位最多分 {MAX_DEPTH} 级，请设在更上一级。"
    return [Objection(told, "parent", "上级单位")] if told else []


def _district(one: Organisation, parent: Organisation | None, today: date) -> list[Objection]:
    """A district unit answers for one district of today; what stands below it answers for the same."""
    told = ""
    if one.district and not taxonomy.district_valid(one.district, today):
        told = f"{taxonomy.city().name}现在没有“{one.district[:20]}”这个区县，请填现行区县全称。"
    elif one.sort is Sort.DISTRICT and not one.district:
        told = "区县单位须填它所负责的区县。"
    elif one.sort in {Sort.BUREAU, Sort.ENTERPRISE} and one.district:
        told = f"{one.sort.label}不填区县。"
    elif parent and parent.district and one.sort is Sort.DEPARTMENT and one.district != parent.district:
        told = f"它设在“{parent.name}”之下，区县应为{parent.district}。"
    return [Objection(told, "district", "区县")] if told else []


GRANTABLE: Mapping[Permission, str] = {
    Permission.ACCOUNT_MANAGE: "管理本单位及下级的账号与授权",
    Permission.ORGANISATION_MANAGE: "管理下级单位",
    Permission.ACCESS_EXPLAIN: "查询某人为何看得到、看不到某条记录",
    Permission.RECORD_EXPORT: "导出名单",
    Permission.OPERATIONS_READ: "查看运行情况",
    Permission.SECURITY_MANAGE: "本单位及下级的登录：下线、锁定、解锁、重置密码、限定地址",
    Permission.AUDIT_READ: "查看本单位及下级人员的日志",
}
"""What may be given to a single account beyond its role, in words."""


def within(target: Actor, granter: Granter) -> list[Objection]:
    """Why an account is beyond the one who would manage it: every right, row and place it has must be theirs too."""
    objections = []
    if not granter.runs(target.organisation):
        objections.append(Objection("该单位不归您管理，请选择本单位或下级单位。", "organisation", "单位"))
    # What every enterprise may do, claiming its record say, is no privilege: whoever opens accounts may open theirs.
    held = GRANTS[granter.actor.role] | granter.actor.extra | GRANTS[Role.ENTERPRISE]
    if beyond := GRANTS[target.role] - held:
        words = "、".join(sorted(beyond))
        objections.append(Objection(f"{target.role.label}有您没有的权限（{words}），不能由您授予。", "role", "角色"))
    if beyond := target.extra - held:
        words = "、".join(GRANTABLE.get(one, one) for one in sorted(beyond))
        objections.append(Objection(f"您自己没有“{words}”的权限，不能授予他人。", "extra", "另加权限"))
    return [*objections, *_rows_within(target, granter)]


def _rows_within(target: Actor, granter: Granter) -> list[Objection]:
    """Whether the rows the target reaches are all the granter's."""
    inner, outer = reach(target), reach(granter.actor)
    if outer.everything:
        return []
    if inner.everything:
        return [Objection("您自己的数据范围不是全部，不能授予“全部数据”。", "scope", "数据范围")]
    objections = []
    if beyond := [name for name in inner.districts if name not in outer.districts]:
        told = f"{'、'.join(beyond[:5])}不在您的数据范围内，不能授予。"
        objections.append(Objection(told, "scope", "数据范围"))
    known = {*outer.ids, *granter.records, target.id}
    if any(one not in known for one in inner.ids):
        objections.append(Objection("所授单位或记录中有不在您数据范围内的，不能授予。", "scope", "数据范围"))
    return objections


def fits_role(target: Actor, chosen: Scope, custom: Iterable[str], today: date) -> list[Objection]:
    """Whether role, scope and place go together at all, whoever grants."""
    objections = []
    role, scope = target.role, chosen
    if scope not in SCOPES[role]:
        words = "、".join(one.label for one in SCOPES[role])
        objections.append(Objection(f"{role.label}的数据范围只能是：{words}。", "scope", "数据范围"))
    if scope in {Scope.BELOW, Scope.ORGANISATION} and not target.organisation and not target.district:
        objections.append(Objection(f"数据范围为“{scope.label}”时，须选择所属单位。", "organisation", "单位"))
    if scope is Scope.CUSTOM and not list(custom):
        objections.append(Objection("自定义范围须至少选择一个单位或区县。", "custom", "自定义范围"))
    if role is Role.DISTRICT and not target.district and scope is not Scope.CUSTOM:
        objections.append(Objection("区县经办须属于一个区县单位。", "organisation", "单位"))
    wrong = [name for name in target.districts if not taxonomy.district_valid(name, today)]
    objections += [Objection(f"现在没有“{name[:20]}”这个区县。", "custom", "自定义范围") for name in wrong]
    if beyond := target.extra - GRANTABLE.keys():
        told = f"不能单独授予：{'、'.join(sorted(beyond))}。"
        objections.append(Objection(told, "extra", "另加权限"))
    return objections
