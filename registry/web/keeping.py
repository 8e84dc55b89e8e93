"""Kept searches: the page that lists them, what each found anew, and the form that keeps one from where one stands."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import saved
from registry.access import Permission
from registry.api import actor_of
from registry.errors import Refusal
from registry.saved import Changes, Saved
from registry.web import facets, rendering

PATH = "/saved"


@get(PATH, permission=Permission.SEARCH_KEEP, include_in_schema=False)
async def saved_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The list."""
    return await _page(request)


@post(PATH, permission=Permission.SEARCH_KEEP, include_in_schema=False)
async def keep(request: Request[Any, Any, Any]) -> Response[Any]:
    """Keep the view that the form was on."""
    form = await request.form()
    changes = Changes(shared=bool(form.get("shared")), alert=bool(form.get("alert")))
    name, address = str(form.get("name", "")), str(form.get("address", ""))
    try:
        await saved.keep(request.app.state.engine, actor_of(request), name, address, changes)
    except Refusal as refusal:
        return await _page(request, refusal, address)
    return Redirect(PATH, status_code=303)


@get(f"{PATH}/{{saved_id:str}}", permission=Permission.SEARCH_KEEP, include_in_schema=False)
async def news_page(request: Request[Any, Any, Any], saved_id: FromPath[str]) -> Response[str]:
    """What a question found since it was last looked at."""
    actor = actor_of(request)
    kept = await saved.get(actor, saved_id)
    return rendering.page(
        request,
        "saved_news.html",
        kept.name,
        crumbs=(rendering.Crumb("首页", "/"), rendering.Crumb("保存的检索", PATH)),
        kept=kept,
        conditions=conditions(kept),
        news=await saved.news(actor, saved_id) if kept.own else [],
    )


@post(f"{PATH}/{{saved_id:str}}", permission=Permission.SEARCH_KEEP, include_in_schema=False)
async def act(request: Request[Any, Any, Any], saved_id: FromPath[str]) -> Response[Any]:
    """Change it, forget it, or say that the news were looked at."""
    form = await request.form()
    actor = actor_of(request)
    wanted = form.get("act")
    try:
        if wanted == "forget":
            await saved.forget(actor, saved_id)
        elif wanted == "seen":
            await saved.seen(actor, saved_id)
        else:
            changes = Changes(str(form.get("name", "")), bool(form.get("shared")), bool(form.get("alert")))
            await saved.change(request.app.state.engine, actor, saved_id, changes)
    except Refusal as refusal:
        return await _page(request, refusal)
    return Redirect(PATH, status_code=303)


async def _page(request: Request[Any, Any, Any], refusal: Refusal | None = None, address: str = "") -> Response[str]:
    actor = actor_of(request)
    kept = await saved.listing(actor)
    return rendering.page(
        request,
        "saved.html",
        "保存的检索",
        crumbs=(rendering.Crumb("首页", "/"),),
        status=refusal.status if refusal else 200,
        own=[(one, conditions(one)) for one in kept if one.own],
        others=[(one, conditions(one)) for one in kept if not one.own],
        office=actor.may(Permission.RECORD_EXPORT),
        refusal=refusal,
        address=address,
    )


def conditions(kept: Saved) -> list[str]:
    """What is asked, in words."""
    asked = kept.asked
    words = [f"“{asked.text}”"] if asked.text else []
    words += [facets.value_label("kind", kind) for kind in asked.kinds]
    for name, values in asked.filters.items():
        words.append("、".join(facets.value_label(name, value) for value in values))
    return words or ["全部"]


ROUTES: list[BaseRouteHandler] = [saved_page, keep, news_page, act]
