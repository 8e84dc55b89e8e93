"""The chart of titles over time: bars on an axis of years, as plain numbers for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry.titles.schemas import IN_FORCE

WIDTH = 720
MOST_BARS = 12
_LEFT, _RIGHT, _TOP, _PITCH, _BAR = 8, 712, 28, 36, 10


class Bar(NamedTuple):
    """One title: where its bar lies, and the words above it."""

    x: float
    y: float
    width: float
    text_x: float
    anchor: str
    label: str
    style: str


class Tick(NamedTuple):
    """The beginning of a year."""

    x: float
    label: str


class Chart(NamedTuple):
    """Everything an SVG needs; `words` is its text alternative."""

    height: int
    bars: list[Bar]
    ticks: list[Tick]
    today_x: float
    bar_height: int
    words: str
    left_out: int


def chart(titles: Sequence[Mapping[str, Any]], day: date) -> Chart | None:
    """The chart of the titles whose beginning is known; None when fewer than two tell a story."""
    dated = [title for title in titles if title["valid_from"]]
    if len(dated) < 2:
        return None
    drawn = sorted(dated, key=lambda title: (str(title["valid_from"]), str(title["label"])))[-MOST_BARS:]
    first = min(_year(title["valid_from"]) for title in drawn)
    last = max([day.year, *(_year(title["valid_until"]) for title in drawn if title["valid_until"])]) + 1
    scale = _Scale(first, last)
    bars = [_bar(title, place, scale, day) for place, title in enumerate(drawn)]
    every = max(1, -(-(last - first) // 8))
    ticks = [Tick(scale.at(date(year, 1, 1)), str(year)) for year in range(first, last, every)]
    words = f"{len(drawn)} 项称号的有效期，{first} 年至 {last - 1} 年；逐项内容见下面的列表。"
    return Chart(_TOP + len(drawn) * _PITCH + 8, bars, ticks, scale.at(day), _BAR, words, len(dated) - len(drawn))


class _Scale:
    def __init__(self, first: int, last: int) -> None:
        self._begin = date(first, 1, 1).toordinal()
        self._days = date(last, 1, 1).toordinal() - self._begin

    def at(self, day: date) -> float:
        share = (day.toordinal() - self._begin) / self._days
        return round(_LEFT + min(max(share, 0), 1) * (_RIGHT - _LEFT), 1)


def _bar(title: Mapping[str, Any], place: int, scale: _Scale, day: date) -> Bar:
    x = scale.at(date.fromisoformat(title["valid_from"]))
    ends = title["valid_until"]
    until = date.fromisoformat(ends) if ends else max(day, date.fromisoformat(title["valid_from"]))
    width = round(max(scale.at(until) - x, 4), 1)
    y = _TOP + place * _PITCH + 18
    late = x > WIDTH * 0.6
    label = title["label"] if len(title["label"]) <= 24 else title["label"][:23] + "…"
    return Bar(x, y, width, round(x + width, 1) if late else x, "end" if late else "start", label, _style(title))


def _style(title: Mapping[str, Any]) -> str:
    if not title["held"] and title["stage"] not in IN_FORCE:
        return f"bar-{title['stage']}"
    return f"bar-{'held' if title['held'] else 'past'}{' bar-presumed' if title['presumed'] else ''}"


def _year(text: str) -> int:
    return int(text[:4])
