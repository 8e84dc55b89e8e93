"""The routes of what was: undo and revert, the chain over history, imports and taking them back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from plugins import manager
from registry import api, audit, guard, history_chain, personal, undoing
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import NotFound
from registry.exchange import spool_chunks
from registry.history_chain import Root, Verdict
from registry.imports import batches, reversing
from registry.imports.batches import Batch
from registry.imports.reversing import Reversal
from registry.register import Register

TAG = "历史与批次"


class Step(msgspec.Struct):
    """Which version is meant, and why."""

    version: int
    reason: str = ""


class TakingBack(msgspec.Struct):
    """How to take an import back. `partial`: all but what was changed since; `dry_run`: only tell."""

    reason: str = ""
    partial: bool = False
    dry_run: bool = False


class Batches(msgspec.Struct):
    """Imports, the newest first; `next` is the moment to go on from."""

    items: list[Batch]
    next: datetime | None


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """Undo and revert of one register's records."""
    return [_undo(register), _revert(register)]


def _undo(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/undo",
        permission=Permission.RECORD_UNDO,
        name=f"undo-{register.plural}",
        operation_id=f"undo_{register.plural}",
        tags=[register.label],
        summary=f"撤销{register.label}记录的一次变更",
        media_type=api.JSON,
        status_code=200,
    )
    async def undo_change(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Step]
    ) -> Response[bytes]:
        """撤销形成第 version 版的那次变更：以一次新变更恢复原值，原记录保留。须有 If-Match 与 reason。"""
        seen = api.expected_version(request)
        await undoing.undo(occasion_of(request, data.reason), register, record_id, seen, data.version)
        return await api.current(request, register, record_id, 200)

    return undo_change


def _revert(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/revert",
        permission=Permission.RECORD_UNDO,
        name=f"revert-{register.plural}",
        operation_id=f"revert_{register.plural}",
        tags=[register.label],
        summary=f"把{register.label}记录退回到某一版",
        media_type=api.JSON,
        status_code=200,
    )
    async def revert_record(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Step]
    ) -> Response[bytes]:
        """以一次新变更把各字段恢复成第 version 版的内容；称号不随之变动。须有 If-Match 与 reason。"""
        seen = api.expected_version(request)
        await undoing.revert(occasion_of(request, data.reason), register, record_id, seen, data.version)
        return await api.current(request, register, record_id, 200)

    return revert_record


def _kind(kind: str) -> Register:
    register = manager.registers().get(kind)
    if register is None:
        raise NotFound(f"没有“{kind[:40]}”这一登记簿；可用：{'、'.join(manager.registers())}。")
    return register


@get(
    "/api/v1/history/verify",
    permission=Permission.HISTORY_VERIFY,
    operation_id="verify_history",
    tags=[TAG],
    summary="核验历史链",
)
async def verify(kind: FromQuery[str] = "") -> list[Verdict]:
    """逐条核验历史是否被改动、删去或补插，kind 为空则核验全部登记簿；fault 给出第一处不符。"""
    kinds = [_kind(kind).kind] if kind else list(manager.registers())
    async with history_chain.limiter():
        return [await history_chain.verify(one) for one in kinds]


@get(
    "/api/v1/history/roots",
    permission=Permission.HISTORY_VERIFY,
    operation_id="list_history_roots",
    tags=[TAG],
    summary="每日链根",
)
async def roots() -> list[Root]:
    """每天开始时各登记簿历史链的末端（序号与 SHA-256），及合在一起的一个值；抄存或公布后，此前的历史即不可暗改。"""
    return await history_chain.roots()


@get(
    "/api/v1/history/lines",
    permission=Permission.OPERATIONS_READ,
    operation_id="export_history",
    tags=[TAG],
    summary="导出历史链",
    media_type="application/x-ndjson",
)
async def lines(
    request: Request[Any, Any, Any],
    kind: FromQuery[str],
    after: FromQuery[int] = 0,
    purpose: Annotated[str, QueryParameter(description="用途；写明则每行另带原文 text（须有此权）")] = "",
) -> Stream:
    """一行一条的 JSON，含链值，不用本系统也能核验各条相接；写明 purpose 时另带原文，记入查阅日志。"""
    register = _kind(kind)
    if purpose:
        # The text is all that was ever written of the records, private and personal values too.
        guard.require(actor_of(request), Permission.HISTORY_EXPORT)
        await personal.take_out(occasion_of(request, purpose), "导出历史原文", f"history/{register.kind}")
    else:
        await audit.note(occasion_of(request), "导出历史链", register.plural, {"起于": after})
    headers = {"content-disposition": f'attachment; filename="history-{register.kind}.ndjson"'}
    # On disk first: a slow reader holds no database connection.
    spooled = await spool_chunks(history_chain.lines(register.kind, after, texts=bool(purpose)))
    return Stream(spooled.chunks(), media_type="application/x-ndjson", headers=headers)


@get(
    "/api/v1/imports",
    permission=Permission.RECORD_IMPORT,
    operation_id="list_imports",
    tags=[TAG],
    summary="导入批次",
)
async def list_imports(request: Request[Any, Any, Any], before: FromQuery[datetime | None] = None) -> Batches:
    """历次导入和对导入的撤回，最新在前；before 接着上一页的 next。"""
    found = await batches.listed(actor_of(request), before)
    return Batches(found, found[-1].at if len(found) == batches.SHOWN else None)


@get(
    "/api/v1/imports/{batch_id:uuid}",
    permission=Permission.RECORD_IMPORT,
    operation_id="get_import",
    tags=[TAG],
    summary="一个导入批次",
)
async def get_import(request: Request[Any, Any, Any], batch_id: FromPath[UUID]) -> Batch:
    """谁在何时导入了什么，新增、变更了多少条，是否已被撤回。"""
    return await batches.one(actor_of(request), batch_id)


@post(
    "/api/v1/imports/{batch_id:uuid}/reverse",
    permission=Permission.RECORD_IMPORT,
    operation_id="reverse_import",
    tags=[TAG],
    summary="撤回一次导入",
    status_code=200,
)
async def reverse_import(
    request: Request[Any, Any, Any], batch_id: FromPath[UUID], data: JSONBody[TakingBack]
) -> Reversal:
    """新增的记录撤回，变更的恢复原值；导入后又改过的列在报告里，partial 为真时只是跳过，否则什么都不做（409）。"""
    batch = await batches.one(actor_of(request), batch_id)
    occasion = occasion_of(request, data.reason)
    return await reversing.reverse(occasion, _kind(batch.kind), batch_id, partial=data.partial, dry_run=data.dry_run)


ROUTES: list[BaseRouteHandler] = [verify, roots, lines, list_imports, get_import, reverse_import]
