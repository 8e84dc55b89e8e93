"""Uploads on their way in: onto disk in pieces, with a bound, and off again whatever happens."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import anyio
from litestar.datastructures import UploadFile

from registry.errors import BadRequest, Invalid, Objection, TooLarge

MOST_BYTES = 52_428_800
"""50 MB: a list of 300,000 enterprises; `registry.exchange` bounds what it may expand to."""

_PIECE = 1_048_576


@contextlib.asynccontextmanager
async def kept(upload: UploadFile, folder: Path, most: int = MOST_BYTES) -> AsyncIterator[Path]:
    """The upload as a file under a name of our own; nothing of the client's name becomes a path."""
    await anyio.Path(folder).mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid4()}.upload"
    try:
        size = 0
        async with await anyio.open_file(path, "wb") as out:
            while piece := await upload.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise TooLarge(f"文件超过 {most // _PIECE} MB，请拆分或压缩后再传。")
                await out.write(piece)
        yield path
    finally:
        await upload.close()
        path.unlink(missing_ok=True)


def given(upload: object) -> UploadFile:
    """The file of a form; Invalid if there is none."""
    if not isinstance(upload, UploadFile):
        raise Invalid([Objection("请选择要导入的文件。", "file", "文件")])
    return upload


def visibility(text: str) -> str:
    """The visibility that new records of an import get."""
    if text not in {"public", "internal"}:
        raise BadRequest("visibility 应为 public（公开）或 internal（内部）。")
    return text
