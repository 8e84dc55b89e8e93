"""The past of a record on a page of its own: every change with its diff, two versions side by side, undo and return."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import api, reading, undoing
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.history import Entry
from registry.register import Register
from registry.web import record, rendering
from registry.web.record import Change, Past

SHOWN = 50

_ACTS: dict[str, tuple[str, Callable[..., Coroutine[Any, Any, int]]]] = {
    "undo": ("撤销这次变更", undoing.undo),
    "revert": ("退回到这一版", undoing.revert),
}
_UNDONE_HERE = frozenset({"filed", "amended", "imported", "withdrawn", "reinstated", "undone", "reverted"})
"""Acts that may be undone from this page; others have pages of their own."""


class Compared(NamedTuple):
    """Two versions side by side: the fields in which they differ."""

    older: int
    newer: int
    changes: list[Change]


class Line(NamedTuple):
    """One entry, and which acts of `_ACTS` may be done from it."""

    past: Past
    acts: list[tuple[str, str]]


def routes(register: Register) -> list[BaseRouteHandler]:
    """The page, undo and return."""
    return [_page(register), *(_act(register, act) for act in _ACTS)]


def _page(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/{{record_id:str}}/history",
        permission=Permission.HISTORY_READ,
        include_in_schema=False,
        name=f"page-history-{register.plural}",
    )
    async def past_page(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[str]:
        """The past of one record."""
        return await _show(request, register, record_id)

    return past_page


def _act(register: Register, act: str) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/history/{act}",
        permission=Permission.RECORD_UNDO,
        include_in_schema=False,
        name=f"page-{act}-{register.plural}",
    )
    async def perform(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Undo a change, or return to a version; what was wrong is said on the page itself."""
        form = await request.form()
        seen, meant = (record.number(form.get(name)) for name in ("seen", "version"))
        occasion = occasion_of(request, str(form.get("reason", "")))
        try:
            await _ACTS[act][1](occasion, register, record_id, seen, meant)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await _show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}/history", status_code=303)

    return perform


async def _show(
    request: Request[Any, Any, Any], register: Register, record_id: str, refusal: Refusal | None = None
) -> Response[str]:
    actor = actor_of(request)
    read = rendering.decoded((await reading.get(actor, register, record_id)).json)
    before = record.number(request.query_params.get("before")) or None
    entries = await api.history_for(actor, register, record_id, before)
    able = bool(read["owned"]) and actor.may(Permission.RECORD_UNDO)
    base = f"/{register.plural}/{record_id}"
    name = read[register.name_field]
    return rendering.page(
        request,
        "history.html",
        "记录的经过",
        crumbs=(
            rendering.Crumb("首页", "/"),
            rendering.Crumb(f"{register.label}名单", f"/{register.plural}"),
            rendering.Crumb(name, base),
        ),
        status=refusal.status if refusal else 200,
        register=register,
        record=read,
        name=name,
        lines=_lines(register, entries, read, able=able),
        versions=sorted({entry.version for entry in entries}, reverse=True),
        compared=_compared(request, register, entries),
        older_url=f"{base}/history?before={entries[SHOWN - 1].version}" if len(entries) > SHOWN else "",
        refusal=refusal,
    )


def _lines(register: Register, entries: Sequence[Entry], read: dict[str, Any], *, able: bool) -> list[Line]:
    """The entries with their acts, which stand by the one that led to its version: others were told beside it."""
    lines = []
    for place, entry in enumerate(entries[:SHOWN], 1):
        acts = []
        led = place == len(entries) or entries[place].version != entry.version
        if able and led and entry.act in _UNDONE_HERE:
            acts.append("undo")
        if able and led and not read["withdrawn"] and entry.version < read["version"]:
            acts.append("revert")
        lines.append(Line(record.past_of(register, entry), [(act, _ACTS[act][0]) for act in acts]))
    return lines


def _compared(request: Request[Any, Any, Any], register: Register, entries: Sequence[Entry]) -> Compared | None:
    """What lies between two versions that the URL names."""
    asked = sorted(record.number(request.query_params.get(name)) for name in ("one", "other"))
    if not asked[0]:
        return None
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for entry in reversed(entries):
        if asked[0] < entry.version <= asked[1]:
            names = [name for name in dict.fromkeys((*entry.before, *entry.after)) if name in register.by_name]
            before = {name: entry.before.get(name) for name in names} | before
            after |= {name: entry.after.get(name) for name in names}
    made = msgspec.structs.replace(entries[0], before=before, after=after)
    return Compared(asked[0], asked[1], record.past_of(register, made).changes)
