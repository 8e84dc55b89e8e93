"""The routes of organisations and of the accounts in them: /api/v1/organisations, /api/v1/accounts."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from registry import access
from registry.access import Permission, Role, Scope
from registry.api import JSON, actor_of, expected_version, occasion_of
from registry.errors import BadRequest, Invalid, Objection
from registry.organisations import changes, members, powers, tree
from registry.organisations.changes import Change
from registry.organisations.members import Grant, Member
from registry.organisations.schemas import Organisation, Sort

UNITS, PEOPLE = "单位", "账号"


class NewOrganisation(msgspec.Struct, forbid_unknown_fields=True):
    """An organisation to be set up."""

    name: str
    sort: str
    parent: str | None = None
    district: str = ""
    reason: str = ""


class GivenGrant(msgspec.Struct, forbid_unknown_fields=True):
    """What an account is given, as it comes in."""

    role: str
    scope: str = ""
    organisation: str | None = None
    district: str = ""
    offices: list[str] = []
    districts: list[str] = []
    extra: list[str] = []
    reason: str = ""

    def grant(self) -> Grant:
        """The grant; Invalid for a role or scope that there is not."""
        objections = []
        if self.role not in list(Role):
            roles = "、".join(role for role in Role if role is not Role.PUBLIC)
            objections.append(Objection(f"没有角色“{self.role[:20]}”；可用：{roles}。", "role", "角色"))
        if self.scope and self.scope not in list(Scope):
            told = f"没有数据范围“{self.scope[:20]}”；可用：{'、'.join(Scope)}。"
            objections.append(Objection(told, "scope", "数据范围"))
        if objections:
            raise Invalid(objections)
        return Grant(
            role=Role(self.role), scope=Scope(self.scope) if self.scope else None, organisation=self.organisation,
            district=self.district, offices=tuple(self.offices), districts=tuple(self.districts),
            extra=tuple(self.extra),
        )  # fmt: skip


class NewAccount(GivenGrant, forbid_unknown_fields=True):
    """An account to be opened."""

    username: str = ""
    display_name: str = ""
    password: str = ""


class Closing(msgspec.Struct, forbid_unknown_fields=True):
    """Why an account is closed."""

    reason: str = ""


@get(
    "/api/v1/organisations",
    permission=Permission.ORGANISATION_READ,
    operation_id="list_organisations",
    tags=[UNITS],
    summary="单位树",
)
async def list_organisations(
    parent: Annotated[str, QueryParameter(name="enterprises_of", description="列出该单位之下的企业")] = "",
) -> list[Organisation]:
    """全部机关单位，上级在前；给出 enterprises_of 时列出该单位之下的企业。"""
    return await tree.enterprises_below(str(tree.parse_id(parent))) if parent else await tree.offices()


@post(
    "/api/v1/organisations",
    permission=Permission.ORGANISATION_MANAGE,
    operation_id="found_organisation",
    tags=[UNITS],
    summary="设立单位",
)
async def found_organisation(
    request: Request[Any, Any, Any], data: JSONBody[NewOrganisation]
) -> Response[Organisation]:
    """sort 为 bureau（市级单位）、department（部门处室）、district（区县单位）或 enterprise（企业）。"""
    if data.sort not in list(Sort):
        raise Invalid([Objection(f"类别应为：{'、'.join(Sort)}。", "sort", "类别")])
    draft = Organisation(name=data.name, sort=Sort(data.sort), parent=data.parent, district=data.district)
    made = await tree.get(await tree.found(occasion_of(request, data.reason), draft))
    return _organisation(made, 201)


def _organisation(one: Organisation, status: int) -> Response[Organisation]:
    headers = {"etag": f'"{one.version}"', "location": f"/api/v1/organisations/{one.id}"}
    return Response(one, status_code=status, media_type=JSON, headers=headers)


@get(
    "/api/v1/organisations/{organisation:str}",
    permission=Permission.ORGANISATION_READ,
    operation_id="get_organisation",
    tags=[UNITS],
    summary="一个单位",
)
async def get_organisation(organisation: FromPath[str]) -> Response[Organisation]:
    """名称、类别、上级（path 自顶至己）、区县与版本。"""
    return _organisation(await tree.get(organisation), 200)


@patch(
    "/api/v1/organisations/{organisation:str}",
    permission=Permission.ORGANISATION_MANAGE,
    operation_id="change_organisation",
    tags=[UNITS],
    summary="变更单位",
)
async def change_organisation(
    request: Request[Any, Any, Any], organisation: FromPath[str], data: JSONBody[dict[str, Any]]
) -> Response[Organisation]:
    """name、parent、district、active（false 为停用）；须有 If-Match 与 reason；下级随之移动。"""
    reason = data.pop("reason", "")
    types: dict[str, type] = {"name": str, "district": str, "active": bool}
    if not isinstance(reason, str) or any(not isinstance(data.get(name, kind()), kind) for name, kind in types.items()):
        raise BadRequest("name、district、reason 应为文字，active 应为 true 或 false。")
    if not isinstance(data.get("parent"), str | None):
        raise BadRequest("parent 应为单位编号或 null。")
    changed = await tree.change(occasion_of(request, reason), organisation, expected_version(request), data)
    return _organisation(changed, 200)


@get(
    "/api/v1/accounts",
    permission=Permission.ACCOUNT_MANAGE,
    operation_id="list_accounts",
    tags=[PEOPLE],
    summary="账号列表",
)
async def list_accounts(request: Request[Any, Any, Any], organisation: FromQuery[str] = "") -> list[Member]:
    """归您管理的账号：本单位及下级的；系统管理员为全部。"""
    wanted = str(tree.parse_id(organisation)) if organisation else None
    return await members.listing(actor_of(request), wanted)


@get(
    "/api/v1/accounts/{username:str}",
    permission=Permission.ACCOUNT_MANAGE,
    operation_id="get_account",
    tags=[PEOPLE],
    summary="一个账号",
)
async def get_account(request: Request[Any, Any, Any], username: FromPath[str]) -> Member:
    """角色、数据范围、所属单位、另加的权限与对应的记录。"""
    return await members.get(actor_of(request), username)


@post(
    "/api/v1/accounts",
    permission=Permission.ACCOUNT_MANAGE,
    operation_id="open_account",
    tags=[PEOPLE],
    summary="开通账号",
)
async def open_account(request: Request[Any, Any, Any], data: JSONBody[NewAccount]) -> Member:
    """角色、数据范围、单位都不得超出您自己的；本人首次登录时须另设密码。"""
    occasion = occasion_of(request, data.reason)
    await members.open_account(occasion, data.username, data.display_name, data.password, data.grant())
    return await members.get(occasion.actor, data.username)


@patch(
    "/api/v1/accounts/{username:str}",
    permission=Permission.ACCOUNT_MANAGE,
    operation_id="grant_account",
    tags=[PEOPLE],
    summary="变更授权",
)
async def grant_account(request: Request[Any, Any, Any], username: FromPath[str], data: JSONBody[GivenGrant]) -> Member:
    """整体替换角色、范围、单位与另加权限；须有 reason。授予前后都核对对象，不得超出您自己的权限。"""
    occasion = occasion_of(request, data.reason)
    await members.regrant(occasion, username, data.grant())
    return await members.get(occasion.actor, username)


@post(
    "/api/v1/accounts/{username:str}/close",
    permission=Permission.ACCOUNT_MANAGE,
    operation_id="close_account",
    tags=[PEOPLE],
    summary="停用账号",
    status_code=204,
)
async def close_account(request: Request[Any, Any, Any], username: FromPath[str], data: JSONBody[Closing]) -> None:
    """其登录与令牌随之失效。"""
    await members.close(occasion_of(request, data.reason), username)


@get(
    "/api/v1/access/changes",
    permission=Permission.ACCOUNT_MANAGE,
    operation_id="list_access_changes",
    tags=[PEOPLE],
    summary="授权变更记录",
)
async def list_changes(request: Request[Any, Any, Any], limit: FromQuery[int] = 100) -> list[Change]:
    """归您管理的单位、账号及字段权限的变更，最新在前：谁、何时、为何、改前改后。"""
    granter = await powers.granter(actor_of(request))
    return await changes.read(granter.administers, limit=max(1, limit))


class Words(msgspec.Struct):
    """A word of the vocabulary of rights and what it is called."""

    code: str
    label: str


@get(
    "/api/v1/access/roles",
    permission=Permission.ORGANISATION_READ,
    operation_id="list_roles",
    tags=[PEOPLE],
    summary="角色与数据范围",
)
async def list_roles() -> dict[str, list[Words]]:
    """各角色可用的数据范围；第一个为默认。"""
    return {role.value: [Words(one.value, one.label) for one in access.SCOPES[role]] for role in Role}


ROUTES = [
    list_organisations, found_organisation, get_organisation, change_organisation, list_accounts, get_account,
    open_account, grant_account, close_account, list_changes, list_roles,
]  # fmt: skip
