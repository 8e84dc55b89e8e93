"""The public bulk file of a register: all that is open of all public records, as CSV or NDJSON, kept ten minutes."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

import anyio

from registry import exporting
from registry.errors import NotFound
from registry.register import Register

FORMS = ("csv", "ndjson")
KEPT_SECONDS = 600.0
"""A file is made anew at most this often, however many ask for it."""


async def public_file(register: Register, form: str, folder: Path) -> Path:
    """The file's place on disk, made or made anew if it is older than `KEPT_SECONDS`."""
    if form not in FORMS:
        raise NotFound(f"公开文件只有 {'、'.join(FORMS)} 两种格式。")
    path = folder / f"{register.plural}.{form}"
    async with _making(register.kind, form):
        if not _is_fresh(path):
            await anyio.Path(folder).mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}")
            await (await exporting.public(register, form)).write(draft)
            draft.replace(path)
    return path


@cache
def _making(_kind: str, _form: str) -> anyio.Lock:
    return anyio.Lock()


def _is_fresh(path: Path) -> bool:
    return path.is_file() and time.time() - path.stat().st_mtime < KEPT_SECONDS
