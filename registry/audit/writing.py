"""Writing the log. An act is noted in its own transaction: what is rolled back was not done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry.access import Actor
from registry.audit.schemas import Log
from registry.audit.tables import AuditEntry
from registry.history import Occasion


class Told(NamedTuple):
    """What an entry says beyond who did what: on which request, from where, to what, with which outcome."""

    target: str = ""
    address: str = ""
    request_id: str = ""
    status: int | None = None
    detail: Mapping[str, Any] = {}


async def note(
    occasion: Occasion,
    act: str,
    target: str = "",
    detail: Mapping[str, Any] | None = None,
    *,
    log: Log = Log.ACT,
) -> None:
    """Append one entry: `act` in the words people read (“导出名单”), `target` as `kind/id` or a name.

    Inside a transaction it is written with it. The detail never carries a secret or a person's data in clear.
    """
    reason = {"reason": occasion.reason} if occasion.reason else {}
    told = Told(target, "", occasion.request_id, None, reason | dict(detail or {}))
    await append(log, act, occasion.actor, told)


async def append(log: Log, act: str, actor: Actor, told: Told) -> None:
    """Append one entry to the log of its kind."""
    await AuditEntry.insert(
        AuditEntry(
            log=log.value,
            act=act[:64],
            actor_id=UUID(actor.id) if actor.id else None,
            actor_name=actor.name[:64],
            actor_role=actor.role.value,
            address=told.address[:64],
            request_id=told.request_id[:64],
            target=told.target[:300],
            status=told.status,
            detail=msgspec.json.encode(dict(told.detail)).decode(),
        )
    )
