"""The route of the logs: /api/v1/audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.response import Stream

from registry import audit, audit_files, clock, exporting
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.audit import AuditQuery, Log
from registry.encoded import EncodedJSON
from registry.errors import BadRequest
from registry.exchange import content_disposition


def audit_query(values: dict[str, str]) -> AuditQuery:
    """What a form or URL asks of the log; BadRequest for what cannot be read."""
    log = values.get("log", "")
    if log and log not in set(Log):
        raise BadRequest(f"log 应为 {'、'.join(Log)} 之一。")
    before = values.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
        raise BadRequest("before 应为上一页给出的序号。")
    return AuditQuery(
        Log(log) if log else None,
        values.get("actor", "").strip()[:64],
        values.get("act", "").strip()[:64],
        values.get("target", "").strip()[:300],
        values.get("q", "").strip()[:100],
        _day(values.get("since", "")),
        _day(values.get("until", "")),
        int(before) if before else None,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"日期“{text[:20]}”应写作 2026-01-31 的样子。") from None


async def _audit_file(request: Request[Any, Any, Any], query: AuditQuery, form: str) -> Response[Any]:
    """The log as a file."""
    made = await audit_files.export(occasion_of(request), query, form)
    label = query.log.label if query.log else "日志"
    headers = {"content-disposition": content_disposition(f"{label}-{clock.today():%Y%m%d}.{form}")}
    return Stream(made.chunks(), media_type=exporting.MEDIA_TYPES[form], headers=headers)


_ASKED = {
    "log": "request、act、sign_in 或 personal；不给则全部",
    "q": "在操作、经办人、对象、网络地址、请求编号中查找的字",
    "actor": "经办人姓名中的字",
    "act": "操作名称，如 强制下线",
    "target": "对象，如 account/city；也可只给前一段",
    "since": "起始日期（含）",
    "until": "截止日期（含）",
    "before": "上一页的 next_before",
    "format": "json、csv、xlsx 或 ndjson",
}


@dataclass
class _AuditOperation(Operation):
    """The operation in OpenAPI, with everything that may be asked."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        self.parameters = [
            Parameter(name=name, param_in="query", description=words, schema=text) for name, words in _ASKED.items()
        ]


@get(
    "/api/v1/audit",
    permission=Permission.AUDIT_READ,
    operation_id="list_audit",
    operation_class=_AuditOperation,
    tags=["日志"],
    summary="操作、登录与查阅日志",
    media_type="application/json",
)
async def list_audit(request: Request[Any, Any, Any]) -> Response[Any]:
    """最新在前，一页 50 条；管理员看全部，单位的账号管理员只看本单位人员的。

    format 为文件格式时导出全部符合条件的记录，导出本身也记入日志。
    """
    asked = {name: str(value) for name, value in request.query_params.items()}
    if unknown := [name for name in asked if name not in _ASKED]:
        raise BadRequest(f"没有参数“{unknown[0][:40]}”；可用：{'、'.join(_ASKED)}。")
    query, form = audit_query(asked), asked.get("format") or "json"
    if form == "json":
        return EncodedJSON(msgspec.json.encode(await audit.entries(actor_of(request), query)))
    if form not in exporting.FORMATS:
        raise BadRequest("format 应为 json、csv、xlsx、ndjson 之一。")
    return await _audit_file(request, query, form)
