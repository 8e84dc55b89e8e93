"""The list as it came, with what is wrong written into it: to be corrected and uploaded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from registry.errors import Objection
from registry.exchange.cells import MAX_CELL
from registry.exchange.grouping import grouped
from registry.exchange.headers import ERRORS, Column
from registry.exchange.reading import Row, Table
from registry.exchange.sources import SUMMARY
from registry.exchange.workbooks import write_text

MAX_COMMENTS = 5_000
"""Comments are kept in memory by the writer; beyond this many, the colour and the first column must do."""


class _Annotated:
    """The sheet while it grows."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        self._sheet = book.add_worksheet("需修改")
        self._text = book.add_format({"num_format": "@"})
        self._wrong = book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
        self._bold = book.add_format({"bold": True, "bg_color": "#EDEDED"})
        self._columns = columns
        self._places = {column.letter: place for place, column in enumerate(columns, 1)}
        self._places |= {column.field.name: place for place, column in enumerate(columns, 1) if column.field}
        self._next = 1
        self._comments = 0
        self._head()

    def _head(self) -> None:
        self._sheet.set_column(0, 0, 60)
        self._sheet.set_column(1, len(self._columns), 20, self._text)
        self._sheet.write_string(0, 0, ERRORS, self._bold)
        for place, column in enumerate(self._columns, 1):
            write_text(self._sheet, 0, place, column.header, self._bold)
        self._sheet.freeze_panes(1, 1)

    def write(self, row: Row, objections: Sequence[Objection]) -> None:
        """One row, its messages in front, the cells they are about coloured."""
        number = self._next
        self._next += 1
        if objections:
            said = "；".join(objection.message.rstrip("。；") for objection in objections)
            write_text(self._sheet, number, 0, f"原第 {row.number} 行：{said}。"[:MAX_CELL])
        wrong = self._by_place(objections)
        for place, column in enumerate(self._columns, 1):
            messages = wrong.get(place)
            write_text(self._sheet, number, place, row.values[column.index], self._wrong if messages else None)
            if messages and self._comments < MAX_COMMENTS:
                self._comments += 1
                self._sheet.write_comment(number, place, "\n".join(messages)[:MAX_CELL], {"author": "", "x_scale": 2})

    def _by_place(self, objections: Sequence[Objection]) -> dict[int, list[str]]:
        """Messages by the column they are about: named by field, or else by letter."""
        wrong: dict[int, list[str]] = {}
        for objection in objections:
            place = self._places.get(objection.field) or self._places.get(objection.column or "")
            if place:
                wrong.setdefault(place, []).append(objection.message)
        return wrong


def _summarise(book: Any, objections: Mapping[int, Sequence[Objection]]) -> None:
    """A second sheet with each kind of objection once: what, in how many places, in which rows."""
    sheet = book.add_worksheet(SUMMARY)
    bold = book.add_format({"bold": True, "bg_color": "#EDEDED"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for place, (label, width) in enumerate((("列", 18), ("问题", 70), ("处", 8), ("原行号", 40))):
        sheet.set_column(place, place, width)
        write_text(sheet, 0, place, label, bold)
    for number, kind in enumerate(grouped(one for row in sorted(objections) for one in objections[row]), 1):
        more = "……" if kind.count > len(kind.rows) else ""
        rows = "、".join(map(str, kind.rows)) + more
        for place, cell in enumerate((kind.label or "整行", kind.message, str(kind.count), rows)):
            write_text(sheet, number, place, cell, text)


def annotate(table: Table, objections: Mapping[int, Sequence[Objection]], out: Path, *, all_rows: bool = False) -> int:
    """Write the wrong rows (or all) of a list with their objections as XLSX, and return how many rows were written.

    `objections` are by row number. The first column says what is wrong; the reader ignores it when the file comes back.
    Blocks: run it in a thread.
    """
    columns = [column for column in table.columns if not column.is_errors]
    written = 0
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, "tmpdir": str(out.parent)}) as book:
        sheet = _Annotated(book, columns)
        for row in table.rows():
            said = objections.get(row.number, ())
            if said or all_rows:
                sheet.write(row, said)
                written += 1
        _summarise(book, objections)
    return written
