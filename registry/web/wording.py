"""The page of synonyms and domain words: a query form above a table, adding, changing, trying out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import finding, reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.searching import wording
from registry.searching.wording import Kind
from registry.web import rendering

PATH = "/wording"


@get(PATH, permission=Permission.WORDING_MANAGE, include_in_schema=False)
async def wording_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The table; `words` in the URL fills the form (from a search that found nothing), `try` shows how it is read."""
    words = str(request.query_params.get("words", ""))[:400]
    return await _page(request, {"words": words, "kind": "synonym", "source": ""})


@post(PATH, permission=Permission.WORDING_MANAGE, include_in_schema=False)
async def add_wording(request: Request[Any, Any, Any]) -> Response[Any]:
    """Add an entry; what was wrong is said above the form, which keeps what was typed."""
    form = await request.form()
    given = {name: str(form.get(name, "")) for name in ("words", "kind", "source")}
    try:
        await wording.add(occasion_of(request), given["kind"], wording.split(given["words"]), given["source"])
    except Refusal as refusal:
        return await _page(request, given, refusal)
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/{{entry_id:str}}", permission=Permission.WORDING_MANAGE, include_in_schema=False)
async def change_wording(request: Request[Any, Any, Any], entry_id: FromPath[str]) -> Response[Any]:
    """Change an entry, or stop or resume its effect."""
    form = await request.form()
    act = str(form.get("act", ""))
    number = reading.parse_id(entry_id)
    try:
        if act in {"stop", "resume"}:
            await wording.change(occasion_of(request), number, active=act == "resume")
        else:
            words, source = wording.split(str(form.get("words", ""))), str(form.get("source", ""))
            await wording.change(occasion_of(request), number, words=words, source=source)
    except Refusal as refusal:
        return await _page(request, {"words": "", "kind": "synonym", "source": ""}, refusal)
    return Redirect(PATH, status_code=303)


async def _page(
    request: Request[Any, Any, Any], given: Mapping[str, str], refusal: Refusal | None = None
) -> Response[str]:
    sought = str(request.query_params.get("q", ""))[:40]
    tried = str(request.query_params.get("try", "")).strip()[: finding.MAX_TEXT]
    found = await finding.tried(request.app.state.engine, actor_of(request), tried) if tried else None
    return rendering.page(
        request,
        "wording.html",
        "同义词与专业词",
        crumbs=(rendering.Crumb("首页", "/"),),
        status=refusal.status if refusal else 200,
        entries=await wording.listing(sought),
        kinds=list(Kind),
        sought=sought,
        text=tried,
        tried=found,
        given=given,
        refusal=refusal,
    )


ROUTES: list[BaseRouteHandler] = [wording_page, add_wording, change_wording]
