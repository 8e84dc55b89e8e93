"""The page of the log: a form above a table, and files of exactly what is seen."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from plugins import manager
from registry import audit
from registry.access import Permission, Role
from registry.api import actor_of
from registry.audit import AuditRow, Log
from registry.audit_api import audit_query
from registry.web import rendering, showing
from registry.web.rendering import Crumb

_ASKED = ("log", "q", "actor", "act", "target", "since", "until", "before")


@get("/audit", permission=Permission.AUDIT_READ, include_in_schema=False)
async def audit_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The log."""
    asked = {name: str(request.query_params.get(name, "")).strip() for name in _ASKED}
    query = audit_query(asked)
    found = await audit.entries(actor_of(request), query)
    first = {**asked, "before": ""}
    return rendering.page(
        request,
        "audit.html",
        query.log.label if query.log else "日志",
        crumbs=(Crumb("首页", "/"),),
        asked=asked,
        logs=list(Log),
        tabs=[(rendering.query_url("/audit", {**first, "log": one.value}), one.label, one == query.log) for one in Log],
        rows=[(row, Role(row.role).label, _target(row.target), words(row)) for row in found.items],
        first_url=rendering.query_url("/audit", first) if asked["before"] else "",
        next_url=rendering.query_url("/audit", {**asked, "before": str(found.next_before)})
        if found.next_before
        else "",
        exports=[
            (label, rendering.query_url("/api/v1/audit", {**first, "format": form}))
            for label, form in (("Excel", "xlsx"), ("CSV", "csv"), ("NDJSON", "ndjson"))
        ],
    )


_TARGETS = {"account": "账号", "session": "登录", "organisation": "单位", "job": "任务"}
_WORDS = {
    "reason": "理由",
    "why": "原因",
    "agent": "浏览器",
    "from": "原值",
    "to": "新值",
    "purpose": "用途",
    "fields": "字段",
    "method": "方法",
    "ms": "毫秒",
    "rows": "行数",
    "format": "格式",
    "sessions": "登录数",
    "addresses": "地址",
}


def _target(target: str) -> str:
    """What an entry is about, as officers call it; addresses and whatever else has no such name stay as they are."""
    head, _, rest = target.partition("/")
    names = {register.plural: register.label for register in manager.registers().values()} | _TARGETS
    if head not in names:
        return target
    return f"{names[head]} {rest}" if rest else names[head]


def words(row: AuditRow) -> str:
    """What an entry says besides, in a line."""
    told = {name: showing.agent(value) if name == "agent" else _plain(value) for name, value in row.detail.items()}
    return "；".join(f"{_WORDS.get(name, name)}：{text}" for name, text in told.items() if text)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "，".join(f"{_WORDS.get(name, name)} {one}" for name, one in value.items())
    return str(value)
