"""The room's rule over what records would become: a row may be right by itself and wrong on the record it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from registry import database, statement, values
from registry.errors import Objection
from registry.imports.staging import ANNEX
from registry.register import Register

BATCH = 1000
"""Records that are checked in one go, between which others are served."""


class Broken(NamedTuple):
    """A record that the list would bring into contradiction."""

    record_id: Any
    stale: bool
    merged: Mapping[str, Any]


async def check_merged(register: Register, names: tuple[str, ...], today: date) -> None:
    """Object to rows whose record would break the rule; give up first what the statement need not change.

    A statement that says nothing of the district does not carry an old one to its own day, so the record's day stays;
    and one that only fills gaps leaves a gap open rather than contradict what is known.
    """
    broken = await _broken(register, names, today)
    kept: dict[str, list[Any]] = {}
    for at in range(0, len(broken), BATCH):
        part = broken[at : at + BATCH]
        ids = [one.record_id for one in part]
        rows = await database.fetch(f"SELECT * FROM {register.table_name} WHERE id = ANY($1)", ids)
        known = {row["id"]: values.of_row(register.stored, row) for row in rows}
        await _object(_settle(register, today, part, known, kept))
    for name, records in kept.items():
        await _keep(register, name, records)
    await _forget_refused()


async def _broken(register: Register, names: tuple[str, ...], today: date) -> list[Broken]:
    """The merged records to which the rule objects."""
    columns = ", ".join(f"{'m' if field.name in names else 'r'}.{field.name}" for field in register.stored)
    found = []
    cursor = await database.connection().cursor(
        f"SELECT m.record_id, m.stale, {columns} FROM import_merged m"
        f" JOIN {register.table_name} r ON r.id = m.record_id"
    )
    while rows := await cursor.fetch(BATCH):
        for row in rows:
            merged = {**dict(row), **values.of_row(register.stored, row)}
            if statement.check(register, merged, today):
                found.append(Broken(merged.pop("record_id"), merged.pop("stale"), merged))
    return found


def _settle(
    register: Register,
    today: date,
    broken: Sequence[Broken],
    known: Mapping[Any, Mapping[str, Any]],
    kept: dict[str, list[Any]],
) -> dict[Any, str]:
    """Record -> what is wrong with it, of those that giving up a field does not mend; the mended go to `kept`."""
    refused = {}
    for one in broken:
        record = known[one.record_id]
        before = {name: record[name] for name in one.merged}
        wrong = _new_objections(register, before, one.merged, today)
        given_up = _given_up(one, before, wrong)
        if not wrong:
            continue
        if given_up and not _new_objections(register, before, {**one.merged, **given_up}, today):
            for name in given_up:
                kept.setdefault(name, []).append(one.record_id)
        else:
            refused[one.record_id] = "".join(dict.fromkeys(objection.message for objection in wrong))
    return refused


def _new_objections(
    register: Register, before: Mapping[str, Any], after: Mapping[str, Any], today: date
) -> list[Objection]:
    """What the rule says after and did not say before: a list is not blamed for what was wrong already."""
    already = {objection.message for objection in statement.check(register, before, today)}
    return [objection for objection in statement.check(register, after, today) if objection.message not in already]


def _given_up(one: Broken, before: Mapping[str, Any], wrong: Sequence[Objection]) -> dict[str, Any]:
    """The fields that the statement need not change, with what they were."""
    names = {objection.field for objection in wrong} if one.stale else {"as_of"}
    return {name: before[name] for name in names if name in before and before[name] != one.merged[name]}


async def _object(refused: Mapping[Any, str]) -> None:
    await database.execute(
        "UPDATE import_stage s SET objection = '与库中记录合并后：' || o.message"
        " FROM unnest($1::uuid[], $2::text[]) o(record_id, message) WHERE s.record_id = o.record_id",
        list(refused),
        list(refused.values()),
    )


async def _keep(register: Register, name: str, records: Sequence[Any]) -> None:
    """Let a field of these records be what it was."""
    await database.execute(
        f"UPDATE import_merged m SET {name} = r.{name}, before = m.before - '{name}', after = m.after - '{name}'"
        f" FROM {register.table_name} r WHERE r.id = m.record_id AND m.record_id = ANY($1::uuid[])",
        records,
    )
    await database.execute(f"DELETE FROM import_merged WHERE after - '{ANNEX}' = '{{}}'::jsonb")


async def _forget_refused() -> None:
    for compared in ("import_merged", "import_hanging"):
        await database.execute(
            f"DELETE FROM {compared} c USING import_stage s WHERE s.record_id = c.record_id AND s.objection IS NOT NULL"
        )
