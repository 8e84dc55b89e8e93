"""The routes of search, and those that tell how the service is: /api/v1/search, /healthz, /readyz."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromQuery

from registry import finding, outbox
from registry.access import Permission
from registry.api import JSON, actor_of
from registry.errors import Refusal
from registry.finding import FindQuery, FoundHits, Suggested

_PARAMETERS = frozenset({"q", "kind", "limit", "offset", "facets"})


def find_query(
    request: Request[Any, Any, Any], text: str, kind: str, limit: int, offset: int, facets: str
) -> FindQuery:
    """The query of a request: every parameter that is not the search's own is a filter by facet."""
    filters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in _PARAMETERS:
            filters.setdefault(name, []).extend(part for part in str(value).split(",") if part)
    return FindQuery(text, _split(kind), filters, _split(facets), limit, offset)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


@get(
    "/api/v1/search",
    permission=Permission.SEARCH_QUERY,
    operation_id="search",
    summary="检索",
    tags=["检索"],
    media_type=JSON,
)
async def search(
    request: Request[Any, Any, Any],
    q: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    limit: FromQuery[int] = 20,
    offset: FromQuery[int] = 0,
    facets: FromQuery[str] = "",
) -> FoundHits:
    """检索全部登记簿；district、tier、industry、year 等分面可作筛选，facets 列出要计数的分面。"""
    query = find_query(request, q, kind, limit, offset, facets)
    return await finding.search(request.app.state.engine, actor_of(request), query, counted=True)


@get(
    "/api/v1/suggest",
    permission=Permission.SEARCH_QUERY,
    operation_id="suggest",
    summary="输入提示",
    tags=["检索"],
    media_type=JSON,
)
async def suggest(request: Request[Any, Any, Any], q: FromQuery[str] = "") -> list[Suggested]:
    """边输入边提示：各类记录的名称，连同类别与地址。"""
    return await finding.suggest(request.app.state.engine, actor_of(request), q, 8)


@get("/healthz", permission=Permission.OPEN, operation_id="healthz", summary="存活", tags=["运行"], media_type=JSON)
async def healthz() -> dict[str, str]:
    """进程在运行。"""
    return {"status": "ok"}


class Readiness(msgspec.Struct):
    """Which parts answer; `waiting` entries of the outbox, the oldest for `behind_seconds`."""

    status: str
    database: bool
    search: bool
    waiting: int
    behind_seconds: float


@get("/readyz", permission=Permission.OPEN, operation_id="readyz", summary="就绪", tags=["运行"], media_type=JSON)
async def readyz(request: Request[Any, Any, Any]) -> Response[Readiness]:
    """数据库与检索是否可用；不可用时为 503。"""
    readiness = await _readiness(request)
    return Response(readiness, status_code=200 if readiness.status == "ready" else 503)


async def _readiness(request: Request[Any, Any, Any]) -> Readiness:
    try:
        waiting, behind = await outbox.backlog()
    except Refusal:
        return Readiness("unavailable", False, False, 0, 0)
    try:
        found = await finding.search(request.app.state.engine, actor_of(request), FindQuery(limit=1))
    except Refusal:
        return Readiness("degraded", True, False, waiting, round(behind, 1))
    if found.degraded:
        return Readiness("degraded", True, False, waiting, round(behind, 1))
    return Readiness("ready", True, True, waiting, round(behind, 1))


ROUTES: list[BaseRouteHandler] = [search, suggest, healthz, readyz]
