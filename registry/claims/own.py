"""An enterprise user's own record: which it is, and editing its own part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from plugins import manager
from registry import access, database, records
from registry.access import Actor
from registry.errors import NotFound
from registry.history import Occasion
from registry.register import Register

OWN_WORD = "企业自行填报"
"""The reason of an enterprise that gives none."""


class Own(NamedTuple):
    """The record that an account answers for."""

    register: Register
    record_id: str


async def of(actor: Actor) -> Own | None:
    """The actor's own record; None without one, or once it is withdrawn."""
    own = access.own_record(actor)
    if own is None:
        return None
    registers = [register for register in manager.registers().values() if register.claimable]
    found = await database.fetchval(
        " UNION ALL ".join(
            f"SELECT '{one.kind}' FROM {one.table_name} WHERE id = $1::uuid AND NOT withdrawn" for one in registers
        ),
        own,
    )
    return Own(manager.registers()[found], own) if found else None


async def required(actor: Actor) -> Own:
    """The actor's own record, or a refusal that says how to get one."""
    found = await of(actor)
    if found is None:
        raise NotFound("您的账号还没有自己的企业记录；请先找到您的企业并认领。")
    return found


async def amend(occasion: Occasion, version: int, given: Mapping[str, Any]) -> int:
    """Change fields of one's own part; what an officer verified differently is kept as a conflict."""
    own = await required(occasion.actor)
    if not occasion.reason.strip():
        occasion = msgspec.structs.replace(occasion, reason=OWN_WORD)
    return await records.amend(occasion, own.register, own.record_id, version, given)
