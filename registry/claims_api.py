"""The routes of claims, and of an enterprise's own record: /api/v1/claims, /api/v1/mine."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from registry import reading
from registry.access import Permission
from registry.api import actor_of, etag, expected_version, occasion_of
from registry.claims import own, service
from registry.errors import Invalid, Objection
from registry.provenance import queue, rules
from registry.provenance_api import ChosenState, Reason
from registry.register import Register

CLAIMS, MINE = "认领", "我的企业"


class Filed(msgspec.Struct):
    """The id of a claim that was filed."""

    id: str


class Mine(msgspec.Struct):
    """An enterprise user's own record (none before a claim is approved), what it may edit, and what waits."""

    plural: str
    record: dict[str, Any] | None
    own_fields: list[str]
    conflicts: list[queue.Conflict]
    claims: list[service.Claim]


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The routes of one register: those whose records may be claimed have one."""
    return [_claim(register)] if register.claimable else []


def _claim(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/claims",
        permission=Permission.CLAIM_FILE,
        name=f"claim-{register.plural}",
        operation_id=f"claim_{register.plural}",
        tags=[CLAIMS],
        summary=f"认领{register.label}记录",
    )
    async def claim_record(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[service.Given]
    ) -> Filed:
        """企业用户说明这条记录是自己的企业，附证明；由记录所在区县的经办人员审核。"""
        return Filed(await service.file(occasion_of(request), register, record_id, data))

    return claim_record


@get(
    "/api/v1/claims",
    permission=Permission.CLAIM_DECIDE,
    operation_id="list_claims",
    tags=[CLAIMS],
    summary="企业的认领",
)
async def list_claims(
    request: Request[Any, Any, Any], chosen: ChosenState = "pending", district: FromQuery[str] = ""
) -> list[service.Claim]:
    """办理范围内的认领，待审核的先到在前；state 有 pending、approved、refused、taken_back。"""
    return await service.queue(actor_of(request), chosen, district)


@post(
    "/api/v1/claims/{claim_id:str}/approve",
    permission=Permission.CLAIM_DECIDE,
    operation_id="approve_claim",
    tags=[CLAIMS],
    summary="通过认领",
    status_code=204,
)
async def approve_claim(request: Request[Any, Any, Any], claim_id: FromPath[str], data: JSONBody[Reason]) -> None:
    """该账号此后可填报自己企业的内容；记入记录的历史。"""
    await service.approve(occasion_of(request, data.reason), claim_id)


@post(
    "/api/v1/claims/{claim_id:str}/refuse",
    permission=Permission.CLAIM_DECIDE,
    operation_id="refuse_claim",
    tags=[CLAIMS],
    summary="不予通过认领",
    status_code=204,
)
async def refuse_claim(request: Request[Any, Any, Any], claim_id: FromPath[str], data: JSONBody[Reason]) -> None:
    """须有理由（reason），企业会看到它。"""
    await service.refuse(occasion_of(request, data.reason), claim_id)


@post(
    "/api/v1/claims/{claim_id:str}/take-back",
    permission=Permission.CLAIM_FILE,
    operation_id="take_back_claim",
    tags=[CLAIMS],
    summary="撤销自己的认领",
    status_code=204,
)
async def take_back_claim(request: Request[Any, Any, Any], claim_id: FromPath[str]) -> None:
    """尚未审核的可以撤销，改认另一家。"""
    await service.take_back(occasion_of(request), claim_id)


@get("/api/v1/mine", permission=Permission.OWN_AMEND, operation_id="get_mine", tags=[MINE], summary="我的企业")
async def get_mine(request: Request[Any, Any, Any]) -> Response[Mine]:
    """自己企业的记录、可填的栏目、与已核实内容不同的说法、认领的进展；ETag 用于 If-Match。"""
    return await _mine(request)


@patch("/api/v1/mine", permission=Permission.OWN_AMEND, operation_id="amend_mine", tags=[MINE], summary="填报我的企业")
async def amend_mine(request: Request[Any, Any, Any], data: JSONBody[dict[str, Any]]) -> Response[Mine]:
    """只能填 own_fields 所列的栏目，须有 If-Match；与已核实内容不同的不改动记录，列入 conflicts 待裁定。"""
    version, reason = expected_version(request), data.pop("reason", "")
    if not isinstance(reason, str):
        raise Invalid([Objection("理由应为文字。", "reason", "理由")])
    await own.amend(occasion_of(request, reason), version, data)
    return await _mine(request)


async def _mine(request: Request[Any, Any, Any]) -> Response[Mine]:
    actor = actor_of(request)
    mine, made = await own.of(actor), await service.mine(actor)
    if mine is None:
        return Response(Mine("", None, [], [], made))
    found = await reading.get(actor, mine.register, mine.record_id)
    waiting = await queue.of_record(actor, mine.register, reading.parse_id(mine.record_id))
    fields = [field.name for field in rules.own_part(mine.register)]
    record = msgspec.json.decode(found.json, type=dict[str, Any])
    return Response(Mine(mine.register.plural, record, fields, waiting, made), headers={"etag": etag(found)})


ROUTES: list[BaseRouteHandler] = [
    list_claims,
    approve_claim,
    refuse_claim,
    take_back_claim,
    get_mine,
    amend_mine,
]
