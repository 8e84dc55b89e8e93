"""The import page: choose a file, look at what it would do, let exactly that file in, read what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import anyio
import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import exchange_jobs, imports, uploads
from registry.access import Permission
from registry.api import occasion_of
from registry.errors import NotFound, Refusal
from registry.exchange.reading import NoHeader
from registry.imports import ImportRejected, Options, Report, mappings
from registry.register import Register
from registry.web import holding, import_report, rendering, sameness
from registry.web.holding import Held

AT_ONCE_BYTES = 1_048_576
"""A larger file is compared in the background: nobody waits for it before a white page."""


class Outcome(msgspec.Struct):
    """What became of a confirmed upload, as it is kept beside the uploads."""

    filename: str
    report: Report


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
        return await page(request, register)

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
            held = await holding.hold(request, form.get("file"))
            return await preview_held(request, register, held, form)
        except Refusal as refusal:
            return await page(request, register, refusal=refusal, form=form)

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
            return await page(request, register, refusal=refusal, form=form)

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
        return await page(request, register, report=outcome.report, held=Held(token, outcome.filename))

    return imported


def _to_outcome(register: Register, held: Held) -> Redirect:
    return Redirect(f"{_path(register)}/{held.token}", status_code=303)


def _outcome_path(request: Request[Any, Any, Any], register: Register, token: str) -> anyio.Path:
    """Where the outcome is kept; the daily upkeep clears it away after a week."""
    return anyio.Path(holding.folder(request) / f"{holding.owned(request, token)}.{register.kind}.json")


async def preview_held(
    request: Request[Any, Any, Any], register: Register, held: Held, form: Mapping[str, Any]
) -> Response[Any]:
    """Compare a held file, a large one in the background."""
    path = holding.present(request, held.token)
    if form.get("background") != "1" and path.stat().st_size <= AT_ONCE_BYTES:
        return await _run(request, register, held, form, dry_run=True)
    occasion = occasion_of(request, str(form.get("reason", ""))[:500])
    job = await exchange_jobs.submit_import(
        request.app.state.settings,
        occasion,
        register,
        path,
        held.filename,
        _options(form, dry_run=True),
        held=held.token,
    )
    return Redirect(f"/jobs/{job.id}", status_code=303)


def _options(form: Mapping[str, Any], *, dry_run: bool) -> Options:
    return Options(dry_run, form.get("partial") == "1", uploads.visibility(str(form.get("visibility") or "public")))


async def _run(
    request: Request[Any, Any, Any], register: Register, held: Held, form: Mapping[str, Any], *, dry_run: bool
) -> Response[Any]:
    path = holding.present(request, held.token)
    options, occasion = _options(form, dry_run=dry_run), occasion_of(request, str(form.get("reason", ""))[:500])
    try:
        report = await imports.import_file(
            occasion, register, path, held.filename, options, annotated_dir=holding.folder(request)
        )
    except ImportRejected as rejected:
        report = rejected.report
    except NoHeader as refusal:
        return await page(request, register, refusal=refusal, form=form, held=held)
    except Refusal:
        path.unlink(missing_ok=True)
        raise
    if report.applied:
        outcome = msgspec.json.encode(Outcome(held.filename, report))
        await _outcome_path(request, register, held.token).write_bytes(outcome)
        path.unlink(missing_ok=True)
        return _to_outcome(register, held)
    return await page(request, register, report=report, held=held, form=form)


async def page(
    request: Request[Any, Any, Any],
    register: Register,
    *,
    report: Report | None = None,
    held: Held | None = None,
    refusal: Refusal | None = None,
    form: Mapping[str, Any] | None = None,
) -> Response[str]:
    """The page in any of its states."""
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
        columns=_columns(register),
        refusal=refusal,
        partial=given.get("partial") == "1",
        visibility=str(given.get("visibility") or "public"),
        reason=str(given.get("reason", "")),
        remembered=[_remembered(register, one) for one in await mappings.listing(register)],
        **_told(register, report, held),
    )


def _told(register: Register, report: Report | None, held: Held | None) -> dict[str, Any]:
    columns = f"{_path(register)}/{held.token}/columns?filename={quote(held.filename)}" if held else ""
    if report is None or held is None:
        return {"register": register, "report": None, "columns_url": columns}
    confirm = import_report.Confirm(f"{_path(register)}/confirm", {"token": held.token, "filename": held.filename})
    return import_report.context(register, report, held.filename, confirm, "" if report.applied else columns)


class _Kept(NamedTuple):
    """A remembered header, in the words of people."""

    fingerprint: str
    name: str
    owner: str
    uses: int
    pairs: list[tuple[str, str]]


def _remembered(register: Register, one: mappings.Remembered) -> _Kept:
    labels = {field.name: field.label for field in mappings.fields_of(register)}
    pairs = [(header, labels.get(name, name) if name else "不读入") for header, name in one.assigned.items()]
    return _Kept(one.fingerprint, one.name, one.owner, one.uses, pairs)


def _title(register: Register, report: Report | None) -> str:
    if report is None:
        return f"导入{register.label}名单"
    return "导入完成" if report.applied else "导入预览"


def _columns(register: Register) -> list[str]:
    """The headers that a list may have."""
    fields = [field for field in register.fields if field.said]
    return [field.label for field in (*fields, *(register.companion.columns if register.companion else ()))]
