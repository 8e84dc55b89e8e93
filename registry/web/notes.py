"""Notes on a record's page, and the page of what waits to be followed up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import clock, notes
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Invalid, Objection, Refusal
from registry.notes import Given, Note, Sort
from registry.register import Register
from registry.web import preferences, record, rendering


class Section(NamedTuple):
    """What the record's page shows of its notes."""

    notes: list[Note]
    may_add: bool
    sorts: list[Sort]
    today: date


async def section(request: Request[Any, Any, Any], register: Register, read: Mapping[str, Any]) -> Section:
    """The section as this reader gets it."""
    actor = actor_of(request)
    kept = await notes.listing_of(actor, register, read)
    may_add = bool(read["owned"]) and actor.may(Permission.NOTE_KEEP) and not read["withdrawn"]
    return Section(kept, may_add, list(Sort), clock.today())


def routes(register: Register) -> list[BaseRouteHandler]:
    """Writing a note on a record of one register."""

    @post(
        f"/{register.plural}/{{record_id:str}}/notes",
        permission=Permission.NOTE_KEEP,
        include_in_schema=False,
        name=f"page-note-{register.plural}",
    )
    async def add_note(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Write it; what was wrong is said on the page itself."""
        form = await request.form()
        try:
            await notes.add(occasion_of(request), register, record_id, _given(form))
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await record.show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}#h-notes", status_code=303)

    return [add_note]


@post("/notes/{note_id:str}", permission=Permission.NOTE_KEEP, include_in_schema=False)
async def act(request: Request[Any, Any, Any], note_id: FromPath[str]) -> Redirect:
    """Say that it is done or open again, write it anew, or take it away; then back to where one was."""
    form = await request.form()
    occasion = occasion_of(request)
    wanted = form.get("act")
    if wanted in {"done", "reopen"}:
        await notes.finish(occasion, note_id, done=wanted == "done")
    elif wanted == "remove":
        await notes.remove(occasion, note_id)
    else:
        await notes.change(occasion, note_id, _given(form))
    return Redirect(preferences.local_path(str(form.get("next", "/notes"))), status_code=303)


@get("/notes", permission=Permission.NOTE_KEEP, include_in_schema=False)
async def follow_ups_page(request: Request[Any, Any, Any]) -> Response[str]:
    """What waits, the most urgent first."""
    mine = request.query_params.get("mine") == "1"
    today = clock.today()
    waiting = await notes.follow_ups(actor_of(request), mine=mine)
    soon = today + timedelta(days=7)
    groups = [
        ("已过期", [one for one in waiting if one.note.overdue]),
        ("七天之内", [one for one in waiting if not one.note.overdue and (one.note.follow_up or today) <= soon]),
        ("以后", [one for one in waiting if (one.note.follow_up or today) > soon]),
    ]
    return rendering.page(
        request,
        "notes.html",
        "待跟进",
        crumbs=(rendering.Crumb("首页", "/"),),
        groups=[(label, found) for label, found in groups if found],
        mine=mine,
        total=len(waiting),
    )


def _given(form: Mapping[str, Any]) -> Given:
    return Given(
        str(form.get("text", "")),
        str(form.get("sort", Sort.OTHER)),
        _day(form, "happened", "日期"),
        _day(form, "follow_up", "跟进日期"),
    )


def _day(form: Mapping[str, Any], name: str, label: str) -> date | None:
    text = str(form.get(name, "")).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid([Objection(f"{label}写成 2026-05-01 这样。", name, label)]) from None


ROUTES: list[BaseRouteHandler] = [follow_ups_page, act]
