"""When nothing was found: the nearest title that the asker may see, by shared pairs and then by edit distance."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from tantivy import Occur, Query

from search.fields import Stored, schema, stored
from search.pinyin import readings
from search.queries import Clauses, all_of
from search.text import EDGE, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tantivy

    from search.queries import Plan

CANDIDATES = 12
"""Documents compared by edit distance."""

MOST_POSTINGS = 20_000
"""Documents that the pairs may lead to, by which candidates are found: 有限 and 公司 say nothing and cost most."""

SHORTEST, LONGEST = 3, 40
"""Characters of a query that can be a misspelling: shorter ones resemble everything, longer ones are not names."""


def distance(part: str, whole: str) -> int:
    """Fewest insertions, deletions and replacements that turn `part` into some stretch of `whole`."""
    above = [0] * (len(whole) + 1)
    for i, wanted in enumerate(part, 1):
        row = [i]
        for j, found in enumerate(whole, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (wanted != found)))
        above = row
    return min(above)


def nearest(plan: Plan, searcher: tantivy.Searcher, filters: Clauses) -> str:
    """The title nearest to a query that found nothing, or "" where none is near enough."""
    best = (LONGEST, "")
    for text in _spellings(plan.look.joined):
        for candidate in _candidates(text, searcher, filters):
            forms = (*map(fold, candidate.names), *candidate.syllables)
            best = min(best, (min(distance(text, form) for form in forms), candidate.title), key=lambda pair: pair[0])
            if best[0] <= max(1, len(text) // 4):
                return best[1]
    return ""


def _spellings(joined: str) -> Iterator[str]:
    """The query as written, and as syllables where it is pinyin."""
    if SHORTEST <= len(joined) <= LONGEST:
        yield joined
    yield from (spoken for spoken in readings(joined, unfinished=False) if len(spoken) >= SHORTEST)


def _candidates(text: str, searcher: tantivy.Searcher, filters: Clauses) -> Iterator[Stored]:
    for query in _resembling(text, searcher):
        for _, address in searcher.search(all_of([query], filters), CANDIDATES, count=False).hits:
            yield stored(searcher.doc(address))


def _rarest(known: dict[str, int]) -> list[str]:
    """The rarest pairs: two at least, more while they lead to few documents."""
    pairs = sorted(known, key=lambda pair: known[pair])
    postings = accumulate(known[pair] for pair in pairs)
    return [
        pair for i, (pair, total) in enumerate(zip(pairs, postings, strict=True)) if i < 2 or total <= MOST_POSTINGS
    ]


def _resembling(text: str, searcher: tantivy.Searcher) -> Iterator[Query]:
    """Names that share half of the rarest pairs, then beginnings one letter off."""
    pairs = dict.fromkeys(text[i : i + 2] for i in range(len(text) - 1))
    known = {pair: count for pair in pairs if (count := searcher.doc_freq("name", pair))}
    rare = _rarest(known)
    if rare:
        terms = [(Occur.Should, Query.term_query(schema(), "name", pair)) for pair in rare]
        yield Query.boolean_query(terms, minimum_number_should_match=(len(rare) + 1) // 2)
    if len(text) <= EDGE:
        yield Query.fuzzy_term_query(schema(), "edge", text, distance=1)
