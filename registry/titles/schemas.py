"""Shapes of titles: what kinds there are, and one title as a list states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec


class Stage(StrEnum):
    """How far a title has come: from the recommendation to its end. 公示 is not 认定.

    What stands in the table is the last stage that somebody stated; that a validity ran out is derived on the day.
    """

    UNCLEAR = "unclear"
    RECOMMENDED = "recommended"
    PUBLICISED = "publicised"
    RECOGNISED = "recognised"
    UPDATED = "updated"
    CHANGED = "changed"
    REVIEWED = "reviewed"
    EXPIRED = "expired"
    REVOKED = "revoked"


STAGE_LABELS = {
    Stage.UNCLEAR: "状态不明",
    Stage.RECOMMENDED: "已推荐",
    Stage.PUBLICISED: "公示中",
    Stage.RECOGNISED: "已认定",
    Stage.UPDATED: "已更新",
    Stage.CHANGED: "已变更",
    Stage.REVIEWED: "复核通过",
    Stage.EXPIRED: "已到期",
    Stage.REVOKED: "已撤销",
}

IN_FORCE = (Stage.RECOGNISED, Stage.UPDATED, Stage.CHANGED, Stage.REVIEWED)
"""The stages of a title that is held while its validity lasts: an update, a change and a review confirm it."""

ENDED = (Stage.EXPIRED, Stage.REVOKED)
"""The stages of a title that was held until the day on which it ended, if that is known."""

RESTORED = "restored"
"""The step that annuls a revocation: what stood before stands again."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a title: `act` is the stage it led to, or `RESTORED`; `until` the end of a publicity or a validity.

    `ground` is why it was revoked (a code of the vocabulary `title_grounds`); the order of steps is that of their days.
    """

    act: str
    on: date | None = None
    document: str = ""
    until: date | None = None
    ground: str = ""
    note: str = ""


def steps_of(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Step, ...]:
    """The steps that the rows of a list's column, or of a form, state."""
    return msgspec.convert(rows or (), tuple[Step, ...])


class Kind(msgspec.Struct, frozen=True):
    """A kind of title, from `kinds.toml`, which explains the fields."""

    code: str
    label: str
    level: str
    line: str
    names: tuple[str, ...]
    printed: tuple[str, ...]
    source: str
    mark: str
    tier: str = ""
    rung: int = 0
    validity_years: int | None = None
    product: bool = False
    note: str = ""
    held_by: tuple[str, ...] = ("enterprise",)

    @property
    def confirmed(self) -> bool:
        """Whether its source was read at first hand; else people see 待核实."""
        return self.mark in {"G", "M"}


class Reading(msgspec.Struct, frozen=True):
    """What a printed title was understood as; `kind` None when it is not one of those we know."""

    kind: Kind | None
    level: str
    product: str = ""


class Title(msgspec.Struct, frozen=True):
    """One title as a list states it; `as_printed` and `status_text` are its own words.

    `presumed`: the validity follows from the year and the kind's rule, no list says it.
    `verified` is False when the word is not that of the body that recognises (news, second-hand lists).
    `ended`: the day from which it is not held any more although its validity lasts. `decided`: an officer's decision
    stands behind it, which no list overrules.
    """

    label: str
    as_printed: str
    stage: Stage
    kind: str = ""
    level: str = ""
    line: str = ""
    tier: str = ""
    rung: int = 0
    product: str = ""
    batch: str = ""
    year: int | None = None
    document_no: str = ""
    status_text: str = ""
    verified: bool = True
    district: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    presumed: bool = False
    source: str = ""
    ended: date | None = None
    decided: bool = False
    steps: tuple[Step, ...] = ()

    def but(self, **changes: Any) -> Title:
        """The same title with some of it changed."""
        return msgspec.structs.replace(self, **changes)


class Said(msgspec.Struct, frozen=True):
    """What an officer says with an act; what is None was not said."""

    on: date | None = None
    document: str = ""
    until: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    ground: str = ""
    note: str = ""
    source: str = ""


class Verb(msgspec.Struct, frozen=True):
    """One act: from which stages (None: a title that is not there yet), to which step, on what grounds it stands.

    `decides`: it is the deciding body's, not the recommending district's. `needs`: fields that must be filled in.
    """

    label: str
    step: str
    starts: tuple[Stage | None, ...]
    clause: str
    mark: str
    decides: bool = False
    needs: tuple[str, ...] = ()
    help: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether the clause was read at first hand."""
        return self.mark in {"G", "M"}
