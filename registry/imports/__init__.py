"""Importing a list: read, gather, match, compare and, unless it is a dry run, apply. One transaction, set-based."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import anyio.to_thread
import asyncpg
import msgspec

from registry import access, clock, database, masking
from registry.access import Actor, Role
from registry.duplicates import keeping
from registry.errors import Conflict, Invalid, Objection
from registry.exchange import Grouped, Table, annotate, grouped, read_table
from registry.history import Occasion
from registry.imports import applying, batches, checking, disputing, mappings, matching, resembling, staging
from registry.imports.disputing import Dispute
from registry.imports.gathering import Gathered, gather, own_district
from registry.imports.resembling import Alike
from registry.imports.watching import NOBODY, Watcher
from registry.register import Register

SHOWN = 200
"""How many new and changed records a report spells out; the counts are of all."""

MOST_OBJECTIONS = 5000
"""How many objections a report spells out; the annotated file has all."""


class Options(msgspec.Struct, frozen=True):
    """How to import. `partial`: good rows go in though others are rejected; otherwise nothing does.

    `visibility` is that of new records whose row does not say (published lists are public). `mapped`: columns are read
    as somebody assigned them in a list with the same header.
    """

    dry_run: bool = False
    partial: bool = False
    visibility: str = "public"
    mapped: bool = True


class Change(msgspec.Struct, frozen=True):
    """A record that the list changes: {field: [before, after]}, and the titles it adds or updates."""

    row: int
    id: str
    name: str
    fields: dict[str, tuple[Any, Any]]
    hanging: list[dict[str, Any]]


class Report(msgspec.Struct):
    """What an import did, or would do. `new`, `changed`, `same` count records; `rows` and `rejected` count rows.

    `conflicts` counts values that a higher word holds off and that wait for a decision; `disputed` spells them out.
    `alike` are, of a dry run, new rows that look like a record that is there.
    """

    batch_id: str
    applied: bool
    dry_run: bool
    rows: int
    new: int
    changed: int
    same: int
    rejected: int
    new_records: list[Change]
    changed_records: list[Change]
    objections: list[Objection]
    ignored_columns: list[str]
    notes: list[str]
    annotated: str = ""
    kinds: list[Grouped] = []
    conflicts: int = 0
    disputed: list[Dispute] = []
    alike: list[Alike] = []


class ImportRejected(Invalid):
    """Nothing went in because rows were rejected; the report says which and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.objections, f"有 {report.rejected} 行需要修改，整表未导入。")
        self.report = report


async def import_file(
    occasion: Occasion,
    register: Register,
    path: Path,
    filename: str,
    options: Options,
    *,
    annotated_dir: Path,
    watcher: Watcher = NOBODY,
) -> Report:
    """Import the list in `path`, as the batch that the occasion names or a new one; the report says what happened.

    Raises ImportRejected if rows are bad and `partial` is not set.
    """
    batch = occasion.batch_id or uuid4()
    occasion = msgspec.structs.replace(occasion, batch_id=batch)
    watcher.begin("读取文件")
    known = await mappings.known(register) if options.mapped else {}
    table = await anyio.to_thread.run_sync(read_table, path, filename, mappings.fields_of(register), known)
    watcher.begin("逐行检查")
    await keeping.catch_up(register)
    gathered = await anyio.to_thread.run_sync(gather, register, table, occasion, clock.today(), watcher)
    report = _blank_report(str(batch), table, gathered, options, occasion.actor)
    report.notes += [await mappings.used(register, table.fingerprint)] if table.assigned else []
    with _rolled_back_unless_applied(), _refusing_races():
        async with _turns(), database.transaction():
            writing = not options.dry_run
            report.notes += await _stage_and_compare(register, gathered, occasion, watcher, writing=writing)
            await _tell(register, gathered, report)
            if options.dry_run:
                await _tell_alike(register, gathered, occasion.actor, report)
            report.applied = not options.dry_run and (options.partial or not report.rejected)
            if gathered.objections:
                report.annotated = await _annotate(table, gathered, annotated_dir, occasion)
            if not report.applied:
                raise _NotApplied
            watcher.begin("写入")
            await applying.apply(register, gathered.names, occasion, _defaults(register, options, occasion))
            await batches.note(occasion, register, filename, (report.new, report.changed))
            await watcher.settle(report)
    if report.rejected and not options.dry_run and not report.applied:
        raise ImportRejected(report)
    return report


@cache
def _turns() -> anyio.CapacityLimiter:
    """Imports wait for each other without a database connection, all but the next one."""
    return anyio.CapacityLimiter(2)


class _NotApplied(Exception):  # noqa: N818
    """Rolls a dry run back."""


@contextlib.contextmanager
def _rolled_back_unless_applied() -> Iterator[None]:
    with contextlib.suppress(_NotApplied):
        yield


@contextlib.contextmanager
def _refusing_races() -> Iterator[None]:
    """The database has the last word: a code filed meanwhile, a check of a table. Nothing went in."""
    try:
        yield
    except asyncpg.UniqueViolationError as violation:
        raise Conflict("导入期间有人登记了同一代码；整表未导入，请重试。") from violation
    except asyncpg.CheckViolationError as violation:
        message = f"名单中有互相矛盾的内容，数据库未予接受（{violation.constraint_name}）；整表未导入，请核对后重试。"
        raise Conflict(message) from violation


async def _stage_and_compare(
    register: Register, gathered: Gathered, occasion: Occasion, watcher: Watcher, *, writing: bool
) -> list[str]:
    """Everything but writing; one import a register at a time, and no single act beside one that writes.

    What comes back are notes of what hangs on the records.
    """
    notes = []
    await database.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"silver-registry:import:{register.kind}")
    watcher.begin("与库中记录比对")
    await staging.stage(register, gathered)
    if writing:
        await matching.hold_names(register)
    await matching.match(register, occasion)
    if register.companion is not None:
        await register.companion.stage(gathered.hanging)
        notes = await register.companion.compare()
    await staging.compare(register, gathered.names)
    await checking.check_merged(register, gathered.names, clock.today())
    await disputing.compare(register, gathered.names)
    return notes


def _defaults(register: Register, options: Options, occasion: Occasion) -> dict[str, Any]:
    """What new records get where their row says nothing."""
    given = {"visibility": options.visibility} if "visibility" in register.by_name else {}
    return given | own_district(register, occasion.actor)


def _blank_report(batch_id: str, table: Table, gathered: Gathered, options: Options, actor: Actor) -> Report:
    notes = _notes(table, access.locked_fields(actor, gathered.register.kind))
    return Report(batch_id, False, options.dry_run, gathered.total, 0, 0, 0, 0, [], [], [], list(table.unknown), notes)


def _notes(table: Table, locked: frozenset[str]) -> list[str]:
    skipped = [f"表末的备注、合计等 {table.skipped} 行未读入。"] if table.skipped else []
    skipped += [f"第 {row} 行标为“示例”，未读入。" for row in table.examples[:3]]
    derived = [column.field.label for column in table.columns if column.field is not None and not column.field.said]
    ignored = [f"“{label}”由其他内容推出，不从表格读入。" for label in derived]
    barred = [column.field.label for column in table.columns if column.field and column.field.name in locked]
    ignored += [f"“{label}”不由您的岗位填写，未读入。" for label in barred]
    return [*table.notes, *skipped, *ignored]


async def _tell(register: Register, gathered: Gathered, report: Report) -> None:
    """Fill in the report from the staged tables."""
    for row in await database.fetch("SELECT group_no, objection FROM import_stage WHERE objection IS NOT NULL"):
        gathered.refuse_group(row["group_no"], row["objection"])
    counts = await database.fetchrow(
        "SELECT count(*) FILTER (WHERE matched = 'new') AS new, count(*) AS known,"
        " (SELECT count(DISTINCT record_id) FROM (SELECT record_id FROM import_merged"
        " UNION SELECT h.record_id FROM import_hanging h JOIN import_stage s USING (record_id)"
        " WHERE s.matched <> 'new') x) AS changed FROM import_stage WHERE objection IS NULL"
    )
    report.new, report.changed = counts["new"], counts["changed"]
    report.same = counts["known"] - report.new - report.changed
    report.notes += await _undated(register, gathered)
    report.conflicts, report.disputed, notes = await disputing.told(register, SHOWN)
    report.notes += notes
    report.rejected = len(gathered.objections)
    objections = [o for row in sorted(gathered.objections) for o in gathered.objections[row]]
    report.kinds = grouped(objections)
    report.objections = objections[:MOST_OBJECTIONS]
    report.new_records = await _spell_out(register, "s.matched = 'new'")
    report.changed_records = await _spell_out(
        register, "s.matched <> 'new' AND (m.record_id IS NOT NULL OR h.said IS NOT NULL)"
    )


async def _tell_alike(register: Register, gathered: Gathered, actor: Actor, report: Report) -> None:
    """New rows that may be records which are there already."""
    report.alike, number = await resembling.told(register, gathered.names, actor, SHOWN)
    if number:
        report.notes.append(f"新增的 {number} 行与库中记录很像，请逐一判断；判断会记下来，以后不再问。")


async def _undated(register: Register, gathered: Gathered) -> list[str]:
    """Why a list without a day changes so little."""
    if "as_of" not in gathered.names:
        return []
    number = await database.fetchval(
        f"SELECT count(*) FROM import_stage s JOIN {register.table_name} r ON r.id = s.record_id"
        " WHERE s.objection IS NULL AND s.as_of IS NULL AND r.as_of IS NOT NULL"
    )
    told = f"{number} 条记录已有数据时点，本表却未注明：只补空缺，不覆盖已有内容；如是新情况，请填写“数据时点”。"
    return [told] if number else []


async def _spell_out(register: Register, condition: str) -> list[Change]:
    rows = await database.fetch(
        f"SELECT s.row_no, s.record_id, s.{register.name_field} AS name, m.before::text, m.after::text, h.said::text"
        " FROM import_stage s LEFT JOIN import_merged m USING (record_id) LEFT JOIN import_hanging h USING (record_id)"
        f" WHERE s.objection IS NULL AND {condition} ORDER BY s.row_no LIMIT {SHOWN}"
    )
    return [_change(register, row) for row in rows]


def _change(register: Register, row: Any) -> Change:
    before, after = (masking.masked(register, msgspec.json.decode(row[side] or "{}")) for side in ("before", "after"))
    fields = {name: (before.get(name), value) for name, value in after.items()}
    return Change(row["row_no"], str(row["record_id"]), row["name"], fields, msgspec.json.decode(row["said"] or "[]"))


async def _annotate(table: Table, gathered: Gathered, folder: Path, occasion: Occasion) -> str:
    """Write the file to correct; its name carries who may fetch it."""
    await anyio.Path(folder).mkdir(parents=True, exist_ok=True)
    name = f"{occasion.batch_id}.{occasion.actor.id or Role.PUBLIC}.xlsx"
    await anyio.to_thread.run_sync(annotate, table, gathered.objections, folder / name)
    return str(occasion.batch_id)


def annotated_path(folder: Path, batch_id: str, occasion: Occasion) -> Path | None:
    """The annotated file of an import, for the one who made it."""
    path = folder / f"{batch_id}.{occasion.actor.id or Role.PUBLIC}.xlsx"
    return path if path.parent == folder and path.is_file() else None
