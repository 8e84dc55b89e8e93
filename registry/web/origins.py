"""Whose word each value on a record's page is, what else was said of it, and the officer's acts on both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from plugins import manager
from registry import clock, deciding
from registry.access import Actor, Permission, own_record
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.provenance import conflicts, queue, sources
from registry.provenance.queue import Conflict
from registry.provenance.rules import Origin
from registry.provenance.sources import Source
from registry.reading import parse_id
from registry.register import Register
from registry.web import record, showing

_WORDS = {Origin.LIST: "名单", Origin.CLAIM: "自报", Origin.VERIFIED: "核实"}


class Mark(NamedTuple):
    """What stands behind a value in small: its origin, the word for it, and all that is known in a sentence."""

    origin: str
    word: str
    told: str


class Line(NamedTuple):
    """One row of the table of sources."""

    name: str
    label: str
    mark: Mark
    source: str
    as_of: str
    day: str
    actor: str
    batch: str


class Said(NamedTuple):
    """A conflict, ready to be read."""

    conflict: Conflict
    url: str
    measure: str
    standing: str
    standing_mark: Mark
    said: str
    said_mark: Mark
    told: str


class Section(NamedTuple):
    """What the record's page shows of all this; `may_decide` for officers in charge, `may_claim` for its enterprise."""

    marks: dict[str, Mark]
    lines: list[Line]
    conflicts: list[Said]
    waiting: int
    may_decide: bool
    may_claim: bool


NOTHING = Section({}, [], [], 0, False, False)
"""On a past day: the words of today would stand behind values of then."""


async def section(request: Request[Any, Any, Any], register: Register, read: Mapping[str, Any]) -> Section:
    """The section as this reader gets it, of a record as it was read for the same reader."""
    actor = actor_of(request)
    values = {**read, **(read.get("private") or {})}
    inside = "private" in read and read["private"] is not None
    found = await sources.known(register, parse_id(read["id"]), inside=inside)
    filled = {name: one for name, one in found.items() if values.get(name) not in (None, "", [], False)}
    marks = {name: _mark(one) for name, one in filled.items()}
    said = await queue.of_record(actor, register, parse_id(read["id"])) if read["owned"] else []
    decides = bool(read["owned"]) and actor.may(Permission.CONFLICT_DECIDE) and not read["withdrawn"]
    return Section(
        marks,
        [_line(one, marks[name]) for name, one in filled.items()],
        shown(said),
        sum(one.state == "pending" for one in said),
        decides,
        _may_claim(actor, register, read),
    )


def _may_claim(actor: Actor, register: Register, read: Mapping[str, Any]) -> bool:
    """Whether to offer a claim: to an enterprise user without a record, on one that may be claimed."""
    free = actor.may(Permission.CLAIM_FILE) and own_record(actor) is None
    return register.claimable and free and not read["withdrawn"]


def _mark(one: Source) -> Mark:
    parts = (one.source, f"数据时点 {one.as_of}" if one.as_of else "", one.actor, _day(one))
    told = "，".join(filter(None, parts))
    return Mark(one.origin, _WORDS[Origin(one.origin)], f"{one.origin_label}：{told}" if told else one.origin_label)


def _day(one: Source) -> str:
    return one.at.astimezone(clock.BEIJING).date().isoformat() if one.at else ""


def _line(one: Source, mark: Mark) -> Line:
    as_of = one.as_of.isoformat() if one.as_of else ""
    return Line(one.field, one.label, mark, one.source, as_of, _day(one), one.actor, one.batch_id)


def shown(found: Sequence[Conflict]) -> list[Said]:
    """Conflicts with their values in words."""
    return [_said(one) for one in found]


def _said(one: Conflict) -> Said:
    register = manager.registers()[one.kind]
    field = register.by_name[one.field]
    told = (
        f"“{one.source}”" if one.source else "",
        f"数据时点 {one.as_of}" if one.as_of else "",
        f"第 {one.row} 行" if one.row else "",
        one.actor,
        one.said_at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M"),
    )
    return Said(
        one,
        f"/{one.plural}/{one.record_id}",
        register.label,
        showing.shown(field, one.standing),
        _bare(one.standing_origin),
        showing.shown(field, one.said),
        _bare(one.origin),
        "，".join(filter(None, told)),
    )


def _bare(origin: str) -> Mark:
    return Mark(origin, _WORDS[Origin(origin)], Origin(origin).label)


def routes(register: Register) -> list[BaseRouteHandler]:
    """The officer's acts on the page of a record."""
    return [_decide(register), _confirm(register)]


def _decide(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/decide",
        permission=Permission.CONFLICT_DECIDE,
        include_in_schema=False,
        name=f"page-decide-{register.plural}",
    )
    async def decide(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Accept or reject one conflict; what was wrong is said on the page itself."""
        form = await request.form()
        occasion = occasion_of(request, str(form.get("reason", ""))[:500])
        act, _, which = str(form.get("decide", "")).partition(":")
        try:
            number = conflicts.number(which)
            await (deciding.accept(occasion, number) if act == "accept" else deciding.reject(occasion, number))
        except Refusal as refusal:
            return await record.show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}#h-conflicts", status_code=303)

    return decide


def _confirm(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/verify",
        permission=Permission.CONFLICT_DECIDE,
        include_in_schema=False,
        name=f"page-verify-{register.plural}",
    )
    async def confirm(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Vouch for the fields that were ticked."""
        form = await request.form()
        names = [str(name) for name in form.getall("field", [])]
        occasion = occasion_of(request, str(form.get("reason", ""))[:500])
        try:
            await deciding.confirm(occasion, register, record_id, record.number(form.get("version")), names)
        except Refusal as refusal:
            return await record.show(request, register, record_id, refusal)
        return Redirect(f"/{register.plural}/{record_id}#h-sources", status_code=303)

    return confirm
