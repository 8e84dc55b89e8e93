"""Columns of recurring lists, assigned once by hand and remembered by the header they stand in (E14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio.to_thread
import msgspec

from registry import audit, clock, database
from registry.errors import Invalid, NotFound, Objection
from registry.exchange import Table, fingerprint, header_key, look_at
from registry.exchange.assigning import NOT_READ, Known
from registry.history import Occasion
from registry.register import Field, Register

SAMPLES = 3
MOST_MAPPINGS = 500
"""How many a register remembers: those used longest ago go."""


class Remembered(msgspec.Struct, frozen=True):
    """What is remembered of a list's header: field names by header, "" for a column that is left out."""

    fingerprint: str
    name: str
    headers: list[str]
    assigned: dict[str, str]
    owner: str
    created_at: str
    used_at: str | None
    uses: int


class Looked(msgspec.Struct, frozen=True):
    """One column of a list as it stands: what it is read as, and what its first rows say."""

    letter: str
    header: str
    field: str
    label: str
    left_out: bool
    samples: list[str]


class Header(msgspec.Struct, frozen=True):
    """The header of a list: the row it stands in, how it is known, whether it was assigned, its columns."""

    row: int
    fingerprint: str
    assigned: bool
    columns: list[Looked]


def fields_of(register: Register) -> tuple[Field, ...]:
    """The fields that a column may be."""
    return (*register.fields, *(register.companion.columns if register.companion else ()))


async def known(register: Register) -> Known:
    """Everything assigned in a register, for the reader of files."""
    rows = await database.fetch(
        "SELECT fingerprint, assigned::text FROM column_mapping WHERE register = $1", register.kind
    )
    return {row["fingerprint"]: msgspec.json.decode(row["assigned"], type=dict[str, str]) for row in rows}


async def look(register: Register, path: Path, filename: str) -> Header:
    """The columns of a list, found by the best guess where its header says nothing known."""
    table = await anyio.to_thread.run_sync(look_at, path, filename, fields_of(register), await known(register))
    return await anyio.to_thread.run_sync(_looked, table)


def _looked(table: Table) -> Header:
    rows = [row.values for row in islice(table.rows(), SAMPLES)]
    columns = [
        Looked(
            column.letter,
            column.header,
            column.field.name if column.field else "",
            column.field.label if column.field else "",
            column.left_out or column.is_ordinal or column.is_errors,
            [row[column.index][:60] for row in rows],
        )
        for column in table.columns
        if column.header
    ]
    return Header(table.header_row, table.fingerprint, table.assigned, columns)


async def assign(
    occasion: Occasion, register: Register, name: str, headers: Sequence[str], assigned: Mapping[str, str]
) -> str:
    """Remember what the columns of such lists are, from now on; the header's fingerprint. Invalid if it makes no sense.

    `headers` are all of the list's, `assigned` the field of each that is not read by its own name.
    """
    headers = [header for header in headers if header_key(header)]
    if objections := _objections(register, headers, assigned):
        raise Invalid(objections)
    kept = {header_key(header): field for header, field in assigned.items() if header_key(header)}
    mark = fingerprint(headers)
    actor = occasion.actor
    async with database.transaction():
        await database.execute(
            "INSERT INTO column_mapping (register, fingerprint, name, headers, assigned, account, owner)"
            " VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7) ON CONFLICT (register, fingerprint) DO UPDATE SET"
            " name = EXCLUDED.name, headers = EXCLUDED.headers, assigned = EXCLUDED.assigned,"
            " account = EXCLUDED.account, owner = EXCLUDED.owner, created_at = now()",
            register.kind,
            mark,
            (name.strip() or f"{register.label}名单")[:100],
            msgspec.json.encode(headers).decode(),
            msgspec.json.encode(kept).decode(),
            UUID(actor.id) if actor.id else None,
            actor.name,
        )
        await database.execute(
            "DELETE FROM column_mapping WHERE register = $1 AND fingerprint IN (SELECT fingerprint FROM column_mapping"
            " WHERE register = $1 ORDER BY coalesce(used_at, created_at) DESC OFFSET $2)",
            register.kind, MOST_MAPPINGS,
        )  # fmt: skip
        await audit.note(occasion, "保存列对应", register.plural, {"名称": name[:100], "编号": mark})
    return mark


def _objections(register: Register, headers: Sequence[str], assigned: Mapping[str, str]) -> list[Objection]:
    fields = {field.name: field for field in fields_of(register) if field.said}
    stated = {header_key(header) for header in headers}
    objections = []
    taken: dict[str, str] = {}
    for header, name in assigned.items():
        if header_key(header) not in stated:
            objections.append(Objection(f"名单里没有“{header[:40]}”这一列。"))
        elif name != NOT_READ and name not in fields:
            objections.append(Objection(f"没有“{name[:40]}”这个字段。"))
        elif name != NOT_READ and taken.setdefault(name, header) != header:
            objections.append(
                Objection(f"“{taken[name]}”和“{header}”都对应到“{fields[name].label}”，请只留一列。", name)
            )
    if not headers:
        objections.append(Objection("没有列名，无从记住。"))
    return objections


async def forget(occasion: Occasion, register: Register, mark: str) -> None:
    """Read such lists by their own headers again; NotFound if nothing is remembered."""
    async with database.transaction():
        name = await database.fetchval(
            "DELETE FROM column_mapping WHERE register = $1 AND fingerprint = $2 RETURNING name", register.kind, mark
        )
        if name is None:
            raise NotFound("没有保存过这种名单的列对应。")
        await audit.note(occasion, "删除列对应", register.plural, {"名称": name, "编号": mark})


async def listing(register: Register) -> list[Remembered]:
    """What a register remembers, the last used first."""
    rows = await database.fetch(
        "SELECT fingerprint, name, headers::text, assigned::text, owner, created_at, used_at, uses FROM column_mapping"
        " WHERE register = $1 ORDER BY coalesce(used_at, created_at) DESC",
        register.kind,
    )
    return [_mapping(row) for row in rows]


def _mapping(row: Any) -> Remembered:
    headers = msgspec.json.decode(row["headers"], type=list[str])
    kept = msgspec.json.decode(row["assigned"], type=dict[str, str])
    assigned = {header: kept[header_key(header)] for header in headers if header_key(header) in kept}
    moments = [row[name].isoformat() if row[name] else None for name in ("created_at", "used_at")]
    return Remembered(
        row["fingerprint"], row["name"], headers, assigned, row["owner"], str(moments[0]), moments[1], row["uses"]
    )


async def used(register: Register, mark: str) -> str:
    """Note that a list was read this way; how to tell the person."""
    row = await database.fetchrow(
        "UPDATE column_mapping SET used_at = now(), uses = uses + 1 WHERE register = $1 AND fingerprint = $2"
        " RETURNING name, owner, created_at",
        register.kind, mark,
    )  # fmt: skip
    if row is None:
        return "列按保存过的对应读取。"
    day = row["created_at"].astimezone(clock.BEIJING).date()
    return f"列按保存过的对应“{row['name']}”读取（{row['owner']}，{day}）。"
