"""The route that tells what a record names and what names it: /api/v1/<plural>/{id}/references."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from plugins import manager
from registry import links, reading
from registry.access import Permission
from registry.api import actor_of
from registry.errors import BadRequest
from registry.links import References
from registry.register import Register

MAX_LIMIT = 1000


class LinkedRecord(msgspec.Struct, frozen=True):
    """A record at the other end; `id` and `url` are null where no record answers to what was printed."""

    kind: str
    id: str | None
    url: str | None
    name: str
    printed: str
    began: date | None
    ended: date | None


class ReferenceGroup(msgspec.Struct, frozen=True):
    """The references of one field, this record's own or (incoming) another's; `total` counts them all."""

    field: str
    label: str
    kind: str
    incoming: bool
    total: int
    records: list[LinkedRecord]


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The references of a register's records."""

    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/references",
        permission=Permission.RECORD_READ,
        name=f"references-{register.plural}",
        operation_id=f"references_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}与其他记录的关系",
    )
    async def get_references(
        request: Request[Any, Any, Any], record_id: FromPath[str], limit: FromQuery[int] = links.SHOWN
    ) -> list[ReferenceGroup]:
        """双向关系：本记录指向的，以及指向本记录的；每组至多 limit 条，total 为总数。"""
        if not 1 <= limit <= MAX_LIMIT:
            raise BadRequest(f"limit 应为 1 至 {MAX_LIMIT} 的整数。")
        actor = actor_of(request)
        await reading.get(actor, register, record_id)
        return [_group(one) for one in await links.of(actor, register, UUID(record_id), limit)]

    return [get_references]


def _group(one: References) -> ReferenceGroup:
    records = [
        LinkedRecord(record.kind, record.id, _url(record.kind, record.id), *record[2:]) for record in one.records
    ]
    return ReferenceGroup(one.field, one.label, one.kind, one.incoming, one.total, records)


def _url(kind: str, record_id: str | None) -> str | None:
    return f"/api/v1/{manager.registers()[kind].plural}/{record_id}" if record_id else None
