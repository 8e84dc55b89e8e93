"""Search: one protocol, any number of engines. This room knows documents and queries, and no register.

Text is prepared once, in `search.text`, for every engine. Row rights are tokens: a document carries the tokens of
those who may see it, a query the tokens of the one who asks, so hits *and facet counts* obey the same rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from search.wording import NONE, Wording

PUBLIC = "public"
"""The access token of documents that everyone may see."""


class Document(msgspec.Struct, frozen=True):
    """One record as the index keeps it. Whole documents only: applying one replaces what was there.

    `names` are the title and every other name it is found by (former names, short names), the title first.
    `codes` are found whole or by prefix, never by part. `texts` are (text, weight) pairs, weight 1..9.
    `facets` maps a facet's name to the document's values. `access` are the tokens of those who may see it.
    `version` is the record's version: `verify` compares it with the database.
    """

    kind: str
    id: str
    version: int
    title: str
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    texts: tuple[tuple[str, int], ...] = ()
    facets: dict[str, tuple[str, ...]] = {}
    access: tuple[str, ...] = (PUBLIC,)


class Query(msgspec.Struct, frozen=True):
    """What somebody looks for.

    `filters` maps a facet's name to the values of which one must match; different facets combine with and.
    A facet's counts leave out the filter on that same facet, so that its other values stay on offer.
    `access` None means the asker sees everything (a municipal officer); otherwise one token must match.
    `wording` are the synonyms and domain words by which the text is read. `only` bounds the answer to these (kind, id).
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    filters: dict[str, tuple[str, ...]] = {}
    facets: tuple[str, ...] = ()
    access: tuple[str, ...] | None = (PUBLIC,)
    limit: int = 20
    offset: int = 0
    wording: Wording = NONE
    only: tuple[tuple[str, str], ...] | None = None


class Suggestion(msgspec.Struct, frozen=True):
    """A document whose name continues what is being typed."""

    kind: str
    id: str
    title: str


class Hit(msgspec.Struct, frozen=True):
    """One answer. `highlights` maps "title", "name" (a former name, when that is what matched), "code" or "text" to the
    original text cut around the match, as a list of [text, is_match] pieces: no markup, so nothing can be injected."""

    kind: str
    id: str
    title: str
    score: float
    highlights: dict[str, list[tuple[str, bool]]]


class Hits(msgspec.Struct, frozen=True):
    """An exact total, the page asked for, and counts by facet: {facet: {value: count}}, most first.

    `suggestion` is a nearby spelling that does find something, given only when nothing was found.
    """

    total: int
    hits: list[Hit]
    facets: dict[str, dict[str, int]]
    suggestion: str = ""


class SearchUnavailable(Exception):  # noqa: N818
    """The engine cannot answer just now; the message says why, for people who run it."""


class SearchEngine(Protocol):
    """What an engine must do. Calls block; callers on the event loop use a thread."""

    def apply(self, documents: Iterable[Document], removed: Iterable[tuple[str, str]] = ()) -> None:
        """Replace these documents and remove those (kind, id); return only when the change will survive a kill."""

    def search(self, query: Query) -> Hits:
        """Answer a query. Exact name first, then prefix, then words; a document carries on all of its names."""

    def suggest(
        self, text: str, access: Sequence[str] | None, limit: int = 8, wording: Wording = NONE
    ) -> list[Suggestion]:
        """Documents whose names continue what is being typed, of all kinds; of equal titles of one kind the first."""

    def versions(self) -> Mapping[tuple[str, str], int]:
        """(kind, id) -> version of everything in the index."""

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build a new index beside the live one, swap at the end, and return how many documents it holds."""

    def count(self) -> int:
        """Documents in the live index."""
