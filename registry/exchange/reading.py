"""Reading a list from whatever file it comes in: finds sheet, header and rows, and gives everything as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from registry.errors import Invalid, Objection
from registry.exchange.assigning import Known, fingerprint
from registry.exchange.cells import MAX_CELL
from registry.exchange.encodings import encoding_of
from registry.exchange.footers import is_footer
from registry.exchange.headers import Column, Header, Matcher, columns_of, find_header, guess_header
from registry.exchange.kinds import Kind, kind_of
from registry.exchange.sheet_reader import Opened
from registry.exchange.sources import OURS, Source, TextSource, sheets, top
from registry.register import Field

EXAMPLE = "示例"
"""Stands in place of the number of a row that is only an example."""

SEPARATORS = (",", "\t", ";")


class NoHeader(Invalid):
    """No row names a column that we know; somebody may say what the columns are."""


class Row(NamedTuple):
    """One row of data: its number in the spreadsheet (from 1), and its texts, one for each of `Table.columns`."""

    number: int
    values: tuple[str, ...]


class Table:
    """A list as it stands in a file; `rows()` can be walked again, `skipped` counts the last walk's footers.

    `assigned`: its columns were read as somebody assigned them. `examples` are the rows of the last walk that are only
    the example of a template.
    """

    def __init__(
        self, source: Source, header: Header, columns: tuple[Column, ...], sheet: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        self._source = source
        self._span = header.span
        self.header_row = header.row
        self.columns = columns
        self.sheet = sheet
        self.notes = notes
        self.assigned = header.assigned is not None
        self.skipped = 0
        self.examples: list[int] = []

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headers that mean no field we know."""
        return tuple(
            c.header
            for c in self.columns
            if c.header and c.field is None and not (c.is_ordinal or c.is_errors or c.left_out)
        )

    @property
    def fingerprint(self) -> str:
        """What a header like this one is known by."""
        return fingerprint(column.header for column in self.columns)

    def length(self) -> int:
        """The number of the last row there is, without reading what it says."""
        return max((number for number, _ in self._source.records()), default=0)

    def rows(self) -> Iterator[Row]:
        """The rows of data: no blank ones (a prepared number alone is blank), no remarks or totals underneath.

        Raises `Invalid` at a cell that is too long, at a row with more cells than the header, at unmatched quotes.
        """
        self.skipped = 0
        self.examples = []
        width = len(self.columns)
        errors = [column.index for column in self.columns if column.is_errors]
        ordinals = [column.index for column in self.columns if column.is_ordinal]
        for number, cells in self._source.records():
            if number <= self.header_row:
                continue
            values = cells[:width]
            values += [""] * (width - len(values))
            for place in errors:
                values[place] = ""
            self._check(number, values, cells)
            filled = width - values.count("")
            if filled and is_footer(values, filled):
                self.skipped += 1
            elif any(values[place].startswith(EXAMPLE) for place in ordinals):
                self.examples.append(number)
            elif filled > sum(values[place] != "" for place in ordinals):
                yield Row(number, tuple(values))

    def _check(self, number: int, values: Sequence[str], cells: Sequence[str]) -> None:
        if len(cells) > self._span and any(cells[self._span :]):
            message = (
                f"第 {number} 行有 {len(cells)} 个单元格，比表头的 {self._span} 列多，可能有逗号没有用引号括起来。"
            )
            raise Invalid([Objection(message, row=number)], message)
        if len(max(values, key=len)) > MAX_CELL:
            column = self.columns[max(range(len(values)), key=lambda place: len(values[place]))]
            message = f"第 {number} 行 {column.letter} 列“{column.header}”超过 {MAX_CELL} 字。"
            label = column.field.label if column.field else column.header
            name = column.field.name if column.field else ""
            raise Invalid([Objection(message, name, label, number, column.letter)], message)


def read_table(path: Path, filename: str, fields: Sequence[Field], known: Known | None = None) -> Table:
    """Open a list; `filename` is what the person calls the file and is only used to talk about it.

    `known`: what was assigned to the columns of lists like this one.

    Raises `BadRequest` for what is no list, `TooLarge` for what is too much, `Invalid` for a list that cannot be read.
    """
    return _read(path, filename, Matcher(fields, known), find_header)


def look_at(path: Path, filename: str, fields: Sequence[Field], known: Known | None = None) -> Table:
    """The same for a list whose header may say nothing that we know: where it seems to stand, and its columns."""
    matcher = Matcher(fields, known)
    return _read(path, filename, matcher, lambda rows, matcher: find_header(rows, matcher) or guess_header(rows))


FindHeader = Callable[[Sequence[tuple[int, list[str]]], Matcher], Header | None]


def _read(path: Path, filename: str, matcher: Matcher, find: FindHeader) -> Table:
    kind = kind_of(path, filename)
    if kind is Kind.TEXT:
        return _read_text(path, filename, matcher, find)
    return _read_workbook(path, filename, kind, matcher, find)


def _read_text(path: Path, filename: str, matcher: Matcher, find: FindHeader) -> Table:
    """The separator is the one under which the header names most fields; the comma, if that does not tell."""
    encoding = encoding_of(path, filename)
    best: tuple[Header, TextSource] | None = None
    for separator in SEPARATORS:
        source = TextSource(path, encoding, separator)
        header = find(top(source), matcher)
        if header is not None and (best is None or header.score > best[0].score):
            best = header, source
    if best is None:
        raise _no_header(filename, matcher)
    return Table(best[1], best[0], columns_of(best[0], matcher))


def _read_workbook(path: Path, filename: str, kind: Kind, matcher: Matcher, find: FindHeader) -> Table:
    for opened, name, source in sheets(path, filename, kind):
        header = find(top(source), matcher)
        if header is not None:
            return Table(source, header, columns_of(header, matcher), name, _about_others(opened, name))
    raise _no_header(filename, matcher)


def _about_others(opened: Opened, read: str) -> tuple[str, ...]:
    others = [name for name in opened.visible if name != read and name not in OURS]
    hidden = [name for name in opened.hidden if name not in OURS]
    notes = []
    if others:
        notes.append(f"只读取了工作表“{read}”，未读取：{'、'.join(others)}。")
    if hidden:
        notes.append(f"隐藏的工作表未读取：{'、'.join(hidden)}。")
    return tuple(notes)


def _no_header(filename: str, matcher: Matcher) -> NoHeader:
    message = f"在“{filename}”里没有找到表头。{matcher.wanted()}"
    return NoHeader([Objection(message)], message)
