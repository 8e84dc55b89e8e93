"""Figures: what was measured, what it was to be, and how both are printed."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec


class Figure(msgspec.Struct):
    """One line of the table. `met` is None where nothing was promised; `details` go to the JSON only."""

    name: str
    ours: str
    other: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None
    details: dict[str, Any] = {}


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Median, and in brackets the smallest and the greatest."""
    median, low, high = (format(value, form) for value in (statistics.median(values), min(values), max(values)))
    return f"{median} ({low}–{high})"


def ratios(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """One by the other, round by round: what disturbs a round disturbs both of its halves."""
    return [a / b for a, b in zip(one, other, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0 to 1) of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def megabytes(size: float) -> str:
    """Bytes as people read them."""
    return f"{size / 1024 / 1024:.0f} MB"


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table, one line a figure."""
    head = ("Measured", "Ours", "Compared with", "Ratio", "Goal", "Met")
    met = {True: "yes", False: "**no**", None: ""}
    rows = [head, ("---",) * len(head)]
    rows += [(one.name, one.ours, one.other, one.ratio, one.goal, met[one.met]) for one in figures]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def machine() -> dict[str, Any]:
    """What it ran on; the load says how busy others kept it."""
    cores = Path("/proc/cpuinfo").read_text().count("processor\t")
    model = next((line.partition(": ")[2] for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    load = Path("/proc/loadavg").read_text().split()[:3]
    return {"python": platform.python_version(), "cores": cores, "processor": model.strip(), "load": load}


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
