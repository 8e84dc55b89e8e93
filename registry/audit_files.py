"""The log as a file: what is seen, all pages of it. Taking it out is itself in the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec

from registry import audit, clock
from registry.access import Role
from registry.audit import AuditQuery, AuditRow
from registry.exchange import Spooled, csv_chunks, ndjson_chunks, spool_chunks, spool_xlsx
from registry.history import Occasion
from registry.register import Field, FieldType

COLUMNS: tuple[Field, ...] = (
    Field("id", "序号", FieldType.INTEGER),
    Field("at", "时间"),
    Field("log", "日志"),
    Field("act", "操作"),
    Field("actor", "经办人"),
    Field("role", "角色"),
    Field("address", "网络地址"),
    Field("target", "对象"),
    Field("status", "结果", FieldType.INTEGER),
    Field("request_id", "请求编号"),
    Field("detail", "详情", FieldType.LONG_TEXT),
)


async def export(occasion: Occasion, query: AuditQuery, form: str) -> Spooled:
    """The entries of a query as CSV, XLSX or NDJSON, the newest first."""
    label = query.log.label if query.log else "全部日志"
    asked = {name: str(value) for name, value in msgspec.structs.asdict(query).items() if value and name != "log"}
    await audit.note(occasion, "导出日志", label, {"format": form, **asked})
    headed = [(field.label, field) for field in COLUMNS]
    batches = _batches(occasion, query)
    if form == "xlsx":
        return await spool_xlsx(headed, batches, "日志")
    return await spool_chunks(csv_chunks(headed, batches) if form == "csv" else ndjson_chunks(headed, batches))


async def _batches(occasion: Occasion, query: AuditQuery) -> AsyncIterator[list[tuple[Any, ...]]]:
    async for rows in audit.file_rows(occasion.actor, query):
        yield [_cells(row) for row in rows]


def _cells(row: AuditRow) -> tuple[Any, ...]:
    at = datetime.fromisoformat(row.at).astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    role = Role(row.role).label
    detail = msgspec.json.encode(row.detail).decode() if row.detail else ""
    who = (row.log.label, row.act, row.actor, role, row.address)
    return (row.id, at, *who, row.target, row.status, row.request_id, detail)
