"""The outermost layer: a request id, security headers, a bound on the request line, and the log of unsafe requests."""

from __future__ import annotations

import logging
import re
import secrets
import time

import asyncpg
import msgspec
from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from registry import addresses, audit
from registry.access import ANONYMOUS
from registry.audit import Log, Told
from registry.errors import Refusal

log = logging.getLogger("registry")

MOST_QUERY_BYTES = 16_384

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOWHERE = frozenset({404, 405, 413, 414, 429})
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Edge:
    """Wraps the whole application, so that errors before routing carry the same headers."""

    def __init__(self, app: ASGIApp, *, trusted_proxy: bool = False) -> None:
        self.app = app
        self._trusted_proxy = trusted_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        identity = _request_id(scope, given=self._trusted_proxy)
        peer = (scope.get("client") or ("", 0))[0]
        address = addresses.of_client(peer, scope["headers"], trusted_proxy=self._trusted_proxy)
        scope.setdefault("state", {}).update(request_id=identity.decode(), address=address)
        added = [*_HEADERS, (b"x-request-id", identity)]
        asked, began = scope, time.monotonic()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *added]
                if asked["method"] not in _SAFE:
                    await _log_request(asked, message["status"], time.monotonic() - began)
            await send(message)

        if scope["method"] == "HEAD":
            # The server leaves the body out; no route need say HEAD.
            scope = {**scope, "method": HttpMethod.GET}
        if len(scope["query_string"]) > MOST_QUERY_BYTES:
            await _refuse_long_query(scope, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)


async def _log_request(scope: HTTPScope, status: int, seconds: float) -> None:
    """Note an unsafe request before it is answered; a log that cannot be written keeps nobody from the answer.

    What a stranger sends nowhere, or too often, is no act of anybody's: it would only fill the log.
    """
    state, handler, actor = scope["state"], scope.get("route_handler"), scope.get("user") or ANONYMOUS
    if actor.id is None and status in _NOWHERE:
        return
    act = (getattr(handler, "summary", None) or "提交") if status < 400 else "提交未受理"
    detail = {"method": scope["method"], "ms": round(seconds * 1000)}
    told = Told(scope["path"], state["address"], state["request_id"], status, detail)
    try:
        await audit.append(Log.REQUEST, act, actor, told)
    except (Refusal, asyncpg.PostgresError) as fault:
        log.error("request %s is not in the log: %s", state["request_id"], fault)


def _request_id(scope: HTTPScope, *, given: bool) -> bytes:
    """The id a trusted proxy gave, if it is a plain one; a new one otherwise: it is written into history."""
    for name, value in scope["headers"] if given else ():
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return value
    return secrets.token_hex(8).encode()


async def _refuse_long_query(scope: HTTPScope, send: Send) -> None:
    problem = {
        "type": "about:blank",
        "title": "查询过长",
        "status": 414,
        "detail": f"网址中的查询部分不超过 {MOST_QUERY_BYTES // 1024} KB，请缩短查询内容。",
        "instance": scope["path"],
        "request_id": scope["state"]["request_id"],
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 414, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(problem), "more_body": False})
