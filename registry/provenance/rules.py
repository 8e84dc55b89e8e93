"""Which word stands above which, and which fields an enterprise speaks for itself. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from registry.errors import Objection
from registry.register import PLACE, STATEMENT, Field, Opening, Register


class Origin(StrEnum):
    """Whose word a value is, from the lowest to the highest."""

    LIST = "list"
    CLAIM = "claim"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]


_LABELS = {Origin.LIST: "名单", Origin.CLAIM: "企业自报", Origin.VERIFIED: "已核实"}
RANKS = tuple(Origin)

ABOUT_THE_STATEMENT = frozenset({"as_of", "source", "synthetic"})
"""Fields that say of the statement itself when and where it was made: they follow the latest word, whoever's it is."""


class Weighed(NamedTuple):
    """What a word changes, and what of it stands against a higher word and waits for a decision."""

    written: dict[str, Any]
    disputed: dict[str, Any]


def standing(origins: Mapping[str, str], name: str) -> Origin:
    """Whose word stands in a field; what nobody claimed or verified came from a list."""
    return Origin(origins.get(name, Origin.LIST))


def yields(standing_word: Origin, said: Origin) -> bool:
    """Whether a value gives way to a word: verified above claim above list; equals go by the day, as lists do."""
    return RANKS.index(said) >= RANKS.index(standing_word)


def weigh(origins: Mapping[str, str], said: Origin, changes: Mapping[str, Any]) -> Weighed:
    """Divide the changes that a word makes into those that are written and those that are kept as conflicts.

    `provenance.lists` says the same in SQL for the rows of a list.
    """
    written = {name: value for name, value in changes.items() if yields(standing(origins, name), said)}
    return Weighed(written, {name: value for name, value in changes.items() if name not in written})


def guarded(register: Register) -> tuple[Field, ...]:
    """The fields of which origins are kept. Former names only grow, so nothing of them is ever lost."""
    left_out = ABOUT_THE_STATEMENT | {register.former_names_field}
    return tuple(field for field in register.stored if field.name not in left_out)


def marked(register: Register, origins: Mapping[str, str], said: Origin, names: Collection[str]) -> dict[str, str]:
    """The origins of a record after a word was written in these fields; a list's word leaves no mark."""
    kept = {name: origin for name, origin in origins.items() if name not in names}
    if said is Origin.LIST:
        return kept
    return kept | {field.name: said.value for field in guarded(register) if field.name in names}


def own_part(register: Register) -> tuple[Field, ...]:
    """The fields that an enterprise edits in its own record: what it offers, figures, papers, contacts.

    Not what identifies the record (name, code, place), nor what the office says of it: visibility, the statement, what
    the register keeps for the office (`kept_by_office`: 链主), and closed fields. Titles are no fields at all.
    """
    identifying = {register.name_field, register.code_field, register.former_names_field, *register.identity}
    office = {field.name for field in (*PLACE, *STATEMENT)} | set(register.kept_by_office)
    return tuple(
        field
        for field in register.stored
        if field.name not in identifying | office and field.opening is not Opening.CLOSED
    )


def not_own(register: Register, said: Origin, names: Collection[str]) -> list[Objection]:
    """An objection to every field that an enterprise may not speak of; officers speak of all."""
    if said is not Origin.CLAIM:
        return []
    own = {field.name for field in own_part(register)}
    labels = {field.name: field.label for field in register.stored}
    return [
        Objection(f"“{labels[name]}”由主管部门登记，不能自行修改；如有变化请联系所在区县。", name, labels[name])
        for name in names
        if name in labels and name not in own
    ]
