"""The queue of look-alikes (可能重复), and what of it stands on a record's own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.response import Redirect

from plugins import manager
from registry import reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.duplicates import deciding, looking
from registry.duplicates.looking import Candidate
from registry.errors import BadRequest
from registry.merging import splitting
from registry.merging.splitting import Merge
from registry.register import Register
from registry.web import rendering

PATH = "/duplicates"
PAGE = 20


class Tab(NamedTuple):
    """A register and how many pairs wait in it."""

    label: str
    url: str
    total: int
    current: bool


class Section(NamedTuple):
    """What a record's page says to those who merge: what looks like it, what was merged into it."""

    candidates: list[Candidate]
    merges: list[Merge]


@get(PATH, permission=Permission.RECORD_MERGE, include_in_schema=False)
async def queue_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The pairs of one register, the likeliest first."""
    actor, registers = actor_of(request), manager.registers()
    offset = _number(request.query_params.get("offset", "0"))
    totals = {kind: (await looking.queue(actor, one, 1)).total for kind, one in registers.items()}
    busiest = next((kind for kind in registers if totals[kind]), next(iter(registers)))
    register = _register(request.query_params.get("kind", busiest))
    found = await looking.queue(actor, register, PAGE, offset)
    return rendering.page(
        request,
        "duplicates.html",
        "可能重复",
        crumbs=(rendering.Crumb("首页", "/"),),
        register=register,
        found=found,
        tabs=[
            Tab(one.label, f"{PATH}?kind={kind}", totals[kind], kind == register.kind)
            for kind, one in registers.items()
        ],
        first=offset + 1,
        next_url=_at(register, offset + PAGE) if offset + PAGE < found.total else "",
        back_url=_at(register, max(0, offset - PAGE)) if offset else "",
    )


@get(f"{PATH}/decisions", permission=Permission.RECORD_MERGE, include_in_schema=False)
async def decisions_page(request: Request[Any, Any, Any]) -> Response[str]:
    """What was decided, and taking it back."""
    register = _register(request.query_params.get("kind", next(iter(manager.registers()))))
    return rendering.page(
        request,
        "decisions.html",
        "已作的判断",
        crumbs=(rendering.Crumb("首页", "/"), rendering.Crumb("可能重复", _at(register, 0))),
        register=register,
        made=await deciding.made(actor_of(request), register, deciding.MOST_SHOWN),
    )


@post(f"{PATH}/decisions", permission=Permission.RECORD_MERGE, include_in_schema=False)
async def take_back(request: Request[Any, Any, Any]) -> Redirect:
    """Forget a decision."""
    form = await request.form()
    register = _register(form.get("kind"))
    record, incoming = str(form.get("record", "")), str(form.get("incoming", ""))
    await deciding.take_back(occasion_of(request), register, record, incoming)
    return Redirect(f"{PATH}/decisions?kind={register.kind}", status_code=303)


def _register(kind: Any) -> Register:
    register = manager.registers().get(str(kind))
    if register is None:
        raise BadRequest("没有这种登记簿。")
    return register


def _at(register: Register, offset: int) -> str:
    return rendering.query_url(PATH, {"kind": register.kind, "offset": str(offset) if offset else ""})


def _number(text: Any) -> int:
    given = str(text)
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 6 else 0


async def section(request: Request[Any, Any, Any], register: Register, record: Mapping[str, Any]) -> Section | None:
    """The part of a record's page; nothing for those who may not merge it."""
    actor = actor_of(request)
    if not (record["owned"] and actor.may(Permission.RECORD_MERGE)):
        return None
    record_id = reading.parse_id(record["id"])
    found = await looking.of_record(actor, register, record_id)
    return Section(found, await splitting.merges_of(register, record_id))
