"""The references of a record as a drawing: itself in the middle, around it what it names and what names it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from registry.web.references import Group, Linked

WIDTH, HEIGHT = 860, 420
MOST_NODES = 18
_CENTRE = (WIDTH / 2, HEIGHT / 2)
_RADII = (230.0, 160.0)
_LABEL = 12
"""Characters of a name that a node shows; the list beside has it whole."""


class Node(NamedTuple):
    """One record of the drawing: its place, its words, where it leads, and how it hangs together with the middle."""

    x: float
    y: float
    text: str
    anchor: str
    url: str
    relation: str


Near = tuple[str, Linked]
"""A record at the other end, and how it hangs together."""


class Network(NamedTuple):
    """Everything an SVG needs; `words` is its text alternative, `left_out` what did not find room."""

    width: int
    height: int
    centre: tuple[float, float]
    nodes: list[Node]
    words: str
    left_out: int


def network(name: str, groups: Sequence[Group]) -> Network | None:
    """The drawing, or None where there is too little to draw; every group gets its share of the room."""
    known = [[(group.label, one) for one in group.linked if one.url] for group in groups]
    total = sum(len(one) for one in known)
    if total < 2:
        return None
    drawn = _shared(known)
    nodes = [_node(place, len(drawn), label, one.name, one.url) for place, (label, one) in enumerate(drawn)]
    words = f"“{name}”与 {len(drawn)} 条记录的关系：" + "、".join(f"{group.label} {group.total}" for group in groups)
    everything = sum(group.total for group in groups)
    return Network(WIDTH, HEIGHT, _CENTRE, nodes, words, everything - len(drawn))


def _shared(groups: Sequence[Sequence[Near]]) -> list[Near]:
    """The first of each group in turn, until the room is full; those of a group stay together."""
    taken = [0] * len(groups)
    while sum(taken) < MOST_NODES and any(n < len(group) for n, group in zip(taken, groups, strict=True)):
        for place, group in enumerate(groups):
            if taken[place] < len(group) and sum(taken) < MOST_NODES:
                taken[place] += 1
    return [one for n, group in zip(taken, groups, strict=True) for one in group[:n]]


def _node(place: int, of: int, label: str, name: str, url: str) -> Node:
    angle = 2 * math.pi * place / of - math.pi / 2
    x, y = _CENTRE[0] + _RADII[0] * math.cos(angle), _CENTRE[1] + _RADII[1] * math.sin(angle)
    text = name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
    side = math.cos(angle)
    anchor = "middle" if abs(side) < 0.3 else "start" if side > 0 else "end"
    return Node(round(x, 1), round(y, 1), text, anchor, url, label)
