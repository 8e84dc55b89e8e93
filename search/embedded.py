"""The engine that lives in the process: tantivy on a folder, no server to run. One writes, everybody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tantivy import Occur, Order, Query

from search import Document, Hit, Hits, Suggestion
from search import Query as SearchQuery
from search.fields import SEPARATOR, VALUE, key, prepare, stored
from search.highlight import Highlighter
from search.nearest import nearest
from search.queries import Filters, Plan, Tier, all_of, column
from search.store import APPLY_HEAP, REBUILD_HEAP, Snapshot, Store, plain_words, writing
from search.wording import NONE, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import tantivy

    from search.queries import Clauses

FACET_VALUES = 1000
"""Values of one facet that are counted, the most frequent first."""

SHALLOW = 2000
"""Hits up to which a page is collected from the top; further down the tiers above it are only counted."""

Counts = tuple[int, dict[str, dict[str, int]]]
Found = tuple[float, "tantivy.DocAddress"]


class EmbeddedEngine:
    """`search.SearchEngine` on tantivy; one object may be used from many threads."""

    def __init__(self, root: Path) -> None:
        self._store = Store(root)

    def apply(self, documents: Iterable[Document], removed: Iterable[tuple[str, str]] = ()) -> None:
        """Replace and remove in one commit: all of it survives a kill once this returns, none of it before."""
        documents, removed = list(documents), list(removed)
        if not documents and not removed:
            return
        with self._store.only_writer(), writing(self._store.writable(), APPLY_HEAP) as writer:
            for kind, id_ in removed:
                writer.delete_documents_by_term("key", key(kind, id_))
            for document in documents:
                writer.delete_documents_by_term("key", key(document.kind, document.id))
                writer.add_json(prepare(document))

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Write a new generation (no document may come twice), make it the live one, return how many it holds."""
        with self._store.only_writer():
            folder = self._store.fresh()
            with writing(folder, REBUILD_HEAP) as writer:
                count = 0
                for count, document in enumerate(documents, 1):  # noqa: B007  (the last one is the answer)
                    writer.add_json(prepare(document))
            self._store.publish(folder)
        return count

    def count(self) -> int:
        """Documents in the live index; 0 when there is none."""
        snapshot = self._store.snapshot()
        return snapshot.searcher.num_docs if snapshot else 0

    def versions(self) -> Mapping[tuple[str, str], int]:
        """(kind, id) -> version, read from the term dictionary: about a second for a million documents."""
        snapshot = self._store.snapshot()
        if snapshot is None:
            return {}
        with plain_words("读取检索索引"):
            # With a query, terms of which all documents were removed are left out.
            stamps = snapshot.searcher.terms_with_prefix("stamp", "", Query.all_query())
        versions = {}
        for stamp, _ in stamps:
            kind, id_, version = stamp.split(SEPARATOR)
            versions[kind, id_] = int(version)
        return versions

    def search(self, query: SearchQuery) -> Hits:
        """Answer a query; the same question on an unchanged index is answered from memory."""
        snapshot = self._store.snapshot()
        if snapshot is None:
            return Hits(0, [], {name: {} for name in query.facets})
        with plain_words("检索"):
            return snapshot.remember(repr(query), lambda: _Search(query, snapshot).answer())

    def suggest(
        self, text: str, access: Sequence[str] | None, limit: int = 8, wording: Wording = NONE
    ) -> list[Suggestion]:
        """Documents whose names begin with the text, then those that contain it; also in pinyin and initials."""
        snapshot = self._store.snapshot()
        if snapshot is None or limit < 1:
            return []
        tokens = None if access is None else tuple(access)
        with plain_words("检索"):
            return _Search(SearchQuery(text, access=tokens, limit=limit, wording=wording), snapshot).suggestions()


class _Search:
    """One query on one state of the index."""

    def __init__(self, query: SearchQuery, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot
        self._searcher = snapshot.searcher
        self._filters = Filters(query, snapshot)
        self._plan = Plan(query, snapshot)

    def answer(self) -> Hits:
        """Total, page, counts; and a suggestion where nothing was found."""
        clauses = self._filters.clauses()
        total, facets = self._counts()
        if total == 0:
            suggestion = nearest(self._plan, self._searcher, clauses)
            return Hits(0, [], facets, suggestion)
        return Hits(total, self._page(clauses, total), facets)

    def suggestions(self) -> list[Suggestion]:
        """Distinct titles from the tiers of names; twice as many documents are looked at, since titles repeat."""
        tiers = self._plan.tiers(self._filters.clauses(), names_only=True)
        made: dict[tuple[str, str], Suggestion] = {}
        for _, address in self._collect(tiers, 2 * self._query.limit):
            one = stored(self._searcher.doc(address))
            made.setdefault((one.kind, one.title), Suggestion(one.kind, one.id, one.title))
        return list(made.values())[: self._query.limit]

    def _page(self, clauses: Clauses, total: int) -> list[Hit]:
        first = max(0, self._query.offset)
        needed = min(first + max(0, self._query.limit), total)
        if needed <= first:
            return []
        way = self._by_title if self._plan.everything else self._ranked if needed <= SHALLOW else self._deep
        highlighter = Highlighter(self._plan.look)
        return [self._hit(score, address, highlighter) for score, address in way(clauses, first, needed)]

    def _hit(self, score: float, address: tantivy.DocAddress, highlighter: Highlighter) -> Hit:
        record = stored(self._searcher.doc(address))
        return Hit(record.kind, record.id, record.title, score, highlighter.highlights(record))

    def _by_title(self, clauses: Clauses, first: int, needed: int) -> list[Found]:
        everything = self._plan.matches(clauses) or Query.empty_query()
        result = self._searcher.search(
            everything, needed - first, count=False, order_by_field="order", offset=first, order=Order.Asc
        )
        return [(0.0, address) for _, address in result.hits]

    def _ranked(self, clauses: Clauses, first: int, needed: int) -> list[Found]:
        return self._collect(self._plan.tiers(clauses), needed)[first:]

    def _deep(self, clauses: Clauses, first: int, needed: int) -> list[Found]:
        """A page far down: tiers before it are only counted, each without the documents of those above it."""
        found: list[Found] = []
        above: list[tuple[Occur, Query]] = []
        skip, wanted = first, needed - first
        for step, tier in enumerate(self._plan.tiers(clauses)):
            own = Tier(all_of([tier.query], tuple(above)), tier.by_text)
            above.append((Occur.MustNot, tier.query))
            holds = int(self._searcher.search(own.query, 1).count)  # type: ignore[attr-defined]  # its stub lacks it
            if skip < holds:
                found += [(score / (1 + score) - step, at) for score, at in self._run(own, wanted - len(found), skip)]
            if len(found) >= wanted:
                break
            skip = max(0, skip - holds)
        return found

    def _collect(self, tiers: Iterable[Tier], needed: int) -> list[Found]:
        """The best `needed` documents, each once; scores fall from tier to tier."""
        found: dict[tuple[int, int], Found] = {}
        for step, tier in enumerate(tiers):
            for score, address in self._run(tier, needed):
                found.setdefault((address.segment_ord, address.doc), (score / (1 + score) - step, address))
            if len(found) >= needed:
                break
        return list(found.values())[:needed]

    def _run(self, tier: Tier, needed: int, first: int = 0) -> Iterator[Found]:
        if tier.by_text:
            yield from self._searcher.search(tier.query, needed, count=False, offset=first).hits
        else:
            query = Query.const_score_query(tier.query, 1.0)
            yield from self._searcher.search(query, needed, count=False, weight_by_field="short", offset=first).hits

    def _counts(self) -> Counts:
        """The total, and each facet's counts; facets without a filter of their own share one walk with the total."""
        own = {name for name in self._query.facets if self._filtered(name)}
        total, counts = self._counted("", [name for name in self._query.facets if name not in own])
        counts = counts.copy()
        for name in own:
            counts |= self._counted(name, [name])[1]
        return total, {name: counts[name] for name in self._query.facets}

    def _counted(self, without: str, facets: list[str]) -> Counts:
        """Counts do not depend on the page, nor a facet's own on its filter: remembered, they serve many queries."""
        asked = self._query
        filters = {name: values for name, values in asked.filters.items() if name != without}
        question = repr(
            (asked.text, without != "kind" and asked.kinds, filters, asked.access, facets, asked.wording, asked.only)
        )
        clauses = self._filters.clauses(without)
        return self._snapshot.remember(question, lambda: self._aggregate(clauses, facets))

    def _filtered(self, facet: str) -> bool:
        return bool(self._query.filters.get(facet)) or (facet == "kind" and bool(self._query.kinds))

    def _aggregate(self, clauses: Clauses, facets: list[str]) -> Counts:
        matches = self._plan.matches(clauses)
        if matches is None:
            return 0, {name: {} for name in facets}
        request: dict[str, object] = {"total": {"value_count": {"field": "short"}}}
        for i, name in enumerate(facets):
            request[str(i)] = {"terms": {"field": column(name), "size": FACET_VALUES}}
        result = self._searcher.aggregate(matches, request)
        return int(result["total"]["value"]), {name: _most_first(result[str(i)]) for i, name in enumerate(facets)}


def _most_first(terms: dict[str, list[dict[str, object]]]) -> dict[str, int]:
    counts = [(str(bucket["key"]).removeprefix(VALUE), int(str(bucket["doc_count"]))) for bucket in terms["buckets"]]
    return dict(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
