"""A program of its own that reads one sheet and prints it as JSON lines: what hostile files break is this process.

The parser is fast, and it trusts: a damaged file makes it panic, or abort for want of the memory that a wrong row
number asks for, and it keeps the interpreter's lock while it parses. So it runs apart, its memory and time limited.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from registry.errors import Refusal
from registry.exchange.archive import check_archive
from registry.exchange.cells import text_of
from registry.exchange.kinds import Kind, broken, protected

MAX_MEMORY = 2 * 1024**3
"""Bytes of address space; the largest sheet that `archive` lets through needs a third of it."""

MAX_SECONDS = 120
"""Seconds of computing; the largest sheet needs a tenth of it."""


class Opened(msgspec.Struct, frozen=True):
    """The first line printed: the sheets there are, or the refusal."""

    visible: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    refused: str = ""
    detail: str = ""


def main(out: BinaryIO, path: str, filename: str, kind: str, place: str) -> None:
    """Print `Opened`, then each row of the visible sheet at `place` (counted from 0) as a JSON array of texts."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    encoder = msgspec.json.Encoder()
    try:
        opened, sheet = _open(Path(path), filename, Kind(kind), int(place))
    except Refusal as refusal:
        opened, sheet = Opened(refused=refusal.code, detail=refusal.detail), None
    out.write(encoder.encode_lines([opened]))
    rows = _texts(sheet) if sheet else iter(())
    while batch := list(islice(rows, 1000)):
        out.write(encoder.encode_lines(batch))


def _open(path: Path, filename: str, kind: Kind, place: int) -> tuple[Opened, CalamineSheet | None]:
    if kind is Kind.XLSX:
        check_archive(path, filename)
    try:
        book = CalamineWorkbook.from_path(str(path))
        about = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        visible = tuple(sheet.name for sheet in about if sheet.visible == SheetVisibleEnum.Visible)
        hidden = tuple(sheet.name for sheet in about if sheet.visible != SheetVisibleEnum.Visible)
        return Opened(visible, hidden), book.get_sheet_by_name(visible[place]) if place < len(visible) else None
    except PasswordError:
        raise protected(filename) from None
    except (CalamineError, OSError, ValueError):
        raise broken(filename) from None


def _texts(sheet: CalamineSheet) -> Iterator[list[str]]:
    """All rows from the first on; calamine leaves out the empty columns on the left."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + [text_of(cell) for cell in row]


if __name__ == "__main__":
    main(sys.stdout.buffer, *sys.argv[1:])
