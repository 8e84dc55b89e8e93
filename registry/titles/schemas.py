"""Shapes of titles: what kinds there are, and one title as a list states it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec


class Stage(StrEnum):
    """How far a title has come. Only a recognised one counts: 公示 is not 认定."""

    PUBLICISED = "publicised"
    RECOGNISED = "recognised"
    REVOKED = "revoked"
    UNCLEAR = "unclear"


STAGE_LABELS = {
    Stage.PUBLICISED: "公示中",
    Stage.RECOGNISED: "已认定",
    Stage.REVOKED: "已撤销",
    Stage.UNCLEAR: "状态不明",
}


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


class Reading(msgspec.Struct, frozen=True):
    """What a printed title was understood as; `kind` None when it is not one of those we know."""

    kind: Kind | None
    level: str
    product: str = ""


class Title(msgspec.Struct, frozen=True):
    """One title as a list states it; `as_printed` and `status_text` are its own words.

    `presumed`: the validity follows from the year and the kind's rule, no list says it.
    `verified` is False when the word is not that of the body that recognises (news, second-hand lists).
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
