"""The routes of notes: those of a register's records, and /api/v1/notes for single ones and what waits."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from registry import notes
from registry.access import Permission
from registry.api import JSON, actor_of, occasion_of
from registry.notes import FollowUp, Given, Note
from registry.register import Register

_TAG = "跟进记录"


class Done(msgspec.Struct):
    """Whether what was to be followed up is done."""

    done: bool = True


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The notes on one record."""
    path = f"/api/v1/{register.plural}/{{record_id:str}}/notes"

    @get(
        path,
        permission=Permission.NOTE_KEEP,
        name=f"notes-{register.plural}",
        operation_id=f"notes_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录的跟进",
        media_type=JSON,
    )
    async def list_notes(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[Note]:
        """走访、电话、会议等，最近的在前；只供本范围的经办人员。"""
        return await notes.listing(actor_of(request), register, record_id)

    @post(
        path,
        permission=Permission.NOTE_KEEP,
        name=f"note-{register.plural}",
        operation_id=f"note_{register.plural}",
        tags=[register.label],
        summary=f"给{register.label}记录写跟进",
        media_type=JSON,
    )
    async def add_note(request: Request[Any, Any, Any], record_id: FromPath[str], data: JSONBody[Given]) -> Note:
        """sort 为 visit、call、meeting、papers、other；follow_up 为下次跟进的日期。"""
        return await notes.add(occasion_of(request), register, record_id, data)

    return [list_notes, add_note]


@get(
    "/api/v1/notes",
    permission=Permission.NOTE_KEEP,
    operation_id="list_follow_ups",
    tags=[_TAG],
    summary="待跟进的事项",
    media_type=JSON,
)
async def list_follow_ups(
    request: Request[Any, Any, Any], until: FromQuery[date | None] = None, mine: FromQuery[bool] = False
) -> list[FollowUp]:
    """本范围各类记录上还没办的，最急的在前；until 只列到某日，mine 只列自己写的。"""
    return await notes.follow_ups(actor_of(request), until=until, mine=mine)


@patch(
    "/api/v1/notes/{note_id:str}",
    permission=Permission.NOTE_KEEP,
    operation_id="change_note",
    tags=[_TAG],
    summary="改写跟进记录",
    media_type=JSON,
)
async def change_note(request: Request[Any, Any, Any], note_id: FromPath[str], data: JSONBody[Given]) -> Note:
    """只有写的人可改；改过会注明。"""
    return await notes.change(occasion_of(request), note_id, data)


@post(
    "/api/v1/notes/{note_id:str}/done",
    permission=Permission.NOTE_KEEP,
    operation_id="finish_note",
    tags=[_TAG],
    summary="跟进办完",
    media_type=JSON,
    status_code=200,
)
async def finish_note(request: Request[Any, Any, Any], note_id: FromPath[str], data: JSONBody[Done]) -> Note:
    """done 为假则重新打开。"""
    return await notes.finish(occasion_of(request), note_id, done=data.done)


@post(
    "/api/v1/notes/{note_id:str}/remove",
    permission=Permission.NOTE_KEEP,
    operation_id="remove_note",
    tags=[_TAG],
    summary="删去跟进记录",
    status_code=204,
)
async def remove_note(request: Request[Any, Any, Any], note_id: FromPath[str]) -> Response[None]:
    """只有写的人可删；删去记入操作日志。"""
    await notes.remove(occasion_of(request), note_id)
    return Response(None, status_code=204)


ROUTES: list[BaseRouteHandler] = [list_follow_ups, change_note, finish_note, remove_note]
