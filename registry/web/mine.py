"""“我的企业”: what an enterprise user has: its record, what waits, its claims, and the form of its own part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from registry import api, reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.claims import own, service
from registry.claims.own import Own
from registry.errors import Conflict, Forbidden, Invalid, Refusal, VersionConflict
from registry.provenance import rules
from registry.register import Field
from registry.web import forms, origins, rendering, showing
from registry.web.forms import State
from registry.web.record import number
from registry.web.rendering import Crumb

PATH = "/mine"


@get(PATH, permission=Permission.OWN_AMEND, include_in_schema=False)
async def mine_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The enterprise's own page; without a record, the way to one."""
    return await _page(request)


async def _page(request: Request[Any, Any, Any], refusal: Refusal | None = None) -> Response[str]:
    actor = actor_of(request)
    found = await own.of(actor)
    context: dict[str, Any] = {"own": None}
    if found is not None:
        record = await _read(request, found)
        context = {
            "own": found,
            "record": record,
            "facts": _facts(request, found, record),
            "origins": await origins.section(request, found.register, record),
            "url": f"/{found.register.plural}/{found.record_id}",
        }
    claims = await service.mine(actor)
    status = refusal.status if refusal else 200
    crumbs = (Crumb("首页", "/"),)
    return rendering.page(
        request, "mine.html", "我的企业", crumbs=crumbs, status=status, claims=claims, refusal=refusal, **context
    )


async def _read(request: Request[Any, Any, Any], found: Own) -> dict[str, Any]:
    return rendering.decoded((await reading.get(actor_of(request), found.register, found.record_id)).json)


def _fields(request: Request[Any, Any, Any], found: Own) -> tuple[Field, ...]:
    """The own part, as far as the account may read and write it."""
    may = {field.name for field in forms.fields_of(found.register, actor_of(request))}
    return tuple(field for field in rules.own_part(found.register) if field.name in may)


def _facts(request: Request[Any, Any, Any], found: Own, record: Mapping[str, Any]) -> list[showing.Fact]:
    values = {**record, **(record.get("private") or {})}
    return [showing.fact(field, values) for field in _fields(request, found)]


@post(f"{PATH}/take-back", permission=Permission.CLAIM_FILE, include_in_schema=False)
async def take_back(request: Request[Any, Any, Any]) -> Response[Any]:
    """Give up the claim that waits."""
    form = await request.form()
    try:
        await service.take_back(occasion_of(request), str(form.get("claim", "")))
    except Refusal as refusal:
        return await _page(request, refusal)
    return Redirect(PATH, status_code=303)


@get(f"{PATH}/edit", permission=Permission.OWN_AMEND, include_in_schema=False)
async def edit_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The form of the own part as it is."""
    found = await own.required(actor_of(request))
    record = await _read(request, found)
    typed = forms.of_record(_fields(request, found), record)
    return _form(request, found, record, State(record["version"], typed, typed))


@post(f"{PATH}/edit", permission=Permission.OWN_AMEND, include_in_schema=False)
async def amend_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Write what was changed; when somebody was quicker, show both."""
    found = await own.required(actor_of(request))
    form = await request.form()
    record, fields = await _read(request, found), _fields(request, found)
    typed = forms.of_form(fields, form, number(form.get("version")))
    reason = str(form.get("reason", ""))
    try:
        await own.amend(occasion_of(request, reason), typed.version, typed.changes())
    except VersionConflict as conflict:
        current = forms.of_record(fields, record)
        wars = forms.clashes(typed, current, fields)
        merged = forms.merged(typed, current, record["version"])
        entries = await api.history_for(actor_of(request), found.register, found.record_id)
        others = [entry for entry in entries if entry.version > typed.version]
        context: dict[str, Any] = {"refusal": conflict, "reason": reason, "wars": wars, "others": others}
        return _form(request, found, record, merged, **context)
    except (Invalid, Conflict, Forbidden) as refusal:
        return _form(request, found, record, typed, refusal=refusal, reason=reason)
    return Redirect(PATH, status_code=303)


def _form(
    request: Request[Any, Any, Any],
    found: Own,
    record: Mapping[str, Any],
    state: State,
    *,
    refusal: Refusal | None = None,
    reason: str = "",
    wars: Mapping[str, forms.Clash] | None = None,
    others: Any = (),
) -> Response[str]:
    objections = refusal.objections if refusal and not isinstance(refusal, Conflict) else ()
    return rendering.page(
        request,
        "own_form.html",
        "填报我的企业",
        crumbs=(Crumb("首页", "/"), Crumb("我的企业", PATH)),
        status=refusal.status if refusal else 200,
        register=found.register,
        record=record,
        state=state,
        groups=forms.groups(found.register, _fields(request, found), state, objections, wars or {}),
        refusal=refusal,
        objections=objections,
        elsewhere="",
        alike=(),
        reason=reason,
        conflict=isinstance(refusal, VersionConflict),
        others=list(others),
        back=PATH,
    )
