"""The routes of exchange in the background: export jobs of a register, and what follows on an import's dry run."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody

from registry import clock, exchange_jobs
from registry.access import Permission
from registry.api import occasion_of
from registry.errors import BadRequest
from registry.exporting import Wanted
from registry.jobs import Job, Report, rules
from registry.register import Register
from registry.uploads import visibility


class WantedExport(msgspec.Struct, forbid_unknown_fields=True):
    """What to export: `filters` as {field: [values]}, `purpose` what for, `codes` codes instead of labels."""

    format: str = "xlsx"
    filters: dict[str, list[str]] = {}
    sort: str = ""
    purpose: str = ""
    codes: bool = False


class Confirmation(msgspec.Struct, forbid_unknown_fields=True):
    """How to let in what a dry run looked at; what is not said stays as it was."""

    partial: bool | None = None
    visibility: str | None = None
    reason: str = ""


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
        """排队导出；完成后从任务的 file 下载。条件与列表相同，purpose 为用途，写入文件并记入日志。"""
        known = {field.name for field in register.fields if field.filter} | {"withdrawn"}
        if unknown := [name for name in data.filters if name not in known]:
            raise BadRequest(f"不能按“{unknown[0][:40]}”筛选；可用：{'、'.join(sorted(known))}。")
        wanted = Wanted(data.format, data.filters, data.sort, data.purpose, data.codes)
        occasion = occasion_of(request, data.purpose)
        return accepted(await exchange_jobs.submit_export(request.app.state.settings, occasion, register, wanted))

    return [export_job]


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
        visibility=visibility(data.visibility) if data.visibility else None,
    )
    return accepted(job)


ROUTES = [confirm_job]
