"""The pages that tell why somebody sees a record or not, and the one of rights on single fields."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from plugins import manager
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import NotFound, Refusal
from registry.organisations import explaining, fields, tree
from registry.organisations.explaining import Explanation
from registry.register import Register
from registry.web import rendering
from registry.web.rendering import Crumb

_HOME = Crumb("首页", "/")


@get("/access/explain", permission=Permission.ACCESS_EXPLAIN, include_in_schema=False)
async def explain_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The question, and with an account and a record the answer."""
    account, record = (str(request.query_params.get(name, "")).strip()[:300] for name in ("account", "record"))
    refusal: Refusal | None = None
    found: Explanation | None = None
    if record:
        try:
            register, record_id = _spoken_of(record)
            found = await explaining.explain(actor_of(request), account, register, record_id)
        except NotFound as missing:
            refusal = missing
    return rendering.page(
        request,
        "explain.html",
        "为何看得到、看不到",
        status=refusal.status if refusal else 200,
        crumbs=(_HOME,),
        account=account,
        record=record,
        found=found,
        refusal=refusal,
    )


def _spoken_of(text: str) -> tuple[Register, str]:
    """The record that an address or the tail of one names: https://…/<register>/<id>, <register>/<id>."""
    parts = [part for part in urlsplit(text).path.split("/") if part]
    register = manager.register_for(parts[-2]) if len(parts) > 1 else None
    if register is None:
        raise NotFound("请打开那条记录，从浏览器的地址栏复制网址，粘贴到这里。")
    return register, parts[-1]


@get("/access/fields", permission=Permission.FIELD_MANAGE, include_in_schema=False)
async def fields_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Who may not read or write which field, and the form for another restriction."""
    return await _fields(request, dict.fromkeys(_NAMES, ""))


_NAMES = ("role", "organisation", "field", "level", "reason")


@post("/access/fields", permission=Permission.FIELD_MANAGE, include_in_schema=False)
async def restrict(request: Request[Any, Any, Any]) -> Response[Any]:
    """Restrict a field, or lift a restriction."""
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in _NAMES}
    occasion = occasion_of(request, typed["reason"])
    try:
        if right := str(form.get("lift", "")):
            await fields.lift(occasion, right)
        else:
            kind, _, field = typed["field"].partition(".")
            place = typed["organisation"] or None
            await fields.restrict(occasion, typed["role"], place, kind, field, typed["level"])
    except Refusal as refusal:
        return await _fields(request, typed, refusal)
    return Redirect("/access/fields", status_code=303)


async def _fields(
    request: Request[Any, Any, Any], typed: dict[str, str], refusal: Refusal | None = None
) -> Response[str]:
    units = await tree.offices()
    return rendering.page(
        request,
        "field_rights.html",
        "字段权限",
        status=refusal.status if refusal else 200,
        crumbs=(_HOME,),
        rights=await fields.listing(),
        roles=fields.ROLES,
        levels={name: words for name, words in fields.LEVELS.items() if name != "full"},
        units=[(unit, "　" * unit.depth + unit.name) for unit in units if unit.active],
        typed=typed,
        refusal=refusal,
    )


ROUTES: list[BaseRouteHandler] = [explain_page, fields_page, restrict]
