"""Words that mean the same, and words that are not to be cut: given with each query, so a change is felt at once.

A document says 适老化, somebody looks for 无障碍: the words of a group find each other. A domain word is kept in one
piece where the dictionary would cut it (适老化 is 适 and 老化 to it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from search.text import MAX_QUERY, Look, fold, words


class Wording:
    """Groups of words that stand for each other, and domain words; immutable, told by the digest of what it holds."""

    def __init__(self, groups: Iterable[Iterable[str]] = (), kept: Iterable[str] = ()) -> None:
        self._groups = tuple(filter(_says_something, (tuple(dict.fromkeys(map(fold, group))) for group in groups)))
        self._kept = frozenset(filter(None, map(fold, kept)))
        told = repr((sorted(self._groups), sorted(self._kept)))
        self.version = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()

    def __repr__(self) -> str:
        return f"Wording({self.version})"

    @cached_property
    def _others(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for group in self._groups:
            for word in group:
                found.setdefault(word, {}).update(dict.fromkeys(other for other in group if other and other != word))
        return {word: tuple(others) for word, others in found.items() if word}

    @cached_property
    def _by_beginning(self) -> Mapping[str, tuple[str, ...]]:
        """Known words of two characters and more by their first character, the longest first."""
        found: dict[str, list[str]] = {}
        for word in sorted({*self._others, *self._kept}, key=len, reverse=True):
            if len(word) > 1:
                found.setdefault(word[0], []).append(word)
        return {first: tuple(many) for first, many in found.items()}

    def read(self, text: str) -> Look:
        """Read a query as `search.text.read` does, known words kept whole and led to their others."""
        terms = [fold(term) for term in text[:MAX_QUERY].split()]
        found = dict.fromkeys(word for term in terms for word in self._words(term))
        others = {word: self._others[word] for word in found if word in self._others}
        parts = {word: tuple(cut) for word in others if len(cut := words(word)) > 1 and word not in self._kept}
        return Look("".join(terms), tuple(found), others, parts)

    def _words(self, term: str) -> Iterator[str]:
        if term.isascii():
            yield from words(term)
            return
        rest = ""
        place = 0
        while place < len(term):
            known = self._known_at(term, place)
            if known:
                yield from words(rest)
                yield known
                rest = ""
            else:
                rest += term[place]
            place += len(known) or 1
        yield from words(rest)

    def _known_at(self, term: str, place: int) -> str:
        candidates = self._by_beginning.get(term[place], ())
        return next((word for word in candidates if term.startswith(word, place)), "")


def _says_something(group: tuple[str, ...]) -> bool:
    return sum(map(bool, group)) > 1


NONE = Wording()
"""Nothing is known: queries are read by the dictionary alone."""
