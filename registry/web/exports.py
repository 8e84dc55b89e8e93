"""The export page: which records, in which form, what for; the file is made in the background."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from registry import exchange_jobs, exporting, reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import BadRequest, Refusal
from registry.exporting import Wanted
from registry.register import Register
from registry.web import rendering

FORMS = {"xlsx": "Excel（有说明页）", "csv": "CSV", "ndjson": "NDJSON（给程序用）"}
_OWN = frozenset({"sort", "csrf_token", "format", "purpose", "codes", "titles", "as_of", "clear", "columns", "cursor"})


def routes(register: Register) -> list[BaseRouteHandler]:
    """The form, and what becomes of it."""
    return [_form(register), _submit(register)]


def _form(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/export",
        permission=Permission.RECORD_EXPORT,
        include_in_schema=False,
        name=f"page-export-{register.plural}",
    )
    async def export_page(request: Request[Any, Any, Any]) -> Response[str]:
        """What would be exported, and the form."""
        return await _page(request, register, _wanted(register, request.query_params))

    return export_page


def _submit(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/export",
        permission=Permission.RECORD_EXPORT,
        include_in_schema=False,
        name=f"page-export-submit-{register.plural}",
    )
    async def submit(request: Request[Any, Any, Any]) -> Response[Any]:
        """Queue it and show how far it is."""
        wanted = _wanted(register, await request.form())
        try:
            job = await exchange_jobs.submit_export(
                request.app.state.settings, occasion_of(request, wanted.purpose), register, wanted
            )
        except Refusal as refusal:
            return await _page(request, register, wanted, refusal)
        return Redirect(f"/jobs/{job.id}", status_code=303)

    return submit


def _wanted(register: Register, given: Any) -> Wanted:
    """What a query or a form asks for; an unknown filter is refused."""
    filters: dict[str, list[str]] = {}
    for name, value in given.multi_items():
        if name not in _OWN:
            filters.setdefault(name, []).extend(part for part in str(value).split(",") if part)
    known = {field.name for field in register.fields if field.filter} | {reading.WITHDRAWN}
    if unknown := [name for name in filters if name not in known]:
        raise BadRequest(f"不能按“{unknown[0][:40]}”筛选。")
    chosen = {name: values for name, values in filters.items() if values}
    return Wanted(
        str(given.get("format") or "xlsx"),
        chosen,
        str(given.get("sort") or ""),
        str(given.get("purpose") or "").strip(),
        given.get("codes") == "1",
        given.get("titles") == "1",
        _day(str(given.get("as_of") or "")),
        given.get("clear") == "1",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest("日期应写成 2025-06-30。") from None


async def _page(
    request: Request[Any, Any, Any], register: Register, wanted: Wanted, refusal: Refusal | None = None
) -> Response[str]:
    actor = actor_of(request)
    columns = [field.label for field in exporting.columns_for(actor, register)]
    crumbs = [rendering.Crumb("首页", "/"), rendering.Crumb(f"{register.label}名单", f"/{register.plural}")]
    return rendering.page(
        request,
        "export.html",
        f"导出{register.label}名单",
        crumbs=crumbs,
        status=refusal.status if refusal else 200,
        register=register,
        wanted=wanted,
        number=await exporting.count(actor, register, wanted),
        chosen=exporting.conditions_told(register, wanted),
        hidden=_hidden(wanted),
        personal=exporting.personal_columns(actor, register) if actor.may(Permission.PERSONAL_READ) else [],
        columns=columns,
        forms=FORMS,
        refusal=refusal,
    )


def _hidden(wanted: Wanted) -> list[tuple[str, str]]:
    """What the form carries on: the conditions, the order, the day."""
    conditions = [(name, value) for name, values in wanted.filters.items() for value in values]
    return [*conditions, ("sort", wanted.sort), ("as_of", wanted.as_of.isoformat() if wanted.as_of else "")]
