"""Rows of a list that would become new records though the register has some that look like them.

Works on `import_stage` in the transaction under way; what was decided before is not asked again (`matching` joins rows
that were said to be a record, those that were said not to be are left out here).
"""

from __future__ import annotations

from typing import Any

import msgspec

from registry import database
from registry.access import Actor
from registry.duplicates import likeness, looking
from registry.duplicates.looking import Candidate
from registry.register import Register

MOST = 20_000
"""New rows that are compared; the look-alikes of the others are found in the queue once they are in."""


class Alike(msgspec.Struct, frozen=True):
    """A row, the records it may be, and `incoming`: what a decision on it is remembered by."""

    row: int
    name: str
    incoming: str
    candidates: list[Candidate]


async def told(register: Register, names: tuple[str, ...], actor: Actor, most: int) -> tuple[list[Alike], int]:
    """The first rows that look like a record that the actor sees, and how many there are."""
    known = await database.fetchval("SELECT EXISTS (SELECT FROM lookalike_key WHERE kind = $1)", register.kind)
    if not known:
        return [], 0
    columns = ", ".join(f"s.{name}" for name in likeness.columns(register) if name in names)
    rows = await database.fetch(
        # Named by its register: the same words over another register's columns are another statement.
        f"/* {register.kind} */ SELECT s.group_no, s.row_no, s.name_key, {columns} FROM import_stage s"
        f" WHERE s.matched = 'new' AND s.objection IS NULL ORDER BY s.row_no LIMIT {MOST}"
    )
    records = {row["group_no"]: dict(row) for row in rows}
    found = await looking.of_many(actor, register, records)
    alike = [_alike(register, records[number], candidates) for number, candidates in found.items()]
    return sorted(alike, key=lambda one: one.row)[:most], len(alike)


def _alike(register: Register, row: dict[str, Any], candidates: list[Candidate]) -> Alike:
    code = row.get(register.code_field)
    incoming = f"code:{code}" if code else f"name:{row['name_key']}"
    return Alike(row["row_no"], row[register.name_field], incoming, candidates)
