"""Text prepared once for every engine: one folding for index and query, so that whatever matches by eye matches here.

Folding is character by character and knows no context. A dictionary of phrases would convert 乾坤 and 坤乾 differently,
and then a substring of a name would not always be a substring of the folded name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_QUERY = 200
"""Characters of a query that are read; the rest is cut."""

EDGE = 6
"""Longest beginning of a name that has a term of its own; longer beginnings are rare enough for the dictionary."""

CODE_EDGE = 8
"""The same for codes: 统一社会信用代码 share their first 8 characters (authority, kind, district)."""

GAP = " $ "
"""Stands between two texts of one field, so that no phrase reaches from one into the next."""

STANDARD_NUMBER = re.compile(r"(?:db\d{2}(?:\d{2})?t?|[a-z]{1,8})(\d.*)")


@cache
def _to_simplified() -> Callable[[str], str]:
    """OpenCC's converter, traditional to simplified; loaded at first use (5 MB)."""
    from opencc import OpenCC  # noqa: PLC0415  (lazy: see above)

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


class _Folding(dict[int, str]):
    """A table for `str.translate` that learns each character the first time it is met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        kept = "".join(c for c in plain if c.isalnum())
        folded = kept if kept.isascii() else _to_simplified()(kept)
        self[code] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Letters, digits, Han characters in one form: half width, simplified, lower case; all else is dropped."""
    return text.translate(_FOLDING)


class Folded(NamedTuple):
    """Folded text, and for each of its characters the place in the original it came from."""

    text: str
    places: tuple[int, ...]


def fold_with_places(text: str) -> Folded:
    """Fold, keeping the way back to the original for highlighting."""
    parts = [_FOLDING[ord(c)] for c in text]
    return Folded("".join(parts), tuple(i for i, part in enumerate(parts) for _ in part))


def grams(text: str) -> str:
    """Overlapping pairs joined by spaces, and the last character alone: 银龄康 -> "银龄 龄康 康".

    Pairs at consecutive positions make a phrase of any substring; the last one alone lets a single character be
    found as the beginning of a term wherever it stands.
    """
    return f"{' '.join(map(add, text, text[1:]))} {text[-1:]}"


def phrase(text: str) -> list[tuple[int, str]]:
    """The fewest (position, pair) terms that cover a text of two or more characters in `grams`."""
    last = len(text) - 2
    offsets = [*range(0, last, 2), last]
    return [(i, text[i : i + 2]) for i in offsets]


def edges(text: str, longest: int = EDGE) -> str:
    """The beginnings of a text, up to `longest` characters, joined by spaces: 银龄康 -> "银 银龄 银龄康"."""
    return " ".join(accumulate(text[:longest]))


@cache
def _cutter() -> Callable[[str], list[str]]:
    """The word cutter; loaded at first use (its dictionary takes 34 MB)."""
    import rjieba  # noqa: PLC0415  (lazy: see above)

    cut: Callable[[str], list[str]] = rjieba.cut
    return cut


def cut(folded: str) -> list[str]:
    """Words of folded text, single characters included."""
    return _cutter()(folded)


def _joined_singles(pieces: list[str]) -> Iterator[str]:
    """Single characters go to the word before them (the first to the one after): alone they would match everything."""
    word = ""
    for piece in pieces:
        if len(word) > 1 and len(piece) > 1:
            yield word
            word = ""
        word += piece
    if word:
        yield word


def words(term: str) -> list[str]:
    """The words of one folded term of a query; a term of Latin letters and digits is one word."""
    if len(term) <= 2 or term.isascii():
        return [term] if term else []
    return list(_joined_singles(cut(term)))


class Look(NamedTuple):
    """A query as read: all of it without spaces, and the words that must all be found.

    A word of `others` is also found by one of these; one of `parts` also by all of its parts, scattered.
    """

    joined: str
    words: tuple[str, ...]
    others: Mapping[str, tuple[str, ...]] = {}
    parts: Mapping[str, tuple[str, ...]] = {}


def code_keys(code: str) -> tuple[str, ...]:
    """What a code is found by: "GB/T 19001-2016" -> ("gbt190012016", "190012016")."""
    key = fold(code)
    number = STANDARD_NUMBER.fullmatch(key)
    return tuple(filter(None, (key, number and number[1])))
