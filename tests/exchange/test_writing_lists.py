"""Lists that go out: what Excel, a program and a browser make of them."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import tempfile
from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from registry.errors import TooLarge
from registry.exchange.background import Batches
from registry.exchange.download import content_disposition
from registry.exchange.spool import Spooled
from registry.exchange.textfiles import csv_chunks, ndjson_chunks
from registry.exchange.workbooks import spool_xlsx
from registry.register import Field, FieldType
from tests.exchange.exchange_files import (
    CAPITAL,
    CODE,
    FOUNDED,
    NAME,
    REVIEWED,
    STAFF,
    batches,
    columns,
    csv_bytes,
    xlsx_bytes,
)

TAGS = Field("tags", "标签", FieldType.NAMES)
SHOWN = (NAME, CODE, CAPITAL, STAFF, FOUNDED, REVIEWED, TAGS)
ROWS = [
    ("甲", "915001234567890123", Decimal("-12.50"), -3, date(2024, 5, 1), True, ["养老", "助餐"]),
    ("乙", None, None, None, None, None, []),
    ("丙", "0012", 1.5, 10**15, date(1850, 1, 1), False, None),
]


def test_csv_opens_right_in_excel() -> None:
    lines = csv_bytes(SHOWN, ROWS).decode("utf-8").split("\r\n")
    assert lines == [
        "\ufeff企业名称,统一社会信用代码,注册资本,从业人数,成立日期,是否复核,标签",
        "甲,915001234567890123,-12.50,-3,2024-05-01,是,养老、助餐",
        "乙,,,,,,",
        "丙,0012,1.5,1000000000000000,1850-01-01,否,",
        "",
    ]


def test_xlsx_keeps_codes_as_text_numbers_as_numbers_and_dates_as_dates() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(SHOWN, ROWS)))["数据"]
    assert [cell.value for cell in sheet[2]] == [
        "甲", "915001234567890123", -12.5, -3, datetime.fromisoformat("2024-05-01"), "是", "养老、助餐",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[3]] == ["乙", *[None] * 6]
    assert [cell.value for cell in sheet[4]] == ["丙", "0012", 1.5, "1000000000000000", "1850-01-01", "否", None]
    assert (sheet["B2"].number_format, sheet["E2"].number_format) == ("@", "yyyy-mm-dd")


def test_xlsx_has_a_bold_frozen_header_a_filter_and_room_for_the_text() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(SHOWN, ROWS)))["数据"]
    assert sheet["A1"].font.bold
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G4")
    assert sheet.column_dimensions["A"].width > 30


def test_ndjson_gives_typed_values_under_field_names() -> None:
    async def gather() -> bytes:
        return b"".join([chunk async for chunk in ndjson_chunks(columns(*SHOWN), batches(ROWS))])

    lines = asyncio.run(gather()).splitlines()
    assert json.loads(lines[0]) == {
        "name": "甲",
        "credit_code": "915001234567890123",
        "capital": -12.5,
        "staff": -3,
        "founded_on": "2024-05-01",
        "reviewed": True,
        "tags": ["养老", "助餐"],
    }
    assert len(lines) == 3


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =cmd|' /C calc'!A0",
    "'=1",
    "''+1",
]


@pytest.mark.parametrize("value", DANGEROUS)
def test_no_text_is_run_as_a_formula(value: str) -> None:
    cell = csv_bytes((NAME,), [(value,)]).decode().splitlines()[1].strip('"')
    assert cell.startswith("'")
    sheet = load_workbook(io.BytesIO(xlsx_bytes((NAME,), [(value,)])))["数据"]
    assert sheet["A2"].data_type == "s"


def test_a_header_is_guarded_like_any_text() -> None:
    assert csv_bytes((Field("x", "=1+1"),), []).decode() == "\ufeff'=1+1\r\n"


def test_only_numbers_pass_unguarded_in_a_column_of_numbers() -> None:
    assert csv_bytes((CAPITAL,), [("-1.5",), ("-1+cmd",)]).decode().splitlines()[1:] == ["-1.5", "'-1+cmd"]


def test_text_that_looks_like_a_workbooks_own_xml_stays_text() -> None:
    value = "<r><t>x</t></is></c><c><f>1+1</f></r>"
    sheet = load_workbook(io.BytesIO(xlsx_bytes((NAME,), [(value,)])))["数据"]
    assert sheet["A2"].value.strip() == value


def test_what_excel_cannot_hold_is_refused_before_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge, match="32767 字"):
        xlsx_bytes((NAME,), [("长" * 32_768,)])
    monkeypatch.setattr("registry.exchange.workbooks.MAX_ROWS", 3)
    assert xlsx_bytes((NAME,), [("甲",)] * 2)
    with pytest.raises(TooLarge, match="请缩小范围"):
        xlsx_bytes((NAME,), [("甲",)] * 3)


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go in this test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


class Cursor:
    """A source of rows that knows whether it was closed, and fails or waits after some batches."""

    def __init__(self, fail: bool = False) -> None:
        self.closed = False
        self._fail = fail
        self.waiting = asyncio.Event()

    async def rows(self) -> AsyncIterator[list[tuple[str]]]:
        try:
            for _ in range(3):
                yield [("甲",)] * 100
            self.waiting.set()
            if self._fail:
                raise ConnectionError
            await asyncio.Event().wait()
        finally:
            self.closed = True


def test_nothing_is_left_when_the_workbook_was_sent(folder: Path) -> None:
    assert xlsx_bytes((NAME,), [("甲",)] * 10)
    assert leftovers(folder) == []


def test_nothing_is_left_when_the_reader_goes_away_in_the_middle(folder: Path) -> None:
    async def leave(start_reading: bool) -> None:
        spooled: Spooled = await spool_xlsx(columns(NAME), batches([("甲",)] * 10))
        assert leftovers(folder) == []
        if start_reading:
            await anext(aiter(spooled.chunks()))

    asyncio.run(leave(start_reading=True))
    asyncio.run(leave(start_reading=False))
    gc.collect()
    assert leftovers(folder) == []


def test_nothing_is_left_when_the_rows_fail(folder: Path) -> None:
    cursor = Cursor(fail=True)
    with pytest.raises(ConnectionError):
        asyncio.run(spool(cursor.rows()))
    assert leftovers(folder) == []
    assert cursor.closed


async def spool(rows: Batches) -> Spooled:
    return await spool_xlsx(columns(NAME), rows)


def test_nothing_is_left_when_the_request_is_cancelled(folder: Path) -> None:
    async def cancel() -> Cursor:
        cursor = Cursor()
        task = asyncio.create_task(spool(cursor.rows()))
        await cursor.waiting.wait()
        assert leftovers(folder)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return cursor

    assert asyncio.run(cancel()).closed
    gc.collect()
    assert leftovers(folder) == []


def test_the_cursor_is_closed_as_soon_as_a_csv_is_no_longer_read() -> None:
    async def leave() -> bool:
        cursor = Cursor()
        chunks = csv_chunks(columns(NAME), cursor.rows())
        await anext(chunks)
        await anext(chunks)
        await chunks.aclose()  # type: ignore[attr-defined]  # it is a generator
        return cursor.closed

    assert asyncio.run(leave())


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.csv", "attachment; filename=\"a.csv\"; filename*=UTF-8''a.csv"),
        ("企业.xlsx", "attachment; filename=\"download.xlsx\"; filename*=UTF-8''%E4%BC%81%E4%B8%9A.xlsx"),
        ("名单2024.csv", "attachment; filename=\"2024.csv\"; filename*=UTF-8''%E5%90%8D%E5%8D%952024.csv"),
        ('a"\r\nX: y/..\\b.csv', "attachment; filename=\"a_X_ y_.._b.csv\"; filename*=UTF-8''a_X_%20y_.._b.csv"),
        ("", "attachment; filename=\"download\"; filename*=UTF-8''download"),
    ],
)
def test_a_download_keeps_its_chinese_name(name: str, header: str) -> None:
    assert content_disposition(name) == header
