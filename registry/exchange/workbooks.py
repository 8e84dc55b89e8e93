"""Writing lists as XLSX in constant memory, into a temporary file that has no name and so cannot be left behind."""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.errors import TooLarge
from registry.exchange.archive import MAX_ROWS
from registry.exchange.background import Batches, closing, in_thread
from registry.exchange.cells import EXACT, kept
from registry.exchange.sources import NOTES
from registry.exchange.spool import Spool, Spooled
from registry.exchange.textfiles import NUMBERS, Columns, shown
from registry.register import FieldType

_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
"""Before this day Excel's calendar is wrong (it believes in 29 February 1900)."""

_WIDTHS = {
    FieldType.NAME: 36,
    FieldType.LONG_TEXT: 48,
    FieldType.CREDIT_CODE: 22,
    FieldType.DATE: 12,
    FieldType.INTEGER: 12,
    FieldType.DECIMAL: 14,
    FieldType.FLAG: 8,
}

Notes = Sequence[tuple[str, str]]
"""What a file says of itself: (label, text)."""

CellWriter = Callable[[Worksheet, int, int, Any], None]


def write_text(sheet: Worksheet, row: int, column: int, value: object, shape: Format | None = None) -> None:
    """Write a text as a text, whatever it looks like; raises `TooLarge` where Excel has no room for it."""
    text = kept(value if type(value) is str else shown(value))
    if not text:
        if shape is not None:
            sheet.write_blank(row, column, None, shape)
        return
    if text.startswith("<r>") and text.endswith("</r>"):
        # The writer takes this for ready-made XML of a rich text; the blank at the end is trimmed when it is read.
        text += " "
    if sheet.write_string(row, column, text, shape):
        raise TooLarge("有单元格的内容超过 Excel 的上限（32767 字），请改用 CSV 或 NDJSON 导出。")


def _write_number(sheet: Worksheet, row: int, column: int, value: object) -> None:
    """Write a number as a number, unless it has more digits than Excel keeps."""
    if isinstance(value, Decimal):
        exact = value.is_finite() and len(value.as_tuple().digits) <= 15
    else:
        exact = isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < EXACT
    if exact:
        sheet.write_number(row, column, float(value))  # type: ignore[arg-type]  # exact only if it is a number
    else:
        write_text(sheet, row, column, value)


def _write_date(sheet: Worksheet, row: int, column: int, value: object) -> None:
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(day, date) and day >= _FIRST_DAY:
        sheet.write_number(row, column, day.toordinal() - _EPOCH)
    else:
        write_text(sheet, row, column, day)


def _cell_writer(kind: FieldType) -> CellWriter:
    if kind in NUMBERS:
        return _write_number
    return _write_date if kind is FieldType.DATE else write_text


class _Writer:
    """The workbook while it grows. Blocks: its methods run in a thread."""

    def __init__(self, columns: Columns, sheet: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="registry-export-"))
        self._file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  (closed by finish or abandon)
        options = {"constant_memory": True, "tmpdir": str(self._folder)}
        self._book = xlsxwriter.Workbook(self._file, options)
        self._sheet = self._book.add_worksheet(sheet)
        self._columns = columns
        self._writers = [_cell_writer(field.type) for _, field in columns]
        self._next = 1
        self._head()

    def _head(self) -> None:
        """Formats belong to columns, not to cells: cheaper, and a code typed into a new row is text as well."""
        text, day = self._book.add_format({"num_format": "@"}), self._book.add_format({"num_format": "yyyy-mm-dd"})
        bold = self._book.add_format({"bold": True, "bg_color": "#EDEDED"})
        for place, (header, field) in enumerate(self._columns):
            shape = {FieldType.DATE: day, FieldType.INTEGER: None, FieldType.DECIMAL: None}.get(field.type, text)
            width = max(_WIDTHS.get(field.type, 18), 2 * len(header) + 4)
            self._sheet.set_column(place, place, width, shape)
            write_text(self._sheet, 0, place, header, bold)
        self._sheet.freeze_panes(1, 0)

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows; raises `TooLarge` when the sheet is full."""
        if self._next + len(rows) > MAX_ROWS:
            raise TooLarge(f"结果超过 XLSX 的上限（{MAX_ROWS} 行），请缩小范围，或改用 CSV、NDJSON 导出。")
        sheet, writers = self._sheet, list(enumerate(self._writers))
        for number, row in enumerate(rows, self._next):
            for place, writer in writers:
                if (value := row[place]) is not None:
                    writer(sheet, number, place, value)
        self._next += len(rows)

    def finish(self, notes: Notes) -> Spooled:
        """Pack the workbook and hand over its file."""
        self._sheet.autofilter(0, 0, self._next - 1, len(self._columns) - 1)
        if notes:
            self._note([*notes, ("条数", f"{self._next - 1:,}")])
        self._book.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        with self._file:
            return Spooled(Spool(self._file))

    def _note(self, notes: Notes) -> None:
        """The sheet that says what this file is, and the foot of each printed page."""
        self._sheet.set_footer(f"&L{_printed(notes)}&R第 &P 页，共 &N 页")
        sheet = self._book.add_worksheet(NOTES)
        bold = self._book.add_format({"bold": True, "valign": "top"})
        text = self._book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 70)
        for number, (label, said) in enumerate(notes):
            write_text(sheet, number, 0, label, bold)
            write_text(sheet, number, 1, said, text)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._sheet.row_data_fh.close()
        self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _printed(notes: Notes) -> str:
    """Who, when and what for, short enough for a footer (255 characters); & begins a code there."""
    return "　".join(said for _, said in notes[:4])[:150].replace("&", "&&")


async def spool_xlsx(columns: Columns, batches: Batches, sheet: str = "数据", notes: Notes = ()) -> Spooled:
    """Write the whole workbook and return it ready to be sent, so that a refusal comes before the first byte.

    Header bold and frozen, autofilter, codes as text, numbers as numbers, dates as dates; `notes` on a second sheet.
    Raises `TooLarge`.
    """
    writer = _Writer(columns, sheet)
    try:
        async with closing(batches):
            async for batch in batches:
                await in_thread(writer.write, batch)
        return await in_thread(writer.finish, notes)
    except BaseException:
        await in_thread(writer.abandon)
        raise
