"""The routes of rights: why somebody sees a record, rights on fields, handing records over."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from plugins import manager
from registry import reading
from registry.access import Permission
from registry.api import JSON, actor_of, etag, expected_version, occasion_of
from registry.errors import BadRequest
from registry.organisations import explaining, fields, handing
from registry.organisations.explaining import Explanation
from registry.organisations.fields import FieldRight
from registry.register import Register

TAG = "权限"


class Handing(msgspec.Struct, forbid_unknown_fields=True):
    """To whom a record is handed over: `keeper` null gives it back to its district."""

    keeper: str | None
    handler: str = ""
    reason: str = ""


class HandingMany(msgspec.Struct, forbid_unknown_fields=True):
    """Several records for one organisation."""

    ids: list[str]
    keeper: str | None
    reason: str = ""


class Handed(msgspec.Struct):
    """How many records changed hands."""

    handed: int


class Restriction(msgspec.Struct, forbid_unknown_fields=True):
    """What a role may do with a field: `level` is full, read or none."""

    role: str
    kind: str
    field: str
    level: str
    organisation: str | None = None
    reason: str = ""


@get(
    "/api/v1/access/explain",
    permission=Permission.ACCESS_EXPLAIN,
    operation_id="explain_access",
    tags=[TAG],
    summary="为何看得到、看不到",
)
async def explain(
    request: Request[Any, Any, Any], kind: FromQuery[str], record: FromQuery[str], account: FromQuery[str] = ""
) -> Explanation:
    """某账号（不给为公众）对某条记录能做什么，逐条说明理由；账号须归您管理，记录须是您自己看得到的。"""
    register = manager.registers().get(kind)
    if register is None:
        raise BadRequest(f"没有“{kind[:40]}”这一类记录；可用：{'、'.join(manager.registers())}。")
    return await explaining.explain(actor_of(request), account, register, record)


@get(
    "/api/v1/access/fields",
    permission=Permission.FIELD_MANAGE,
    operation_id="list_field_rights",
    tags=[TAG],
    summary="字段权限",
)
async def list_fields() -> list[FieldRight]:
    """各角色（在某单位及下级，或各单位）不可见或只读的字段；未列出的按字段的开放属性。"""
    return await fields.listing()


@put(
    "/api/v1/access/fields",
    permission=Permission.FIELD_MANAGE,
    operation_id="restrict_field",
    tags=[TAG],
    summary="设定字段权限",
)
async def restrict(request: Request[Any, Any, Any], data: JSONBody[Restriction]) -> list[FieldRight]:
    """level 为 full（取消限制）、read（只读）或 none（不可见，限非公开字段）；几秒内处处生效。"""
    occasion = occasion_of(request, data.reason)
    await fields.restrict(occasion, data.role, data.organisation, data.kind, data.field, data.level)
    return await fields.listing()


@delete(
    "/api/v1/access/fields/{right:str}",
    permission=Permission.FIELD_MANAGE,
    operation_id="lift_field_right",
    tags=[TAG],
    summary="取消字段限制",
)
async def lift(request: Request[Any, Any, Any], right: FromPath[str], reason: FromQuery[str] = "") -> None:
    """须有 reason。"""
    await fields.lift(occasion_of(request, reason), right)


ROUTES: list[BaseRouteHandler] = [explain, list_fields, restrict, lift]


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """Handing over records of one register."""
    base = f"/api/v1/{register.plural}"

    @post(
        f"{base}/{{record_id:str}}/hand-over",
        permission=Permission.RECORD_HAND_OVER,
        name=f"hand-over-{register.plural}",
        operation_id=f"hand_over_{register.plural}",
        tags=[register.label],
        summary=f"移交{register.label}记录",
        media_type=JSON,
        status_code=200,
    )
    async def hand_over(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Handing]
    ) -> Response[Handed]:
        """交给另一机关单位主管（keeper 为 null 则交还所在区县），可指定经办人；须有 If-Match 与 reason。"""
        version = expected_version(request)
        occasion = occasion_of(request, data.reason)
        new = await handing.hand_over(occasion, register, record_id, version, data.keeper, data.handler)
        return Response(Handed(int(new != version)), headers={"etag": f'"{new}"'}, media_type=JSON)

    @post(
        f"{base}/hand-over",
        permission=Permission.RECORD_HAND_OVER,
        name=f"hand-over-many-{register.plural}",
        operation_id=f"hand_over_many_{register.plural}",
        tags=[register.label],
        summary=f"批量移交{register.label}记录",
        media_type=JSON,
        status_code=200,
    )
    async def hand_over_many(request: Request[Any, Any, Any], data: JSONBody[HandingMany]) -> Handed:
        """全部移交，或一条也不移交；最多 500 条。"""
        occasion = occasion_of(request, data.reason)
        return Handed(await handing.hand_over_many(occasion, register, data.ids, data.keeper))

    @get(
        f"{base}/{{record_id:str}}/keeping",
        permission=Permission.ORGANISATION_READ,
        name=f"keeping-{register.plural}",
        operation_id=f"keeping_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录由谁主管",
        media_type=JSON,
    )
    async def keeping(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[handing.Keeping]:
        """主管单位（空为所在区县）与经办人。"""
        found = await reading.get(actor_of(request), register, record_id)
        told = await handing.keeping(register, record_id)
        return Response(told, headers={"etag": etag(found)}, media_type=JSON)

    return [hand_over, hand_over_many, keeping]
