"""What a merged record says: which of two values is the better one, and what becomes of the names. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from registry.naming import name_key
from registry.register import Field, Register

_WORD = {"verified": 2, "claim": 1}
"""Whose word weighs more; a list's the least."""


class Take(StrEnum):
    """Whose value a merged record takes: that of the record kept, that of the other, or both (of lists)."""

    OWN = "own"
    OTHER = "other"
    BOTH = "both"


Row = Mapping[str, Any]


def empty(value: Any) -> bool:
    """Whether nothing is said."""
    return value in (None, "", [], ()) or value is False


def choices(field: Field) -> tuple[Take, ...]:
    """What a person may choose for a field."""
    return (Take.OWN, Take.OTHER, Take.BOTH) if field.type.is_list or field.type.is_rows else (Take.OWN, Take.OTHER)


def better(register: Register, field: Field, own: Row, other: Row, origins: tuple[Row, Row] = ({}, {})) -> Take:
    """The side whose value is the better one: what is said before what is not, the weightier word, the later day.

    Lists are united; the name, and to whom the record is open, stay those of the record kept.
    """
    mine, its = own[field.name], other[field.name]
    if mine == its or empty(its):
        return Take.OWN
    if empty(mine):
        return Take.OTHER
    if Take.BOTH in choices(field):
        return Take.BOTH
    if field.name in {register.name_field, register.code_field, "visibility"}:
        return Take.OWN
    words = tuple(_WORD.get(str(side.get(field.name)), 0) for side in origins)
    if words[0] != words[1]:
        return Take.OWN if words[0] > words[1] else Take.OTHER
    return Take.OTHER if _later(other.get("as_of"), own.get("as_of")) else Take.OWN


def _later(one: Any, other: Any) -> bool:
    return one is not None and (other is None or one > other)


def merged(register: Register, own: Row, other: Row, take: Mapping[str, Take]) -> dict[str, Any]:
    """The values of the merged record; the names that it does not bear are kept as former ones, so it is found."""
    values = {field.name: taken(field, own, other, take[field.name]) for field in register.stored}
    former = register.former_names_field
    names = [*values[former], own[register.name_field], other[register.name_field], *other[former], *own[former]]
    values[former] = _former(values[register.name_field], names)
    return values


def taken(field: Field, own: Row, other: Row, take: Take) -> Any:
    """What a field says when a side is taken."""
    if take is Take.BOTH:
        return list(_united(own[field.name] or (), other[field.name] or ()))
    return (own if take is Take.OWN else other)[field.name]


def _united(one: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return [*one, *(item for item in other if item not in one)]


def _former(name: str, names: Sequence[str]) -> list[str]:
    """Each name once, without the one that is borne."""
    by_key: dict[str, str] = {}
    for one in names:
        by_key.setdefault(name_key(one), one)
    by_key.pop(name_key(name), None)
    return list(by_key.values())


def restored(before: Row, after: Row, now: Row) -> dict[str, Any]:
    """The fields that a split gives back: those that still say what the merge made them say."""
    return {name: before[name] for name, value in after.items() if name in now and now[name] == value}
