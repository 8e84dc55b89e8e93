"""A record's titles as somebody may read them, as they stood on any day."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from registry import clock, reading
from registry.access import Actor, Permission
from registry.errors import NotFound
from registry.register import Register
from registry.titles import acts, kinds, shelf, steps
from registry.titles.rules import held_on, tier_on
from registry.titles.schemas import STAGE_LABELS, Step, Title
from registry.titles.verbs import VERBS, Act


class TitleShown(msgspec.Struct):
    """One title of a record, on a day; `acts` are those that the reader may do with it."""

    id: str
    kind: str
    label: str
    as_printed: str
    level: str
    line: str
    tier: str
    product: str
    batch: str
    year: int | None
    document_no: str
    stage: str
    stage_label: str
    held: bool
    status_text: str
    verified: bool
    confirmed: bool
    decided: bool
    district: str
    valid_from: date | None
    valid_until: date | None
    presumed: bool
    ended: date | None
    source: str
    steps: list[Step]
    acts: list[Act]


class Titles(msgspec.Struct):
    """A record's titles on a day, the tier that follows, and what an officer should know before giving another."""

    on: date
    tier: str
    version: int
    items: list[TitleShown]
    cautions: list[str]


async def listing(actor: Actor, register: Register, record_id: str, on: date | None = None) -> Titles:
    """The titles of a record that the actor may see, as far as anything of them had happened by the day."""
    day = on or clock.today()
    found = await reading.get(actor, register, record_id)
    titles = await shelf.of_record(register.kind, reading.parse_id(record_id))
    acting = found.private and day >= clock.today()
    items = [
        _shown(key, title, day, _open_to(actor, title) if acting else [])
        for key, title in titles.items()
        if steps.known_on(title, day)
    ]
    cautions = acts.cautions(titles.values(), day) if found.private else []
    return Titles(day, tier_on(titles.values(), day), found.version, items, cautions)


async def one(actor: Actor, register: Register, record_id: str, title_id: str, on: date | None = None) -> TitleShown:
    """One title of a record; NotFound for what is not there or not for these eyes."""
    listed = await listing(actor, register, record_id, on)
    return next((item for item in listed.items if item.id == title_id), None) or _no_title()


def _open_to(actor: Actor, title: Title) -> list[Act]:
    """The acts that the title allows today and the actor's rights cover."""
    return [act for act in acts.possible(title, clock.today()) if may(actor, act)]


def may(actor: Actor, act: Act) -> bool:
    """Whether the actor's rights cover the act: deciding is the municipal office's."""
    return actor.may(Permission.TITLE_DECIDE if VERBS[act].decides else Permission.TITLE_PROPOSE)


def _shown(key: UUID, title: Title, day: date, allowed: list[Act]) -> TitleShown:
    stage = steps.stage_on(title, day)
    kind = kinds.kinds().get(title.kind)
    told = {name: getattr(title, name) for name in TitleShown.__struct_fields__ if hasattr(title, name)}
    so_far = [step for step in title.steps if step.on is None or step.on <= day]
    return TitleShown(
        **told
        | {
            "id": str(key),
            "stage": str(stage),
            "stage_label": STAGE_LABELS[stage],
            "held": held_on(title, day),
            "confirmed": kind is not None and kind.confirmed,
            "steps": so_far,
            "acts": allowed,
        }
    )


def _no_title() -> Any:
    raise NotFound("该记录没有这一项称号。")
