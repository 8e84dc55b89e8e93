"""The pages of imports: which lists went in, what they changed, and taking one back after a look at what it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from plugins import manager
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import BadRequest, Refusal
from registry.imports import batches, reversing
from registry.imports.reversing import Reversal, ReversalRefused
from registry.web import rendering

_HOME = rendering.Crumb("首页", "/")


@get("/imports", permission=Permission.RECORD_IMPORT, include_in_schema=False)
async def imports_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The imports, newest first."""
    before = _moment(str(request.query_params.get("before", "")))
    found = await batches.listed(actor_of(request), before)
    more = len(found) == batches.SHOWN
    return rendering.page(
        request,
        "imports.html",
        "导入批次",
        crumbs=(_HOME,),
        batches=found,
        labels={kind: one.label for kind, one in manager.registers().items()},
        older_url=rendering.query_url("/imports", {"before": found[-1].at.isoformat()}) if more else "",
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest("翻页的时刻无法识别；请从第一页看起。") from None


@get("/imports/{batch_id:uuid}", permission=Permission.RECORD_IMPORT, include_in_schema=False)
async def import_batch_page(request: Request[Any, Any, Any], batch_id: FromPath[UUID]) -> Response[str]:
    """One import."""
    return await _show(request, batch_id)


@post("/imports/{batch_id:uuid}/reverse", permission=Permission.RECORD_IMPORT, include_in_schema=False)
async def reverse_batch(request: Request[Any, Any, Any], batch_id: FromPath[UUID]) -> Response[Any]:
    """Look at what taking it back would do, or do it; the reason stays in its place."""
    form = await request.form()
    step, reason = str(form.get("step", "look")), str(form.get("reason", ""))[:500]
    batch = await batches.one(actor_of(request), batch_id)
    register = manager.registers()[batch.kind]
    try:
        report = await reversing.reverse(
            occasion_of(request, reason), register, batch_id, partial=step == "rest", dry_run=step == "look"
        )
    except ReversalRefused as refused:
        return await _show(request, batch_id, report=refused.report, refusal=refused, reason=reason)
    except Refusal as refusal:
        return await _show(request, batch_id, refusal=refusal, reason=reason)
    if report.applied:
        return Redirect(f"/imports/{report.batch_id}", status_code=303)
    return await _show(request, batch_id, report=report, reason=reason)


async def _show(
    request: Request[Any, Any, Any],
    batch_id: UUID,
    *,
    report: Reversal | None = None,
    refusal: Refusal | None = None,
    reason: str = "",
) -> Response[str]:
    actor = actor_of(request)
    batch = await batches.one(actor, batch_id)
    register = manager.registers()[batch.kind]
    return rendering.page(
        request,
        "import_batch.html",
        "撤回导入" if batch.reverses else batch.filename or "一次导入",
        crumbs=(_HOME, rendering.Crumb("导入批次", "/imports")),
        status=refusal.status if refusal else 200,
        batch=batch,
        register=register,
        touched=await batches.touched(actor, register, batch_id),
        report=report,
        refusal=refusal,
        reason=reason,
    )


ROUTES: list[BaseRouteHandler] = [imports_page, import_batch_page, reverse_batch]
