"""The API for people: our own OpenAPI document as a page, without a script and without the net."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from litestar import Litestar, Request, Response, get

from registry.access import Permission
from registry.web import rendering

_METHODS = ("get", "post", "put", "patch", "delete")


class Operation(NamedTuple):
    """One operation; `parameters` are (name, place, description, required)."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[tuple[str, str, str, bool]]


@get("/api", permission=Permission.OPEN, include_in_schema=False)
async def reference(request: Request[Any, Any, Any]) -> Response[str]:
    """The page."""
    crumbs = (rendering.Crumb("首页", "/"),)
    return rendering.page(request, "api.html", "接口说明", crumbs=crumbs, groups=operations(request.app))


@cache
def operations(app: Litestar) -> dict[str, list[Operation]]:
    """All operations by their tag."""
    groups: dict[str, list[Operation]] = {}
    paths: dict[str, dict[str, Any]] = app.openapi_schema.to_schema()["paths"]
    for path, item in sorted(paths.items()):
        for method in _METHODS:
            if method in item:
                made = _operation(method, path, item[method])
                groups.setdefault((item[method].get("tags") or ["其他"])[0], []).append(made)
    return groups


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    parameters = [
        (one["name"], {"path": "路径", "query": "查询", "header": "请求头"}.get(one["in"], one["in"]),
         one.get("description") or "", bool(one.get("required")))
        for one in told.get("parameters", ())
    ]  # fmt: skip
    return Operation(method.upper(), path, told.get("summary") or "", told.get("description") or "", parameters)
