"""In which encoding a text file is written, decided on the whole file so that no row fails later."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from registry.errors import Invalid, Objection

MAX_LINE = 2 * 1024 * 1024
"""Bytes of one line; no list has longer ones, and files that are no lists do."""

_ENOUGH = 4


class _Fault(NamedTuple):
    """The record that cannot be decoded, and how many wide characters could be before."""

    row: int
    wide: int


def encoding_of(path: Path, filename: str) -> str:
    """utf-8-sig, gb18030 or utf-16, as Python names them; raises `Invalid` with the row that cannot be decoded."""
    with path.open("rb") as file:
        head = file.read(2)
    if head in {b"\xff\xfe", b"\xfe\xff"}:
        _check_utf16(path, filename)
        return "utf-16"
    utf8 = _first_fault(path, "utf-8")
    if utf8 is None:
        return "utf-8-sig"
    # Chinese text that was UTF-8 so far is UTF-8 with a damaged row; as GB18030 it would be read, as gibberish.
    if utf8.wide >= _ENOUGH:
        raise _undecodable(filename, utf8.row, "UTF-8")
    chinese = _first_fault(path, "gb18030")
    if chinese is not None:
        raise _undecodable(filename, chinese.row, "UTF-8 或 GB18030（GBK）")
    return "gb18030"


def _first_fault(path: Path, encoding: str) -> _Fault | None:
    """Decode line by line: a line break is never part of a character in either encoding."""
    row, wide, quotes = 1, 0, 0
    with path.open("rb") as file:
        for line in file:
            if len(line) > MAX_LINE or b"\0" in line:
                raise _not_text(row)
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError as fault:
                return _Fault(row, wide + _wide(line[: fault.start].decode(encoding)))
            if wide < _ENOUGH:
                wide += _wide(text)
            quotes += line.count(b'"')
            row += quotes % 2 == 0
    return None


def _wide(text: str) -> int:
    return sum(character >= "⺀" for character in text)


def _check_utf16(path: Path, filename: str) -> None:
    data = path.read_bytes()
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as fault:
        row = data[: fault.start].decode("utf-16", "ignore").count("\n") + 1
        raise _undecodable(filename, row, "UTF-16") from None
    if "\0" in text:
        raise _not_text(text[: text.index("\0")].count("\n") + 1)


def _undecodable(filename: str, row: int, encoding: str) -> Invalid:
    message = f"“{filename}”第 {row} 行的文字无法按 {encoding} 读出。请用 Excel 或 WPS 打开，另存为 XLSX 后再上传。"
    return Invalid([Objection(message, row=row)], message)


def _not_text(row: int) -> Invalid:
    message = f"第 {row} 行含有表格里不会有的内容（空字符或过长的一行），这不像一份 CSV 表格。"
    return Invalid([Objection(message, row=row)], message)
