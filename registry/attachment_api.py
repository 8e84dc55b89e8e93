"""The routes of attachments: those of a register's records, and /api/v1/attachments for contents and loose files."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import Body, FromPath, JSONBody
from litestar.response import File

from registry import attachments, audit, uploads
from registry.access import Permission
from registry.api import JSON, actor_of, occasion_of
from registry.attachments import Attachment, Given, Level
from registry.errors import Invalid, Objection
from registry.exchange.download import content_disposition
from registry.register import Register

UPLOAD_BYTES = attachments.MOST_BYTES + 65_536
"""A file and the form around it."""

MULTIPART = Body(media_type=RequestEncodingType.MULTI_PART)
_TAG = "附件"


class Changed(msgspec.Struct):
    """What a change of an attachment may say; what is left out stays."""

    level: str | None = None
    about: str | None = None
    reason: str = ""


class Reasoned(msgspec.Struct):
    """An act with its reason."""

    reason: str = ""


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """The files of one record."""
    path = f"/api/v1/{register.plural}/{{record_id:str}}/attachments"

    @get(
        path,
        permission=Permission.RECORD_READ,
        name=f"attachments-{register.plural}",
        operation_id=f"attachments_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}记录的附件",
        media_type=JSON,
    )
    async def list_attachments(request: Request[Any, Any, Any], record_id: FromPath[str]) -> list[Attachment]:
        """只列出您有权查看的附件；url 为下载地址。"""
        return await attachments.listing(actor_of(request), register, record_id)

    @post(
        path,
        permission=Permission.ATTACHMENT_ADD,
        name=f"attach-{register.plural}",
        operation_id=f"attach_{register.plural}",
        tags=[register.label],
        summary=f"给{register.label}记录添加附件",
        media_type=JSON,
        request_max_body_size=UPLOAD_BYTES,
    )
    async def attach_file(
        request: Request[Any, Any, Any], record_id: FromPath[str], data: Annotated[dict[str, Any], MULTIPART]
    ) -> Attachment:
        """multipart：file，level（public、owner、officers），about（说明），reason。类型按内容识别。"""
        return await attach_upload(request, register, record_id, data)

    return [list_attachments, attach_file]


async def attach_upload(request: Request[Any, Any, Any], register: Register, record_id: str, form: Any) -> Attachment:
    """Hang an uploaded file on a record."""
    upload = _file_of(form)
    given = given_of(form, upload)
    settings = request.app.state.settings
    async with uploads.kept(upload, settings.uploads_dir, attachments.MOST_BYTES) as path:
        occasion = occasion_of(request, str(form.get("reason") or "")[:500])
        return await attachments.attach(settings, occasion, register, record_id, path, given)


async def keep_upload(request: Request[Any, Any, Any], form: Any) -> Attachment:
    """Keep an uploaded file that is to be bound to a record later."""
    upload = _file_of(form)
    settings = request.app.state.settings
    async with uploads.kept(upload, settings.uploads_dir, attachments.MOST_BYTES) as path:
        return await attachments.keep_loose(settings, occasion_of(request), path, given_of(form, upload))


def _file_of(form: Any) -> UploadFile:
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Invalid([Objection("请选择要上传的文件。", "file", "文件")])
    return upload


def given_of(form: Any, upload: UploadFile) -> Given:
    """What a form says of its file; nothing said is for the officers only."""
    return Given(upload.filename, str(form.get("level") or Level.OFFICERS), str(form.get("about") or ""))


@post(
    "/api/v1/attachments",
    permission=Permission.ATTACHMENT_ADD,
    operation_id="keep_attachment",
    tags=[_TAG],
    summary="先上传附件，稍后再用到记录上",
    media_type=JSON,
    request_max_body_size=UPLOAD_BYTES,
)
async def keep_attachment(request: Request[Any, Any, Any], data: Annotated[dict[str, Any], MULTIPART]) -> Attachment:
    """用于认领等申请的证明材料；在用到记录上之前只有上传者本人可见。"""
    return await keep_upload(request, data)


@get(
    "/api/v1/attachments/{attachment_id:str}",
    permission=Permission.RECORD_READ,
    operation_id="download_attachment",
    tags=[_TAG],
    summary="下载附件",
)
async def download_attachment(request: Request[Any, Any, Any], attachment_id: FromPath[str]) -> File:
    """附件的内容；浏览器只会保存，不会在本站页面内打开。未公开的附件每次下载都记入操作日志。"""
    found = await attachments.content(request.app.state.settings, actor_of(request), attachment_id)
    public = found.attachment.level is Level.PUBLIC
    if not public:
        one = found.attachment
        await audit.note(
            occasion_of(request), "下载附件", f"{one.kind or '待用'}/{one.record_id or ''}", {"id": str(one.id)}
        )
    return File(
        found.path,
        media_type=found.media_type,
        etag=None,
        headers={
            "content-disposition": content_disposition(found.attachment.name),
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "private, no-cache" if public else "private, no-store",
            "cross-origin-resource-policy": "same-origin",
        },
    )


@patch(
    "/api/v1/attachments/{attachment_id:str}",
    permission=Permission.ATTACHMENT_ADD,
    operation_id="change_attachment",
    tags=[_TAG],
    summary="修改附件的查看范围或说明",
    media_type=JSON,
)
async def change_attachment(
    request: Request[Any, Any, Any], attachment_id: FromPath[str], data: JSONBody[Changed]
) -> Attachment:
    """未给出的项目不变；改动记入历史。"""
    occasion = occasion_of(request, data.reason[:500])
    return await attachments.change(occasion, attachment_id, data.level, data.about)


@post(
    "/api/v1/attachments/{attachment_id:str}/remove",
    permission=Permission.ATTACHMENT_ADD,
    operation_id="remove_attachment",
    tags=[_TAG],
    summary="移除附件",
    status_code=204,
)
async def remove_attachment(
    request: Request[Any, Any, Any], attachment_id: FromPath[str], data: JSONBody[Reasoned]
) -> Response[None]:
    """不再列出、不能下载；移除记入历史。"""
    await attachments.remove(occasion_of(request, data.reason[:500]), attachment_id)
    return Response(None, status_code=204)


ROUTES: list[BaseRouteHandler] = [keep_attachment, download_attachment, change_attachment, remove_attachment]
