"""Searching over all registers: the engine finds, the database shows the hits as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from plugins import manager
from registry import access, indexing, reading, taxonomy
from registry.access import Actor
from registry.errors import BadRequest
from search import Hits, Query, SearchEngine

MAX_LIMIT = 100
MAX_OFFSET = 10_000
MAX_TEXT = 500


class FindQuery(msgspec.Struct, frozen=True):
    """What somebody searches: text, kinds, filters by facet, which facets to count, and which page."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, Sequence[str]] = {}
    facets: tuple[str, ...] = ()
    limit: int = 20
    offset: int = 0


class FoundHit(msgspec.Struct, frozen=True):
    """A hit with its record as a list item; `url` is where people read it."""

    kind: str
    id: str
    title: str
    url: str
    score: float
    highlights: dict[str, list[tuple[str, bool]]]
    record: msgspec.Raw


class FoundHits(msgspec.Struct, frozen=True):
    """The answer: an exact total, hits, counts by facet, and a nearby spelling when nothing was found."""

    total: int
    hits: list[FoundHit]
    facets: dict[str, dict[str, int]]
    suggestion: str = ""


@cache
def facet_names() -> tuple[str, ...]:
    """Every facet of every register, `kind` first."""
    names = ["kind"]
    for register in manager.registers().values():
        names += [field.facet for field in register.public if field.facet]
        names += list(register.companion.facets) if register.companion else []
    return tuple(dict.fromkeys(names))


@cache
def _limiter() -> anyio.CapacityLimiter:
    """Threads of their own, so that slow work elsewhere cannot keep searches waiting."""
    return anyio.CapacityLimiter(16)


async def search(engine: SearchEngine, actor: Actor, query: FindQuery) -> FoundHits:
    """Search as this actor; Unavailable when the engine cannot answer."""
    asked = _checked(actor, query)
    with indexing.refusing():
        hits = await anyio.to_thread.run_sync(engine.search, asked, limiter=_limiter())
    return await _shown(actor, hits)


async def suggest(engine: SearchEngine, actor: Actor, text: str, limit: int) -> list[str]:
    """Titles that continue what is being typed."""
    _check_text(text)
    tokens = access.tokens(actor)
    with indexing.refusing():
        return await anyio.to_thread.run_sync(engine.suggest, text, tokens, limit, limiter=_limiter())


def _checked(actor: Actor, query: FindQuery) -> Query:
    _check_text(query.text)
    if not 1 <= query.limit <= MAX_LIMIT or not 0 <= query.offset <= MAX_OFFSET:
        raise BadRequest(f"limit 应为 1 至 {MAX_LIMIT}，offset 应为 0 至 {MAX_OFFSET} 的整数。")
    for name in (*query.filters, *query.facets):
        if name not in facet_names():
            raise BadRequest(f"没有“{name[:40]}”这一分面；可用：{'、'.join(facet_names())}。")
    for kind in query.kinds:
        if kind not in manager.registers():
            raise BadRequest(f"没有“{kind[:40]}”这一类记录；可用：{'、'.join(manager.registers())}。")
    filters = {name: tuple(_code(name, value) for value in values if value) for name, values in query.filters.items()}
    return Query(
        query.text,
        query.kinds,
        {name: values for name, values in filters.items() if values},
        query.facets,
        access.tokens(actor),
        query.limit,
        query.offset,
    )


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise BadRequest(f"检索内容不超过 {MAX_TEXT} 字。")


def _code(facet: str, value: str) -> str:
    """A label given as a filter value becomes the code that the index keeps."""
    name = vocabulary_of(facet)
    return (taxonomy.vocabulary(name).find(value) or value) if name else value


@cache
def vocabulary_of(facet: str) -> str:
    """The vocabulary that gives a facet's values their labels; "" if they are their own labels."""
    fields = (field for register in manager.registers().values() for field in register.fields if field.facet == facet)
    return next((field.vocabulary for field in fields if field.vocabulary), "")


async def _shown(actor: Actor, hits: Hits) -> FoundHits:
    """Hits with their records; one that has gone since it was indexed is not shown."""
    records: dict[tuple[str, str], bytes] = {}
    for kind, register in manager.registers().items():
        ids = [hit.id for hit in hits.hits if hit.kind == kind]
        if ids:
            found = await reading.summaries(actor, register, ids)
            records |= {(kind, record_id): json for record_id, json in found.items()}
    shown = [_hit(hit, records[hit.kind, hit.id]) for hit in hits.hits if (hit.kind, hit.id) in records]
    return FoundHits(hits.total, shown, hits.facets, hits.suggestion)


def _hit(hit: Any, record: bytes) -> FoundHit:
    url = f"/{manager.registers()[hit.kind].plural}/{hit.id}"
    return FoundHit(hit.kind, hit.id, hit.title, url, hit.score, hit.highlights, msgspec.Raw(record))
