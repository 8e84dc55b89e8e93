"""The routes of look-alikes: the queue, those of one record, the decisions; merging and splitting."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from registry import reading
from registry.access import Permission
from registry.api import JSON, actor_of, covered, current, expected_version, occasion_of
from registry.duplicates import deciding, keeping, looking
from registry.history import Entry
from registry.merging import joining, splitting
from registry.register import Register


class Decision(deciding.Word, frozen=True):
    """A decision, and why."""

    reason: str = ""


class TakenBack(msgspec.Struct, forbid_unknown_fields=True):
    """Which decision is taken back: that on `record` and `incoming`, as the list of decisions names them."""

    record: str
    incoming: str
    reason: str = ""


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be merged: `other` in the version `other_version` is given up; `take` says whose value counts."""

    other: str
    other_version: int
    reason: str
    take: dict[str, str] = {}


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    reason: str


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """All routes of one register."""
    made = (
        _list_pairs,
        _list_of_record,
        _decide,
        _list_decisions,
        _take_back,
        _merge_records,
        _list_merges,
        _split_records,
        _merged_history,
    )
    return [make(register) for make in made]


def _list_pairs(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/duplicates",
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

    return list_pairs


def _list_of_record(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/duplicates",
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

    return list_of_record


def _decide(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/duplicates/decisions",
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

    return decide


def _list_decisions(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/duplicates/decisions",
        permission=Permission.RECORD_MERGE,
        name=f"duplicate-decisions-{register.plural}",
        operation_id=f"duplicate_decisions_{register.plural}",
        tags=[register.label],
        summary=f"已作的{register.label}重复判断",
    )
    async def list_decisions(request: Request[Any, Any, Any], limit: FromQuery[int] = 100) -> list[deciding.Made]:
        """本人办理范围内的判断，最新在前。"""
        return await deciding.made(actor_of(request), register, limit)

    return list_decisions


def _take_back(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/duplicates/decisions/undo",
        permission=Permission.RECORD_MERGE,
        name=f"take-back-decision-{register.plural}",
        operation_id=f"take_back_decision_{register.plural}",
        tags=[register.label],
        summary=f"撤回一项{register.label}重复判断",
        status_code=204,
    )
    async def take_back(request: Request[Any, Any, Any], data: JSONBody[TakenBack]) -> None:
        """撤回后会再次询问。"""
        await deciding.take_back(occasion_of(request, data.reason), register, data.record, data.incoming)

    return take_back


def _merge_records(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/merge",
        permission=Permission.RECORD_MERGE,
        name=f"merge-{register.plural}",
        operation_id=f"merge_{register.plural}",
        tags=[register.label],
        summary=f"把另一条{register.label}记录并入这一条",
        media_type=JSON,
        status_code=200,
    )
    async def merge_records(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Wanted]
    ) -> Response[bytes]:
        """须有 If-Match、reason；take 逐栏说明取哪一边：own、other，列表可取 both；未说明的取较好的值。

        被并入的记录撤出名单与检索，其称号、引用、附件转到这一条，旧编号以 308 指到这里。
        """
        keep = joining.Seen(record_id, expected_version(request))
        give = joining.Seen(data.other, data.other_version)
        await joining.merge(occasion_of(request, data.reason), register, keep, give, data.take)
        return await current(request, register, record_id, 200)

    return merge_records


def _list_merges(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/merges",
        permission=Permission.RECORD_MERGE,
        name=f"merges-{register.plural}",
        operation_id=f"merges_{register.plural}",
        tags=[register.label],
        summary=f"并入这条{register.label}记录的记录",
    )
    async def list_merges(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[splitting.Merge]:
        """哪些记录并入了这一条，何时、何人、为何，是否已拆开。"""
        await reading.get(actor_of(request), register, record_id)
        return await splitting.merges_of(register, reading.parse_id(record_id))

    return list_merges


def _split_records(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/merges/{{merge_id:str}}/undo",
        permission=Permission.RECORD_MERGE,
        name=f"split-{register.plural}",
        operation_id=f"split_{register.plural}",
        tags=[register.label],
        summary=f"拆开合并的{register.label}记录",
        media_type=JSON,
        status_code=200,
    )
    async def split_records(
        request: Request[Any, Any, Any], merge_id: FromPath[str], data: JSONBody[Reason]
    ) -> Response[bytes]:
        """撤销一次合并：被并入的记录恢复，随它转来的称号、引用、附件转回；合并后另行改过的栏目不动。"""
        given = await splitting.split(occasion_of(request, data.reason), register, merge_id)
        return await current(request, register, str(given), 200)

    return split_records


def _merged_history(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/merges/{{merge_id:str}}/history",
        permission=Permission.RECORD_MERGE,
        name=f"merged-history-{register.plural}",
        operation_id=f"merged_history_{register.plural}",
        tags=[register.label],
        summary=f"被并入的{register.label}记录的历史",
    )
    async def merged_history(request: Request[Any, Any, Any], merge_id: FromPath[str]) -> list[Entry]:
        """两条记录的历史都留着：保留的那条照常读取，被并入的那条在这里，最新在前。"""
        entries = await splitting.history_of(actor_of(request), register, merge_id)
        return [covered(register, entry) for entry in entries]

    return merged_history
