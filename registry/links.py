"""References between records: derived from the fields that name others, kept both ways, resolved when the named arrive.

A field keeps what was printed; the table `link` says which record that is, if exactly one answers to it by its code,
else by its name, else by a former name. Rooms do not see one another: they name a kind, and this module finds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from plugins import manager
from registry import access, clock, database, naming, reach, values
from registry.access import Actor
from registry.register import Field, Register

SHOWN = 20
"""How many records one group of references spells out; it counts all."""


class _Link(NamedTuple):
    from_id: UUID
    field: str
    place: int
    to_kind: str
    printed: str
    to_key: str
    to_code: str | None
    began: Any
    ended: Any


async def write(register: Register, records: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Derive the links of these records anew, in the transaction under way."""
    if not register.references:
        return
    ids = list(records)
    await database.execute("DELETE FROM link WHERE from_kind = $1 AND from_id = ANY($2)", register.kind, ids)
    found = [link for record_id, record in records.items() for link in _derived(register, record_id, record)]
    if not found:
        return
    await database.connection().copy_records_to_table(
        "link",
        records=((register.kind, *link) for link in found),
        columns=["from_kind", *_Link._fields],
    )
    for kind in {link.to_kind for link in found}:
        await _resolve(manager.registers()[kind], "l.from_kind = $1 AND l.from_id = ANY($2)", register.kind, ids)


async def adopt(register: Register, ids: Sequence[UUID]) -> None:
    """References that named these records before they were there find them now."""
    await _resolve(register, "$1::text IS NOT NULL AND r.id = ANY($2)", register.kind, list(ids))


async def release(register: Register, ids: Sequence[UUID]) -> None:
    """References to these records, which were withdrawn, are open again; another record that answers to them has them.

    What was merged is not released: its references have moved.
    """
    await database.execute(
        "UPDATE link SET to_id = NULL WHERE to_kind = $1 AND to_id = ANY($2)", register.kind, list(ids)
    )
    gone = (
        f"SELECT FROM {register.table_name} w WHERE w.id = ANY($2)"
        f" AND (w.plain_key = l.to_key OR w.{register.code_field} = l.to_code)"
    )
    await _resolve(register, f"$1::text IS NOT NULL AND EXISTS ({gone})", register.kind, list(ids))


def _derived(register: Register, record_id: UUID, record: Mapping[str, Any]) -> Iterator[_Link]:
    for field in register.references:
        value = record.get(field.name)
        if field.type.is_rows:
            yield from _of_rows(record_id, field, value or ())
        else:
            named = value if isinstance(value, (list, tuple)) else [value]
            yield from (_link(record_id, field, field, n, one) for n, one in enumerate(named) if one)


def _of_rows(record_id: UUID, field: Field, rows: Sequence[Mapping[str, Any]]) -> Iterator[_Link]:
    columns = [column for column in field.columns if column.refers]
    by_name = {column.name: column for column in field.columns}
    for number, row in enumerate(rows):
        began, ended = (
            values.rows.typed(by_name[name], row.get(name)) if name in by_name else None for name in ("began", "ended")
        )
        for column in columns:
            if row.get(column.name):
                yield _link(record_id, field, column, number, row[column.name])._replace(began=began, ended=ended)


def _link(record_id: UUID, field: Field, naming_field: Field, place: int, printed: str) -> _Link:
    target = manager.registers()[naming_field.refers]
    return _Link(
        record_id, field.name, place, target.kind, printed, naming.name_key(printed), _code(target, printed), None, None
    )


def _code(target: Register, printed: str) -> str | None:
    """What was printed as a code of the target's register, if it is one."""
    try:
        code: str | None = values.parse(target.by_name[target.code_field], printed)
    except values.Unreadable:
        return None
    return code


async def _resolve(target: Register, scope: str, *args: Any) -> None:
    """Tie what is not tied yet and answers to exactly one record: by code, else by name, else by former name.

    Last by what a person said a code or a name to be: a record that was merged is still named as it was.
    """
    table, code = target.table_name, target.code_field
    said = (
        f"SELECT d.record_id FROM lookalike_decision d WHERE d.kind = '{target.kind}' AND d.same"
        " AND d.incoming IN ('code:' || l.to_code, 'name:' || l.to_key) LIMIT 1"
    )
    ways = (
        f"r.{code} = l.to_code",
        "r.plain_key = l.to_key",
        "l.to_key = ANY(SELECT split_part(was, '|', 1) FROM unnest(r.former_name_keys) was)",
        f"r.id = ({said})",
    )
    for way in ways:
        former = " AND r.former_name_keys <> '{}'" if "former" in way else ""
        await database.execute(
            "UPDATE link l SET to_id = f.to_id FROM (SELECT l.seq, (array_agg(r.id))[1] AS to_id FROM link l"
            f" JOIN {table} r ON {way} WHERE l.to_id IS NULL AND l.to_kind = '{target.kind}' AND NOT r.withdrawn"
            f"{former} AND {scope} GROUP BY l.seq HAVING count(*) = 1) f WHERE f.seq = l.seq",
            *args,
        )


class Reference(NamedTuple):
    """One end of a link: the record it leads to, where the reader may see it; else only what was printed."""

    kind: str
    id: str | None
    name: str
    printed: str
    began: Any
    ended: Any


class References(NamedTuple):
    """The references of one field: `incoming` ones are named by other records' fields. `total` counts all of them."""

    incoming: bool
    kind: str
    field: str
    label: str
    total: int
    records: list[Reference]


async def of(actor: Actor, register: Register, record_id: UUID, most: int = SHOWN) -> list[References]:
    """What a record names and what names it, as far as the actor may see the other end. Two queries, however many."""
    visible = access.visible_sql(actor)
    args = [clock.today(), *access.scope_values(actor), register.kind, record_id, most]
    named = await database.fetch(_outgoing_sql(visible), *args)
    naming_it = await database.fetch(_incoming_sql(visible), *args)
    return [*_grouped(named, register), *_grouped(naming_it, None)]


def _ends(kind: str, record_id: str, visible: str) -> str:
    """The record at the other end, whatever its register, if it may be seen."""
    return " UNION ALL ".join(
        f"SELECT r.{one.name_field} AS name, r.id FROM {one.table_name} r"
        f" WHERE {kind} = '{one.kind}' AND r.id = {record_id} AND NOT r.withdrawn{visible}"
        for one in manager.registers().values()
    )


_ORDER = "l.ended IS NOT NULL, l.began DESC NULLS LAST, l.place, l.seq"
_PARAMETERS = f"$1::date IS NOT NULL AND {reach.NAMED}"


@cache
def _outgoing_sql(visible: str) -> str:
    return (
        "SELECT l.*, x.name, x.id FROM (SELECT l.to_kind AS kind, l.to_id, l.field, l.printed, l.began, l.ended,"
        " count(*) OVER (PARTITION BY l.to_kind, l.field) AS total,"
        f" row_number() OVER (PARTITION BY l.to_kind, l.field ORDER BY {_ORDER}) AS n"
        f" FROM link l WHERE {_PARAMETERS} AND l.from_kind = $4 AND l.from_id = $5) l"
        f" LEFT JOIN LATERAL ({_ends('l.kind', 'l.to_id', visible)}) x ON true"
        " WHERE l.n <= $6 ORDER BY l.kind, l.field, l.n"
    )


@cache
def _incoming_sql(visible: str) -> str:
    return (
        "SELECT * FROM (SELECT l.from_kind AS kind, l.field, l.printed, l.began, l.ended, x.name, x.id,"
        " count(*) OVER (PARTITION BY l.from_kind, l.field) AS total,"
        f" row_number() OVER (PARTITION BY l.from_kind, l.field ORDER BY {_ORDER}) AS n"
        f" FROM link l CROSS JOIN LATERAL ({_ends('l.from_kind', 'l.from_id', visible)}) x"
        f" WHERE {_PARAMETERS} AND l.to_kind = $4 AND l.to_id = $5) l WHERE l.n <= $6 ORDER BY l.kind, l.field, l.n"
    )


def _grouped(rows: Sequence[Any], own: Register | None) -> list[References]:
    """Rows by kind and field; `own` is the register whose fields they are, None where it is that of the other end."""
    groups: dict[tuple[str, str], References] = {}
    for row in rows:
        kind, name = row["kind"], row["field"]
        field = (own or manager.registers()[kind]).by_name[name]
        label = field.label if own else f"{manager.registers()[kind].label}（{field.label}）"
        group = groups.setdefault((kind, name), References(own is None, kind, name, label, row["total"], []))
        record_id = str(row["id"]) if row["id"] else None
        group.records.append(
            Reference(kind, record_id, row["name"] or row["printed"], row["printed"], row["began"], row["ended"])
        )
    return list(groups.values())
