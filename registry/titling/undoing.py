"""Taking back the last act on a title, by a new change: the title is what it was before, or was never there."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry import database, holding, reading
from registry.access import Actor, Permission
from registry.errors import Conflict, Forbidden, NotFound
from registry.history import Occasion
from registry.register import Register
from registry.titles import shelf
from registry.titles.schemas import Title
from registry.titles.verbs import Act
from registry.titling.showing import may

UNDO = "undo"
_PREFIX = "title_"
_CORRECTED, _UNDONE = "title_correct", "title_undone"


class _Last(NamedTuple):
    act: str
    version: int
    before: dict[str, Any] | None
    after: dict[str, Any]


async def take_back(
    occasion: Occasion, register: Register, record_id: str, version: int, title_id: str, undone: int | None = None
) -> int:
    """Undo the newest act of an officer on a title; the record's new version comes back.

    Conflict if a list has changed the title since, or the act that led to version `undone` is not the newest.
    """
    async with holding.held(occasion, register, record_id, version) as row:
        key = reading.parse_id(title_id)
        now = (await shelf.of_record(register.kind, row["id"])).get(key)
        if now is None:
            raise NotFound("该记录没有这一项称号。")
        last = await _last(register, row["id"], title_id)
        if last is None or last.after != await shelf.told(key):
            raise Conflict("这项称号最后一次变更不是经办办理的，不能在此撤回；请办理更正或撤销。")
        if undone is not None and last.version != undone:
            raise Conflict("这项称号后来又办理过；请从最后一次起逐次撤回。")
        if not may_take_back(occasion.actor, last.act):
            raise Forbidden("这一步由市级办理，也由市级撤回。")
        if last.before is None:
            await shelf.remove(register.kind, row["id"], key)
        else:
            was = msgspec.convert(last.before, Title).but(rung=now.rung)
            await shelf.put(register.kind, row["id"], was, key)
        change = ({"titles": [last.after]}, {"titles": [last.before]} if last.before else {"titles": []})
        return await holding.mark(occasion, register, row, _UNDONE, change)


async def _last(register: Register, record_id: UUID, title_id: str) -> _Last | None:
    """The newest change of the title, if it was an officer's act."""
    row = await database.fetchrow(
        "SELECT act, version, (before -> 'titles' -> 0)::text AS before, (after -> 'titles' -> 0)::text AS after"
        " FROM history WHERE kind = $1 AND record_id = $2"
        " AND (after -> 'titles' @> $3::jsonb OR before -> 'titles' @> $3::jsonb)"
        " ORDER BY id DESC LIMIT 1",
        register.kind,
        record_id,
        msgspec.json.encode([{"id": title_id}]).decode(),
    )
    if row is None or not is_act(row["act"]) or row["after"] is None:
        return None
    before = msgspec.json.decode(row["before"], type=dict[str, Any]) if row["before"] else None
    return _Last(row["act"], row["version"], before, msgspec.json.decode(row["after"], type=dict[str, Any]))


def is_act(act: str) -> bool:
    """Whether an entry of history is an officer's act on a title, which may be taken back."""
    return act.startswith(_PREFIX) and act != _UNDONE


def may_take_back(actor: Actor, act: str) -> bool:
    """Whether the actor's rights cover taking back an act: those that cover doing it."""
    if not is_act(act):
        return False
    return actor.may(Permission.TITLE_DECIDE) if act == _CORRECTED else may(actor, Act(act.removeprefix(_PREFIX)))
