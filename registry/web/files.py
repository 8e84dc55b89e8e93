"""The files of a record on its page: what hangs there, adding one, changing who may have it, taking one off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import attachment_api, attachments
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.attachments import Attachment, Level
from registry.attachments.kinds import ACCEPT, KINDS
from registry.errors import Refusal
from registry.register import Register
from registry.web import record


class Section(NamedTuple):
    """What the record's page shows of its files; `levels` are those this reader may give."""

    files: list[Attachment]
    may_add: bool
    levels: list[Level]
    accept: str = ACCEPT
    kinds: str = "、".join(map(str.upper, KINDS))
    most: int = attachments.MOST_BYTES // 1024 // 1024


async def section(request: Request[Any, Any, Any], register: Register, read: Mapping[str, Any]) -> Section:
    """The section as this reader gets it."""
    actor = actor_of(request)
    files = await attachments.listing_of(actor, register, read)
    levels = [Level.OFFICERS, Level.OWNER, Level.PUBLIC] if actor.may(Permission.RECORD_AMEND) else [Level.OWNER]
    return Section(files, bool(read["owned"]) and actor.may(Permission.ATTACHMENT_ADD), levels)


def routes(register: Register) -> list[BaseRouteHandler]:
    """The acts on files of one register's records."""
    return [_attach(register), _change(register)]


def _attach(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/attachments",
        permission=Permission.ATTACHMENT_ADD,
        include_in_schema=False,
        request_max_body_size=attachment_api.UPLOAD_BYTES,
        name=f"page-attach-{register.plural}",
    )
    async def attach(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Hang a file on the record; what was wrong is said on the page itself."""
        form = await request.form()
        try:
            await attachment_api.attach_upload(request, register, record_id, form)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await record.show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}#h-files", status_code=303)

    return attach


def _change(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/attachments/{{attachment_id:str}}",
        permission=Permission.ATTACHMENT_ADD,
        include_in_schema=False,
        name=f"page-change-attachment-{register.plural}",
    )
    async def change(
        request: Request[Any, Any, Any], record_id: FromPath[str], attachment_id: FromPath[str]
    ) -> Response[Any]:
        """Say anew who may have a file, or take it off."""
        form = await request.form()
        occasion = occasion_of(request, str(form.get("reason", ""))[:500])
        try:
            if form.get("act") == "remove":
                await attachments.remove(occasion, attachment_id)
            else:
                await attachments.change(occasion, attachment_id, str(form.get("level")), str(form.get("about", "")))
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await record.show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}#h-files", status_code=303)

    return change
