"""What a file is, told by its content alone, and strictly: what is none of the kinds allowed is refused.

A name's ending and a browser's word count for nothing; the name a file is kept under gets the ending of its kind.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from registry.errors import BadRequest

MOST_MEMBERS = 20_000
"""Parts of an office document or OFD package."""

MOST_EXPANDED = 1 << 30
"""Bytes to which all parts together may say they expand."""

_TAIL = 4096
_LONGEST_NAME = 120


class Kind(NamedTuple):
    """A kind of file: the ending of its name, what it is sent as, what people call it."""

    ending: str
    media_type: str
    label: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind("pdf", "application/pdf", "PDF 文档")
PNG = Kind("png", "image/png", "PNG 图片")
JPEG = Kind("jpg", "image/jpeg", "JPEG 图片")
DOCX = Kind("docx", f"{_OFFICE}.wordprocessingml.document", "Word 文档")
XLSX = Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "Excel 工作簿")
OFD = Kind("ofd", "application/ofd", "OFD 版式文档")

KINDS = {kind.ending: kind for kind in (PDF, PNG, JPEG, DOCX, XLSX, OFD)}
ACCEPT = ",".join((*(f".{ending}" for ending in KINDS), ".jpeg"))
"""For a form's file box."""

_ALLOWED = "只收 PDF、PNG、JPG、DOCX、XLSX、OFD 文件"
_PACKAGES = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("OFD.xml", OFD))
_ACTIVE = re.compile(r"(?i)(^|/)(vbaproject\.bin|vbadata\.xml|activex/.*|.*\.(exe|dll|js|vbs|bat|cmd|ps1|hta|jar))$")
_ODD_IN_NAMES = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069"\\/:*?<>|]+')


def kind_of(path: Path) -> Kind:
    """The kind of a file on disk; BadRequest saying what is taken if it is none, is broken, or may run something."""
    with path.open("rb") as file:
        head = file.read(_TAIL)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    if not head:
        raise BadRequest("这是空文件，请检查后重新选择。")
    if re.match(rb"%PDF-[12]\.\d", head):
        return _whole(PDF, b"%%EOF" in tail)
    if head.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        return _whole(PNG, b"IEND" in tail)
    if head.startswith(b"\xff\xd8\xff"):
        return _whole(JPEG, b"\xff\xd9" in tail)
    if head.startswith(b"PK\x03\x04"):
        return _package(path)
    raise BadRequest(f"{_ALLOWED}，按内容识别，改文件名后缀没有用；请转换格式后再传。")


def _whole(kind: Kind, ended: bool) -> Kind:
    if not ended:
        raise BadRequest(f"这份{kind.label}不完整或已损坏，请重新导出后再传。")
    return kind


def _package(path: Path) -> Kind:
    """An office document or an OFD package: told by the parts it must have; none that runs may be in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OSError):
        raise BadRequest("文件已损坏或没有传完，打不开；请重新保存后再传。") from None
    if len(parts) > MOST_MEMBERS or sum(part.file_size for part in parts) > MOST_EXPANDED:
        raise BadRequest("文件展开后过大，请删去不必要的内容后再传。")
    names = {part.filename for part in parts}
    kind = next((kind for member, kind in _PACKAGES if member in names), None)
    if kind is None:
        raise BadRequest(f"{_ALLOWED}；压缩包请解压后分别上传。")
    if any(_ACTIVE.search(name) for name in names):
        raise BadRequest("文件含有宏或程序，请另存为不含宏的 DOCX、XLSX 后再传。")
    return kind


def kept_name(given: str, kind: Kind) -> str:
    """The name shown and offered for saving: nothing of a path, nothing invisible, the ending of the kind."""
    last = re.split(r"[\\/]", given)[-1]
    plain = " ".join(_ODD_IN_NAMES.sub(" ", last).split()).strip(". ")
    stem = re.sub(rf"(?i)\.(jpeg|{'|'.join(KINDS)})$", "", plain).rstrip(". ")[:_LONGEST_NAME]
    return f"{stem or '附件'}.{kind.ending}"
