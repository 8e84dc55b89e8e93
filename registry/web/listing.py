"""The list of a register: a form above a table, both made from the declaration; every view is a URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from registry import finding, reading, taxonomy
from registry.access import Permission
from registry.api import actor_of
from registry.errors import BadRequest
from registry.finding import FindQuery
from registry.parameters import AS_OF, day_of
from registry.reading import ListQuery
from registry.register import Field, FieldType, Register
from registry.web import preferences, rendering, showing
from registry.web.showing import Fact

LIMIT = 50
WITHDRAWN = Field(reading.WITHDRAWN, "已撤回", FieldType.FLAG, filter=True)
"""Stands among the filters of those who may reinstate."""

_OWN = frozenset({"q", "sort", "cursor", "limit", "columns", AS_OF})
_FEW = 3


class Option(NamedTuple):
    """One value of a select; `group` names the group it stands in."""

    value: str
    label: str
    chosen: bool


class Filter(NamedTuple):
    """One field of the query form: a select where `groups` has options, else a text box."""

    name: str
    label: str
    value: str
    groups: list[tuple[str, list[Option]]]


class Column(NamedTuple):
    """A column's head: the URL that sorts by it, and how it is sorted now ("", "ascending", "descending")."""

    name: str
    label: str
    url: str
    sorted: str
    number: bool


class Row(NamedTuple):
    """A record in the table: the link on its name, its marks, its cells."""

    id: str
    url: str
    name: str
    marks: list[tuple[str, str]]
    cells: list[Fact]
    tier: str


class Asked(NamedTuple):
    """What the URL asks for."""

    filters: dict[str, tuple[str, ...]]
    sort: str
    cursor: str
    columns: tuple[str, ...]
    as_of: date | None

    @property
    def day(self) -> str:
        """The day that is asked about, as a URL says it; "" for now."""
        return self.as_of.isoformat() if self.as_of else ""

    def parameters(self, **changes: str) -> dict[str, Sequence[str] | str]:
        """The query of this view, with some parameters changed."""
        own = {"sort": self.sort, "columns": ",".join(self.columns), AS_OF: self.day}
        return {**self.filters, **own, **changes}


def route(register: Register) -> BaseRouteHandler:
    """The list page of one register."""

    @get(
        f"/{register.plural}",
        permission=Permission.RECORD_READ,
        include_in_schema=False,
        name=f"page-{register.plural}",
    )
    async def list_page(request: Request[Any, Any, Any]) -> Response[Any]:
        """The list."""
        asked = _asked(request, register)
        if text := str(request.query_params.get("q", "")).strip():
            return Redirect(
                rendering.query_url("/search", {"q": text, "kind": register.kind, **_facets(register, asked)})
            )
        return await _answer(request, register, asked)

    return list_page


async def _answer(request: Request[Any, Any, Any], register: Register, asked: Asked) -> Response[Any]:
    query = ListQuery(asked.filters, asked.sort, LIMIT, asked.cursor, asked.as_of)
    found = await reading.page(actor_of(request), register, query)
    path = f"/{register.plural}"
    fields = [register.by_name[name] for name in _columns(request, register, asked)]
    total, counts = await _counted(request, register, asked)
    response = rendering.page(
        request,
        "list.html",
        f"{register.label}名单",
        crumbs=(rendering.Crumb("首页", "/"),),
        register=register,
        filters=[
            _filter(field, asked.filters.get(field.name, ()), counts.get(field.facet, {}))
            for field in _filters(request, register)
        ],
        chosen=_chosen(register, asked),
        columns=[_column(register, field, asked) for field in fields],
        choices=[(field, field in fields) for field in register.fields if _can_stand(register, field)],
        rows=[_row(register, fields, rendering.decoded(text), asked.day) for text in found.items],
        total=total,
        first_url=rendering.query_url(path, asked.parameters()) if asked.cursor else "",
        next_url=rendering.query_url(path, asked.parameters(cursor=found.next_cursor)) if found.next_cursor else "",
        exports=_exports(register, asked),
        export_url=rendering.query_url(f"{path}/export", {**asked.filters, "sort": asked.sort, AS_OF: asked.day}),
        asked=asked,
        as_of=asked.as_of,
        now_url=rendering.query_url(path, asked.parameters(**{AS_OF: ""})),
        bare_url=path,
        keep_address=rendering.query_url(path, asked.parameters()),
        keep_name="",
    )
    if asked.columns:
        response.set_cookie(preferences.keep(request, _cookie(register), "-".join(asked.columns)))
    return response


def _asked(request: Request[Any, Any, Any], register: Register) -> Asked:
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).extend(part for part in str(value).split(",") if part)
    known = {field.name for field in _filters(request, register)} | _OWN
    if unknown := [name for name in given if name not in known]:
        raise BadRequest(f"不能按“{unknown[0][:40]}”筛选。")
    filters = {name: tuple(dict.fromkeys(values)) for name, values in given.items() if name not in _OWN and values}
    one = {name: (given.get(name) or [""])[0] for name in ("sort", "cursor")}
    columns = tuple(name for name in given.get("columns", ()) if name in register.by_name)
    return Asked(filters, one["sort"], one["cursor"], columns, day_of(request))


def _filters(request: Request[Any, Any, Any], register: Register) -> list[Field]:
    """What this reader can filter by."""
    own = [field for field in register.fields if field.filter]
    return [*own, WITHDRAWN] if actor_of(request).may(Permission.RECORD_WITHDRAW) else own


def _field(register: Register, name: str) -> Field:
    return WITHDRAWN if name == WITHDRAWN.name else register.by_name[name]


def _can_stand(register: Register, field: Field) -> bool:
    """Whether a field can be a column: the name always is one, long texts and private fields never are."""
    hidden = field.private or field.type in {FieldType.LONG_TEXT, FieldType.FLAG, FieldType.ROWS}
    return not hidden and field.name != register.name_field


def _columns(request: Request[Any, Any, Any], register: Register, asked: Asked) -> list[str]:
    """The columns asked for, else those remembered, else the code, the standing, and what is sorted or counted by."""
    able = [field.name for field in register.fields if _can_stand(register, field)]
    remembered = request.cookies.get(_cookie(register), "").split("-")
    wanted = [name for name in able if name in (asked.columns or remembered)]
    if wanted or register.columns:
        return wanted or [name for name in register.columns if name in able]
    fields = sorted((register.by_name[name] for name in able), key=lambda field: not field.derived)
    usual = [field.name for field in fields if field.facet or field.sort or field.derived]
    return sorted(usual, key=lambda name: name != register.code_field)


def _cookie(register: Register) -> str:
    return f"columns-{register.plural}"


def _column(register: Register, field: Field, asked: Asked) -> Column:
    number = field.type in {FieldType.DECIMAL, FieldType.INTEGER}
    now = asked.sort or register.default_sort
    state = {field.name: "ascending", f"-{field.name}": "descending"}.get(now, "")
    # A number is wanted from the top down first, a name from the beginning.
    order = (f"-{field.name}", field.name) if number or field.type is FieldType.DATE else (field.name, f"-{field.name}")
    following = order[1] if now == order[0] else order[0]
    url = rendering.query_url(f"/{register.plural}", asked.parameters(sort=following)) if field.sort else ""
    return Column(field.name, field.label, url, state, number)


def _row(register: Register, fields: Sequence[Field], record: Mapping[str, Any], day: str) -> Row:
    cells = [showing.cell(field, record) for field in fields]
    url = rendering.query_url(f"/{register.plural}/{record['id']}", {AS_OF: day})
    name = record[register.name_field]
    return Row(str(record["id"]), url, name, showing.marks(register, record), cells, record.get("tier") or "")


def _filter(field: Field, chosen: Sequence[str], counts: Mapping[str, int]) -> Filter:
    if not field.vocabulary and field.type is not FieldType.FLAG:
        return Filter(field.name, field.label, "、".join(chosen), [])
    codes = [_code(field, value) for value in chosen]
    groups = [("", [Option("是", "是", chosen[:1] == ("是",)), Option("否", "否", chosen[:1] == ("否",))])]
    if field.vocabulary:
        groups = _groups(field, codes if len(codes) == 1 else (), counts)
    if len(codes) > 1:
        label = "、".join(taxonomy.vocabulary(field.vocabulary).label(code) for code in codes[:_FEW])
        groups.insert(0, ("", [Option(",".join(codes), label + ("等" if len(codes) > _FEW else ""), chosen=True)]))
    return Filter(field.name, field.label, ",".join(codes), groups)


def _code(field: Field, value: str) -> str:
    return (taxonomy.vocabulary(field.vocabulary).find(value) if field.vocabulary else None) or value


def _groups(field: Field, chosen: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, list[Option]]]:
    """A select's options, with how many there are: districts by region, a classification under its top classes."""
    words = taxonomy.vocabulary(field.vocabulary)
    groups: dict[str, list[Option]] = {}
    for entry in words:
        group, label = "", entry.label
        if field.vocabulary == "districts":
            group = showing.region(entry.code)
        elif entry.parent:
            above = words.ancestors(entry.code)
            if words.label(entry.parent) == entry.label:
                continue
            group = words.label(above[0])
        elif field.type is FieldType.CODES:
            group, label = entry.label, f"{entry.label}（全部）"
        number = f" {counts[entry.code]:,}" if entry.code in counts else ""
        groups.setdefault(group, []).append(Option(entry.code, label + number, entry.code in chosen))
    if missing := [value for value in chosen if value not in words]:
        groups.setdefault("", []).extend(Option(value, value, chosen=True) for value in missing)
    return sorted(groups.items(), key=lambda pair: pair[0] == showing.ABOLISHED)


def _chosen(register: Register, asked: Asked) -> list[tuple[str, str, str]]:
    """Every filter as (field's label, value's label, URL without it)."""
    found = []
    for name, values in asked.filters.items():
        field = _field(register, name)
        for value in values:
            rest = {**asked.parameters(), name: tuple(v for v in values if v != value)}
            label = taxonomy.vocabulary(field.vocabulary).label(_code(field, value)) if field.vocabulary else value
            found.append((field.label, label, rendering.query_url(f"/{register.plural}", rest)))
    return found


def _facets(register: Register, asked: Asked) -> dict[str, tuple[str, ...]]:
    """The filters that search has as facets."""
    fields = ((_field(register, name), values) for name, values in asked.filters.items())
    return {field.facet: values for field, values in fields if field.facet}


async def _counted(
    request: Request[Any, Any, Any], register: Register, asked: Asked
) -> tuple[int, Mapping[str, Mapping[str, int]]]:
    """How many records there are, in all and by facet: from the search engine, else counted in all."""
    actor, counted = actor_of(request), _facets(register, asked)
    if not asked.as_of and len(counted) == len(asked.filters):
        facets = tuple(dict.fromkeys(field.facet for field in _filters(request, register) if field.facet))
        query = FindQuery("", (register.kind,), counted, facets, 1)
        found = await finding.search(request.app.state.engine, actor, query)
        if not found.degraded:
            return found.total, found.facets
    return await reading.count(actor, register, ListQuery(asked.filters, as_of=asked.as_of)), {}


def _exports(register: Register, asked: Asked) -> list[tuple[str, str]]:
    """(label, URL) of the files of exactly what is seen, all pages of it."""
    base = {**asked.filters, "sort": asked.sort, AS_OF: asked.day}
    path = f"/api/v1/{register.plural}"
    labels = {"xlsx": "Excel", "csv": "CSV", "ndjson": "NDJSON"}
    return [(label, rendering.query_url(path, {**base, "format": form})) for form, label in labels.items()]
