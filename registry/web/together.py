"""Several records ticked in a list, on one page: compared, handed over, withdrawn; each by its own right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler

from registry import reading, records
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Invalid, Moved, NotFound, Objection, Refusal
from registry.history import Occasion
from registry.organisations import handing, tree
from registry.register import Register
from registry.web import rendering, showing
from registry.web.listing import LIMIT
from registry.web.record import number

PATH = "together"


class Ticked(NamedTuple):
    """A record that was ticked: as it is now, and why an act on it was refused ("" when it was not)."""

    id: str
    version: int
    name: str
    marks: list[tuple[str, str]]
    able: bool
    refused: str


def routes(register: Register) -> list[BaseRouteHandler]:
    """The page of the records that were ticked, and the acts on all of them."""
    return [_page(register), _withdraw(register), _hand_over(register)]


def _page(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/{PATH}",
        permission=Permission.RECORD_WITHDRAW,
        include_in_schema=False,
        name=f"page-together-{register.plural}",
    )
    async def together_page(request: Request[Any, Any, Any]) -> Response[str]:
        """What was ticked, and what may be done with it."""
        return await _show(request, register, request.query_params.getall("id", []))

    return together_page


def _withdraw(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{PATH}/withdraw",
        permission=Permission.RECORD_WITHDRAW,
        include_in_schema=False,
        name=f"page-together-withdraw-{register.plural}",
    )
    async def withdraw_form(request: Request[Any, Any, Any]) -> Response[str]:
        """Withdraw one after another; what stays is named with the reason."""
        form = await request.form()
        reason, chosen = str(form.get("reason", "")).strip(), [str(one) for one in form.getall("record", [])]
        ids = [one.partition(".")[0] for one in chosen]
        if not reason:
            missing = Invalid([Objection("请写明撤回的理由，它会记入历史。", "reason", "理由")])
            return await _show(request, register, ids, missing)
        refused = await _withdrawn(occasion_of(request, reason), register, chosen)
        done = f"已撤回 {len(chosen) - len(refused)} 条。" + (f"{len(refused)} 条没有撤回。" if refused else "")
        return await _show(request, register, ids, refused=refused, done=done)

    return withdraw_form


def _hand_over(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{PATH}/hand-over",
        permission=Permission.RECORD_HAND_OVER,
        include_in_schema=False,
        name=f"page-together-hand-over-{register.plural}",
    )
    async def hand_over_form(request: Request[Any, Any, Any]) -> Response[str]:
        """Hand all over, or none of them."""
        form = await request.form()
        ids = [str(one).partition(".")[0] for one in form.getall("record", [])]
        occasion = occasion_of(request, str(form.get("reason", "")).strip())
        try:
            given = await handing.hand_over_many(occasion, register, ids, str(form.get("keeper", "")) or None)
        except Refusal as refusal:
            return await _show(request, register, ids, refusal)
        return await _show(request, register, ids, done=f"已移交 {given} 条。")

    return hand_over_form


async def _withdrawn(occasion: Occasion, register: Register, chosen: Sequence[str]) -> dict[str, str]:
    """Withdraw each; those that stay, by id, with the reason."""
    refused = {}
    for one in chosen:
        record_id, _, version = one.partition(".")
        try:
            await records.withdraw(occasion, register, record_id, number(version))
        except Refusal as refusal:
            refused[record_id] = refusal.detail
    return refused


async def _show(
    request: Request[Any, Any, Any],
    register: Register,
    ids: Sequence[str],
    refusal: Refusal | None = None,
    *,
    refused: dict[str, str] | None = None,
    done: str = "",
) -> Response[str]:
    actor = actor_of(request)
    ticked = await _ticked(request, register, list(dict.fromkeys(ids))[:LIMIT], refused or {})
    able = [one for one in ticked if one.able]
    offices = await tree.offices() if able and actor.may(Permission.RECORD_HAND_OVER) else []
    pair = ticked if len(ticked) == 2 and actor.may(Permission.RECORD_MERGE) else []
    return rendering.page(
        request,
        "together.html",
        f"办理所选的{register.label}",
        status=refusal.status if refusal else 200,
        crumbs=(rendering.Crumb("首页", "/"), rendering.Crumb(f"{register.label}名单", f"/{register.plural}")),
        register=register,
        ticked=ticked,
        able=able,
        units=[(one, "　" * one.depth + one.name) for one in offices if one.active],
        compare_url=f"/{register.plural}/{pair[0].id}/compare/{pair[1].id}" if pair else "",
        refusal=refusal,
        done=done,
    )


async def _ticked(
    request: Request[Any, Any, Any], register: Register, ids: Sequence[str], refused: dict[str, str]
) -> list[Ticked]:
    """The records as they are; what the reader does not see (any more) is left out."""
    found = []
    for record_id in ids:
        try:
            one = await reading.get(actor_of(request), register, record_id)
        except (Moved, NotFound):
            continue
        record = rendering.decoded(one.json)
        name, marks = str(record[register.name_field]), showing.marks(register, record)
        able = bool(record["owned"]) and not record["withdrawn"]
        found.append(Ticked(str(record["id"]), record["version"], name, marks, able, refused.get(record_id, "")))
    return found
