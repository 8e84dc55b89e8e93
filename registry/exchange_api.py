"""The routes of exchange in the background: export jobs of a register, and what follows on an import's dry run."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
import msgspec
from litestar import Request, Response, delete, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, FromPath, JSONBody
from litestar.response import File

from registry import clock, exchange_jobs, uploads
from registry.access import Permission
from registry.api import occasion_of
from registry.errors import BadRequest
from registry.exchange.templating import write_template
from registry.exporting import MEDIA_TYPES, Wanted
from registry.imports import mappings
from registry.jobs import Job, Report, rules
from registry.register import Register

XLSX = MEDIA_TYPES["xlsx"]


class WantedExport(msgspec.Struct, forbid_unknown_fields=True):
    """What to export: `filters` as {field: [values]}, `purpose` what for, `codes` codes instead of labels.

    `titles`: one row for each title. `as_of`: as they were on that day. `clear`: personal data uncovered.
    """

    format: str = "xlsx"
    filters: dict[str, list[str]] = {}
    sort: str = ""
    purpose: str = ""
    codes: bool = False
    titles: bool = False
    as_of: date | None = None
    clear: bool = False


class Confirmation(msgspec.Struct, forbid_unknown_fields=True):
    """How to let in what a dry run looked at; what is not said stays as it was."""

    partial: bool | None = None
    visibility: str | None = None
    reason: str = ""


class Assignment(msgspec.Struct, forbid_unknown_fields=True):
    """What the columns of a list are: all its `headers`, and the field of each that is not read by its own name."""

    headers: list[str]
    assigned: dict[str, str]
    name: str = ""


def accepted(job: Job) -> Response[Report]:
    """202: the job, and where to ask for it."""
    return Response(
        rules.report(job, clock.now()),
        status_code=202,
        headers={"location": f"/api/v1/jobs/{job.id}", "retry-after": "1"},
    )


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """What each register has."""

    @post(
        f"/api/v1/{register.plural}/export-jobs",
        permission=Permission.RECORD_EXPORT,
        name=f"export-job-{register.plural}",
        operation_id=f"export_job_{register.plural}",
        tags=[register.label],
        summary=f"后台导出{register.label}名单",
        status_code=202,
    )
    async def export_job(request: Request[Any, Any, Any], data: JSONBody[WantedExport]) -> Response[Report]:
        """排队导出；完成后从任务的 file 下载。条件与列表相同，purpose 为用途，写入文件并记入日志。

        clear 为真时个人信息不遮盖，须有权并写明用途。
        """
        known = {field.name for field in register.fields if field.filter} | {"withdrawn"}
        if unknown := [name for name in data.filters if name not in known]:
            raise BadRequest(f"不能按“{unknown[0][:40]}”筛选；可用：{'、'.join(sorted(known))}。")
        wanted = Wanted(
            data.format, data.filters, data.sort, data.purpose, data.codes, data.titles, data.as_of, data.clear
        )
        occasion = occasion_of(request, data.purpose)
        return accepted(await exchange_jobs.submit_export(request.app.state.settings, occasion, register, wanted))

    return [export_job, *_templates(register), *_mappings(register)]


def _templates(register: Register) -> list[BaseRouteHandler]:
    base = f"/api/v1/{register.plural}/import"

    @get(
        f"{base}/template",
        permission=Permission.RECORD_IMPORT,
        name=f"template-{register.plural}",
        operation_id=f"template_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}名单模板",
    )
    async def template(request: Request[Any, Any, Any]) -> File:
        """XLSX：各列带批注和下拉列表，有一行示例（不会导入），另页逐列说明。"""
        folder: Path = request.app.state.settings.uploads_dir
        path = folder / f"{register.kind}-{secrets.token_hex(4)}.template"
        await anyio.to_thread.run_sync(write_template, path, register.label, mappings.fields_of(register))
        return File(
            path, filename=f"{register.label}名单模板.xlsx", media_type=XLSX, background=BackgroundTask(path.unlink)
        )

    @post(
        f"{base}/columns",
        permission=Permission.RECORD_IMPORT,
        name=f"columns-{register.plural}",
        operation_id=f"columns_{register.plural}",
        tags=[register.label],
        summary="看一份名单有哪些列",
        request_max_body_size=uploads.MOST_BYTES,
        status_code=200,
    )
    async def columns(
        request: Request[Any, Any, Any],
        data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
    ) -> mappings.Header:
        """每一列读作什么字段、前几行说什么；不认识的列可用 mappings 指定。"""
        upload = uploads.given(data.get("file"))
        async with uploads.kept(upload, request.app.state.settings.uploads_dir) as path:
            return await mappings.look(register, path, upload.filename)

    return [template, columns]


def _mappings(register: Register) -> list[BaseRouteHandler]:
    base = f"/api/v1/{register.plural}/import/mappings"

    @get(
        base,
        permission=Permission.RECORD_IMPORT,
        name=f"mappings-{register.plural}",
        operation_id=f"mappings_{register.plural}",
        tags=[register.label],
        summary="保存过的列对应",
    )
    async def list_mappings() -> list[mappings.Remembered]:
        """表头相同的名单照此读取，最近用过的在前。"""
        return await mappings.listing(register)

    @post(
        base,
        permission=Permission.RECORD_IMPORT,
        name=f"assign-{register.plural}",
        operation_id=f"assign_columns_{register.plural}",
        tags=[register.label],
        summary="保存列对应",
    )
    async def assign(request: Request[Any, Any, Any], data: JSONBody[Assignment]) -> Response[dict[str, str]]:
        """headers 为名单的全部列名；assigned 为 {列名: 字段}，字段为空即不读入。同样的表头再存一次即替换。"""
        mark = await mappings.assign(occasion_of(request), register, data.name, data.headers, data.assigned)
        return Response({"fingerprint": mark}, status_code=201, headers={"location": f"{base}/{mark}"})

    @delete(
        f"{base}/{{fingerprint:str}}",
        permission=Permission.RECORD_IMPORT,
        name=f"forget-{register.plural}",
        operation_id=f"forget_columns_{register.plural}",
        tags=[register.label],
        summary="删除列对应",
    )
    async def forget(request: Request[Any, Any, Any], fingerprint: FromPath[str]) -> None:
        """此后这种名单按自己的列名读取。"""
        await mappings.forget(occasion_of(request), register, fingerprint)

    return [list_mappings, assign, forget]


@post(
    "/api/v1/jobs/{job_id:str}/confirm",
    permission=Permission.RECORD_IMPORT,
    operation_id="confirm_job",
    tags=["任务"],
    summary="把预览过的名单入库",
    status_code=202,
)
async def confirm_job(
    request: Request[Any, Any, Any], job_id: FromPath[str], data: JSONBody[Confirmation]
) -> Response[Report]:
    """后台导入的预览（dry_run）完成后，让同一份文件入库；是一项新的任务。"""
    job = await exchange_jobs.confirm_import(
        request.app.state.settings,
        occasion_of(request, data.reason),
        job_id,
        partial=data.partial,
        visibility=uploads.visibility(data.visibility) if data.visibility else None,
    )
    return accepted(job)


ROUTES = [confirm_job]
