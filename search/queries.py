"""From a query to tantivy queries: objects only, never the query language, so nothing that people type is syntax.

An answer is put together from tiers, each a query of its own, the best first: exact name, beginning of a name, in one
piece, all words in names, anywhere. A tier only runs while the page is not full, and every tier's documents are also
in the next ones, so the order is strict by construction and costs no score arithmetic.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tantivy import Occur, Query

from search import PUBLIC
from search.fields import HIDDEN, LATIN_EDGE, VALUE, key, schema
from search.pinyin import query_initials, readings
from search.text import CODE_EDGE, EDGE, Look, phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import search
    from search.store import Snapshot

Clauses = tuple[tuple[Occur, Query], ...]


class Tier(NamedTuple):
    """One step of the ranking; inside it the best text comes first if `by_text`, else the shortest title."""

    query: Query
    by_text: bool = False


def term(field: str, value: str) -> Query:
    """Documents with exactly this term; `facets.<name>` addresses a facet."""
    return Query.const_score_query(Query.term_query(schema(), field, value, "basic"), 1.0)


def any_of(queries: Sequence[Query]) -> Query:
    """Documents that answer one of the queries (at least one is given)."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, q) for q in queries])


def all_of(queries: Iterable[Query], filters: Clauses = ()) -> Query:
    """Documents that answer all of the queries and pass the filters."""
    return Query.boolean_query([*((Occur.Must, q) for q in queries), *filters])


class Filters:
    """Who may see it, which kinds, which facet values: clauses, none where all would pass."""

    def __init__(self, query: search.Query, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot

    def clauses(self, without: str = "") -> Clauses:
        """All filters, those on facet `without` left out."""
        facets = [
            (Occur.Must, any_of([_has_value(name, value) for value in values]))
            for name, values in self._query.filters.items()
            if values and name != without
        ]
        return *self._access, *self._only, *(self._kinds if without != "kind" else ()), *facets

    @cached_property
    def _access(self) -> Clauses:
        tokens = self._query.access
        if tokens is None:
            return ()
        allowed = [term("access", token) for token in dict.fromkeys(tokens)]
        if PUBLIC not in tokens:
            return ((Occur.Must, any_of(allowed) if allowed else Query.empty_query()),)
        # Most documents are public: to exclude the few others is much cheaper than to demand the common token.
        if not self._snapshot.searcher.doc_freq("access", HIDDEN):
            return ()
        hidden = [(Occur.Must, term("access", HIDDEN)), *((Occur.MustNot, query) for query in allowed)]
        return ((Occur.MustNot, Query.boolean_query(hidden)),)

    @cached_property
    def _only(self) -> Clauses:
        only = self._query.only
        if only is None:
            return ()
        named = [term("key", key(kind, id_)) for kind, id_ in only]
        return ((Occur.Must, any_of(named) if named else Query.empty_query()),)

    @cached_property
    def _kinds(self) -> Clauses:
        wanted = self._query.kinds
        if not wanted or set(self._snapshot.kinds) <= set(wanted):
            return ()
        return ((Occur.Must, any_of([term("kind", kind) for kind in dict.fromkeys(wanted)])),)


def _has_value(facet: str, value: str) -> Query:
    return term(column(facet), value if facet == "kind" else VALUE + value)


def column(facet: str) -> str:
    """The field a facet is kept in; a dot in its name would otherwise be a path."""
    return facet if facet == "kind" else "facets." + facet.replace("\\", "\\\\").replace(".", "\\.")


class Plan:
    """A query's text against one state of the index: which documents answer it at all, and in which order of tiers."""

    def __init__(self, query: search.Query, snapshot: Snapshot) -> None:
        self.look: Look = query.wording.read(query.text)
        self.everything = not query.text.strip()
        self._snapshot = snapshot

    def matches(self, filters: Clauses) -> Query | None:
        """Every document that answers; None when none can."""
        if self.everything:
            return Query.boolean_query([(Occur.Must, Query.all_query()), *filters])
        ways = self._ways("any")
        alternatives = list(self._code_beginning)
        if len(ways) == 1:
            alternatives += ways[0]
        elif ways and all(ways):
            alternatives.append(all_of(map(any_of, ways)))
        # The filters go into each alternative: a union that is filtered as a whole is walked as a whole.
        return any_of([all_of([query], filters) for query in alternatives]) if alternatives else None

    def tiers(self, filters: Clauses, *, names_only: bool = False) -> Iterable[Tier]:
        """The steps of the ranking, the best first."""
        for queries in self._names():
            if queries:
                yield Tier(any_of([all_of([query], filters) for query in queries]))
        if names_only:
            return
        for alike in self._widening:
            heavy = self._ways("heavy", alike=alike)
            if heavy and all(heavy):
                yield Tier(all_of(map(any_of, heavy), filters), by_text=True)
        matches = self.matches(filters)
        if matches is not None:
            yield Tier(matches, by_text=True)

    def _names(self) -> Iterable[list[Query]]:
        joined = self.look.joined
        if not joined:
            return
        yield self._exact("title")
        yield self._exact("alias") + self._exact("code")
        yield self._beginning("edge", "title")
        yield self._beginning("aliasedge", "alias") + self._code_beginning
        yield self._spoken_beginning("edge")
        yield self._spoken_beginning("aliasedge")
        yield self._piece("name", joined)
        yield [query for spoken in self._spoken(joined, unfinished=True) for query in self._piece("name", spoken)]
        for alike in self._widening:
            ways = self._ways("name", alike=alike)
            yield [all_of(map(any_of, ways))] if all(ways) else []

    @cached_property
    def _widening(self) -> tuple[bool, ...]:
        """First the words that were typed, then also those that mean the same, if there are any."""
        return (False, True) if self.look.others else (True,)

    def _count(self, field: str, value: str) -> int:
        return self._snapshot.searcher.doc_freq(field, value)

    def _exact(self, field: str) -> list[Query]:
        return [term(field, self.look.joined)] if self._count(field, self.look.joined) else []

    def _beginning(self, field: str, whole: str) -> list[Query]:
        """Names that begin so: a term of its own when short, otherwise the few whole names that do."""
        joined = self.look.joined
        if len(joined) <= EDGE:
            return [term(field, joined)] if self._count(field, joined) else []
        return [Query.regex_query(schema(), whole, f"{joined}.*")] if self._count(field, joined[:EDGE]) else []

    @cached_property
    def _code_beginning(self) -> list[Query]:
        joined = self.look.joined
        if len(joined) < 2 or not self._count("codeedge", joined[:CODE_EDGE]):
            return []
        if len(joined) <= CODE_EDGE:
            return [term("codeedge", joined)]
        return [Query.regex_query(schema(), "code", f"{joined}.*")]

    def _spoken_beginning(self, field: str) -> list[Query]:
        spoken = self._spoken(self.look.joined, unfinished=True)
        return [term(field, s) for s in spoken if len(s) <= LATIN_EDGE and self._count(field, s)]

    def _spoken(self, word: str, *, unfinished: bool) -> list[str]:
        """Latin letters as syllables and as initials."""
        letters = query_initials(word)
        return [*readings(word, unfinished=unfinished), *([letters] if letters else [])]

    def _piece(self, field: str, text: str) -> list[Query]:
        """Documents that have the text in one piece; nothing when a pair of it is not in the index at all."""
        if len(text) == 1:
            return [Query.const_score_query(Query.regex_query(schema(), field, f"{text}.*"), 1.0)]
        if len(text) == 2:
            return [Query.term_query(schema(), field, text)] if self._count(field, text) else []
        counts = {(i, text[i : i + 2]): self._count(field, text[i : i + 2]) for i in range(len(text) - 1)}
        if not all(counts.values()):
            return []
        # The fewest pairs that cover the text, and those rare enough to spare more looking than they cost.
        common = max(counts.values())
        covering = set(phrase(text))
        places = [place for place, count in counts.items() if place in covering or 2 * count <= common]
        return [Query.phrase_query(schema(), field, list(places))]

    def _ways(self, field: str, *, alike: bool = True) -> list[list[Query]]:
        """For each word the ways to find it: as written, spoken (in names), else by its like."""
        last = self.look.words[-1:]
        return [
            self._piece(field, word)
            + [q for s in self._spoken(word, unfinished=word in last) for q in self._piece("name", s)]
            + self._scattered(field, word)
            + (self._like(field, word) if alike else [])
            for word in self.look.words
        ]

    def _scattered(self, field: str, word: str) -> list[Query]:
        """A word that is known as one, but written in parts."""
        parts = [self._piece(field, part) for part in self.look.parts.get(word, ())]
        return [all_of(map(any_of, parts))] if parts and all(parts) else []

    def _like(self, field: str, word: str) -> list[Query]:
        return [query for other in self.look.others.get(word, ()) for query in self._piece(field, other)]
