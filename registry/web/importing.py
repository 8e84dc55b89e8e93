"""The import page: choose a file, look at what it would do, let exactly that file in, read what became of it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import imports, uploads
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import Invalid, NotFound, Objection, Refusal
from registry.imports import ImportRejected, Options, Report
from registry.register import Register
from registry.web import record, rendering, sameness, showing

OBJECTIONS_SHOWN = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Held(NamedTuple):
    """An upload that waits for its confirmation: its secret name, and what the officer calls it."""

    token: str
    filename: str


class Outcome(msgspec.Struct):
    """What became of a confirmed upload, as it is kept beside the uploads."""

    filename: str
    report: Report


class Line(NamedTuple):
    """A record that the list adds or changes."""

    row: int
    name: str
    url: str
    changes: list[record.Change]
    titles: str


def routes(register: Register) -> list[BaseRouteHandler]:
    """The import page of one register, its two steps, and their outcome."""
    return [_choose(register), _preview(register), _confirm(register), _result(register)]


def _path(register: Register) -> str:
    return f"/{register.plural}/import"


def _choose(register: Register) -> BaseRouteHandler:
    @get(
        _path(register),
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        name=f"page-import-{register.plural}",
    )
    async def import_page(request: Request[Any, Any, Any]) -> Response[str]:
        """Choose a file."""
        return _page(request, register)

    return import_page


def _preview(register: Register) -> BaseRouteHandler:
    @post(
        _path(register),
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        request_max_body_size=uploads.MOST_BYTES + 65_536,
        name=f"page-preview-{register.plural}",
    )
    async def preview(request: Request[Any, Any, Any]) -> Response[Any]:
        """Compare the file with the register; nothing is written yet."""
        form = await request.form()
        try:
            held = await _hold(request, form.get("file"))
            return await _run(request, register, held, form, dry_run=True)
        except Refusal as refusal:
            return _page(request, register, refusal=refusal, form=form)

    return preview


def _confirm(register: Register) -> BaseRouteHandler:
    @post(
        f"{_path(register)}/confirm",
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        name=f"page-confirm-{register.plural}",
    )
    async def confirm(request: Request[Any, Any, Any]) -> Response[Any]:
        """Let the very file in that was looked at, once; the outcome has an address that can be loaded again."""
        form = await request.form()
        held = Held(str(form.get("token", "")), str(form.get("filename", ""))[:200])
        try:
            if await _outcome_path(request, register, held.token).is_file():
                return _to_outcome(register, held)
            await sameness.remember(occasion_of(request, str(form.get("reason", ""))[:500]), register, form)
            return await _run(request, register, held, form, dry_run=False)
        except Refusal as refusal:
            return _page(request, register, refusal=refusal, form=form)

    return confirm


def _result(register: Register) -> BaseRouteHandler:
    @get(
        f"{_path(register)}/{{token:str}}",
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        name=f"page-imported-{register.plural}",
    )
    async def imported(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """What an import did; for the officer who made it, for a week."""
        path = _outcome_path(request, register, token)
        if not await path.is_file():
            raise NotFound("没有这次导入的结果，或已超过七天；入库的内容见名单。")
        outcome = msgspec.json.decode(await path.read_bytes(), type=Outcome)
        return _page(request, register, report=outcome.report, held=Held(token, outcome.filename))

    return imported


def _to_outcome(register: Register, held: Held) -> Redirect:
    return Redirect(f"{_path(register)}/{held.token}", status_code=303)


async def _hold(request: Request[Any, Any, Any], upload: Any) -> Held:
    """Keep an upload until it is confirmed; the daily upkeep clears away what never is."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Invalid([Objection("请选择要导入的文件。", "file", "文件")])
    token = secrets.token_urlsafe(32)
    async with uploads.kept(upload, _folder(request)) as path:
        os.link(path, _held_path(request, token))
    return Held(token, upload.filename)


def _folder(request: Request[Any, Any, Any]) -> Path:
    folder: Path = request.app.state.settings.uploads_dir
    return folder


def _held_path(request: Request[Any, Any, Any], token: str) -> Path:
    """Where an upload waits: only its owner's token leads there."""
    return _folder(request) / f"{_owned(request, token)}.upload"


def _outcome_path(request: Request[Any, Any, Any], register: Register, token: str) -> anyio.Path:
    """Where the outcome is kept; the daily upkeep clears it away after a week."""
    return anyio.Path(_folder(request) / f"{_owned(request, token)}.{register.kind}.json")


def _owned(request: Request[Any, Any, Any], token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise NotFound("没有这份待确认的文件，请重新选择。")
    return f"{token}.{actor_of(request).id}"


async def _run(
    request: Request[Any, Any, Any], register: Register, held: Held, form: Mapping[str, Any], *, dry_run: bool
) -> Response[Any]:
    path = _held_path(request, held.token)
    if not path.is_file():
        raise NotFound("这份文件已经导入，或已超过七天；请重新选择文件。")
    partial = form.get("partial") == "1"
    options = Options(dry_run, partial, uploads.visibility(str(form.get("visibility") or "public")))
    occasion = occasion_of(request, str(form.get("reason", ""))[:500])
    try:
        report = await imports.import_file(
            occasion, register, path, held.filename, options, annotated_dir=_folder(request)
        )
    except ImportRejected as rejected:
        report = rejected.report
    except Refusal:
        path.unlink(missing_ok=True)
        raise
    if report.applied:
        outcome = msgspec.json.encode(Outcome(held.filename, report))
        await _outcome_path(request, register, held.token).write_bytes(outcome)
        path.unlink(missing_ok=True)
        return _to_outcome(register, held)
    return _page(request, register, report=report, held=held, form=form)


def _page(
    request: Request[Any, Any, Any],
    register: Register,
    *,
    report: Report | None = None,
    held: Held | None = None,
    refusal: Refusal | None = None,
    form: Mapping[str, Any] | None = None,
) -> Response[str]:
    given = form or {}
    crumbs = [rendering.Crumb("首页", "/"), rendering.Crumb(f"{register.label}名单", f"/{register.plural}")]
    if report is not None:
        crumbs.append(rendering.Crumb(f"导入{register.label}名单", _path(register)))
    return rendering.page(
        request,
        "import.html",
        _title(register, report),
        crumbs=crumbs,
        status=refusal.status if refusal else 200,
        register=register,
        columns=_columns(register),
        report=report,
        held=held,
        refusal=refusal,
        partial=given.get("partial") == "1",
        visibility=str(given.get("visibility") or "public"),
        reason=str(given.get("reason", "")),
        added=[_line(register, change) for change in report.new_records] if report else [],
        changed=[_line(register, change) for change in report.changed_records] if report else [],
        objections=report.objections[:OBJECTIONS_SHOWN] if report else [],
        annotated=f"/api/v1/{register.plural}/import/{report.batch_id}/annotated"
        if report and report.annotated
        else "",
    )


def _title(register: Register, report: Report | None) -> str:
    if report is None:
        return f"导入{register.label}名单"
    return "导入完成" if report.applied else "导入预览"


def _columns(register: Register) -> list[str]:
    """The headers that a list may have."""
    fields = [field for field in register.fields if field.said]
    return [field.label for field in (*fields, *(register.companion.columns if register.companion else ()))]


def _line(register: Register, change: imports.Change) -> Line:
    changes = []
    for name, (before, after) in change.fields.items():
        field = register.by_name.get(name)
        if field is not None:
            changes.append(record.Change(field.label, showing.shown(field, before), showing.shown(field, after)))
    return Line(
        change.row, change.name, f"/{register.plural}/{change.id}", changes, record.hanging_words(change.hanging)
    )
