"""The one guard: who asks, whether the route's permission is theirs, and whether a form was really sent by our page."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from registry import accounts
from registry.access import ANONYMOUS, Actor, Permission
from registry.errors import Forbidden, PasswordDue, Unauthenticated

COOKIE = "session"
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Runs before every route. A route that declares no permission is closed to everyone."""
    actor = await _identify(connection)
    connection.scope["user"] = actor
    permission = handler.opt.get("permission")
    if not isinstance(permission, Permission):
        raise Forbidden("该地址未声明权限，已关闭。")
    if connection.scope.get("method") not in _SAFE:
        await _require_own_form(cast("Request[Any, Any, Any]", connection), actor)
    if actor.password_due and permission not in _BEFORE_RENEWAL:
        raise PasswordDue("请先设置新密码，再继续办理。")
    require(actor, permission)


_BEFORE_RENEWAL = frozenset({Permission.OPEN, Permission.PASSWORD_CHANGE})


def require(actor: Actor, permission: Permission) -> None:
    """Refuse who lacks a right: the signed-out are asked to sign in, the signed-in told."""
    if actor.may(permission):
        return
    if actor.id is None:
        raise Unauthenticated("请先登录。")
    raise Forbidden(f"{actor.role.label}没有此项权限。")


async def _identify(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    """The actor of a bearer token or session cookie; a stale cookie is as good as none, a bad token is refused."""
    header = header_of(connection.scope, b"authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("Authorization 头应为“Bearer 令牌”。")
        return await accounts.actor_of(token.strip(), via_cookie=False, address=address_of(connection.scope))
    secret = connection.cookies.get(COOKIE)
    if not secret:
        return ANONYMOUS
    try:
        return await accounts.actor_of(secret, via_cookie=True, address=address_of(connection.scope))
    except Unauthenticated:
        return ANONYMOUS


def address_of(scope: Scope) -> str:
    """The address that the edge found the request to come from."""
    return str(scope.get("state", {}).get("address", ""))


def header_of(scope: Scope, name: bytes) -> str | None:
    """One header of a request, without making an object of all of them (12 µs)."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


async def _require_own_form(request: Request[Any, Any, Any], actor: Actor) -> None:
    """CSRF: an unsafe request must come from our own origin, and with a session also carry the session's token."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Forbidden("请求来自其他网站，已拒绝。")
    if not actor.via_cookie:
        return
    sent = request.headers.get(CSRF_HEADER) or await _form_token(request)
    if not hmac.compare_digest(sent.encode(), csrf_token(request).encode()):
        raise Forbidden("页面已过期，请刷新后重新提交（您填写的内容仍在浏览器中）。")


async def _form_token(request: Request[Any, Any, Any]) -> str:
    if request.content_type[0] not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    token = (await request.form()).get(CSRF_FIELD)
    return token if isinstance(token, str) else ""


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """The token that forms of this session carry: derived from the session, kept nowhere."""
    secret = str(request.app.state.secret).encode()
    return hmac.new(secret, request.cookies.get(COOKIE, "").encode(), hashlib.sha256).hexdigest()
