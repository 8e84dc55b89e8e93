"""Searching over all registers: the engine finds, the database shows the hits as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from plugins import manager
from registry import access, indexing, lookup, reading, taxonomy
from registry.access import Actor
from registry.errors import BadRequest, Unavailable
from registry.register import Register
from registry.searching import misses, wording
from search import Hits, Query, SearchEngine
from search.wording import NONE, Wording

MAX_LIMIT = 100
MAX_OFFSET = 1_000_000
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
    """The answer: an exact total, hits, counts by facet, and a nearby spelling when nothing was found.

    `degraded` says why the engine did not answer; then hits are what a bounded look into the database found.
    """

    total: int
    hits: list[FoundHit]
    facets: dict[str, dict[str, int]]
    suggestion: str = ""
    degraded: str = ""


class Suggested(msgspec.Struct, frozen=True):
    """A record whose name continues what is being typed; `url` is where people read it."""

    kind: str
    kind_label: str
    id: str
    title: str
    place: str
    url: str


class Tried(msgspec.Struct, frozen=True):
    """How a query is read: its words, what else each is found by, and how much is found with that and without."""

    words: tuple[str, ...]
    others: dict[str, tuple[str, ...]]
    total: int
    without: int


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


async def search(engine: SearchEngine, actor: Actor, query: FindQuery, *, counted: bool = False) -> FoundHits:
    """Search as this actor. While the engine cannot answer, names and codes are looked up in the database.

    `counted`: somebody asked, so that a search that found nothing is to be counted.
    """
    asked = _checked(actor, query, await wording.current())
    try:
        with indexing.refusing():
            hits = await anyio.to_thread.run_sync(engine.search, asked, limiter=_limiter())
    except Unavailable as unavailable:
        return await _looked_up(actor, query, unavailable.detail)
    if counted and not hits.total and query.text.strip() and not (asked.filters or asked.kinds):
        await misses.count(actor, query.text)
    return await _shown(actor, hits)


async def matching(
    engine: SearchEngine, actor: Actor, query: FindQuery, only: Sequence[tuple[str, str]] | None, limit: int
) -> list[tuple[str, str]]:
    """(kind, id) of what answers, among `only` if given; Unavailable when the engine cannot answer."""
    asked = msgspec.structs.replace(
        _checked(actor, query, await wording.current()), only=None if only is None else tuple(only), limit=limit
    )
    with indexing.refusing():
        hits = await anyio.to_thread.run_sync(engine.search, asked, limiter=_limiter())
    return [(hit.kind, hit.id) for hit in hits.hits]


async def tried(engine: SearchEngine, actor: Actor, text: str) -> Tried:
    """What the synonyms and domain words make of a query, for those who keep them."""
    known = await wording.current()
    asked = _checked(actor, FindQuery(text, limit=1), known)
    plain = msgspec.structs.replace(asked, wording=NONE)
    look = known.read(text)
    with indexing.refusing():
        found, bare = [await anyio.to_thread.run_sync(engine.search, one, limiter=_limiter()) for one in (asked, plain)]
    return Tried(look.words, dict(look.others), found.total, bare.total)


async def suggest(engine: SearchEngine, actor: Actor, text: str, limit: int) -> list[Suggested]:
    """Records of all kinds whose names continue what is being typed, as they are now and for this actor's eyes."""
    _check_text(text)
    known = await wording.current()
    try:
        with indexing.refusing():
            found = await anyio.to_thread.run_sync(
                engine.suggest, text, access.tokens(actor), limit, known, limiter=_limiter()
            )
    except Unavailable:
        matches = await lookup.by_name_or_code(actor, text) if text.strip() else []
        return [_suggested(match.register, match.id, match.json) for match in matches[:limit]]
    records = await _records(actor, [(one.kind, one.id) for one in found])
    return [
        _suggested(manager.registers()[one.kind], one.id, records[one.kind, one.id])
        for one in found
        if (one.kind, one.id) in records
    ]


def _suggested(register: Register, record_id: str, record: bytes) -> Suggested:
    values = msgspec.json.decode(record, type=dict[str, Any])
    url = f"/{register.plural}/{record_id}"
    place = values.get("district") or ""
    return Suggested(register.kind, register.label, record_id, values[register.name_field], place, url)


async def _looked_up(actor: Actor, query: FindQuery, why: str) -> FoundHits:
    matches = await lookup.by_name_or_code(actor, query.text, query.kinds, query.filters)
    hits = [
        FoundHit(
            match.register.kind,
            match.id,
            match.title,
            f"/{match.register.plural}/{match.id}",
            0.0,
            {},
            msgspec.Raw(match.json),
        )
        for match in matches[query.offset : query.offset + query.limit]
    ]
    return FoundHits(len(matches), hits, {name: {} for name in query.facets}, "", why)


def _checked(actor: Actor, query: FindQuery, known: Wording) -> Query:
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
        known,
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
    records = await _records(actor, [(hit.kind, hit.id) for hit in hits.hits])
    shown = [_hit(hit, records[hit.kind, hit.id]) for hit in hits.hits if (hit.kind, hit.id) in records]
    return FoundHits(hits.total, shown, hits.facets, hits.suggestion)


async def _records(actor: Actor, named: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """List items by (kind, id), for those that are still there and within the actor's sight."""
    records: dict[tuple[str, str], bytes] = {}
    for kind, register in manager.registers().items():
        ids = [one for of_kind, one in named if of_kind == kind]
        if ids:
            found = await reading.summaries(actor, register, ids)
            records |= {(kind, record_id): json for record_id, json in found.items()}
    return records


def _hit(hit: Any, record: bytes) -> FoundHit:
    url = f"/{manager.registers()[hit.kind].plural}/{hit.id}"
    return FoundHit(hit.kind, hit.id, hit.title, url, hit.score, hit.highlights, msgspec.Raw(record))
