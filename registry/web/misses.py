"""Searches that found nothing, for officers; and the button by which the public tells them so."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import clock, finding, reading, taxonomy
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.finding import FindQuery
from registry.searching import misses
from registry.searching.misses import Miss
from registry.web import rendering

PATH = "/misses"
DAYS = (7, 30, 90, 365)
LOOKED_AT = 50
"""How many are asked of the engine again for the page: what is below is rare."""


class Line(NamedTuple):
    """A miss, and how many records this officer would find by it now."""

    miss: Miss
    now: int | None


@get(PATH, permission=Permission.MISS_READ, include_in_schema=False)
async def misses_page(request: Request[Any, Any, Any]) -> Response[str]:
    """What the public told, and what was looked for in vain."""
    return await _page(request)


async def _page(request: Request[Any, Any, Any], refusal: Refusal | None = None) -> Response[str]:
    actor = actor_of(request)
    given = str(request.query_params.get("days", "30"))
    days = int(given) if given in map(str, DAYS) else 30
    found = await misses.listing(actor, days)
    engine = request.app.state.engine
    lines = []
    for place, one in enumerate(found):
        now = (await finding.search(engine, actor, FindQuery(one.text, limit=1))).total if place < LOOKED_AT else None
        lines.append(Line(one, now))
    return rendering.page(
        request,
        "misses.html",
        "找不到的检索",
        crumbs=(rendering.Crumb("首页", "/"),),
        status=refusal.status if refusal else 200,
        lines=lines,
        tips=await misses.tips(actor),
        settled=(await misses.tips(actor, settled=True))[:20],
        days=days,
        choices=DAYS,
        refusal=refusal,
    )


@post(f"{PATH}/settle", permission=Permission.MISS_READ, include_in_schema=False)
async def settle(request: Request[Any, Any, Any]) -> Response[Any]:
    """Take a text off the list."""
    form = await request.form()
    await misses.settle(occasion_of(request), str(form.get("text", "")))
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/tips/{{tip_id:str}}", permission=Permission.MISS_READ, include_in_schema=False)
async def answer(request: Request[Any, Any, Any], tip_id: FromPath[str]) -> Response[Any]:
    """Note what was done about what was told."""
    form = await request.form()
    try:
        await misses.answer(occasion_of(request), reading.parse_id(tip_id), str(form.get("answer", "")))
    except Refusal as refusal:
        return await _page(request, refusal)
    return Redirect(PATH, status_code=303)


@get("/search/tell", permission=Permission.SEARCH_QUERY, include_in_schema=False)
async def tell_form(request: Request[Any, Any, Any]) -> Response[str]:
    """The form by which anyone tells the officers that something cannot be found."""
    return _tell(request, {"text": str(request.query_params.get("q", ""))[: misses.MOST_TEXT]})


@post("/search/tell", permission=Permission.SEARCH_QUERY, include_in_schema=False)
async def tell(request: Request[Any, Any, Any]) -> Response[str]:
    """Tell them; the page then says what becomes of it."""
    form = await request.form()
    given = {name: str(form.get(name, "")) for name in ("text", "message", "district")}
    try:
        await misses.tell(given["text"], given["message"], given["district"])
    except Refusal as refusal:
        return _tell(request, given, refusal)
    return _tell(request, given, told=True)


def _tell(
    request: Request[Any, Any, Any], given: dict[str, str], refusal: Refusal | None = None, *, told: bool = False
) -> Response[str]:
    return rendering.page(
        request,
        "tell.html",
        "告诉经办人员",
        crumbs=(rendering.Crumb("首页", "/"), rendering.Crumb("检索", "/search")),
        status=refusal.status if refusal else 200,
        given={"text": "", "message": "", "district": "", **given},
        districts=[place.name for place in taxonomy.districts(clock.today())],
        refusal=refusal,
        told=told,
    )


ROUTES: list[BaseRouteHandler] = [misses_page, settle, answer, tell_form, tell]
