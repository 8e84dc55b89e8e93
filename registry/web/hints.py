"""Words of a search that name a district, a tier, a class or a title: the same search with the facet instead."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Request

from registry import finding, taxonomy
from registry.api import actor_of
from registry.finding import FindQuery, FoundHits
from registry.web import facets
from registry.web.asking import Asked

FEW = 20
"""Where a search finds as many, nothing is offered beside it."""

MOST_WORDS = 3
MOST_TITLES = 2
_TITLE = "title"


class Hint(NamedTuple):
    """A narrower search than the words: what it shows, how many, where."""

    label: str
    number: int
    url: str


async def hints(request: Request[Any, Any, Any], wanted: Asked, total: int) -> list[Hint]:
    """What the words may have meant, all of them together first; only what finds something is offered."""
    if total >= FEW or wanted.offset:
        return []
    words = [word for word in dict.fromkeys(wanted.text.split()) if len(word) > 1 and not word.isascii()][:MOST_WORDS]
    known = {word: pairs for word in words if (pairs := named(word))}
    tried = [_narrowed(wanted, {word: pair}) for word, pairs in known.items() for pair in pairs]
    if len(known) > 1:
        tried.insert(0, _narrowed(wanted, {word: pairs[0] for word, pairs in known.items()}))
    counted = [(one, (await _ask(request, one)).total) for one in tried]
    if not any(number for _, number in counted):
        return [hint for word in words for hint in await _titles(request, wanted, word)]
    return [Hint(_label(one), number, one.url()) for one, number in counted if number]


def named(word: str) -> list[tuple[str, str]]:
    """The values of facets, (facet, value), of which this is the label or another name."""
    vocabularies = ((name, finding.vocabulary_of(name)) for name in finding.facet_names())
    found = ((name, taxonomy.vocabulary(words).find(word)) for name, words in vocabularies if words)
    return [(name, value) for name, value in found if value]


def _narrowed(wanted: Asked, pairs: dict[str, tuple[str, str]]) -> Asked:
    """The search with words taken out of its text and their facets set."""
    text = " ".join(word for word in wanted.text.split() if word not in pairs)
    chosen = {name: (value,) for name, value in pairs.values()}
    return wanted._replace(text=text, filters={**wanted.filters, **chosen})


def _label(narrowed: Asked) -> str:
    values = [facets.value_label(name, value) for name, many in narrowed.filters.items() for value in many]
    return "、".join(([f"“{narrowed.text}”"] if narrowed.text else []) + values)


async def _titles(request: Request[Any, Any, Any], wanted: Asked, word: str) -> list[Hint]:
    """The titles of the remaining search whose name contains the word, the most frequent first."""
    rest = _narrowed(wanted, {word: (_TITLE, "")})
    counts = (await _ask(request, rest, (_TITLE,))).facets.get(_TITLE, {})
    labels = sorted((label for label in counts if word in label), key=lambda label: (-counts[label], label))
    titled = [(rest._replace(filters={**rest.filters, _TITLE: (label,)}), label) for label in labels[:MOST_TITLES]]
    return [Hint(_label(one), counts[label], one.url()) for one, label in titled]


async def _ask(request: Request[Any, Any, Any], wanted: Asked, counted: tuple[str, ...] = ()) -> FoundHits:
    query = FindQuery(wanted.text, wanted.kinds, wanted.filters, counted, 1)
    return await finding.search(request.app.state.engine, actor_of(request), query)
