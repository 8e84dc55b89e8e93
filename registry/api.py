"""The routes of a register, made from its declaration: /api/v1/<plural> and what lies below it."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, get, patch, post
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from registry import clock, exporting, history, masking, problems, reading, records
from registry.access import Actor, Permission
from registry.duplicates.looking import Decided
from registry.encoded import EncodedJSON
from registry.errors import BadRequest, Invalid, Objection, PreconditionRequired
from registry.guard import header_of, require
from registry.history import Occasion
from registry.parameters import AsOfOperation, day_of, filters_of, list_operation
from registry.reading import Found, ListQuery
from registry.register import Register

JSON = "application/json"
_FORMATS = ("json", *exporting.FORMATS)
_PRIVATELY_KEPT = {"cache-control": "private, no-cache", "vary": "Authorization, Cookie"}
_PRIVATELY_KEPT_RAW = [(name.encode(), value.encode()) for name, value in _PRIVATELY_KEPT.items()]


def actor_of(request: Request[Any, Any, Any]) -> Actor:
    """Who the guard found to be asking."""
    return cast("Actor", request.scope["user"])


def occasion_of(request: Request[Any, Any, Any], reason: str = "") -> Occasion:
    """The occasion of a change made by this request."""
    return Occasion(actor_of(request), reason.strip(), problems.request_id(request))


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """All routes of one register."""
    return [_list(register), _one(register), _history(register), *_acts(register)]


def etag(found: Found) -> str:
    """Version, day (derived values may change overnight) and whether private fields are in it."""
    day = clock.today()
    return f'"{found.version}-{day.year}{day.month:02}{day.day:02}{"p" if found.private else ""}"'


def expected_version(request: Request[Any, Any, Any]) -> int:
    """The version that If-Match names; a change without one is refused."""
    given = request.headers.get("if-match", "").strip()
    if not given:
        raise PreconditionRequired("修改须在 If-Match 头中给出所见版本（即读取时的 ETag）。")
    number = given.removeprefix("W/").strip('"').partition("-")[0]
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise BadRequest("If-Match 的值无法识别，应为读取时得到的 ETag。")
    return int(number)


class HotRoute(HTTPRouteHandler):
    """A route that is asked often: its guards see the handler itself, where Litestar makes each a copy (12 µs)."""

    async def authorize_connection(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Run all guards in scope."""
        for guard in self.resolve_guards():
            await guard(connection, self)  # type: ignore[misc]  # Litestar makes all of them coroutines


def _list(register: Register) -> BaseRouteHandler:
    @HotRoute(
        f"/api/v1/{register.plural}",
        http_method=HttpMethod.GET,
        permission=Permission.RECORD_READ,
        name=f"list-{register.plural}",
        operation_id=f"list_{register.plural}",
        operation_class=list_operation(register),
        tags=[register.label],
        summary=f"{register.label}列表",
        media_type=JSON,
    )
    async def list_records(
        request: Request[Any, Any, Any],
        sort: FromQuery[str] = "",
        limit: FromQuery[int] = 50,
        cursor: FromQuery[str] = "",
        form: Annotated[str, QueryParameter(name="format", description="json、csv、xlsx 或 ndjson")] = "json",
        purpose: FromQuery[str] = "",
        codes: FromQuery[bool] = False,
        titles: FromQuery[bool] = False,
    ) -> Response[Any]:
        """按条件列出记录，游标分页。format 为 csv、xlsx、ndjson 时导出全部；purpose 为用途，codes 为真时写代码。

        titles 为真时每项称号一行，带出其经过；导出的文件可以再导入。as_of 给出某一天的名单：内容、梯次都是那一天的。
        """
        as_of = day_of(request)
        query = ListQuery(filters_of(request, register), sort, limit, cursor, as_of)
        if form != "json":
            wanted = exporting.Wanted(form, query.filters, sort, purpose, codes, titles, as_of)
            return await export(request, register, wanted)
        found = await reading.page(actor_of(request), register, query)
        return EncodedJSON(reading.page_json(found))

    return list_records


async def export(request: Request[Any, Any, Any], register: Register, wanted: exporting.Wanted) -> Response[Any]:
    """A list as a file, streamed; the same file is a valid import."""
    if wanted.form not in exporting.FORMATS:
        raise BadRequest(f"format 应为 {'、'.join(_FORMATS)} 之一。")
    require(actor_of(request), Permission.RECORD_EXPORT)
    made = await exporting.export(occasion_of(request), register, wanted)
    return Stream(made.chunks, media_type=made.media_type, headers=made.headers)


def _one(register: Register) -> BaseRouteHandler:
    @HotRoute(
        f"/api/v1/{register.plural}/{{record_id:str}}",
        http_method=HttpMethod.GET,
        permission=Permission.RECORD_READ,
        name=f"get-{register.plural}",
        operation_id=f"get_{register.plural}",
        operation_class=AsOfOperation,
        tags=[register.label],
        summary=f"一条{register.label}记录",
        media_type=JSON,
    )
    async def get_record(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """记录、现行梯次与全部称号；ETag 用于 If-None-Match 与 If-Match。as_of 给出某一天的内容与梯次，不带 ETag。"""
        as_of = day_of(request)
        found = await reading.get(actor_of(request), register, record_id, as_of)
        if as_of is not None:
            return EncodedJSON(found.json, _PRIVATELY_KEPT_RAW)
        tag = etag(found)
        if header_of(request.scope, b"if-none-match") == tag:
            return Response(b"", status_code=304, headers={"etag": tag, **_PRIVATELY_KEPT})
        return EncodedJSON(found.json, [(b"etag", tag.encode()), *_PRIVATELY_KEPT_RAW])

    return get_record


def _history(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/history",
        permission=Permission.HISTORY_READ,
        name=f"history-{register.plural}",
        operation_id=f"history_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录的历史",
    )
    async def get_history(
        request: Request[Any, Any, Any], record_id: FromPath[str], before: FromQuery[int | None] = None
    ) -> list[history.Entry]:
        """每次变更的前后值，最新在前，一次至多 500 条，before 给出某一版之前的；经办人与理由只对有权者可见。"""
        return await history_for(actor_of(request), register, record_id, before)

    return get_history


_INSIDE = frozenset({"attachment", "keeper", "handler"})
"""What an entry tells besides fields to those only in whose hands the record is: files, names of units and people."""


async def history_for(
    actor: Actor, register: Register, record_id: str, before: int | None = None
) -> list[history.Entry]:
    """The history of a record that the actor may see, with what it may not see left out."""
    found = await reading.get(actor, register, record_id)
    hidden = register.private_names - (reading.private_fields(actor, register) if found.private else frozenset())
    if not found.private:
        hidden |= _INSIDE
    entries = await history.read(register.kind, UUID(record_id), hidden, inside=found.private, before=before)
    return [covered(register, entry) for entry in entries]


def covered(register: Register, entry: history.Entry) -> history.Entry:
    """An entry of history with personal data covered."""
    before, after = (masking.masked(register, side) for side in (entry.before, entry.after))
    return msgspec.structs.replace(entry, before=before, after=after)


def _acts(register: Register) -> list[BaseRouteHandler]:
    base = f"/api/v1/{register.plural}"

    @post(
        base,
        permission=Permission.RECORD_FILE,
        name=f"file-{register.plural}",
        operation_id=f"file_{register.plural}",
        tags=[register.label],
        summary=f"登记{register.label}",
        media_type=JSON,
    )
    async def file_record(request: Request[Any, Any, Any], data: JSONBody[dict[str, Any]]) -> Response[bytes]:
        """登记一条新记录；所有错误一次列出。库中已有很像的记录时答 409 并列出 candidates：
        确非同一条的，在 different_from 中列出其编号。"""
        occasion, decided = occasion_of(request, reason_of(data)), _decided(data)
        record_id = await records.file(occasion, register, data, decided)
        return await current(request, register, str(record_id), 201)

    @patch(
        f"{base}/{{record_id:str}}",
        permission=Permission.RECORD_AMEND,
        name=f"amend-{register.plural}",
        operation_id=f"amend_{register.plural}",
        tags=[register.label],
        summary=f"修改{register.label}记录",
        media_type=JSON,
    )
    async def amend_record(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[dict[str, Any]]
    ) -> Response[bytes]:
        """修改若干字段；须有 If-Match 与 reason（理由）。"""
        version = expected_version(request)
        await records.amend(occasion_of(request, reason_of(data)), register, record_id, version, data)
        return await current(request, register, record_id, 200)

    return [file_record, amend_record, _standing(register, "withdraw"), _standing(register, "reinstate")]


def _standing(register: Register, act: str) -> BaseRouteHandler:
    perform, summary = {"withdraw": (records.withdraw, "撤回"), "reinstate": (records.reinstate, "恢复")}[act]

    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/{act}",
        permission=Permission.RECORD_WITHDRAW,
        name=f"{act}-{register.plural}",
        operation_id=f"{act}_{register.plural}",
        tags=[register.label],
        summary=f"{summary}{register.label}记录",
        media_type=JSON,
        status_code=200,
    )
    async def set_standing(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[dict[str, Any]]
    ) -> Response[bytes]:
        """须有 If-Match 与 reason（理由）；记录不会被删除。"""
        version = expected_version(request)
        await perform(occasion_of(request, reason_of(data)), register, record_id, version)
        return await current(request, register, record_id, 200)

    return set_standing


def reason_of(data: dict[str, Any]) -> str:
    """Takes the reason out of a body; what is left are fields."""
    reason = data.pop("reason", "")
    if not isinstance(reason, str):
        raise Invalid([Objection("理由应为文字。", "reason", "理由")])
    return reason


def _decided(data: dict[str, Any]) -> Decided:
    """Takes the decision on look-alikes out of a body."""
    different = data.pop("different_from", [])
    if not isinstance(different, list) or not all(isinstance(one, str) for one in different):
        raise Invalid([Objection("different_from 应为记录编号的列表。", "different_from", "不是这些记录")])
    return Decided(frozenset(different))


async def current(request: Request[Any, Any, Any], register: Register, record_id: str, status: int) -> Response[bytes]:
    """The record as an act has left it."""
    found = await reading.get(actor_of(request), register, record_id)
    headers = {"etag": etag(found), "location": f"/api/v1/{register.plural}/{record_id}"}
    return Response(found.json, status_code=status, media_type=JSON, headers=headers)
