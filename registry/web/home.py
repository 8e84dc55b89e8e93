"""The home page, by role: the public gets the search box and what is here, officers their district and their acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, get

from plugins import manager
from registry import access, clock, reading, saved, taxonomy
from registry.access import Actor, Permission
from registry.api import actor_of
from registry.reading import ListQuery
from registry.register import Register
from registry.web import duties, facets, rendering, showing, standing
from registry.web.asking import Asked
from registry.web.facets import Choice
from registry.web.searching import find

LATEST = 8


class Tile(NamedTuple):
    """One district on the tile map; `shade` 0..4 goes with its number."""

    choice: Choice
    shade: int


class Region(NamedTuple):
    """The districts that belong together."""

    label: str
    tiles: list[Tile]


class Step(NamedTuple):
    """One rung of the ladder with how many stand on it; `share` is its bar, 0..100 of the fullest."""

    tier: str
    choice: Choice
    share: int


@get("/", permission=Permission.SEARCH_QUERY, include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """Home."""
    actor = actor_of(request)
    own = access.districts_of(actor)
    kinds = _on_the_ladder()
    wanted = Asked("", kinds, {"district": own} if own else {})
    found = await find(request, wanted, limit=1)
    everywhere = Asked("", kinds, {})
    ladder, rated = _steps(found.facets.get("tier", {}), wanted)
    context: dict[str, Any] = {
        "total": found.total,
        "degraded": found.degraded,
        "ladder": ladder,
        "rated": rated,
        "unranked": found.total - sum(step.choice.number for step in (*ladder, *rated)),
        "regions": _regions(found.facets.get("district", {}), everywhere),
        "elsewhere": _elsewhere(found.facets.get("district", {}), everywhere),
        "nowhere": found.total - sum(found.facets.get("district", {}).values()),
        "all_url": wanted.url(),
        "lists": _lists(found.facets.get("kind", {}), own),
    }
    if not rendering.view_of(request).officer:
        return rendering.page(request, "home.html", "首页", **context)
    rows = [row for register in manager.registers().values() for row in await _latest(actor, register)]
    latest = sorted(rows, key=lambda row: str(row["record"]["updated_at"]), reverse=True)[:LATEST]
    context["told"] = [one for one in await saved.listing(actor) if one.news]
    context["duties"] = await duties.of(actor)
    return rendering.page(request, "desk.html", "工作台", latest=latest, scope="、".join(own), **context)


def _on_the_ladder() -> tuple[str, ...]:
    """The kinds whose records climb tiers: it is they that home counts."""
    return tuple(kind for kind, register in manager.registers().items() if "tier" in register.by_name)


def _lists(counts: Mapping[str, int], own: tuple[str, ...]) -> list[Choice]:
    """Every register with how many records it shows this reader."""
    found = []
    for kind, register in manager.registers().items():
        url = rendering.query_url(f"/{register.plural}", {"district": own})
        found.append(Choice(register.label, counts.get(kind, 0), url, chosen=False, value=register.plural))
    return found


def _steps(counts: Mapping[str, int], wanted: Asked) -> tuple[list[Step], list[Step]]:
    """The ladder from the top down, and the rated facilities that there are."""
    most = max(counts.values(), default=0) or 1
    steps = []
    for entry in taxonomy.vocabulary("tiers"):
        count = counts.get(entry.code, 0)
        choice = Choice(entry.label, count, wanted.toggled("tier", entry.code), chosen=False, value=entry.code)
        steps.append(Step(entry.code, choice, -(-count * 100 // most)))
    on_ladder = standing.ladders()["ladder"]
    rated = [step for step in steps if step.tier not in on_ladder and step.choice.number]
    return [step for step in steps if step.tier in on_ladder], rated


def _regions(counts: Mapping[str, int], wanted: Asked) -> list[Region]:
    """The city's districts of today by region, and abolished ones that still hold records."""
    today = clock.today()
    most = max(counts.values(), default=0) or 1
    regions: dict[str, list[Tile]] = {}
    named = [place.name for place in taxonomy.districts(today)]
    named += [name for name in counts if name not in named and taxonomy.district(name)]
    for name in named:
        place = taxonomy.district(name)
        if place is None:
            continue
        region = showing.region(name)
        count = counts.get(name, 0)
        choice = Choice(
            place.aliases[0] if place.aliases else name, count, wanted.toggled("district", name),
            chosen=False, note=showing.place_note(name), value=name,
        )  # fmt: skip
        shade = 0 if not count else min(1 + 4 * count // (most + 1), 4)
        regions.setdefault(region, []).append(Tile(choice, shade))
    made = [Region(label, tiles) for label, tiles in regions.items()]
    return sorted(made, key=lambda one: (one.label == showing.ABOLISHED, -sum(t.choice.number for t in one.tiles)))


def _elsewhere(counts: Mapping[str, int], wanted: Asked) -> list[Choice]:
    """Places outside the home city."""
    found = facets.facet("district", {k: n for k, n in counts.items() if not taxonomy.district(k)}, (), wanted.toggled)
    return [*found.first, *found.more] if found else []


async def _latest(actor: Actor, register: Register) -> list[dict[str, Any]]:
    """What was changed last among the records of one's own district, or of all."""
    own = access.districts_of(actor)
    filters = {"district": own} if own and "district" in register.by_name else {}
    page = await reading.page(actor, register, ListQuery(filters, "-updated_at", LATEST))
    rows = []
    for text in page.items:
        record = rendering.decoded(text)
        url = f"/{register.plural}/{record['id']}"
        name = record[register.name_field]
        marks = showing.marks(register, record)
        rows.append({"url": url, "name": name, "marks": marks, "record": record, "kind": register.label})
    return rows
