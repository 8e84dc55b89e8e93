"""Importing and exporting in the background: what is kept of them with their job, and what the worker does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from plugins import manager
from registry import exporting, imports, jobs
from registry.access import Actor, Permission
from registry.errors import Conflict, Forbidden, NotFound
from registry.exporting import Wanted
from registry.history import Occasion
from registry.imports import Options, Report
from registry.imports.watching import Watcher
from registry.jobs import Job, Task
from registry.register import Register
from registry.settings import Settings

IMPORT = "import"
EXPORT = "export"

MOST_OBJECTIONS = 1000
"""How many objections are kept with a job; the annotated file has all."""

_STAGES = {"读取文件": 0.02, "逐行检查": 0.12, "与库中记录比对": 0.5, "写入": 0.7}
"""How much is done when a stage begins, as measured on lists of 100,000 rows."""

_SEEN = 0.95
"""How much is done when the last row is written out and the file has yet to be packed."""


class ImportGiven(msgspec.Struct, frozen=True):
    """What an import in the background needs to know; the list is the job's file, `held` its name as an upload."""

    register: str
    filename: str
    options: Options
    held: str = ""


class ExportGiven(msgspec.Struct, frozen=True):
    """What an export in the background needs to know."""

    register: str
    wanted: Wanted


async def submit_import(
    settings: Settings,
    occasion: Occasion,
    register: Register,
    file: Path,
    filename: str,
    options: Options,
    *,
    held: str = "",
) -> Job:
    """Queue the import of a list, or its dry run."""
    given = msgspec.to_builtins(ImportGiven(register.kind, filename[:200], options, held))
    act = "预览" if options.dry_run else "导入"
    label = f"{act}{register.label}名单：{filename}"
    return await jobs.submit(settings, occasion, IMPORT, label, given, file=file)


async def confirm_import(
    settings: Settings, occasion: Occasion, job_id: str, *, partial: bool | None = None, visibility: str | None = None
) -> Job:
    """Queue the import of the very file that a dry run looked at; Conflict if there was none or it has gone."""
    looked = await jobs.get(occasion.actor, job_id)
    file = jobs.input_of(settings, looked.id)
    if looked.kind != IMPORT or not looked.given["options"]["dry_run"] or looked.state is not jobs.State.DONE:
        raise Conflict("只有完成的导入预览可以确认入库。")
    if not jobs.own(occasion.actor, looked):
        raise NotFound("只有提交预览的人可以确认入库。")
    if not file.is_file():
        raise Conflict("这份文件已超过七天，请重新上传。")
    given = msgspec.convert(looked.given, ImportGiven)
    options = Options(
        dry_run=False,
        partial=given.options.partial if partial is None else partial,
        visibility=visibility or given.options.visibility,
    )
    return await submit_import(settings, occasion, _register(given.register), file, given.filename, options)


async def submit_export(settings: Settings, occasion: Occasion, register: Register, wanted: Wanted) -> Job:
    """Queue an export; a wrong filter or sort is refused at once."""
    exporting.check(occasion.actor, register, wanted)
    given = msgspec.to_builtins(ExportGiven(register.kind, wanted))
    label = f"导出{register.label}名单（{wanted.form.upper()}）"
    return await jobs.submit(settings, occasion, EXPORT, label, given)


def _register(kind: str) -> Register:
    register = manager.registers().get(kind)
    if register is None:
        raise NotFound(f"没有登记簿“{kind}”。")
    return register


def _require(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise Forbidden(f"{actor.role.label}没有此项权限。")


class _Telling(Watcher):
    """Tells a job how far the import is, and settles it in the transaction of the import."""

    def __init__(self, task: Task, kind: str) -> None:
        self._task = task
        self._kind = kind
        self._stage = ""

    def begin(self, stage: str) -> None:
        self._stage = stage
        self._task.tell(stage, _STAGES.get(stage, self._task.share))

    def rows(self, done: int, total: int) -> None:
        begin, end = _STAGES["逐行检查"], _STAGES["与库中记录比对"]
        share = begin + (end - begin) * min(done / total, 1) if total else begin
        self._task.tell(f"{self._stage} {done:,} / {total:,} 行", share)

    async def settle(self, report: Report) -> None:
        await self._task.settle(kept(report, self._kind))


def kept(report: Report, kind: str) -> Mapping[str, Any]:
    """What is kept of a report with its job."""
    shortened = msgspec.structs.replace(report, objections=report.objections[:MOST_OBJECTIONS])
    return {"register": kind, "report": shortened}


async def do_import(task: Task) -> None:
    """Import the job's file; killed, the transaction is undone and the next attempt begins anew."""
    given = msgspec.convert(task.job.given, ImportGiven)
    _require(task.occasion.actor, Permission.RECORD_IMPORT)
    if not task.input.is_file():
        raise Conflict("任务的文件已不在，请重新上传。")
    report = await imports.import_file(
        msgspec.structs.replace(task.occasion, batch_id=UUID(task.job.id)),
        _register(given.register),
        task.input,
        given.filename,
        given.options,
        annotated_dir=task.settings.uploads_dir,
        watcher=_Telling(task, given.register),
    )
    if not report.applied:
        await task.settle(kept(report, given.register))


async def do_export(task: Task) -> None:
    """Write the list into the job's file; killed, the next attempt writes it anew."""
    given = msgspec.convert(task.job.given, ExportGiven)
    _require(task.occasion.actor, Permission.RECORD_EXPORT)

    def tell(done: int, total: int) -> None:
        task.tell(f"写出 {done:,} / {total:,} 条", _SEEN * min(done / total, 1) if total else _SEEN)

    register = _register(given.register)
    made = await exporting.export(task.occasion, register, given.wanted, tell)
    await made.write(task.output)
    await task.settle({"register": given.register, "rows": made.rows, "number": made.number}, made.filename)


WORKS: Mapping[str, jobs.Work] = {IMPORT: do_import, EXPORT: do_export}
