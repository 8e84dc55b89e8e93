"""Facets as people use them: named, ordered, nested, each value a link that adds or removes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from plugins import manager
from registry import finding, taxonomy
from registry.web.showing import place_note

SHOWN = 10
"""How many values of a facet stand open; the rest are one click away."""

PLAIN = ("kind", "tier", "district")
"""The facets of the large-type mode: fewer choices."""

_COMPANION_LABELS = {"year": "年度", "title": "称号", "kind": "类别"}


class Choice(NamedTuple):
    """One value of a facet; `depth` its level in a classification."""

    label: str
    number: int
    url: str
    chosen: bool
    depth: int = 0
    note: str = ""
    value: str = ""


class Facet(NamedTuple):
    """A facet with its values; `first` stand open, `more` are folded away."""

    name: str
    label: str
    first: list[Choice]
    more: list[Choice]

    @property
    def chosen(self) -> int:
        """How many of its values are chosen."""
        return sum(choice.chosen for choice in (*self.first, *self.more))


@cache
def label_of(facet: str) -> str:
    """What people call a facet."""
    fields = (field for register in manager.registers().values() for field in register.fields if field.facet == facet)
    return next((field.label for field in fields), _COMPANION_LABELS.get(facet, facet))


def value_label(facet: str, value: str) -> str:
    """What people read for a facet's value."""
    if facet == "kind":
        return manager.registers()[value].label if value in manager.registers() else value
    vocabulary = finding.vocabulary_of(facet)
    return taxonomy.vocabulary(vocabulary).label(value) if vocabulary else value


def code_of(facet: str, value: str) -> str:
    """The value as the index keeps it: a label given in a URL becomes its code."""
    vocabulary = finding.vocabulary_of(facet)
    return (taxonomy.vocabulary(vocabulary).find(value) or value) if vocabulary else value


def facet(
    name: str, counts: Mapping[str, int], chosen: Sequence[str], toggle: Callable[[str, str], str]
) -> Facet | None:
    """One facet, or None when it has nothing to choose from."""
    values = _ordered(name, dict.fromkeys(chosen, 0) | dict(counts), chosen)
    if not values:
        return None
    choices = [
        Choice(
            value_label(name, value), counts.get(value, 0), toggle(name, value), value in chosen, depth,
            place_note(value) if name == "district" else "", value,
        )
        for value, depth in values
    ]  # fmt: skip
    first = choices[:SHOWN] if len(choices) > SHOWN + 2 else choices
    first += [choice for choice in choices[len(first) :] if choice.chosen]
    return Facet(name, label_of(name), first, [choice for choice in choices if choice not in first])


def _ordered(name: str, counts: Mapping[str, int], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """Values and their depth: a scale in its order, a classification as a tree, years backwards, others by count."""
    vocabulary = finding.vocabulary_of(name)
    if vocabulary == "tiers":
        return [(entry.code, 0) for entry in taxonomy.vocabulary(vocabulary) if entry.code in counts]
    if vocabulary and any(entry.parent for entry in taxonomy.vocabulary(vocabulary)):
        return _tree(vocabulary, counts, chosen)
    if name == "year":
        return [(value, 0) for value in sorted(counts, reverse=True)]
    return [(value, 0) for value in sorted(counts, key=lambda value: (-counts[value], value))]


def _tree(vocabulary: str, counts: Mapping[str, int], chosen: Sequence[str]) -> list[tuple[str, int]]:
    """The top classes, and below those that are chosen the next level; a class named as its parent is left out."""
    words = taxonomy.vocabulary(vocabulary)
    open_ones = {up for code in chosen for up in (*words.ancestors(code), code)}
    found = []
    for entry in words:
        above = words.ancestors(entry.code)
        if entry.code not in counts or not all(up in open_ones for up in above):
            continue
        if entry.parent and words.label(entry.parent) == entry.label and entry.code not in chosen:
            continue
        found.append((entry.code, len(above)))
    return found
