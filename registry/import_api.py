"""The routes that import a list into a register: /api/v1/<plural>/import."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, FromPath, FromQuery
from litestar.response import File

from registry import imports, uploads
from registry.access import Permission
from registry.api import occasion_of
from registry.errors import Invalid, NotFound, Objection
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
    )
    async def import_list(
        request: Request[Any, Any, Any],
        data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
        dry_run: FromQuery[bool] = False,
        partial: FromQuery[bool] = False,
        visibility: FromQuery[str] = "public",
        reason: FromQuery[str] = "",
    ) -> imports.Report:
        """CSV 或 Excel 名单。dry_run 只比对不写入；partial 为真时合格的行入库，否则有错即整表不入库。"""
        options = imports.Options(dry_run, partial, uploads.visibility(visibility))
        return await import_upload(request, register, data.get("file"), options, reason)

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


async def import_upload(
    request: Request[Any, Any, Any], register: Register, upload: Any, options: imports.Options, reason: str
) -> imports.Report:
    """Import an uploaded file; it lies on disk only while it is read."""
    if not isinstance(upload, UploadFile):
        raise Invalid([Objection("请选择要导入的文件。", "file", "文件")])
    folder = request.app.state.settings.uploads_dir
    async with uploads.kept(upload, folder) as path:
        occasion = occasion_of(request, reason)
        return await imports.import_file(occasion, register, path, upload.filename, options, annotated_dir=folder)
