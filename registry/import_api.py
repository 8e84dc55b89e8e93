"""The routes that import a list into a register: /api/v1/<plural>/import."""

from __future__ import annotations

from typing import Annotated, Any, cast

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import Body, FromPath, FromQuery
from litestar.response import File

from registry import exchange_jobs, imports, uploads
from registry.access import Permission
from registry.api import occasion_of
from registry.errors import NotFound
from registry.exchange_api import accepted
from registry.jobs import Report as JobReport
from registry.register import Register


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The import itself, and the annotated file that it may leave."""
    base = f"/api/v1/{register.plural}/import"

    @post(
        base,
        permission=Permission.RECORD_IMPORT,
        name=f"import-{register.plural}",
        operation_id=f"import_{register.plural}",
        tags=[register.label],
        summary=f"导入{register.label}名单",
        request_max_body_size=uploads.MOST_BYTES,
        status_code=200,
        responses={202: ResponseSpec(JobReport, description="background 为真：已排队的任务")},
    )
    async def import_list(
        request: Request[Any, Any, Any],
        data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
        dry_run: FromQuery[bool] = False,
        partial: FromQuery[bool] = False,
        visibility: FromQuery[str] = "public",
        reason: FromQuery[str] = "",
        background: FromQuery[bool] = False,
        mapped: FromQuery[bool] = True,
    ) -> Response[imports.Report]:
        """CSV 或 Excel 名单。dry_run 只比对不写入；partial 为真时合格的行入库，否则有错即整表不入库。

        background 为真时排队，答 202；mapped 为假时不用保存过的列对应。
        """
        options = imports.Options(dry_run, partial, uploads.visibility(visibility), mapped)
        upload = uploads.given(data.get("file"))
        async with uploads.kept(upload, request.app.state.settings.uploads_dir) as path:
            occasion = occasion_of(request, reason)
            if background:
                state = request.app.state
                job = await exchange_jobs.submit_import(
                    state.settings, occasion, register, path, upload.filename, options
                )
                return cast("Response[imports.Report]", accepted(job))
            folder = request.app.state.settings.uploads_dir
            return Response(
                await imports.import_file(occasion, register, path, upload.filename, options, annotated_dir=folder)
            )

    @get(
        f"{base}/{{batch_id:str}}/annotated",
        permission=Permission.RECORD_IMPORT,
        name=f"annotated-{register.plural}",
        operation_id=f"annotated_{register.plural}",
        tags=[register.label],
        summary="导入的错误标注表",
    )
    async def annotated(request: Request[Any, Any, Any], batch_id: FromPath[str]) -> File:
        """有误的行及错误说明，改好后可直接再导入；只有导入者本人可取，保留七天。"""
        path = imports.annotated_path(request.app.state.settings.uploads_dir, batch_id, occasion_of(request))
        if path is None:
            raise NotFound("没有这次导入的标注表，或已超过七天。")
        return File(path, filename=f"{register.label}名单-错误标注.xlsx")

    return [import_list, annotated]
