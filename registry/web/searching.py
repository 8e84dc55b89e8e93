"""The search page: one box over all kinds, results while typing, facets that combine; every state is a URL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response, get

from plugins import manager
from registry import finding
from registry.access import Permission
from registry.api import actor_of
from registry.finding import FindQuery, FoundHit, FoundHits
from registry.register import FieldType
from registry.web import facets, hints, rendering, showing
from registry.web.asking import Asked, asked
from registry.web.facets import Facet

LIMIT = 20
SETTLED = "settled"
"""What our script says when somebody has stopped typing: half a word that found nothing is no miss."""
_TEXT_PARTS = ("name", "text")


SUGGESTED = 8


class Result(NamedTuple):
    """One hit as the page shows it; `pieces` and `also` are (text, is_match) lists."""

    url: str
    pieces: Sequence[tuple[str, bool]]
    also: Sequence[tuple[str, Sequence[tuple[str, bool]]]]
    kind: str
    tier: str
    code: Sequence[tuple[str, bool]]
    place: str
    classes: str
    marks: list[tuple[str, str]]


@get("/search", permission=Permission.SEARCH_QUERY, include_in_schema=False)
async def search_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Search, with or without words: without, everything is browsed by facets."""
    wanted = asked(request)
    found = await find(request, wanted)
    context: dict[str, Any] = {
        "asked": wanted,
        "total": found.total,
        "results": [result(hit) for hit in found.hits],
        "facets": shown_facets(request, wanted, found),
        "hints": [] if found.degraded else await hints.hints(request, wanted, found.total),
        "degraded": found.degraded,
        "suggestion": found.suggestion,
        "suggestion_url": wanted._replace(text=found.suggestion, offset=0).url(),
        "bare_url": wanted._replace(filters={}, kinds=(), offset=0).url(),
        "pages": _pages(wanted, found.total),
        "keep_address": wanted.url(),
        "keep_name": wanted.text[:80],
        "first": wanted.offset + 1,
        "last": wanted.offset + len(found.hits),
    }
    if rendering.wants_fragment(request):
        return rendering.page(request, "_results.html", "", **context)
    title = f"“{wanted.text[:30]}”的检索结果" if wanted.text else "检索"
    return rendering.page(request, "search.html", title, crumbs=(rendering.Crumb("首页", "/"),), **context)


@get("/search/suggest", permission=Permission.SEARCH_QUERY, include_in_schema=False)
async def suggest_fragment(request: Request[Any, Any, Any]) -> Response[str]:
    """What may be meant by what is being typed in the box at the top: records of all kinds, each with its kind."""
    text = str(request.query_params.get("q", "")).strip()[: finding.MAX_TEXT]
    found = await finding.suggest(request.app.state.engine, actor_of(request), text, SUGGESTED) if text else []
    return rendering.page(request, "_suggest.html", "", suggestions=found, text=text)


async def find(request: Request[Any, Any, Any], wanted: Asked, limit: int = LIMIT) -> FoundHits:
    """Ask the engine with every facet counted."""
    query = FindQuery(wanted.text, wanted.kinds, wanted.filters, finding.facet_names(), limit, wanted.offset)
    counted = request.headers.get(rendering.FRAGMENT_HEADER, SETTLED) == SETTLED
    return await finding.search(request.app.state.engine, actor_of(request), query, counted=counted)


def shown_facets(request: Request[Any, Any, Any], wanted: Asked, found: FoundHits) -> list[Facet]:
    """The facets beside the results; in large type only the plainest."""
    plain = rendering.view_of(request).preferences.elder
    names = dict.fromkeys((*facets.PLAIN, *(() if plain else finding.facet_names())))
    made = []
    for name in names:
        chosen = wanted.kinds if name == "kind" else wanted.filters.get(name, ())
        if name == "kind" and len(manager.registers()) == 1:
            continue
        codes = [facets.code_of(name, value) for value in chosen]
        one = facets.facet(name, found.facets.get(name, {}), codes, wanted.toggled)
        if one is not None:
            made.append(one)
    return made


def result(hit: FoundHit) -> Result:
    """A hit with its record's standing and place."""
    register = manager.registers()[hit.kind]
    record = msgspec.json.decode(hit.record, type=dict[str, Any])
    code = record.get(register.code_field) or ""
    place = record.get("district") or ""
    labels = {"name": register.by_name[register.former_names_field].label, "text": "相关内容"}
    also = [(labels[part], hit.highlights[part]) for part in _TEXT_PARTS if hit.highlights.get(part)]
    codes = next((field for field in register.public if field.type is FieldType.CODES), None)
    return Result(
        hit.url,
        hit.highlights.get("title") or [(hit.title, False)],
        also,
        register.label,
        record.get("tier") or "",
        hit.highlights.get("code") or ([(code, False)] if code else []),
        place,
        showing.shown(codes, record.get(codes.name)) if codes else "",
        showing.marks(register, record),
    )


class Pages(NamedTuple):
    """Where one stands among the pages, and the URLs of the first, the one before, the one after, the last."""

    number: int
    last_number: int
    first: str
    earlier: str
    later: str
    last: str


def _pages(wanted: Asked, total: int) -> Pages:
    end = (total - 1) // LIMIT * LIMIT if total else 0
    here = min(wanted.offset, finding.MAX_OFFSET)
    before = max(here - LIMIT, 0)

    def url(offset: int, *, useful: bool) -> str:
        return wanted._replace(offset=offset).url() if useful else ""

    return Pages(
        here // LIMIT + 1,
        end // LIMIT + 1,
        url(0, useful=before > 0),
        url(before, useful=here > 0),
        url(here + LIMIT, useful=here < end),
        url(end, useful=here + LIMIT < end),
    )
