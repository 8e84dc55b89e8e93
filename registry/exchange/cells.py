"""What a cell says, as text, and the guard that keeps a text from being run as a formula.

Reading and writing agree: text is cleaned by `clean` on both sides, and `unguarded` undoes exactly what the guards do,
so a list that was exported and comes back says the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

MAX_CELL = 32_767
"""Characters that a cell of Excel holds."""

EXACT = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""

_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_RUNS = re.compile(r"[\s']*[=+\-@＝＋－＠]")


def clean(text: str) -> str:
    """The text without control characters and outer blanks; line breaks inside stay, as LF."""
    if text.isprintable():
        return text.strip()
    return _UNPRINTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def guarded(text: str) -> str:
    """The cleaned text, led by an apostrophe if a spreadsheet opening a CSV would run it (= + - @, full width too)."""
    text = clean(text)
    return f"'{text}" if _RUNS.match(text) else text


def kept(text: str) -> str:
    """The cleaned text for a cell of type text: only what `unguarded` would take off gets one more apostrophe."""
    text = clean(text)
    return f"'{text}" if text[:1] == "'" and _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """Undo the guard: an apostrophe in front of what would run goes."""
    return text[1:].strip() if text[:1] == "'" and _RUNS.match(text, 1) else text


def letter(index: int) -> str:
    """A, B, … Z, AA: the spreadsheet's name of a column counted from 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def text_of(cell: object) -> str:
    """A read cell as text: whole numbers without .0, no exponents, ISO dates, 是 or 否, errors and nothing as ""."""
    if type(cell) is str:
        return unguarded(clean(cell))
    convert = _CONVERT.get(type(cell))
    return convert(cell) if convert else ""


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    # Fifteen digits are what Excel shows: 0.1 + 0.2 is 0.3 to the person who typed it.
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_CONVERT: dict[type, Callable[[Any], str]] = {
    int: str,
    float: _number,
    bool: lambda value: "是" if value else "否",
    date: date.isoformat,
    datetime: _moment,
    time: lambda value: value.isoformat(timespec="seconds"),
    timedelta: _duration,
}
