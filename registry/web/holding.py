"""Uploads that wait for a second step: kept under a secret name that only their owner knows, swept after a week."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Request
from litestar.datastructures import UploadFile

from registry import uploads
from registry.api import actor_of
from registry.errors import Invalid, NotFound, Objection

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Held(NamedTuple):
    """An upload that waits: its secret name, and what the officer calls it."""

    token: str
    filename: str


async def hold(request: Request[Any, Any, Any], upload: Any) -> Held:
    """Keep an upload until it is confirmed; the daily upkeep clears away what never is."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Invalid([Objection("请选择要导入的文件。", "file", "文件")])
    token = secrets.token_urlsafe(32)
    async with uploads.kept(upload, folder(request)) as path:
        os.link(path, path_of(request, token))
    return Held(token, upload.filename)


def folder(request: Request[Any, Any, Any]) -> Path:
    """Where uploads wait."""
    found: Path = request.app.state.settings.uploads_dir
    return found


def path_of(request: Request[Any, Any, Any], token: str) -> Path:
    """Where an upload waits: only its owner's token leads there."""
    return folder(request) / f"{owned(request, token)}.upload"


def present(request: Request[Any, Any, Any], token: str) -> Path:
    """The upload; NotFound when it is gone."""
    path = path_of(request, token)
    if not path.is_file():
        raise NotFound("这份文件已经导入，或已超过七天；请重新选择文件。")
    return path


def owned(request: Request[Any, Any, Any], token: str) -> str:
    """The name under which files of an upload are kept."""
    if not _TOKEN.fullmatch(token):
        raise NotFound("没有这份待确认的文件，请重新选择。")
    return f"{token}.{actor_of(request).id}"
