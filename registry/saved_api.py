"""The routes of kept searches: /api/v1/saved."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from plugins import manager
from registry import finding, reading, saved
from registry.access import Permission
from registry.api import JSON, actor_of
from registry.encoded import EncodedJSON
from registry.finding import FindQuery
from registry.reading import ListQuery
from registry.saved import Changes, News, Saved
from registry.saved.schemas import SEARCH

_TAG = "保存的检索"


class NewSaved(msgspec.Struct):
    """`address` is that of the search or list page, query included."""

    name: str
    address: str
    shared: bool = False
    alert: bool = False


@get(
    "/api/v1/saved",
    permission=Permission.SEARCH_KEEP,
    operation_id="list_saved",
    tags=[_TAG],
    summary="列出保存的检索",
    media_type=JSON,
)
async def list_saved(request: Request[Any, Any, Any]) -> list[Saved]:
    """自己的在前，其后是同事共享的；news 为上次查看以来新出现的记录数。"""
    return await saved.listing(actor_of(request))


@post(
    "/api/v1/saved",
    permission=Permission.SEARCH_KEEP,
    operation_id="keep_saved",
    tags=[_TAG],
    summary="保存一个检索或名单筛选",
    media_type=JSON,
)
async def keep_saved(request: Request[Any, Any, Any], data: JSONBody[NewSaved]) -> Saved:
    """address 为检索页或名单页的地址，如 /enterprises?district=铜梁区&tier=giant；alert 为真时有新记录会提醒。"""
    changes = Changes(shared=data.shared, alert=data.alert)
    return await saved.keep(request.app.state.engine, actor_of(request), data.name, data.address, changes)


@get(
    "/api/v1/saved/{saved_id:str}",
    permission=Permission.SEARCH_KEEP,
    operation_id="get_saved",
    tags=[_TAG],
    summary="一个保存的检索",
    media_type=JSON,
)
async def get_saved(request: Request[Any, Any, Any], saved_id: FromPath[str]) -> Saved:
    """自己的，或共享给您的。"""
    return await saved.get(actor_of(request), saved_id)


@get(
    "/api/v1/saved/{saved_id:str}/results",
    permission=Permission.SEARCH_KEEP,
    operation_id="results_of_saved",
    tags=[_TAG],
    summary="用保存的条件检索",
    media_type=JSON,
)
async def results_of_saved(
    request: Request[Any, Any, Any],
    saved_id: FromPath[str],
    limit: FromQuery[int] = 20,
    offset: FromQuery[int] = 0,
    cursor: FromQuery[str] = "",
) -> Response[Any]:
    """按您自己的权限给出结果：检索的答案同 /api/v1/search（用 offset 翻页），名单的同列表接口（用 cursor 翻页）。"""
    actor = actor_of(request)
    kept = await saved.get(actor, saved_id)
    asked = kept.asked
    if kept.place == SEARCH:
        query = FindQuery(asked.text, asked.kinds, asked.filters, (), limit, offset)
        return EncodedJSON(msgspec.json.encode(await finding.search(request.app.state.engine, actor, query)))
    page = await reading.page(
        actor, manager.registers()[kept.place], ListQuery(asked.filters, asked.sort, limit, cursor)
    )
    return EncodedJSON(reading.page_json(page))


@get(
    "/api/v1/saved/{saved_id:str}/news",
    permission=Permission.SEARCH_KEEP,
    operation_id="news_of_saved",
    tags=[_TAG],
    summary="新出现的记录",
    media_type=JSON,
)
async def news_of_saved(request: Request[Any, Any, Any], saved_id: FromPath[str]) -> list[News]:
    """开始提醒以来符合条件、尚未标为看过的记录，最近的在前，至多 200 条。"""
    return await saved.news(actor_of(request), saved_id)


@post(
    "/api/v1/saved/{saved_id:str}/seen",
    permission=Permission.SEARCH_KEEP,
    operation_id="see_saved",
    tags=[_TAG],
    summary="把新出现的标为看过",
    status_code=204,
)
async def see_saved(request: Request[Any, Any, Any], saved_id: FromPath[str]) -> Response[None]:
    """此后只提醒再新出现的。"""
    await saved.seen(actor_of(request), saved_id)
    return Response(None, status_code=204)


@patch(
    "/api/v1/saved/{saved_id:str}",
    permission=Permission.SEARCH_KEEP,
    operation_id="change_saved",
    tags=[_TAG],
    summary="改名、共享、提醒",
    media_type=JSON,
)
async def change_saved(request: Request[Any, Any, Any], saved_id: FromPath[str], data: JSONBody[Changes]) -> Saved:
    """只有保存者可改；未给出的项目不变。"""
    return await saved.change(request.app.state.engine, actor_of(request), saved_id, data)


@delete(
    "/api/v1/saved/{saved_id:str}",
    permission=Permission.SEARCH_KEEP,
    operation_id="forget_saved",
    tags=[_TAG],
    summary="删去保存的检索",
)
async def forget_saved(request: Request[Any, Any, Any], saved_id: FromPath[str]) -> None:
    """只删条件，不动记录。"""
    await saved.forget(actor_of(request), saved_id)


ROUTES: list[BaseRouteHandler] = [
    list_saved,
    keep_saved,
    get_saved,
    results_of_saved,
    news_of_saved,
    see_saved,
    change_saved,
    forget_saved,
]
