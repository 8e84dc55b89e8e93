"""Where a hit matches, marked on the original text: computed here, because the index holds folded pairs, not text."""

from __future__ import annotations

from typing import NamedTuple

from search.fields import Stored
from search.pinyin import initials, query_initials, readings
from search.text import Folded, Look, code_keys, fold, fold_with_places

Pieces = list[tuple[str, bool]]
Span = tuple[int, int]

SNIPPET = 60
"""Characters of a long text that are shown."""

LEAD = 15
"""Of these, how many stand before the first match."""

CUT = "…"


class Marks(NamedTuple):
    """What was found in one text: spans of the original, and which words they stand for."""

    spans: list[Span]
    words: frozenset[str]


NOTHING = Marks([], frozenset())


def _occurrences(text: str, part: str) -> list[Span]:
    """Every place where a part stands, from left to right, none overlapping."""
    spans = []
    start = text.find(part)
    while start >= 0:
        spans.append((start, start + len(part)))
        start = text.find(part, start + len(part))
    return spans


def _to_original(spans: list[Span], folded: Folded) -> list[Span]:
    """Spans of folded text as spans of the original, joined where they touch or overlap."""
    joined: list[Span] = []
    for start, end in sorted((folded.places[s], folded.places[e - 1] + 1) for s, e in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def pieces(text: str, spans: list[Span]) -> Pieces:
    """Text cut at its spans into [piece, is_match]."""
    result: Pieces = []
    position = 0
    for start, end in spans:
        if start > position:
            result.append((text[position:start], False))
        result.append((text[start:end], True))
        position = end
    if position < len(text):
        result.append((text[position:], False))
    return result


def snippet(text: str, spans: list[Span]) -> Pieces:
    """The stretch of a long text around its first match; an ellipsis stands where it was cut."""
    start = max(0, min(spans[0][0] - LEAD, len(text) - SNIPPET))
    end = min(len(text), max(start + SNIPPET, spans[0][1]))
    inside = [(max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start]
    before: Pieces = [(CUT, False)] if start else []
    after: Pieces = [(CUT, False)] if end < len(text) else []
    return [*before, *pieces(text[start:end], inside), *after]


class Highlighter:
    """Marks hits of one query."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._words = frozenset(look.words)
        last = look.words[-1:]
        self._spoken = {word: readings(word, unfinished=word in last) for word in look.words}
        self._initials = {word: query_initials(word) for word in look.words}

    def highlights(self, stored: Stored) -> dict[str, Pieces]:
        """What to show of a hit: its title; another name, a code, a text where the title alone does not explain it."""
        title, *others = (self._in_name(*pair) for pair in zip(stored.names, stored.syllables, strict=True))
        shown = {"title": pieces(stored.title, title.spans)} if title.spans else {}
        if title.words == self._words:
            return shown
        name, found = self._best(list(stored.names[1:]), others)
        if found.words - title.words:
            shown["name"] = pieces(name, found.spans)
        shown |= self._in_codes(stored.codes)
        if "code" not in shown and title.words | found.words != self._words:
            text, found = self._best(list(stored.texts), [self._in_text(text) for text in stored.texts])
            if found.spans:
                shown["text"] = snippet(text, found.spans)
        return shown

    @staticmethod
    def _best(texts: list[str], marks: list[Marks]) -> tuple[str, Marks]:
        """The text in which most words were found; the first of equals."""
        return max(zip(texts, marks, strict=True), key=lambda pair: len(pair[1].words), default=("", NOTHING))

    def _in_text(self, text: str) -> Marks:
        found = {word: self._as_written(word, fold(text)) for word in self._look.words}
        return self._marks(found, text)

    def _as_written(self, word: str, folded: str) -> list[Span]:
        """The word itself, else a word that means the same, else its parts if all are there."""
        for one in (word, *self._look.others.get(word, ())):
            if spans := _occurrences(folded, one):
                return spans
        parts = [_occurrences(folded, part) for part in self._look.parts.get(word, ())]
        return [span for spans in parts for span in spans] if all(parts) else []

    def _in_name(self, name: str, syllables: str) -> Marks:
        folded = fold(name)
        found = {
            word: self._as_written(word, folded) or (self._as_pinyin(word, syllables) if word.isascii() else [])
            for word in self._look.words
        }
        return self._marks(found, name)

    def _as_pinyin(self, word: str, syllables: str) -> list[Span]:
        """Characters whose syllables, or else whose initials, the Latin word spells."""
        for reading in self._spoken[word]:
            if spans := _occurrences(syllables, reading):
                return spans
        letters = self._initials[word]
        return _occurrences(initials(syllables), letters) if letters else []

    @staticmethod
    def _marks(found: dict[str, list[Span]], original: str) -> Marks:
        spans = [span for spans in found.values() for span in spans]
        if not spans:
            return NOTHING
        return Marks(
            _to_original(spans, fold_with_places(original)), frozenset(word for word, spans in found.items() if spans)
        )

    def _in_codes(self, codes: tuple[str, ...]) -> dict[str, Pieces]:
        """The first code that begins with the query, whole or after the letters of a standard's number."""
        joined = self._look.joined
        for code in codes:
            if len(joined) >= 2 and any(key.startswith(joined) for key in code_keys(code)):
                folded = fold_with_places(code)
                start = folded.text.rfind(joined) if not folded.text.startswith(joined) else 0
                return {"code": pieces(code, _to_original([(start, start + len(joined))], folded))}
        return {}
