"""Vocabularies: the lists that values are chosen from, read from `registry/data` on first use.

Every data file names its source in its first line. What belongs to one city is data: `city.toml` and `districts.csv`.
"""

from __future__ import annotations

import csv
import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path

import msgspec

from registry.naming import name_key

DATA = Path(__file__).parent / "data"


class Entry(msgspec.Struct, frozen=True):
    """One value of a vocabulary: what is stored, what is shown, what else lists call it, and the entry above it."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    parent: str = ""


class City(msgspec.Struct, frozen=True):
    """The city whose districts the register keeps."""

    name: str
    short: str


class District(msgspec.Struct, frozen=True):
    """A district or functional zone. `valid_to` is the last day whose papers may still use its name.

    The day an abolition is announced belongs to both names: a paper of that day may use either.
    """

    name: str
    aliases: tuple[str, ...]
    type: str
    group: str
    region: str
    valid_to: date | None
    succeeded_by: str
    note: str
    source: str


class Vocabulary:
    """A list of entries, found by code, label or alias whatever the width, script, case or spacing; O(1)."""

    def __init__(self, name: str, source: str, entries: tuple[Entry, ...], prefixes: tuple[str, ...] = ()) -> None:
        self.name = name
        self.source = source
        self.entries = {entry.code: entry for entry in entries}
        self._prefixes = prefixes
        self._close = lru_cache(maxsize=1024)(self._close_labels)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __contains__(self, code: object) -> bool:
        return code in self.entries

    def find(self, text: str) -> str | None:
        """The code that this text means, or None. Where names repeat over levels the deepest entry wins."""
        code = self._exact.get(text) or self._by_key.get(name_key(text))
        return code or next(filter(None, (self._without(prefix, text) for prefix in self._prefixes)), None)

    def label(self, code: str) -> str:
        """What people read; a code that is no longer in the list is shown as it is."""
        entry = self.entries.get(code)
        return entry.label if entry else code

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The entries above this one, the topmost first, without itself."""
        entry = self.entries.get(code)
        if entry is None or not entry.parent:
            return ()
        return (*self.ancestors(entry.parent), entry.parent)

    def nearest(self, text: str, limit: int = 3) -> list[str]:
        """Labels that somebody may have meant, nearest first; empty when nothing is near."""
        return self._close(name_key(text[:40]))[:limit]

    @cached_property
    def _exact(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for entry in self:
            names |= dict.fromkeys((entry.label, *entry.aliases), entry.code)
        return names | {code: code for code in self.entries}

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {name_key(text): code for text, code in self._exact.items()}

    @cached_property
    def _by_character(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in self._by_key:
            for character in set(key):
                found.setdefault(character, []).append(key)
        return found

    def _close_labels(self, key: str) -> list[str]:
        # Comparing with every entry costs a millisecond; a file of 100,000 wrong cells must not cost minutes.
        shared = Counter(candidate for character in set(key) for candidate in self._by_character.get(character, ()))
        candidates = [candidate for candidate, _ in shared.most_common(12)]
        close = difflib.get_close_matches(key, candidates, 6, cutoff=0.3)
        return list(dict.fromkeys(self.label(self._by_key[candidate]) for candidate in close))

    def _without(self, prefix: str, text: str) -> str | None:
        return self._by_key.get(name_key(text.removeprefix(prefix))) if text.startswith(prefix) else None


@cache
def city() -> City:
    """The home city."""
    return msgspec.toml.decode((DATA / "city.toml").read_bytes(), type=City)


@cache
def vocabulary(name: str) -> Vocabulary:
    """A vocabulary by the name that `Field.vocabulary` carries; KeyError when there is none."""
    path = DATA / f"{name}.csv"
    if not path.is_file():
        raise KeyError(name)
    source, rows = _read(path)
    if name == "districts":
        return Vocabulary(name, source, tuple(map(_district_entry, _districts().values())), (city().name, city().short))
    return Vocabulary(name, source, tuple(map(_entry, rows)))


def district(name: str) -> District | None:
    """The home city's district of exactly this (full) name."""
    return _districts().get(name)


def districts(on: date) -> list[District]:
    """The home city's districts on a day, in the order of the data file."""
    return [place for place in _districts().values() if place.valid_to is None or on <= place.valid_to]


def district_valid(name: str, on: date) -> bool:
    """Whether the home city had a district of this full name on that day."""
    place = district(name)
    return place is not None and (place.valid_to is None or on <= place.valid_to)


def predecessors(name: str) -> tuple[str, ...]:
    """Abolished districts that this one follows: its officers look after their records too."""
    return tuple(place.name for place in _districts().values() if place.succeeded_by == name)


@cache
def _districts() -> dict[str, District]:
    _, rows = _read(DATA / "districts.csv")
    return {row["name"]: _district(row) for row in rows}


def _district(row: Mapping[str, str]) -> District:
    valid_to = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    return msgspec.convert({**row, "aliases": _split(row["aliases"]), "valid_to": valid_to}, District)


def _district_entry(place: District) -> Entry:
    return Entry(place.name, place.name, place.aliases)


def _entry(row: Mapping[str, str]) -> Entry:
    return Entry(row["code"], row["label"], _split(row.get("aliases", "")), row.get("parent", ""))


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("|")))


def _read(path: Path) -> tuple[str, list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as lines:
        source = next(lines).removeprefix("# source:").strip()
        return source, list(csv.DictReader(lines))
