"""Two records compared: names by rapidfuzz, the rest by equality. The evidence; what it weighs is in `rules`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from registry.duplicates import names
from registry.duplicates.names import Name
from registry.duplicates.rules import Evidence, Likeness, weigh
from registry.naming import name_key
from registry.register import Field, Register
from search.pinyin import syllables

_LEAST_PHONE = 7
_LEAST_ADDRESS = 6


class Subject(NamedTuple):
    """A record as look-alikes are told by: its names (the current one first), code, and where it is reached."""

    names: tuple[str, ...]
    code: str | None
    phones: frozenset[str]
    address: str
    district: str | None
    identity: tuple[str, ...]


def traits(register: Register, trait: str) -> list[Field]:
    """The fields by which records of this register look alike: `phone` or `address`."""
    return [field for field in register.stored if field.trait == trait]


def columns(register: Register) -> list[str]:
    """The columns that a subject is read from."""
    told = [register.name_field, register.former_names_field, register.code_field, "district", *register.identity]
    return list(dict.fromkeys(told + [field.name for field in register.stored if field.trait]))


def subject(register: Register, record: Mapping[str, Any], *, private: bool = True) -> Subject:
    """A record as look-alikes are told by; `private` fields only for those who may read them."""
    former = record.get(register.former_names_field) or ()
    phones = [str(record.get(f.name) or "") for f in traits(register, "phone") if private or not f.private]
    address = next((str(record[f.name]) for f in traits(register, "address") if record.get(f.name)), "")
    return Subject(
        (record[register.name_field], *former),
        record.get(register.code_field) or None,
        frozenset(number for text in phones for number in _numbers(text)),
        address,
        record.get("district") or None,
        tuple(name_key(str(record.get(name) or "")) for name in register.identity),
    )


def _numbers(text: str) -> Iterator[str]:
    for digits in re.findall(r"\d+", text.replace("-", "").replace(" ", "")):
        number = digits.lstrip("0")[-11:]
        if len(number) >= _LEAST_PHONE and len(set(number)) > 1:
            yield number


@lru_cache(maxsize=65_536)
def _plain_address(text: str) -> str:
    """An address without its places; "" where too little is left to tell anything."""
    plain = names.without_places(text) if text else ""
    return plain if len(plain) >= _LEAST_ADDRESS and any(map(str.isdigit, plain)) else ""


def keys(one: Subject) -> set[str]:
    """The keys by which the look-alikes of a record meet it."""
    found = {key for name in one.names for key in names.keys(name)}
    found |= {f"t:{number}" for number in one.phones}
    address = _plain_address(one.address)
    return found | {f"a:{address}"} if address else found


def compare(one: Subject, other: Subject) -> Likeness:
    """How much two records look alike."""
    name, former, left, right = _nearest(one.names, other.names)
    addresses = [_plain_address(text) for text in (one.address, other.address)] if one.address and other.address else []
    return weigh(
        Evidence(
            name=name,
            code=None if not (one.code and other.code) else one.code == other.code,
            phone=None if not (one.phones and other.phones) else bool(one.phones & other.phones),
            address=_ratio(*addresses) if addresses and all(addresses) else None,
            district=None if not (one.district and other.district) else one.district == other.district,
            places=None if not (left.places and right.places) else bool(left.places & right.places),
            numbers=None if not (left.numbers or right.numbers) else left.numbers == right.numbers,
            branch=left.branch != right.branch,
            identity=_identity(one.identity, other.identity),
            former=former,
        )
    )


def _nearest(ones: Sequence[str], others: Sequence[str]) -> tuple[float, bool, Name, Name]:
    """The two names that are nearest, of all that the two records have had; a former name counts a little less."""
    best = (-1.0, False, names.read(ones[0]), names.read(others[0]))
    for i, one in enumerate(ones):
        for j, other in enumerate(others):
            left, right = names.read(one), names.read(other)
            near = alike(left, right) * (1.0 if i == j == 0 else 0.97)
            if near > best[0]:
                best = (near, bool(i or j), left, right)
    return best


def alike(one: Name, other: Name) -> float:
    """How alike two names are, 0 to 1: half by all that is left of them, half by the brand alone."""
    if one.generic or other.generic:
        return _ratio(one.local, other.local)
    if one.core == other.core:
        return 1.0
    brand = _ratio(one.brand, other.brand)
    if brand < 0.95 and _slip(one.brand, other.brand):
        brand = 0.95
    return (_ratio(one.core, other.core) + brand) / 2


def _slip(one: str, other: str) -> bool:
    """Two characters changed places, or a character of the same sound: what hands do when they type."""
    if len(one) != len(other):
        return False
    swapped = sorted(one) == sorted(other) and DamerauLevenshtein.distance(one, other) == 1
    return swapped or _sound(one) == _sound(other)


@lru_cache(maxsize=65_536)
def _sound(brand: str) -> str:
    return syllables(brand)


def _identity(ones: Sequence[str], others: Sequence[str]) -> bool | None:
    told = [(one, other) for one, other in zip(ones, others, strict=True) if one and other]
    return all(_ratio(one, other) >= 0.85 for one, other in told) if told else None


def _ratio(one: str, other: str) -> float:
    return fuzz.ratio(one, other) / 100
