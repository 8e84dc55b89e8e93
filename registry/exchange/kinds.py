"""What an uploaded file is, told by its content: the name's ending is often wrong."""

from __future__ import annotations

import mmap
import zipfile
from enum import StrEnum
from pathlib import Path

from registry.errors import BadRequest, TooLarge

MAX_UPLOAD = 50 * 1024 * 1024
"""Bytes of a file that is read."""

_HEAD = 4096
_ADVICE = "请上传 XLSX、XLS 或 CSV 表格。"
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
_SIGNATURES = (
    (b"%PDF", "PDF 文档"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"RIFF", "图片或音视频"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "GZ 压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"OFD", "OFD 文档"),
)
_WEB = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<style", b"<div", b"<script")
_IN_ZIP = (
    ("word/document.xml", "Word 文档", _ADVICE),
    ("ppt/presentation.xml", "演示文稿", _ADVICE),
    ("xl/workbook.bin", "二进制工作簿（XLSB）", _SAVE_AS),
    ("content.xml", "OpenDocument 文档", _SAVE_AS),
    ("OFD.xml", "OFD 版式文档", _ADVICE),
)


class Kind(StrEnum):
    """What we can read."""

    XLSX = "xlsx"
    XLS = "xls"
    TEXT = "text"


def kind_of(path: Path, filename: str) -> Kind:
    """Tell the kind by content; raises `TooLarge`, or `BadRequest` saying what the file seems to be instead."""
    size = path.stat().st_size
    if size == 0:
        raise BadRequest(f"“{filename}”是空文件。请检查后重新上传。")
    if size > MAX_UPLOAD:
        raise TooLarge(
            f"“{filename}”有 {size / 1024 / 1024:.0f} MB，最多 {MAX_UPLOAD // 1024 // 1024} MB。请分成几个文件。"
        )
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path, filename)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(path, filename)
    if (seems := _foreign(head)) is not None:
        what, advice = seems
        raise not_a_list(filename, what, advice)
    return Kind.TEXT


def not_a_list(filename: str, what: str, advice: str = _ADVICE) -> BadRequest:
    """The refusal of a file that is something else."""
    return BadRequest(f"“{filename}”不是可读取的表格，看起来是{what}。{advice}")


def _foreign(head: bytes) -> tuple[str, str] | None:
    """What a file that is neither a workbook nor text seems to be, and what to do about it."""
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            return what, _ADVICE
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    if b"\0" in head:
        return "二进制文件或没有标记的 UTF-16 文本", _ADVICE
    return _markup(head.removeprefix(b"\xef\xbb\xbf").lstrip().lower())


def _markup(start: bytes) -> tuple[str, str] | None:
    if start.startswith(b"mime-version:"):
        return "单个文件网页（MHT）", _SAVE_AS
    if start.startswith(b"<") and b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<html" not in start:
        return "XML 表格（2003）", _SAVE_AS
    if start.startswith(_WEB) or (start.startswith(b"<") and any(tag in start for tag in _WEB)):
        return "网页（不少系统导出的“.xls”其实是网页）", _SAVE_AS
    return ("XML 文件", _ADVICE) if start.startswith(b"<?xml") else None


def _zipped(path: Path, filename: str) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, OSError):
        raise broken(filename) from None
    if "xl/workbook.xml" in names:
        return Kind.XLSX
    for member, what, advice in _IN_ZIP:
        if member in names:
            raise not_a_list(filename, what, advice)
    raise not_a_list(filename, "ZIP 压缩包", "请解压后上传里面的表格。")


def broken(filename: str) -> BadRequest:
    """The refusal of a workbook that cannot be opened."""
    return BadRequest(f"“{filename}”已损坏或没有传完，打不开。{_SAVE_AS}")


def protected(filename: str) -> BadRequest:
    """The refusal of a workbook with a password."""
    return BadRequest(f"“{filename}”设有打开密码。请取消密码后再上传。")


def _compound(path: Path, filename: str) -> Kind:
    """An OLE compound file: old XLS (WPS .et too), an encrypted XLSX, or an old Word document."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        streams = {
            name
            for name in ("EncryptedPackage", "Workbook", "Book", "WordDocument")
            if data.find(name.encode("utf-16-le")) >= 0
        }
    if "EncryptedPackage" in streams:
        raise protected(filename)
    if streams & {"Workbook", "Book"}:
        return Kind.XLS
    raise not_a_list(filename, "Word 文档" if "WordDocument" in streams else "其他 Office 文件")
