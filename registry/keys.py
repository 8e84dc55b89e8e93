"""The keys by which records of a register match: of the name, and of what else tells two of the same name apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry import naming
from registry.register import Register

_BETWEEN = "|"
"""Stands in no key of a name: `naming.name_key` keeps letters, digits and brackets only."""


def match_key(register: Register, name: str, values: Mapping[str, Any]) -> str:
    """The key of a record that is called `name`; without `identity` fields it is that of the name."""
    key = naming.name_key(name)
    if not register.identity:
        return key
    return _BETWEEN.join((key, *(naming.name_key(str(values.get(field) or "")) for field in register.identity)))


def plain(key: str) -> str:
    """The part of a match key that is the name's."""
    return key.partition(_BETWEEN)[0]


def former_keys(register: Register, values: Mapping[str, Any], former: Sequence[str]) -> list[str]:
    """The keys of what the record was called before."""
    return [match_key(register, name, values) for name in former]


def of(register: Register, record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that matching, references and sorting use, from a whole record."""
    name = record[register.name_field]
    return {
        "name_key": match_key(register, name, record),
        "plain_key": naming.name_key(name),
        "former_name_keys": former_keys(register, record, record[register.former_names_field]),
        "name_sort": naming.sort_key(name),
    }
