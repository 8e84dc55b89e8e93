"""Reading records: one by id, a page, a stream of all. PostgreSQL builds the JSON; each query is composed once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry import access, clock, cursors, database, filtering, masking, past, reach, shapes, values
from registry.access import Actor, Permission
from registry.cursors import Sort
from registry.errors import BadRequest, Moved, NotFound
from registry.past import Source
from registry.records_table import sort_expression
from registry.register import Field, FieldType, Register

MAX_LIMIT = 200
SYSTEM_SORTS = ("updated_at",)
WITHDRAWN = "withdrawn"
"""The filter that shows what was withdrawn instead of what stands."""


class Found(NamedTuple):
    """A record as JSON, its version, and whether its private fields are in it."""

    json: bytes
    version: int
    private: bool


class Page(NamedTuple):
    """Records as structs, and the cursor of the next page (None at the end)."""

    records: list[msgspec.Struct]
    next_cursor: str | None

    @property
    def items(self) -> list[bytes]:
        """Each record as JSON."""
        return [shapes.encode(record) for record in self.records]


class ListQuery(msgspec.Struct, frozen=True):
    """What a list is asked for: values by filter name, a sort key (`-` in front for descending), size and cursor.

    `as_of`: the list as it was on that day.
    """

    filters: Mapping[str, Sequence[str]] = {}
    sort: str = ""
    limit: int = 50
    cursor: str = ""
    as_of: date | None = None


PARAMETERS = f"$1::date IS NOT NULL AND {reach.NAMED}"
"""Every query takes the day and the two values of the actor's scope first; here they are named in any case."""


@cache
def _detail_sql(register: Register, private: frozenset[str], owned: str, visible: str) -> str:
    """The query of one record ($4): what the row scope allows; private fields only in rows that are the actor's own."""
    return (
        f"SELECT {shapes.detail(register, private).sql} FROM {register.table_name} r"
        f" CROSS JOIN LATERAL (SELECT coalesce(true{owned}, false) AS owned) o"
        f" WHERE r.id = $4 AND {PARAMETERS} AND (NOT r.withdrawn OR o.owned){visible}"
        " AND r.merged_into IS NULL"
    )


@lru_cache(maxsize=512)
def _past_sql(register: Register, private: frozenset[str], sources: tuple[Source, ...]) -> str:
    """The query of one record ($4) as it was on the day $1."""
    only = tuple(one._replace(condition=f"r.id = $4 AND {PARAMETERS} AND {one.condition}") for one in sources)
    return (
        f"SELECT {shapes.detail(register, private).sql} FROM {past.item(register, only)} r"
        " CROSS JOIN LATERAL (SELECT r.owned) o"
    )


async def get(
    actor: Actor, register: Register, record_id: str, as_of: date | None = None, *, clear: frozenset[str] = frozenset()
) -> Found:
    """One record as the actor may see it, today or as it was, personal fields covered but for those in `clear`.

    NotFound for what is not there or not for these eyes."""
    private = private_fields(actor, register)
    if as_of is None:
        sql = _detail_sql(register, private, access.owned_sql(actor), access.visible_sql(actor))
    else:
        sql = _past_sql(register, private, past.on_day(actor, register, "$1", withdrawn=False))
    row = await database.fetchrow(sql, past.day(as_of), *access.scope_values(actor), parse_id(record_id))
    if row is None:
        await lead_on(actor, register, record_id)
        when = f"在 {as_of} " if as_of else ""
        raise NotFound(f"{when}没有这条{register.label}记录，或它未公开。")
    record = shapes.covered(register, shapes.detail(register, private).read(row), clear)
    inside = actor.may(Permission.PRIVATE_READ) and row["owned"]
    return Found(shapes.encode(record), row["version"], inside)


async def lead_on(actor: Actor, register: Register, record_id: str) -> None:
    """Raise Moved if the record was merged into one that the actor may see, as it might see the record itself."""
    table, visible = register.table_name, access.visible_sql(actor)
    found = await database.fetchval(
        f"WITH RECURSIVE chain AS (SELECT r.id, r.merged_into FROM {table} r WHERE r.id = $4"
        f" AND r.merged_into IS NOT NULL AND {PARAMETERS}{visible}"
        f" UNION SELECT r.id, r.merged_into FROM {table} r JOIN chain c ON r.id = c.merged_into)"
        f" SELECT r.id FROM chain JOIN {table} r USING (id) WHERE r.merged_into IS NULL{visible}",
        clock.today(),
        *access.scope_values(actor),
        parse_id(record_id),
    )
    if found is not None:
        raise Moved(record_id, str(found))


def private_fields(actor: Actor, register: Register) -> frozenset[str]:
    """The private fields that the actor reads on the rows of its scope."""
    if not actor.may(Permission.PRIVATE_READ):
        return frozenset()
    return register.private_names - access.hidden_fields(actor, register.kind)


def parse_id(text: str) -> UUID:
    """A record's id; anything else is simply not found."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("没有这条记录。") from None


_CAST = {FieldType.DATE: "date", FieldType.DECIMAL: "numeric", FieldType.INTEGER: "int"}


def sort_of(register: Register, text: str) -> Sort:
    """The sort a query asks for; records without a value count as the smallest."""
    wanted = text or register.default_sort
    name = wanted.removeprefix("-")
    if name in SYSTEM_SORTS:
        return Sort(f"r.{name}", wanted.startswith("-"), "timestamptz")
    if name not in register.sorts:
        known = "、".join((*register.sorts, *SYSTEM_SORTS))
        raise BadRequest(f"不能按“{name[:40]}”排序；可用：{known}，前面加 - 为倒序。")
    if name == register.name_field:
        return Sort("r.name_sort", wanted.startswith("-"), "bytea")
    field = register.by_name[name]
    return Sort(sort_expression(field, f"r.{name}"), wanted.startswith("-"), _CAST.get(field.type, "text"))


async def page(actor: Actor, register: Register, query: ListQuery) -> Page:
    """One page of a list, rows by the actor's scope, in keyset order."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise BadRequest(f"limit 应为 1 至 {MAX_LIMIT} 的整数。")
    sql, args, sort = compose_list(actor, register, query)
    rows = await database.fetch(sql, *args)
    more = len(rows) > query.limit
    read = shapes.item(register).read
    last = rows[query.limit - 1] if more else None
    cursor = cursors.encode(sort, last["sort_key"], last["id"]) if last is not None else None
    return Page([read(row) for row in rows[: query.limit]], cursor)


def compose_list(actor: Actor, register: Register, query: ListQuery) -> tuple[str, list[Any], Sort]:
    """The list's SQL, one row more than its limit: columns are those of the item, and the sort key."""
    sort = sort_of(register, query.sort)
    sources, args = sources_of(actor, register, query)
    if query.cursor:
        value, last_id = cursors.decode(query.cursor, sort)
        sign = "<" if sort.descending else ">"
        n = len(args) + 1
        beyond = f"({sort.expression}, r.id) {sign} ({sort.parameter(n)}, ${n + 1}::uuid)"
        sources = tuple(one._replace(condition=f"{one.condition} AND {beyond}") for one in sources)
        args += [value, last_id]
    return _list_sql(register, sources, sort, query.limit + 1), args, sort


@lru_cache(maxsize=512)
def _list_sql(register: Register, sources: tuple[Source, ...], sort: Sort, limit: int) -> str:
    return (
        f"SELECT {shapes.item(register).sql}, {sort.expression} AS sort_key FROM"
        f" {_from(register, sources, sort, limit)} ORDER BY {_order(sort)} LIMIT {limit}"
    )


def _order(sort: Sort) -> str:
    way = "DESC" if sort.descending else "ASC"
    return f"{sort.expression} {way}, r.id {way}"


def _from(register: Register, sources: tuple[Source, ...], sort: Sort, limit: int = 0, joined: str = "") -> str:
    """FROM and WHERE: of the table itself, or of what several sources give together."""
    if len(sources) == 1:
        return f"{sources[0].table} r {joined} WHERE {sources[0].condition}"
    return f"{past.item(register, sources, _order(sort), limit)} r {joined}"


async def count(actor: Actor, register: Register, query: ListQuery) -> int:
    """How many rows a list has."""
    sources, args = sources_of(actor, register, query)
    parts = (f"(SELECT count(*) FROM {one.table} r WHERE {one.condition})" for one in sources)
    return int(await database.fetchval(f"SELECT {' + '.join(parts)}", *args))


def conditions(actor: Actor, register: Register, filters: Mapping[str, Sequence[str]]) -> tuple[str, list[Any]]:
    """The WHERE of today's list over r: not withdrawn, in the actor's sight, and every filter."""
    (source,), args = sources_of(actor, register, ListQuery(filters))
    return source.condition, args


def sources_of(actor: Actor, register: Register, query: ListQuery) -> tuple[tuple[Source, ...], list[Any]]:
    """Where the rows of a list come from, with all conditions: not withdrawn, in the actor's sight, every filter."""
    withdrawn = any(value in {"true", "1", "是"} for value in query.filters.get(WITHDRAWN, ()))
    if query.as_of is None:
        sources: tuple[Source, ...] = (past.now(actor, register, withdrawn=withdrawn),)
    else:
        # Spelt out, not a parameter: how many versions were in force decides by which index they are found.
        sources = past.on_day(actor, register, f"DATE '{past.day(query.as_of).isoformat()}'", withdrawn=withdrawn)
    args: list[Any] = [past.day(query.as_of), *access.scope_values(actor)]
    parts = [PARAMETERS]
    # In one order, however they were asked: the statements made of them are kept.
    for name, given in sorted(query.filters.items()):
        if name != WITHDRAWN and (wanted := [value for value in given if value]):
            chosen = filtering.values_of(register, name, wanted)
            single = len(chosen) == 1 and filtering.takes_one(register, name)
            args.append(chosen[0] if single else chosen)
            parts.append(filtering.sql(register, name, len(args), single=single))
    filtered = " AND ".join(parts)
    return tuple(one._replace(condition=f"{one.condition} AND {filtered}") for one in sources), args


async def stream(
    actor: Actor,
    register: Register,
    query: ListQuery,
    columns: Sequence[Field],
    *,
    hanging: bool = False,
    clear: frozenset[str] = frozenset(),
) -> AsyncIterator[list[tuple[Any, ...]]]:
    """All rows of a list in batches, typed values in the order of `columns`; private ones None outside the scope.

    `hanging`: one row for each that hangs on a record (a title). Personal fields are covered but for those in `clear`.
    """
    sources, args = sources_of(actor, register, query)
    sort = sort_of(register, query.sort)
    mine = sources[0].owned if query.as_of is None else "r.owned"
    selected = ", ".join(_column_sql(register, field, mine) for field in columns)
    joined, last = (register.companion.joined, ", t.id") if hanging and register.companion else ("", "")
    sql = f"SELECT {selected} FROM {_from(register, sources, sort, joined=joined)} ORDER BY {_order(sort)}{last}"
    nested = [place for place, field in enumerate(columns) if field.type.is_rows]
    covered = [one for one in masking.places(register, columns) if one[1].name not in clear]
    async for rows in database.stream(sql, *args):
        yield [_opened(row, nested, covered) for row in rows]


def _opened(row: Any, nested: Sequence[int], covered: Sequence[tuple[int, Field]]) -> tuple[Any, ...]:
    """A row as typed values: small tables inside it come as JSON; personal data at these places are covered."""
    cells = list(row)
    for place in nested:
        if cells[place] is not None:
            cells[place] = values.rows.decode(cells[place])
    return tuple(masking.cover(cells, covered))


def _column_sql(register: Register, field: Field, mine: str) -> str:
    if register.companion and field.name in register.companion.exported:
        return f"{register.companion.exported[field.name]} AS {field.name}"
    if field.derived:
        derived = register.companion.derived if register.companion else {}
        return f"({derived[field.name].format(day='$1')}) AS {field.name}"
    return f"CASE WHEN {mine} THEN r.{field.name} END AS {field.name}" if field.private else f"r.{field.name}"


def page_json(found: Page) -> bytes:
    """A page as JSON."""
    return shapes.encode({"items": found.records, "next_cursor": found.next_cursor})


@cache
def _summary_sql(register: Register, visible: str) -> str:
    return (
        f"SELECT {shapes.item(register).sql} FROM {register.table_name} r"
        f" WHERE r.id = ANY($4::uuid[]) AND NOT r.withdrawn AND {PARAMETERS}{visible}"
    )


async def summaries(actor: Actor, register: Register, ids: Sequence[str]) -> dict[str, bytes]:
    """List items by id, as JSON: what search hits show, current and within the actor's sight."""
    sql = _summary_sql(register, access.visible_sql(actor))
    rows = await database.fetch(sql, clock.today(), *access.scope_values(actor), ids)
    read = shapes.item(register).read
    return {str(row["id"]): shapes.encode(read(row)) for row in rows}
