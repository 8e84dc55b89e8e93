"""Whether a zipped workbook may be opened: nothing reaches the parser that was not inflated here first, under a cap.

Directories lie, so what comes out is counted. And a sheet costs memory by the rectangle its cells span, not by their
number (one cell in XFD1048576 is enough to stop a process), so the rectangle is measured on the way.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from registry.errors import BadRequest, TooLarge
from registry.exchange.kinds import broken

MAX_EXPANDED = 600 * 1024 * 1024
"""Bytes that all parts of a workbook may have when inflated."""

MAX_RATIO = 200
"""Times that a workbook may grow; real lists grow 5 to 40 times."""

RATIO_FREE = 32 * 1024 * 1024
"""Inflated bytes up to which the ratio does not matter."""

MAX_PARTS = 2_000
MAX_ROWS = 1_048_576
MAX_CELLS = 5_000_000
"""Cells of the rectangle that a sheet spans; each costs the parser some 100 bytes."""

_CHUNK = 1 << 20
_MAX_REST = 1 << 20
_PLAIN = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"')
_ANY = re.compile(rb'<(?:[\w.-]+:)?c(?=[ />])(?:[^>]*?[ "]r *= *"([A-Za-z]{1,3})([0-9]+)")?[^>]*>')
_ROW_END = re.compile(rb"</(?:[\w.-]+:)?row")
_ROW = re.compile(rb'[ "]r *= *"([0-9]+)"')
_ONE_SPACE = bytes.maketrans(b"\t\r\n'", b'   "')


def check_archive(path: Path, filename: str) -> None:
    """Raise `TooLarge` for what would fill the memory, `BadRequest` for what cannot be inflated."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            parts = archive.infolist()
            _check_directory(parts, path.stat().st_size, filename)
            for part in parts:
                _check_part(file, part, filename)
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError, OSError):
        raise broken(filename) from None


def _check_directory(parts: list[zipfile.ZipInfo], size: int, filename: str) -> None:
    expanded = sum(part.file_size for part in parts)
    too_dense = expanded > RATIO_FREE and expanded > MAX_RATIO * size
    if expanded > MAX_EXPANDED or too_dense or len(parts) > MAX_PARTS:
        raise TooLarge(
            f"“{filename}”解压后有 {expanded / 1024 / 1024:.0f} MB，超出允许的范围，未予读取。"
            "请只保留数据，清除多余的格式和空行，或另存为 CSV 后再上传。"
        )


def _check_part(file: BinaryIO, part: zipfile.ZipInfo, filename: str) -> None:
    if part.flag_bits & 0x1:
        raise BadRequest(f"“{filename}”里有加密的内容。请取消密码后再上传。")
    extent = Extent()
    for chunk in _inflated(file, part):
        extent.add(chunk)
    extent.end()
    if extent.rows > MAX_ROWS or extent.rows * extent.columns > MAX_CELLS:
        raise TooLarge(
            f"“{filename}”的工作表铺开有 {extent.rows} 行 × {extent.columns} 列，"
            f"一次最多 {MAX_CELLS // 10_000} 万个单元格。请删去远处的零星单元格，分成几个文件，或另存为 CSV 后再上传。"
        )


def _inflated(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes by the megabyte; stops with `BadZipFile` as soon as there are more than the directory says."""
    file.seek(part.header_offset)
    header = file.read(30)
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    file.seek(name_length + extra_length, 1)
    total = 0
    for chunk in _unpacked(file, part):
        total += len(chunk)
        if total > part.file_size:
            raise zipfile.BadZipFile
        yield chunk
    if total != part.file_size:
        raise zipfile.BadZipFile


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left = part.compress_size
    while left and (packed := file.read(min(left, 1 << 16))):
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _CHUNK)
            packed = inflate.unconsumed_tail


class Extent:
    """The rectangle of cells that a sheet's XML spans, never less than the parser will make of it."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self._rest = b""

    def add(self, chunk: bytes) -> None:
        """Take the next bytes of the part; the last tag, which may be cut, waits for those that follow."""
        chunk = (self._rest + chunk).translate(_ONE_SPACE)
        cut = max(chunk.rfind(b"<"), 0)
        if len(chunk) - cut > _MAX_REST:
            if chunk.find(b">", cut) < 0 <= chunk.find(b"<", cut):
                raise zipfile.BadZipFile
            cut = len(chunk)
        self._rest = chunk[cut:]
        self._measure(chunk[:cut])

    def end(self) -> None:
        """Measure what waited."""
        self._measure(self._rest)

    def _measure(self, chunk: bytes) -> None:
        places = _PLAIN.findall(chunk)
        if len(places) != chunk.count(b"<c") or b":c" in chunk:
            found = _ANY.findall(chunk)
            places = [place for place in found if place[0]]
            if len(places) != len(found):
                self._count_unnamed(chunk)
        if places:
            self.rows = max(self.rows, *map(int, {row for _, row in places}))
            self.columns = max(self.columns, *map(_column, {name for name, _ in places}))

    def _count_unnamed(self, chunk: bytes) -> None:
        """Cells without an address follow one another: a row has at most as many columns as it has cells."""
        rows = _ROW_END.split(chunk)
        named = max(map(int, _ROW.findall(chunk)), default=0)
        self.rows = max(self.rows, named) + len(rows)
        # A row may be cut in two by the end of a chunk.
        widest = 2 * max(len(_ANY.findall(row)) for row in rows)
        self.columns = max(self.columns, widest)


def _column(name: bytes) -> int:
    number = 0
    for character in name.upper():
        number = number * 26 + character - 64
    return number
