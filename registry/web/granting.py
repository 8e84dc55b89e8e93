"""The pages of accounts and what they are given: the list, the form that offers only what one may give, the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import access, accounts, clock, taxonomy
from registry.access import GRANTS, SCOPES, Permission, Role, Scope
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.organisations import changes, members, powers, tree
from registry.organisations.members import Grant, Member
from registry.organisations.rules import GRANTABLE
from registry.organisations.schemas import Granter
from registry.web import rendering
from registry.web.organising import choices
from registry.web.rendering import Crumb

_HOME, _ACCOUNTS = Crumb("首页", "/"), Crumb("账号与授权", "/accounts")
_ONE = ("username", "display_name", "role", "scope", "organisation", "district", "reason")
_MANY = ("offices", "districts", "extra")
Typed = dict[str, Any]


@get("/accounts", permission=Permission.ACCOUNT_MANAGE, include_in_schema=False)
async def accounts_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The accounts one manages, by unit."""
    text, role = (str(request.query_params.get(name, ""))[:64] for name in ("q", "role"))
    found = [
        one
        for one in await members.listing(actor_of(request))
        if (text.lower() in f"{one.username} {one.display_name} {one.organisation_name}".lower())
        and role in {"", one.role.value}
    ]
    return rendering.page(
        request, "accounts.html", "账号与授权", crumbs=(_HOME,), people=found, roles=_staff(), text=text, role=role
    )


def _staff() -> list[Role]:
    return [role for role in Role if role is not Role.PUBLIC]


@get("/accounts/new", permission=Permission.ACCOUNT_MANAGE, include_in_schema=False)
async def new_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The form for a new account."""
    place = str(request.query_params.get("organisation", ""))
    return await _form(request, None, _blank() | {"organisation": place})


def _blank() -> Typed:
    return dict.fromkeys(_ONE, "") | {name: [] for name in _MANY}


@post("/accounts/new", permission=Permission.ACCOUNT_MANAGE, include_in_schema=False)
async def open_account(request: Request[Any, Any, Any]) -> Response[Any]:
    """Open it."""
    form = await request.form()
    typed = _of_form(form)
    try:
        occasion = occasion_of(request, typed["reason"])
        password = str(form.get("password", ""))
        await members.open_account(occasion, typed["username"], typed["display_name"], password, _grant(typed))
    except Refusal as refusal:
        return await _form(request, None, typed, refusal)
    return Redirect(_url(typed["username"]), status_code=303)


def _url(username: str) -> str:
    return rendering.query_url("/accounts/of", {"username": username})


@get("/accounts/of", permission=Permission.ACCOUNT_MANAGE, include_in_schema=False)
async def account_page(request: Request[Any, Any, Any]) -> Response[str]:
    """One account: what it is given, and the form to change that. Its name stands in the query: it may hold a slash."""
    one = await members.get(actor_of(request), _username(request))
    typed = _blank() | {name: getattr(one, name) for name in (*_ONE, *_MANY) if hasattr(one, name)}
    return await _form(request, one, typed | {"organisation": one.organisation or "", "reason": ""})


def _username(request: Request[Any, Any, Any]) -> str:
    return str(request.query_params.get("username", ""))


@post("/accounts/{act:str}", permission=Permission.ACCOUNT_MANAGE, include_in_schema=False)
async def change(request: Request[Any, Any, Any], act: FromPath[str]) -> Response[Any]:
    """Give it other rights, or close it (`act` is close)."""
    username = _username(request)
    one = await members.get(actor_of(request), username)
    typed = _of_form(await request.form())
    occasion = occasion_of(request, typed["reason"])
    try:
        if act == "close":
            await members.close(occasion, username)
        else:
            await members.regrant(occasion, username, _grant(typed))
    except Refusal as refusal:
        kept = typed if act != "close" else _blank() | {name: getattr(one, name) for name in _MANY}
        shown = kept | ({} if act != "close" else {"role": one.role, "scope": one.scope})
        return await _form(request, one, shown | {"organisation": kept["organisation"] or one.organisation}, refusal)
    return Redirect(_url(username), status_code=303)


def _of_form(form: Any) -> Typed:
    one: Typed = {name: str(form.get(name, "")).strip() for name in _ONE}
    return one | {name: [str(value) for value in form.getall(name, [])] for name in _MANY}


def _grant(typed: Mapping[str, Any]) -> Grant:
    """What the form says; a role or scope that there is not is read as the least."""
    role, scope = typed["role"], typed["scope"]
    return Grant(
        role=Role(role) if role in list(Role) else Role.PUBLIC,
        scope=Scope(scope) if scope in list(Scope) else None,
        organisation=typed["organisation"] or None,
        district=typed["district"],
        offices=tuple(typed["offices"]),
        districts=tuple(typed["districts"]),
        extra=tuple(typed["extra"]),
    )


async def _form(
    request: Request[Any, Any, Any], one: Member | None, typed: Typed, refusal: Refusal | None = None
) -> Response[str]:
    """The form of an account; `one` None opens a new one. It offers only what the granter may give."""
    granter = await powers.granter(actor_of(request))
    units = await tree.offices()
    outer = access.reach(granter.actor)
    names = [place.name for place in taxonomy.districts(clock.today())]
    return rendering.page(
        request,
        "account_form.html",
        f"{one.display_name}（{one.username}）" if one else "开通账号",
        status=refusal.status if refusal else 200,
        crumbs=(_HOME, _ACCOUNTS),
        one=one,
        typed=typed,
        roles=[role for role in _staff() if _within(role, granter)],
        scopes=[scope for scope in Scope if scope is not Scope.ALL or outer.everything],
        fitting={scope: "、".join(role.label for role in _staff() if scope in SCOPES[role]) for scope in Scope},
        units=choices(units, granter),
        offices=[unit for unit in units if unit.active and (outer.everything or unit.id in outer.ids)],
        districts=[name for name in names if outer.everything or name in outer.districts],
        extra={name: words for name, words in GRANTABLE.items() if granter.actor.may(name)},
        most=accounts.MAX_NAME,
        own=one is not None and one.id == actor_of(request).id,
        refusal=refusal,
        past=await changes.read(None, one.id) if one else [],
    )


def _within(role: Role, granter: Granter) -> bool:
    held = GRANTS[granter.actor.role] | granter.actor.extra | GRANTS[Role.ENTERPRISE]
    return GRANTS[role] <= held


@get("/access/changes", permission=Permission.ACCOUNT_MANAGE, include_in_schema=False)
async def changes_page(request: Request[Any, Any, Any]) -> Response[str]:
    """What was changed in units and rights, the newest first."""
    granter = await powers.granter(actor_of(request))
    found = await changes.read(granter.administers)
    return rendering.page(request, "access_changes.html", "授权变更记录", crumbs=(_HOME, _ACCOUNTS), past=found)


ROUTES: list[BaseRouteHandler] = [accounts_page, new_page, open_account, account_page, change, changes_page]
