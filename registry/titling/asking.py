"""What an act on a title asks for, field by field, and how a form or a body answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry import values
from registry.errors import Objection
from registry.register import Field, FieldType
from registry.titles.rules import EARLIEST_YEAR, LATEST_YEAR
from registry.titles.verbs import FIELD_LABELS, Act

_WHAT = (
    Field("title", FIELD_LABELS["title"], max_length=200, required=True),
    Field("product", "产品", help="只有单项冠军产品等称号要填。", max_length=200),
    Field("batch", FIELD_LABELS["batch"], max_length=64),
    Field("year", FIELD_LABELS["year"], FieldType.INTEGER),
)
_STEP = (
    Field("on", FIELD_LABELS["on"], FieldType.DATE, help="不填为今天。"),
    Field("document", FIELD_LABELS["document"], max_length=100),
    Field("until", FIELD_LABELS["until"], FieldType.DATE),
    Field("valid_from", FIELD_LABELS["valid_from"], FieldType.DATE),
    Field("valid_until", FIELD_LABELS["valid_until"], FieldType.DATE),
    Field("ground", FIELD_LABELS["ground"], FieldType.CHOICE, vocabulary="title_grounds"),
    Field("note", FIELD_LABELS["note"], max_length=200),
    Field("source", FIELD_LABELS["source"], max_length=300),
)
_CORRECTED = {"batch", "year", "document", "valid_from", "valid_until", "source"}
CORRECTABLE = tuple(field for field in (*_WHAT, *_STEP) if field.name in _CORRECTED)
"""What a correction may change; another kind of title is another title."""

_USED: dict[Act, tuple[str, ...]] = {
    Act.RECOMMEND: ("on", "document", "note", "source"),
    Act.PUBLICISE: ("on", "until", "document", "note", "source"),
    Act.RECOGNISE: ("on", "document", "valid_from", "valid_until", "note", "source"),
    Act.REVIEW: ("on", "document", "valid_until", "note", "source"),
    Act.UPDATE: ("on", "document", "note"),
    Act.CHANGE: ("on", "document", "note"),
    Act.REVOKE: ("on", "document", "ground", "note", "source"),
    Act.RESTORE: ("on", "document", "note", "source"),
}


def fields_of(act: Act, *, new: bool = False) -> tuple[Field, ...]:
    """What an act asks for, as a form or a body states it; a new title also says what it is."""
    asked = tuple(field for field in _STEP if field.name in _USED[act])
    return (*_WHAT, *asked) if new else asked


def read(fields: Sequence[Field], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Objection]]:
    """Typed values of the fields given, and an objection to each that is unknown or cannot be read."""
    known = {field.name: field for field in fields}
    told: dict[str, Any] = {}
    objections = []
    for name, raw in given.items():
        if name not in known:
            objections.append(Objection(f"此项办理不用填“{str(name)[:40]}”。", str(name)[:40]))
            continue
        try:
            told[name] = values.from_json(known[name], raw)
        except values.Unreadable as wrong:
            objections.append(wrong.objection)
    year = told.get("year")
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        objections.append(Objection(f"年度“{year}”不合理，请填四位年份，如2024。", "year", FIELD_LABELS["year"]))
    return told, objections
