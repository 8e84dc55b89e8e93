"""The operations page: whether anything needs to be looked after, and the figures behind it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from registry import operations
from registry.access import Permission
from registry.jobs import State
from registry.web import rendering
from registry.web.rendering import Crumb


@get("/operations", permission=Permission.OPERATIONS_READ, include_in_schema=False)
async def operations_page(request: Request[Any, Any, Any]) -> Response[str]:
    """How the service is."""
    told = await operations.state(request.app.state.engine)
    return rendering.page(
        request,
        "operations.html",
        "运行情况",
        crumbs=(Crumb("首页", "/"),),
        told=told,
        jobs=[(State(one.state).label, one.number) for one in told.jobs],
        size=size,
    )


def size(number: int) -> str:
    """Bytes as people read them."""
    value, units = float(number), ("字节", "KB", "MB", "GB")
    for unit in units:
        if value < 1024 or unit == units[-1]:
            return f"{value:.0f} {unit}" if unit == units[0] or value >= 100 else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("unreachable")
