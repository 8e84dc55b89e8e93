"""Files as offices send them, made for the tests. All records are synthetic."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from registry.exchange.reading import Table, read_table
from registry.exchange.textfiles import csv_chunks
from registry.exchange.workbooks import spool_xlsx
from registry.register import Field, FieldType

NAME = Field("name", "企业名称", FieldType.NAME, aliases=("单位名称", "name"), required=True)
CODE = Field("credit_code", "统一社会信用代码", FieldType.CREDIT_CODE, aliases=("信用代码",))
DISTRICT = Field("district", "区县", FieldType.CHOICE, aliases=("所属区县",))
CAPITAL = Field("capital", "注册资本", FieldType.DECIMAL, unit="万元")
STAFF = Field("staff", "从业人数", FieldType.INTEGER, unit="人")
FOUNDED = Field("founded_on", "成立日期", FieldType.DATE)
REVIEWED = Field("reviewed", "是否复核", FieldType.FLAG)
CONTACT = Field("contact", "联系人")
PHONE = Field("phone", "联系电话", aliases=("电话",))
FIELDS = (NAME, CODE, DISTRICT, CAPITAL, STAFF, FOUNDED, REVIEWED, CONTACT, PHONE)

Cells = Sequence[Any]


def workbook(path: Path, *sheets: Cells, merged: Sequence[str] = (), hidden: Sequence[str] = ()) -> Path:
    """An XLSX with sheets named 表1, 表2, …; `merged` ranges are on the first."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(list(row))
        for area in merged if number == 1 else ():
            sheet.merge_cells(area)
    for name in hidden:
        book[name].sheet_state = "hidden"
    book.save(path)
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    """A text file in an encoding."""
    path.write_bytes(content.encode(encoding))
    return path


def read(path: Path, fields: Sequence[Field] = FIELDS) -> Table:
    """Read it under its own name."""
    return read_table(path, path.name, fields)


def values(table: Table) -> list[tuple[str, ...]]:
    """All rows without their numbers."""
    return [row.values for row in table.rows()]


def by_field(table: Table) -> list[dict[str, str]]:
    """All rows as {field name: text}, unknown columns left out."""
    return [{c.field.name: row.values[c.index] for c in table.columns if c.field} for row in table.rows()]


async def batches(rows: Cells, size: int = 2) -> AsyncIterator[Cells]:
    """Rows as a database cursor gives them."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def columns(*fields: Field) -> list[tuple[str, Field]]:
    """Columns under their own labels."""
    return [(field.label, field) for field in fields]


def csv_bytes(fields: Sequence[Field], rows: Cells) -> bytes:
    """The rows as our CSV export."""

    async def gather() -> bytes:
        return b"".join([chunk async for chunk in csv_chunks(columns(*fields), batches(rows))])

    return asyncio.run(gather())


def xlsx_bytes(fields: Sequence[Field], rows: Cells) -> bytes:
    """The rows as our XLSX export."""

    async def gather() -> bytes:
        spooled = await spool_xlsx(columns(*fields), batches(rows))
        return b"".join([chunk async for chunk in spooled.chunks()])

    return asyncio.run(gather())


def compound(stream: str, content: bytes) -> bytes:
    """A minimal OLE compound file ([MS-CFB], version 3) with one stream, for what only old programs write."""
    sectors = -(-max(len(content), 4096) // 512)
    body = content.ljust(sectors * 512, b"\0")
    header = bytes.fromhex("d0cf11e0a1b11ae1").ljust(24, b"\0") + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", 0) + b"\xff" * (108 * 4)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    directory = _entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0) + _entry(stream, 2, 0xFFFFFFFF, 2, len(body))
    return header + table + directory.ljust(512, b"\0") + body


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def old_workbook(rows: Cells) -> bytes:
    """An XLS (BIFF8) with one sheet of texts and numbers."""
    cells = b"".join(_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + cells + _record(0x0A, b"")
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    name = "表1".encode("utf-16-le")
    at = len(start) + 4 + 6 + 2 + len(name) + 4
    listed = _record(0x85, struct.pack("<IBBBB", at, 0, 0, 2, 1) + name)
    return compound("Workbook", start + listed + _record(0x0A, b"") + sheet)


def _cell(row: int, column: int, value: Any) -> bytes:
    if isinstance(value, (int, float)):
        return _record(0x203, struct.pack("<HHHd", row, column, 0, value))
    encoded = value.encode("utf-16-le")
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(encoded) // 2, 1) + encoded)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
