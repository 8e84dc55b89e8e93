"""The queue of conflicts: what waits for a decision in the reader's scope, decided one by one or together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from plugins import manager
from registry import clock, deciding, taxonomy
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.provenance import conflicts, queue
from registry.web import origins, rendering
from registry.web.record import number
from registry.web.rendering import Crumb

PATH = "/conflicts"
_ASKED = ("kind", "district", "state")


@get(PATH, permission=Permission.CONFLICT_DECIDE, include_in_schema=False)
async def queue_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The queue."""
    return await _page(request, request.query_params)


@post(PATH, permission=Permission.CONFLICT_DECIDE, include_in_schema=False)
async def decide_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Decide those that were ticked, or the one whose button was pressed; the queue stays as it was narrowed."""
    form = await request.form()
    act, _, which = str(form.get("decide", "")).partition(":")
    chosen = [which] if which else [str(one) for one in form.getall("id", [])]
    occasion = occasion_of(request, str(form.get("reason", ""))[:500])
    try:
        await deciding.decide(occasion, [conflicts.number(one) for one in chosen], accepting=act == "accept")
    except Refusal as refusal:
        return await _page(request, form, refusal)
    return Redirect(rendering.query_url(PATH, {name: str(form.get(name, "")) for name in _ASKED}), status_code=303)


async def _page(
    request: Request[Any, Any, Any], given: Mapping[str, Any], refusal: Refusal | None = None
) -> Response[str]:
    asked = {name: str(given.get(name, "")) for name in _ASKED}
    before = number(given.get("before")) or None
    state = asked["state"] if asked["state"] in queue.STATES else "pending"
    kind = asked["kind"] if asked["kind"] in manager.registers() else ""
    found = await queue.page(actor_of(request), queue.Asked(kind, asked["district"], state, before))
    next_url = rendering.query_url(PATH, {**asked, "before": str(found.next_before)}) if found.next_before else ""
    return rendering.page(
        request,
        "conflicts.html",
        "分歧裁定",
        crumbs=(Crumb("首页", "/"),),
        status=refusal.status if refusal else 200,
        asked=asked,
        state=state,
        states=queue.STATES,
        tabs=[
            (rendering.query_url(PATH, {**asked, "state": "" if one == "pending" else one}), label, one == state)
            for one, label in queue.STATES.items()
        ],
        kinds=[(one.kind, one.label) for one in manager.registers().values()],
        districts=[place.name for place in taxonomy.districts(clock.today())],
        rows=origins.shown(found.items),
        total=found.total,
        first_url=rendering.query_url(PATH, asked) if before else "",
        next_url=next_url,
        refusal=refusal,
        reason=str(given.get("reason", ""))[:500] if refusal else "",
    )
