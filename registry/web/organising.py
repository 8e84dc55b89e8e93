"""The pages of organisations: the tree with its people, one unit with all that belongs to it, its forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import clock, taxonomy
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.organisations import changes, members, powers, tree
from registry.organisations.rules import BELOW, MAX_NAME
from registry.organisations.schemas import Granter, Organisation, Sort
from registry.web import rendering
from registry.web.record import number
from registry.web.rendering import Crumb

_HOME, _TREE = Crumb("首页", "/"), Crumb("单位与人员", "/organisations")


@get("/organisations", permission=Permission.ORGANISATION_READ, include_in_schema=False)
async def tree_page(request: Request[Any, Any, Any]) -> Response[str]:
    """All units as a tree, with how many people and records each has."""
    return rendering.page(
        request,
        "organisations.html",
        "单位与人员",
        crumbs=(_HOME,),
        units=await tree.offices(),
        counts=await tree.counts(),
    )


@get("/organisations/new", permission=Permission.ORGANISATION_MANAGE, include_in_schema=False)
async def new_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The form for a new unit, below the one it is asked for."""
    typed = {"parent": str(request.query_params.get("parent", ""))}
    return await _form(request, None, typed)


@post("/organisations/new", permission=Permission.ORGANISATION_MANAGE, include_in_schema=False)
async def found(request: Request[Any, Any, Any]) -> Response[Any]:
    """Set it up."""
    typed = await _typed(request)
    try:
        sort = Sort(typed["sort"]) if typed["sort"] in list(Sort) else Sort.DEPARTMENT
        draft = Organisation(name=typed["name"], sort=sort, parent=typed["parent"] or None, district=typed["district"])
        made = await tree.found(occasion_of(request, typed["reason"]), draft)
    except Refusal as refusal:
        return await _form(request, None, typed, refusal)
    return Redirect(f"/organisations/{made}", status_code=303)


@get("/organisations/{organisation:str}", permission=Permission.ORGANISATION_READ, include_in_schema=False)
async def unit_page(request: Request[Any, Any, Any], organisation: FromPath[str]) -> Response[str]:
    """One unit: where it stands, its people, what stands below it, what was changed."""
    one, units = await tree.get(organisation), await tree.offices()
    granter = await powers.granter(actor_of(request))
    may = actor_of(request).may
    runs = granter.runs(one.id)
    by_id = {unit.id: unit for unit in units}
    return rendering.page(
        request,
        "organisation.html",
        one.name,
        crumbs=(_HOME, _TREE, *(Crumb(by_id[up].name, f"/organisations/{up}") for up in one.path[:-1] if up in by_id)),
        unit=one,
        below=[unit for unit in units if unit.parent == one.id],
        firms=await tree.enterprises_below(one.id),
        people=await members.listing(actor_of(request), one.id) if runs and may(Permission.ACCOUNT_MANAGE) else None,
        may_add=runs and bool(BELOW[one.sort]) and one.active,
        may_change=granter.runs(one.parent) and may(Permission.ORGANISATION_MANAGE),
        past=await changes.read(granter.administers, one.id) if runs else [],
    )


@get("/organisations/{organisation:str}/edit", permission=Permission.ORGANISATION_MANAGE, include_in_schema=False)
async def edit_page(request: Request[Any, Any, Any], organisation: FromPath[str]) -> Response[str]:
    """The form with the unit as it is."""
    one = await tree.get(organisation)
    typed = {"name": one.name, "parent": one.parent or "", "district": one.district}
    return await _form(request, one, typed | {"active": "1" if one.active else ""})


@post("/organisations/{organisation:str}/edit", permission=Permission.ORGANISATION_MANAGE, include_in_schema=False)
async def change(request: Request[Any, Any, Any], organisation: FromPath[str]) -> Response[Any]:
    """Rename, move, close or reopen it."""
    typed = await _typed(request)
    given = {"name": typed["name"], "parent": typed["parent"] or None, "district": typed["district"]}
    try:
        occasion = occasion_of(request, typed["reason"])
        await tree.change(occasion, organisation, number(typed["version"]), given | {"active": bool(typed["active"])})
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _form(request, await tree.get(organisation), typed, refusal)
    return Redirect(f"/organisations/{organisation}", status_code=303)


_FIELDS = ("name", "sort", "parent", "district", "active", "reason", "version")


async def _typed(request: Request[Any, Any, Any]) -> dict[str, str]:
    form = await request.form()
    return {name: str(form.get(name, "")).strip() for name in _FIELDS}


def choices(units: list[Organisation], granter: Granter) -> list[tuple[Organisation, str]]:
    """The units in force that one runs, each with its name moved in by its depth."""
    return [(one, "　" * one.depth + one.name) for one in units if one.active and granter.runs(one.id)]


async def _form(
    request: Request[Any, Any, Any],
    one: Organisation | None,
    typed: Mapping[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    """The form of a unit; `one` None sets up a new one."""
    granter = await powers.granter(actor_of(request))
    back = Crumb(one.name, f"/organisations/{one.id}") if one else _TREE
    return rendering.page(
        request,
        "organisation_form.html",
        "变更单位" if one else "设立单位",
        status=refusal.status if refusal else 200,
        crumbs=(_HOME, _TREE, back) if one else (_HOME, _TREE),
        unit=one,
        typed={name: typed.get(name, "") for name in _FIELDS},
        parents=choices(await tree.offices(), granter),
        sorts=list(Sort),
        districts=taxonomy.districts(clock.today()),
        top=granter.administers is None,
        most=MAX_NAME,
        refusal=refusal,
        back=back.url,
    )


ROUTES: list[BaseRouteHandler] = [tree_page, new_page, found, unit_page, edit_page, change]
