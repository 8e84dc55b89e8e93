"""The two kinds of source: a text file with separators, a sheet of a workbook. Both give numbered records of texts."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from registry.errors import BadRequest, Invalid, Objection, TooLarge
from registry.exchange.archive import MAX_ROWS
from registry.exchange.cells import MAX_CELL, text_of
from registry.exchange.headers import SEARCHED_ROWS
from registry.exchange.kinds import Kind, broken
from registry.exchange.sheet_reader import MAX_SECONDS, Opened
from registry.exchange.spool import Spool

NOTES = "说明"
WORDS = "字典"
SUMMARY = "错误汇总"
OURS = frozenset({NOTES, WORDS, SUMMARY})
"""Sheets that we put beside the data; they are passed over when a file comes back, unless it begins with one."""

_PATIENCE = 2 * MAX_SECONDS


class Source(Protocol):
    """Where rows come from, as often as they are asked for."""

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """(spreadsheet row counted from 1, its texts from column A on); empty rows may be left out."""


def top(source: Source) -> list[tuple[int, list[str]]]:
    """The rows among which the header is looked for, as text; ends early where the source cannot be read."""
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in islice(source.records(), SEARCHED_ROWS):
            rows.append(row)  # noqa: PERF402  (what came before a fault is kept)
    except Invalid:
        # Met again when the rows are read, should this turn out to be the right way to read the file.
        return rows
    return rows


class TextSource:
    """A CSV file in a known encoding and with a known separator, read line by line."""

    def __init__(self, path: Path, encoding: str, separator: str) -> None:
        self._path = path
        self._encoding = encoding
        self.separator = separator

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Records counted as a spreadsheet would; raises `Invalid` where quotes do not match."""
        number = 0
        try:
            with self._path.open(encoding=self._encoding, newline="") as file:
                for number, cells in enumerate(csv.reader(file, delimiter=self.separator, strict=True), 1):
                    if number > MAX_ROWS:
                        raise TooLarge(f"文件超过 {MAX_ROWS} 行。请分成几个文件。")
                    yield number, [text_of(cell) for cell in cells]
        except csv.Error as fault:
            raise _malformed(number + 1, fault) from None


def _malformed(row: int, fault: csv.Error) -> Invalid:
    if "field limit" in str(fault):
        message = f"第 {row} 行有一个单元格超过 {MAX_CELL} 字，可能是前面的引号没有成对。"
    else:
        message = f"第 {row} 行起引号不成对：单元格里的引号要写成两个。建议用 Excel 或 WPS 另存为 XLSX。"
    return Invalid([Objection(message, row=row)], message)


class SheetSource:
    """A sheet as its reader printed it."""

    def __init__(self, printed: Spool) -> None:
        self._printed = printed

    def opened(self) -> Opened | None:
        """What the reader printed first; None if it died before."""
        line = next(self._printed.lines(), None)
        return None if line is None else msgspec.json.decode(line, type=Opened)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Rows from the first on."""
        decode = msgspec.json.Decoder(list[str]).decode
        lines = self._printed.lines()
        next(lines)
        for number, line in enumerate(lines, 1):
            yield number, decode(line)


def sheets(path: Path, filename: str, kind: Kind) -> Iterator[tuple[Opened, str, SheetSource]]:
    """(what the workbook holds, the sheet's name, the sheet) for each visible sheet, read when its turn comes.

    Raises `BadRequest` for a workbook that cannot be read, `TooLarge` for one that would fill the memory.
    """
    place = 0
    names: tuple[str, ...] = ("",)
    while place < len(names):
        source = _read_sheet(path, filename, kind, place)
        opened = source.opened()
        if opened is None:
            raise broken(filename)
        if opened.refused:
            raise (TooLarge if opened.refused == TooLarge.code else BadRequest)(opened.detail)
        names = opened.visible
        if names and (place == 0 or names[place] not in OURS):
            yield opened, names[place], source
        place += 1


def _read_sheet(path: Path, filename: str, kind: Kind, place: int) -> SheetSource:
    """Have one sheet read by a process of its own; raises `BadRequest` if that does not survive it."""
    command = [sys.executable, "-m", "registry.exchange.sheet_reader", str(path), filename, kind, str(place)]
    with tempfile.TemporaryFile() as out:
        try:
            subprocess.run(  # noqa: S603  (our own program; names are arguments, no shell)
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, check=True, timeout=_PATIENCE
            )
        except (subprocess.SubprocessError, ValueError):
            raise broken(filename) from None
        return SheetSource(Spool(out))
