"""The routes of look-alikes: the queue, those of one record, and the decisions."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from registry import reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.duplicates import deciding, keeping, looking
from registry.register import Register


class Decision(deciding.Word, frozen=True):
    """A decision, and why."""

    reason: str = ""


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """All routes of one register."""
    base = f"/api/v1/{register.plural}"

    @get(
        f"{base}/duplicates",
        permission=Permission.RECORD_MERGE,
        name=f"duplicates-{register.plural}",
        operation_id=f"duplicates_{register.plural}",
        tags=[register.label],
        summary=f"可能重复的{register.label}",
    )
    async def list_pairs(
        request: Request[Any, Any, Any], limit: FromQuery[int] = 50, offset: FromQuery[int] = 0
    ) -> looking.Queue:
        """待判断的成对记录，最像的在前；已判断为不同的不再列出。"""
        return await looking.queue(actor_of(request), register, limit, offset)

    @get(
        f"{base}/{{record_id:str}}/duplicates",
        permission=Permission.RECORD_MERGE,
        name=f"duplicates-of-{register.plural}",
        operation_id=f"duplicates_of_{register.plural}",
        tags=[register.label],
        summary=f"与一条{register.label}记录相像的记录",
    )
    async def list_of_record(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[looking.Candidate]:
        """与该记录可能重复的记录、相像程度与理由。"""
        await reading.get(actor_of(request), register, record_id)
        await keeping.catch_up(register)
        return await looking.of_record(actor_of(request), register, reading.parse_id(record_id))

    @post(
        f"{base}/duplicates/decisions",
        permission=Permission.RECORD_MERGE,
        name=f"decide-duplicates-{register.plural}",
        operation_id=f"decide_duplicates_{register.plural}",
        tags=[register.label],
        summary=f"判断{register.label}是否同一条",
        status_code=204,
    )
    async def decide(request: Request[Any, Any, Any], data: JSONBody[Decision]) -> None:
        """记下判断，以后导入和登记不再询问。

        record 与 other（另一条记录）不是同一条；或来件（code 或 name）是、不是 record。
        """
        await deciding.decide(occasion_of(request, data.reason), register, data)

    return [list_pairs, list_of_record, decide]
