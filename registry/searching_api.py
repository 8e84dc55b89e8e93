"""The routes of what searching learns: /api/v1/wording, /api/v1/misses, /api/v1/tips."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from registry import finding, reading
from registry.access import Permission
from registry.api import JSON, actor_of, occasion_of
from registry.finding import Tried
from registry.searching import misses, wording
from registry.searching.misses import Miss, Tip
from registry.searching.wording import Entry

_WORDS = "同义词与专业词"
_MISSES = "找不到的检索"


class NewEntry(msgspec.Struct):
    """A group of synonyms (kind `synonym`) or a domain word (`word`)."""

    words: list[str]
    kind: str = "synonym"
    source: str = ""


class ChangedEntry(msgspec.Struct):
    """What is left out stays; `active` false stops the effect."""

    words: list[str] | None = None
    source: str | None = None
    active: bool | None = None


class Text(msgspec.Struct):
    """A text that was looked for."""

    text: str


class NewTip(msgspec.Struct):
    """What should be found, where it may be, and a word about it; nothing personal."""

    text: str
    message: str = ""
    district: str = ""


class Answer(msgspec.Struct):
    """What was done about what was told."""

    answer: str = ""


@get(
    "/api/v1/wording",
    permission=Permission.WORDING_MANAGE,
    operation_id="list_wording",
    tags=[_WORDS],
    summary="列出同义词与专业词",
    media_type=JSON,
)
async def list_wording(q: FromQuery[str] = "") -> list[Entry]:
    """最近改动的在前；q 在词和出处中查找。"""
    return await wording.listing(q)


@post(
    "/api/v1/wording",
    permission=Permission.WORDING_MANAGE,
    operation_id="add_wording",
    tags=[_WORDS],
    summary="添加一组同义词或一个专业词",
    media_type=JSON,
)
async def add_wording(request: Request[Any, Any, Any], data: JSONBody[NewEntry]) -> Entry:
    """几秒内在所有进程生效，无需重启。"""
    return await wording.add(occasion_of(request), data.kind, data.words, data.source)


@patch(
    "/api/v1/wording/{entry_id:str}",
    permission=Permission.WORDING_MANAGE,
    operation_id="change_wording",
    tags=[_WORDS],
    summary="修改、停用或启用",
    media_type=JSON,
)
async def change_wording(
    request: Request[Any, Any, Any], entry_id: FromPath[str], data: JSONBody[ChangedEntry]
) -> Entry:
    """未给出的项目不变。"""
    number = reading.parse_id(entry_id)
    return await wording.change(occasion_of(request), number, words=data.words, source=data.source, active=data.active)


@get(
    "/api/v1/wording/try",
    permission=Permission.WORDING_MANAGE,
    operation_id="try_wording",
    tags=[_WORDS],
    summary="试一试一次检索怎样读词",
    media_type=JSON,
)
async def try_wording(request: Request[Any, Any, Any], q: FromQuery[str]) -> Tried:
    """切成哪些词、各带出哪些同义词，用与不用词表各找到多少条。"""
    return await finding.tried(request.app.state.engine, actor_of(request), q)


@get(
    "/api/v1/misses",
    permission=Permission.MISS_READ,
    operation_id="list_misses",
    tags=[_MISSES],
    summary="找不到的检索",
    media_type=JSON,
)
async def list_misses(request: Request[Any, Any, Any], days: FromQuery[int] = 90) -> list[Miss]:
    """按次数汇总，不含任何人的信息；登录人员的检索只有可见全部记录的人员看得到。"""
    return await misses.listing(actor_of(request), max(1, min(days, misses.KEPT.days)))


@post(
    "/api/v1/misses/settle",
    permission=Permission.MISS_READ,
    operation_id="settle_miss",
    tags=[_MISSES],
    summary="标为已处理",
    status_code=204,
)
async def settle_miss(request: Request[Any, Any, Any], data: JSONBody[Text]) -> Response[None]:
    """从列表拿下；以后又有人找不到时重新出现。"""
    await misses.settle(occasion_of(request), data.text)
    return Response(None, status_code=204)


@get(
    "/api/v1/tips",
    permission=Permission.MISS_READ,
    operation_id="list_tips",
    tags=[_MISSES],
    summary="群众反映查不到的",
    media_type=JSON,
)
async def list_tips(request: Request[Any, Any, Any], settled: FromQuery[bool] = False) -> list[Tip]:
    """区县经办看到本区县和未注明区县的。"""
    return await misses.tips(actor_of(request), settled=settled)


@post(
    "/api/v1/tips",
    permission=Permission.SEARCH_QUERY,
    operation_id="tell_tip",
    tags=[_MISSES],
    summary="告诉经办人员：登记簿里查不到",
    status_code=204,
)
async def tell_tip(data: JSONBody[NewTip]) -> Response[None]:
    """任何人可用；不留姓名、电话等个人信息。"""
    await misses.tell(data.text, data.message, data.district)
    return Response(None, status_code=204)


@post(
    "/api/v1/tips/{tip_id:str}/answer",
    permission=Permission.MISS_READ,
    operation_id="answer_tip",
    tags=[_MISSES],
    summary="记下处理结果",
    status_code=204,
)
async def answer_tip(request: Request[Any, Any, Any], tip_id: FromPath[str], data: JSONBody[Answer]) -> Response[None]:
    """处理后不再列在待办中。"""
    await misses.answer(occasion_of(request), reading.parse_id(tip_id), data.answer)
    return Response(None, status_code=204)


ROUTES: list[BaseRouteHandler] = [
    list_wording,
    add_wording,
    change_wording,
    try_wording,
    list_misses,
    settle_miss,
    list_tips,
    tell_tip,
    answer_tip,
]
