"""In whose hands a record is, on its page: the unit and person in charge, and handing it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import NotFound, Refusal
from registry.organisations import handing, tree
from registry.organisations.handing import Keeping
from registry.organisations.schemas import Organisation
from registry.register import Register
from registry.web import record


class Section(NamedTuple):
    """What the page shows; `units` are those it may be given to (none: it is not the reader's to give)."""

    now: Keeping | None
    units: list[tuple[Organisation, str]]
    may_explain: bool


NOTHING = Section(None, [], False)
"""For those who do not read it, and for pages that show a day gone by."""


async def section(request: Request[Any, Any, Any], register: Register, read: Mapping[str, Any]) -> Section:
    """The section as this reader gets it: only offices read who is in charge."""
    actor = actor_of(request)
    if not actor.may(Permission.ORGANISATION_READ):
        return NOTHING
    now = await handing.keeping(register, read["id"])
    gives = read["owned"] and not read["withdrawn"] and actor.may(Permission.RECORD_HAND_OVER)
    units = [(one, "　" * one.depth + one.name) for one in await tree.offices() if one.active] if gives else []
    return Section(now, units, actor.may(Permission.ACCESS_EXPLAIN))


def routes(register: Register) -> list[BaseRouteHandler]:
    """The act on one register's records."""

    @post(
        f"/{register.plural}/{{record_id:str}}/hand-over",
        permission=Permission.RECORD_HAND_OVER,
        include_in_schema=False,
        name=f"page-hand-over-{register.plural}",
    )
    async def hand_over(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Hand it over; who does not see it any more goes back to the list."""
        form = {name: str(value).strip() for name, value in (await request.form()).items()}
        occasion = occasion_of(request, form.get("reason", ""))
        keeper, handler = form.get("keeper") or None, form.get("handler", "")
        try:
            await handing.hand_over(occasion, register, record_id, record.number(form.get("version")), keeper, handler)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await record.show(request, register, record_id, refusal)
        return Redirect(await _onward(request, register, record_id), status_code=303)

    return [hand_over]


async def _onward(request: Request[Any, Any, Any], register: Register, record_id: str) -> str:
    try:
        await reading.get(actor_of(request), register, record_id)
    except NotFound:
        return f"/{register.plural}"
    return f"/{register.plural}/{record_id}#h-hands"
