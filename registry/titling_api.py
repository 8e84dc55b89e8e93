"""The routes of titles: /api/v1/<plural>/{id}/titles and what lies below it."""

from __future__ import annotations

from datetime import date
from typing import Any

from litestar import Request, Response, get, patch, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from registry import clock, reading, shapes, titling
from registry.access import Permission
from registry.api import JSON, actor_of, etag, expected_version, occasion_of, reason_of
from registry.errors import BadRequest, NotFound
from registry.register import Register
from registry.titling import Titles, TitleShown


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The titles of one register's records; none for a register that holds no titles."""
    if register.companion is None or register.companion.name != "titles":
        return []
    return [_list(register), _one(register), _give(register), _perform(register), _correct(register)]


def day_of(text: str) -> date | None:
    """The day a query asks for, none for today; refused if it is no day."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadRequest("on 应为日期，如 2024-05-01。") from None
    if not 1900 <= day.year <= 2199:
        raise BadRequest("on 应为 1900 年至 2199 年间的日期。")
    return day


def _path(register: Register) -> str:
    return f"/api/v1/{register.plural}/{{record_id:str}}/titles"


def _list(register: Register) -> BaseRouteHandler:
    @get(
        _path(register),
        permission=Permission.RECORD_READ,
        name=f"titles-{register.plural}",
        operation_id=f"titles_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录的称号",
        media_type=JSON,
    )
    async def list_titles(
        request: Request[Any, Any, Any], record_id: FromPath[str], on: FromQuery[str] = ""
    ) -> Response[Titles]:
        """某日（on，默认今天）的梯次与称号，每项带经过；acts 为您现在可办理的。"""
        found = await titling.listing(actor_of(request), register, record_id, day_of(on))
        tag = etag(await reading.get(actor_of(request), register, record_id))
        return Response(found, headers={"etag": tag, "cache-control": "private, no-cache"})

    return list_titles


def _one(register: Register) -> BaseRouteHandler:
    @get(
        f"{_path(register)}/{{title_id:str}}",
        permission=Permission.RECORD_READ,
        name=f"title-{register.plural}",
        operation_id=f"title_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录的一项称号",
        media_type=JSON,
    )
    async def get_title(
        request: Request[Any, Any, Any], record_id: FromPath[str], title_id: FromPath[str], on: FromQuery[str] = ""
    ) -> TitleShown:
        """一项称号及其经过；on 给出某日的情形。"""
        return await titling.one(actor_of(request), register, record_id, title_id, day_of(on))

    return get_title


def _give(register: Register) -> BaseRouteHandler:
    @post(
        _path(register),
        permission=Permission.TITLE_PROPOSE,
        name=f"give-title-{register.plural}",
        operation_id=f"give_title_{register.plural}",
        tags=[register.label],
        summary=f"给{register.label}记录登记称号",
        media_type=JSON,
    )
    async def give_title(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[dict[str, Any]]
    ) -> Response[bytes]:
        """act 为推荐 recommend、公示 publicise 或认定 recognise；须有 title（称号）、If-Match 与 reason。"""
        version, act = expected_version(request), str(data.pop("act", ""))
        title_id = await titling.give(occasion_of(request, reason_of(data)), register, record_id, version, act, data)
        return await _current(request, register, record_id, str(title_id), 201)

    return give_title


def _perform(register: Register) -> BaseRouteHandler:
    @post(
        f"{_path(register)}/{{title_id:str}}/{{act:str}}",
        permission=Permission.TITLE_PROPOSE,
        name=f"act-title-{register.plural}",
        operation_id=f"act_title_{register.plural}",
        tags=[register.label],
        summary=f"办理{register.label}记录的称号",
        media_type=JSON,
        status_code=200,
    )
    async def act_on_title(
        request: Request[Any, Any, Any],
        record_id: FromPath[str],
        title_id: FromPath[str],
        act: FromPath[str],
        data: JSONBody[dict[str, Any]],
    ) -> Response[bytes]:
        """act：recommend、publicise、recognise、review、update、change、revoke、restore；须有 If-Match 与 reason。

        undo 撤回经办的最后一次办理：称号回到办理以前；由那次办理登记的，不再列出（回应 204）。
        """
        version, occasion = expected_version(request), occasion_of(request, reason_of(data))
        if act == titling.UNDO:
            await titling.take_back(occasion, register, record_id, version, title_id)
            return await _after_undoing(request, register, record_id, title_id)
        await titling.perform(occasion, register, record_id, version, (title_id, act), data)
        return await _current(request, register, record_id, title_id, 200)

    return act_on_title


def _correct(register: Register) -> BaseRouteHandler:
    @patch(
        f"{_path(register)}/{{title_id:str}}",
        permission=Permission.TITLE_DECIDE,
        name=f"correct-title-{register.plural}",
        operation_id=f"correct_title_{register.plural}",
        tags=[register.label],
        summary=f"更正{register.label}记录的称号",
        media_type=JSON,
    )
    async def correct_title(
        request: Request[Any, Any, Any],
        record_id: FromPath[str],
        title_id: FromPath[str],
        data: JSONBody[dict[str, Any]],
    ) -> Response[bytes]:
        """更正批次、年度、文号、有效期、来源；阶段不变。须有 If-Match 与 reason。"""
        version, occasion = expected_version(request), occasion_of(request, reason_of(data))
        await titling.correct(occasion, register, record_id, version, title_id, data)
        return await _current(request, register, record_id, title_id, 200)

    return correct_title


async def _after_undoing(
    request: Request[Any, Any, Any], register: Register, record_id: str, title_id: str
) -> Response[bytes]:
    """The title as it was, or nothing if it was never there."""
    try:
        return await _current(request, register, record_id, title_id, 200)
    except NotFound:
        found = await reading.get(actor_of(request), register, record_id)
        return Response(b"", status_code=204, headers={"etag": etag(found)})


async def _current(
    request: Request[Any, Any, Any], register: Register, record_id: str, title_id: str, status: int
) -> Response[bytes]:
    """The title as it is now, with the new version of its record."""
    actor = actor_of(request)
    found = await titling.one(actor, register, record_id, title_id, clock.today())
    headers = {
        "etag": etag(await reading.get(actor, register, record_id)),
        "location": f"/api/v1/{register.plural}/{record_id}/titles/{title_id}",
    }
    return Response(shapes.encode(found), status_code=status, media_type=JSON, headers=headers)
