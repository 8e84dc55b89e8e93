"""Personal data on a record's page: covered, shown for a purpose, erased for a reason, and who looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import access, personal
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.audit import AuditRow
from registry.errors import Refusal
from registry.register import Field, Register
from registry.web import record

_SHOWN = 20


class Section(NamedTuple):
    """What the record's page shows beside the covered data."""

    fields: list[Field]
    shown: bool
    may_erase: bool
    readers: list[AuditRow] | None


async def section(
    request: Request[Any, Any, Any], register: Register, read: Mapping[str, Any], *, shown: bool
) -> Section:
    """The section as this reader gets it; `readers` None for those who may not know."""
    actor = actor_of(request)
    fields = personal.readable(actor, register) if read.get("private") else []
    told = None
    if fields and (actor.may(Permission.AUDIT_READ) or access.own_record(actor) == read["id"]):
        told = await personal.readers(actor, register, read["id"], _SHOWN)
    return Section(fields, shown, bool(fields) and actor.may(Permission.PERSONAL_ERASE), told)


def routes(register: Register) -> list[BaseRouteHandler]:
    """The acts of one register's records."""
    return [_reveal(register), _erase(register)]


def _reveal(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/personal",
        permission=Permission.PERSONAL_READ,
        include_in_schema=False,
        name=f"page-reveal-{register.plural}",
    )
    async def reveal(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """The page with the data in clear, this once; no browser keeps it."""
        purpose = str((await request.form()).get("purpose", ""))
        try:
            shown = await personal.reveal(occasion_of(request, purpose), register, record_id)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await record.show(request, register, record_id, refusal)
        page = await record.show(request, register, record_id, revealed=shown)
        page.headers["cache-control"] = "no-store"
        return page

    return reveal


def _erase(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/personal/erase",
        permission=Permission.PERSONAL_ERASE,
        include_in_schema=False,
        name=f"page-erase-{register.plural}",
    )
    async def erase(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Erase, and show what is left."""
        form = await request.form()
        occasion = occasion_of(request, str(form.get("reason", "")))
        try:
            await personal.erase(occasion, register, record_id, record.number(form.get("version")))
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await record.show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}", status_code=303)

    return erase
