"""The routes of provenance: where values come from, conflicts and their decision."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from registry import deciding, reading
from registry.access import Permission
from registry.api import actor_of, expected_version, occasion_of
from registry.provenance import conflicts, queue, sources
from registry.register import Register

CONFLICTS = "分歧"
ChosenState = Annotated[str, QueryParameter(name="state", description="只列这一状态的")]


class Reason(msgspec.Struct):
    """Why an act is done."""

    reason: str = ""


class Confirmed(msgspec.Struct):
    """The fields that an officer vouches for."""

    fields: list[str]
    reason: str = ""


class Decided(msgspec.Struct):
    """What became of a decision: the record's version then."""

    version: int


class Decisions(msgspec.Struct):
    """Several conflicts that are decided alike; `accept` false lets the records stand."""

    ids: list[int]
    accept: bool
    reason: str = ""


class Count(msgspec.Struct):
    """How many were decided."""

    decided: int


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The routes of one register."""
    return [_sources(register), _conflicts(register), _confirm(register)]


def _sources(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/sources",
        permission=Permission.RECORD_READ,
        name=f"sources-{register.plural}",
        operation_id=f"sources_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录各栏的来源",
    )
    async def record_sources(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[sources.Source]:
        """每一栏现在的内容是谁说的：verified 已核实、claim 企业自报、list 名单；经办人与批次只对有权者可见。"""
        return list((await sources.of_record(actor_of(request), register, record_id)).values())

    return record_sources


def _conflicts(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/conflicts",
        permission=Permission.RECORD_READ,
        name=f"conflicts-{register.plural}",
        operation_id=f"conflicts_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录的分歧",
    )
    async def record_conflicts(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[queue.Conflict]:
        """与现有内容不同、未能改动它的说法，待裁定的在前；不在办理范围内的记录一条也不列。"""
        await reading.get(actor_of(request), register, record_id)
        return await queue.of_record(actor_of(request), register, reading.parse_id(record_id))

    return record_conflicts


def _confirm(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/verify",
        permission=Permission.CONFLICT_DECIDE,
        name=f"verify-{register.plural}",
        operation_id=f"verify_{register.plural}",
        tags=[register.label],
        summary=f"核实{register.label}记录的内容",
        status_code=200,
    )
    async def verify_record(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Confirmed]
    ) -> Decided:
        """核实所列各栏现有的内容；此后名单和企业自报与它不同的，不再改动它。须有 If-Match。"""
        version = expected_version(request)
        occasion = occasion_of(request, data.reason)
        return Decided(await deciding.confirm(occasion, register, record_id, version, data.fields))

    return verify_record


@get(
    "/api/v1/conflicts",
    permission=Permission.CONFLICT_DECIDE,
    operation_id="list_conflicts",
    tags=[CONFLICTS],
    summary="待裁定的分歧",
)
async def list_conflicts(
    request: Request[Any, Any, Any],
    kind: FromQuery[str] = "",
    district: FromQuery[str] = "",
    chosen: ChosenState = "pending",
    before: FromQuery[int | None] = None,
    limit: FromQuery[int] = 50,
) -> queue.Page:
    """办理范围内的分歧，最新在前；before 为上一页给出的 next_before。"""
    return await queue.page(actor_of(request), queue.Asked(kind, district, chosen, before, limit))


@post(
    "/api/v1/conflicts/{conflict_id:str}/accept",
    permission=Permission.CONFLICT_DECIDE,
    operation_id="accept_conflict",
    tags=[CONFLICTS],
    summary="采纳不同说法",
    status_code=200,
)
async def accept_conflict(
    request: Request[Any, Any, Any], conflict_id: FromPath[str], data: JSONBody[Reason]
) -> Decided:
    """把记录改为所说的内容，并视为已核实；记入历史。"""
    return Decided(await deciding.accept(occasion_of(request, data.reason), conflicts.number(conflict_id)))


@post(
    "/api/v1/conflicts/{conflict_id:str}/reject",
    permission=Permission.CONFLICT_DECIDE,
    operation_id="reject_conflict",
    tags=[CONFLICTS],
    summary="维持现有内容",
    status_code=204,
)
async def reject_conflict(request: Request[Any, Any, Any], conflict_id: FromPath[str], data: JSONBody[Reason]) -> None:
    """记录不变；同样的说法以后不再提请裁定。"""
    await deciding.reject(occasion_of(request, data.reason), conflicts.number(conflict_id))


@post(
    "/api/v1/conflicts/decide",
    permission=Permission.CONFLICT_DECIDE,
    operation_id="decide_conflicts",
    tags=[CONFLICTS],
    summary="成批裁定分歧",
    status_code=200,
)
async def decide_conflicts(request: Request[Any, Any, Any], data: JSONBody[Decisions]) -> Count:
    """一次至多 200 条，一并采纳或一并维持；有一条不成则全部不动。"""
    return Count(await deciding.decide(occasion_of(request, data.reason), data.ids, accepting=data.accept))


ROUTES: list[BaseRouteHandler] = [list_conflicts, accept_conflict, reject_conflict, decide_conflicts]
