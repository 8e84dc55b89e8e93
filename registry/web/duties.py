"""What waits for an officer today, with how many: the first thing on the desk."""

from __future__ import annotations

from typing import NamedTuple

from registry.access import Actor, Permission
from registry.claims import service
from registry.provenance import queue


class Duty(NamedTuple):
    """Something that waits, and where it is done."""

    label: str
    url: str
    number: int


async def of(actor: Actor) -> list[Duty]:
    """What waits in the actor's scope; nothing that does not."""
    found = []
    if actor.may(Permission.CLAIM_DECIDE):
        found.append(Duty("企业认领待审核", "/claims", len(await service.queue(actor))))
    if actor.may(Permission.CONFLICT_DECIDE):
        waiting = await queue.page(actor, queue.Asked(limit=1))
        found.append(Duty("不同说法待裁定", "/conflicts", waiting.total))
    return [one for one in found if one.number]
