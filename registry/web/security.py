"""Pages about one's own sessions and password, and about the accounts one looks after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import audit, guard, password_policy
from registry.access import Permission, Role
from registry.api import actor_of, occasion_of
from registry.audit import AuditQuery, Log
from registry.errors import BadRequest, Refusal
from registry.security import keeping, policy, renewing, sessions
from registry.web import rendering
from registry.web.rendering import Crumb

_HOME = Crumb("首页", "/")
_ACCOUNTS = Crumb("账号安全", "/security/accounts")
_TRIES = 20


@get("/me/security", permission=Permission.SESSION_USE, include_in_schema=False)
async def own_security(request: Request[Any, Any, Any]) -> Response[str]:
    """Where one is signed in, and what was tried under one's name."""
    actor = actor_of(request)
    tries = await audit.entries(actor, AuditQuery(Log.SIGN_IN, own=True), _TRIES)
    return rendering.page(
        request,
        "own_security.html",
        "登录与安全",
        crumbs=(_HOME, Crumb("我的账号", "/me")),
        sessions=await sessions.own(actor, request.cookies.get(guard.COOKIE, "")),
        tokens=await keeping.own_tokens(actor),
        tries=tries.items,
    )


@post("/me/sessions/{session_id:str}/end", permission=Permission.SESSION_USE, include_in_schema=False)
async def end_own(request: Request[Any, Any, Any], session_id: FromPath[str]) -> Redirect:
    """End one of one's own sessions."""
    await sessions.end(occasion_of(request), session_id, only_own=True)
    return Redirect("/me/security", status_code=303)


@get("/me/password", permission=Permission.PASSWORD_CHANGE, include_in_schema=False)
async def password_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The form for a new password."""
    return await _password_form(request)


async def _password_form(request: Request[Any, Any, Any], refusal: Refusal | None = None) -> Response[str]:
    return rendering.page(
        request,
        "password.html",
        "更换密码",
        status=refusal.status if refusal else 200,
        crumbs=(_HOME,) if actor_of(request).password_due else (_HOME, Crumb("登录与安全", "/me/security")),
        policy=await password_policy.current(),
        due=actor_of(request).password_due,
        refusal=refusal,
    )


@post("/me/password", permission=Permission.PASSWORD_CHANGE, include_in_schema=False)
async def change_password(request: Request[Any, Any, Any]) -> Response[Any]:
    """Change it, and go on."""
    form = await request.form()
    old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
    try:
        if new != again:
            raise BadRequest("两次输入的新密码不一样，请重新输入。")
        await renewing.change_own(occasion_of(request), old, new, request.cookies.get(guard.COOKIE, ""))
    except Refusal as refusal:
        return await _password_form(request, refusal)
    return Redirect("/" if actor_of(request).password_due else "/me/security", status_code=303)


@get("/security/accounts", permission=Permission.SECURITY_MANAGE, include_in_schema=False)
async def accounts_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The accounts one looks after, and how each stands."""
    asked = {name: str(request.query_params.get(name, ""))[:64] for name in ("q", "troubled", "after")}
    found = await keeping.states(
        actor_of(request), text=asked["q"], troubled=bool(asked["troubled"]), after=asked["after"]
    )
    more = rendering.query_url("/security/accounts", {**asked, "after": found[-1].username}) if found else ""
    return rendering.page(
        request,
        "account_states.html",
        "账号安全",
        crumbs=(_HOME,),
        asked=asked,
        accounts=found,
        role_labels={role.value: role.label for role in Role},
        next_url=more if len(found) == keeping.PAGE else "",
    )


@get("/security/accounts/{username:str}", permission=Permission.SECURITY_MANAGE, include_in_schema=False)
async def account_page(request: Request[Any, Any, Any], username: FromPath[str]) -> Response[str]:
    """One account: lock, sessions, addresses, password, what was tried."""
    return await _account(request, username)


async def _account(request: Request[Any, Any, Any], username: str, refusal: Refusal | None = None) -> Response[str]:
    actor = actor_of(request)
    state = await keeping.state(actor, username)
    tries = await audit.entries(actor, AuditQuery(Log.SIGN_IN, target=f"account/{username}"), _TRIES)
    return rendering.page(
        request,
        "account_state.html",
        f"{state.name}（{state.username}）",
        status=refusal.status if refusal else 200,
        crumbs=(_HOME, _ACCOUNTS),
        account=state,
        role_label=Role(state.role).label,
        sessions=await sessions.everyone(actor, username),
        tokens=await keeping.tokens(actor, username) if state.active else [],
        tries=tries.items,
        refusal=refusal,
    )


@post("/security/accounts/{username:str}/{act:str}", permission=Permission.SECURITY_MANAGE, include_in_schema=False)
async def keep_account(request: Request[Any, Any, Any], username: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """One act on an account; what was wrong is said on its page."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    try:
        await _keep(request, username, act, form)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _account(request, username, refusal)
    return Redirect(f"/security/accounts/{username}", status_code=303)


async def _keep(request: Request[Any, Any, Any], username: str, act: str, form: Mapping[str, str]) -> None:
    occasion = occasion_of(request, form.get("reason", ""))
    match act:
        case "lock":
            await keeping.lock(occasion, username)
        case "unlock":
            await keeping.unlock(occasion, username)
        case "end-sessions":
            await keeping.end_sessions(occasion, username)
        case "addresses":
            await keeping.bind(occasion, username, form.get("addresses", "").splitlines())
        case "tokens":
            await keeping.revoke_tokens(occasion, username)
        case "password":
            await keeping.reset_password(occasion, username, form.get("password", ""))
        case _:
            raise BadRequest("没有这一操作。")


@get("/security/sessions", permission=Permission.SECURITY_MANAGE, include_in_schema=False)
async def sessions_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Who is signed in now."""
    found = await sessions.everyone(actor_of(request), secret=request.cookies.get(guard.COOKIE, ""))
    return rendering.page(request, "sessions.html", "在线用户", crumbs=(_HOME, _ACCOUNTS), sessions=found)


@post("/security/sessions/{session_id:str}/end", permission=Permission.SECURITY_MANAGE, include_in_schema=False)
async def end_session(request: Request[Any, Any, Any], session_id: FromPath[str]) -> Redirect:
    """End somebody's session."""
    await sessions.end(occasion_of(request), session_id)
    return Redirect("/security/sessions", status_code=303)


@get("/security/policy", permission=Permission.SECURITY_POLICY, include_in_schema=False)
async def policy_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The policy as a form."""
    return await _policy_form(request)


async def _policy_form(
    request: Request[Any, Any, Any], typed: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> Response[str]:
    current = await password_policy.current()
    parts = [
        (name, label, least, most, (typed or {}).get(name, str(getattr(current, name))))
        for name, (label, least, most) in policy.BOUNDS.items()
    ]
    status = refusal.status if refusal else 200
    return rendering.page(
        request, "policy.html", "安全策略", status=status, crumbs=(_HOME, _ACCOUNTS), parts=parts, refusal=refusal
    )


@post("/security/policy", permission=Permission.SECURITY_POLICY, include_in_schema=False)
async def change_policy(request: Request[Any, Any, Any]) -> Response[Any]:
    """Change the policy."""
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in policy.BOUNDS}
    given = {name: int(text) if text.isascii() and text.isdecimal() else text for name, text in typed.items()}
    try:
        await policy.change(occasion_of(request), given)
    except Refusal as refusal:
        return await _policy_form(request, typed, refusal)
    return Redirect("/security/policy", status_code=303)


ROUTES: list[BaseRouteHandler] = [
    own_security,
    end_own,
    password_page,
    change_password,
    accounts_page,
    account_page,
    keep_account,
    sessions_page,
    end_session,
    policy_page,
    change_policy,
]
