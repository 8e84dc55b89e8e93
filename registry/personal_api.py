"""The routes of personal data: shown for a purpose, erased for a reason, and who looked."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from registry import personal
from registry.access import Permission
from registry.api import actor_of, expected_version, occasion_of
from registry.audit import AuditRow
from registry.register import Register


class Purpose(msgspec.Struct):
    """What the data are wanted for."""

    purpose: str = ""


class Shown(msgspec.Struct):
    """Personal fields by name, in clear."""

    fields: dict[str, Any]


class Erasure(msgspec.Struct):
    """Why, and which fields (none: all personal ones)."""

    reason: str = ""
    fields: list[str] = []


class Erased(msgspec.Struct):
    """The record's version after the erasure."""

    version: int


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The routes of one register."""
    return [_reveal(register), _readers(register), _erase(register)]


def _reveal(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/personal",
        permission=Permission.PERSONAL_READ,
        name=f"reveal-{register.plural}",
        operation_id=f"reveal_{register.plural}",
        tags=[register.label],
        summary=f"查看{register.label}记录的个人信息",
        status_code=200,
    )
    async def reveal(request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Purpose]) -> Shown:
        """平时遮盖的联系人、电话等，写明 purpose（用途）后以原文给出；每次查看都记入查阅日志。"""
        return Shown(await personal.reveal(occasion_of(request, data.purpose), register, record_id))

    return reveal


def _readers(register: Register) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/{{record_id:str}}/personal/log",
        permission=Permission.SESSION_USE,
        name=f"readers-{register.plural}",
        operation_id=f"readers_{register.plural}",
        tags=[register.label],
        summary=f"谁查看过{register.label}记录的个人信息",
    )
    async def readers(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[AuditRow]:
        """何人何时为何查看或清除过，最新在前；企业可看自己的，其余须有日志权限。"""
        return await personal.readers(actor_of(request), register, record_id)

    return readers


def _erase(register: Register) -> BaseRouteHandler:
    @post(
        f"/api/v1/{register.plural}/{{record_id:str}}/personal/erase",
        permission=Permission.PERSONAL_ERASE,
        name=f"erase-{register.plural}",
        operation_id=f"erase_{register.plural}",
        tags=[register.label],
        summary=f"清除{register.label}记录的个人信息",
        status_code=200,
    )
    async def erase(request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Erasure]) -> Erased:
        """现行记录、往期版本和历史中的值一并清除，不可恢复；历史链仍可核验。须有 If-Match 与 reason。"""
        occasion, version = occasion_of(request, data.reason), expected_version(request)
        return Erased(await personal.erase(occasion, register, record_id, version, data.fields))

    return erase
