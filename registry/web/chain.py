"""The page of the chain over history: what its roots are, and whether every entry is as it was written."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from plugins import manager
from registry import history_chain
from registry.access import Permission
from registry.web import rendering

DAYS = 30


@get("/history", permission=Permission.HISTORY_VERIFY, include_in_schema=False)
async def chain_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The roots of the last days; asked with `verify=1`, the verdict on every register as well."""
    verdicts = []
    if request.query_params.get("verify") == "1":
        async with history_chain.limiter():
            verdicts = [(one.label, await history_chain.verify(one.kind)) for one in manager.registers().values()]
    return rendering.page(
        request,
        "chain.html",
        "历史核验",
        crumbs=(rendering.Crumb("首页", "/"),),
        verdicts=verdicts,
        roots=await history_chain.roots(DAYS),
        labels={kind: one.label for kind, one in manager.registers().items()},
        plurals={kind: one.plural for kind, one in manager.registers().items()},
    )
