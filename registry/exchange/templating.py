"""The workbook to fill in: a header with notes, lists to choose from, an example row, and a sheet that explains.

What is filled into it is a list that the reader takes. The example is told by its number (示例) and passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import xlsxwriter

from registry import naming, taxonomy, values
from registry.exchange.reading import EXAMPLE
from registry.exchange.sources import NOTES, WORDS
from registry.exchange.workbooks import write_text
from registry.register import Field, FieldType
from registry.values import rows as small_tables

PREPARED_ROWS = 5000
"""Rows that offer their lists; more may be filled in."""

ORDINAL = "行号"
_MOST_MESSAGE = 250
_SHOWN_LABELS = 12

_EXAMPLES = {
    FieldType.NAME: "银龄（模拟）养老服务有限公司",
    FieldType.NAMES: "银龄甲（模拟）有限公司；银龄乙（模拟）有限公司",
    FieldType.DATE: "2025-06-30",
    FieldType.INTEGER: "120",
    FieldType.DECIMAL: "1500.5",
    FieldType.FLAG: "是",
    FieldType.STANDARD_NO: "GB/T 29353-2012",
    FieldType.LONG_TEXT: "按实际情况填写，可以分行",
}
_HOW = {
    FieldType.NAME: "填全称。",
    FieldType.NAMES: "多个用“；”隔开。",
    FieldType.CREDIT_CODE: "18 位，文本格式。",
    FieldType.DATE: "日期，如 2025-06-30。",
    FieldType.INTEGER: "整数。",
    FieldType.DECIMAL: "数字。",
    FieldType.FLAG: "填“是”或“否”。",
    FieldType.CHOICE: "从下拉列表中选，也可填代码。",
    FieldType.CODES: "从下拉列表中选；多个用“；”隔开，也可填代码。",
}


def example(field: Field) -> str:
    """What a cell of the field may say; reading it gives a value."""
    if field.type is FieldType.ROWS:
        return small_tables.BETWEEN.join(example(column) for column in field.columns)
    if field.vocabulary:
        entry = next(iter(taxonomy.vocabulary(field.vocabulary)))
        return values.to_text(field, (entry.code,) if field.type is FieldType.CODES else entry.code)
    if field.type is FieldType.CREDIT_CODE:
        return naming.synthetic_code(1)
    return _EXAMPLES.get(field.type, "按实际填写")[: field.max_length]


def how(field: Field) -> str:
    """How a column is filled in, in a few sentences."""
    said = ["必填。"] if field.required else []
    said += [field.help] if field.help else []
    if field.type is FieldType.ROWS:
        said.append(f"每行一条，行内用“｜”隔开：{small_tables.layout(field)}。")
    said += [_HOW[field.type]] if field.type in _HOW and not field.help else []
    said += [f"单位：{field.unit}。"] if field.unit else []
    return "".join(said) or f"不超过 {field.max_length} 字。"


def choices(field: Field) -> list[str]:
    """The texts of a column's drop-down, as an export writes them; none for a column that is typed."""
    if field.type is FieldType.FLAG:
        return ["是", "否"]
    if not field.vocabulary or field.type is FieldType.ROWS:
        return []
    codes = (entry.code for entry in taxonomy.vocabulary(field.vocabulary))
    return [values.to_text(field, (code,) if field.type is FieldType.CODES else code) for code in codes]


def header_of(field: Field) -> str:
    """The column's header: its label, and its unit."""
    return f"{field.label}（{field.unit}）" if field.unit else field.label


class _Template:
    """The workbook while it is made."""

    def __init__(self, book: Any, title: str, fields: Sequence[Field]) -> None:
        self._book = book
        self._fields = fields
        self._sheet = book.add_worksheet(title[:31])
        self._notes = book.add_worksheet(NOTES)
        self._words = book.add_worksheet(WORDS)
        self._words.hide()
        self._text = book.add_format({"num_format": "@"})

    def fill(self, told: str) -> None:
        """All three sheets."""
        self._head()
        self._example()
        self._explain(told)
        lists = {place: listed for place, field in enumerate(self._fields, 1) if (listed := choices(field))}
        self._write_words(list(lists.values()))
        for column, (place, listed) in enumerate(lists.items()):
            self._offer(place, column, len(listed))

    def _head(self) -> None:
        plain = {"bold": True, "bg_color": "#EDEDED", "border": 1, "text_wrap": True, "valign": "vcenter"}
        usual, required = self._book.add_format(plain), self._book.add_format(plain | {"font_color": "#B3261E"})
        self._sheet.set_row(0, 32)
        self._sheet.set_column(0, 0, 8, self._text)
        write_text(self._sheet, 0, 0, ORDINAL, usual)
        for place, field in enumerate(self._fields, 1):
            wide = field.type in {FieldType.NAME, FieldType.LONG_TEXT, FieldType.ROWS}
            self._sheet.set_column(place, place, 32 if wide else 18, self._text)
            write_text(self._sheet, 0, place, header_of(field), required if field.required else usual)
            self._sheet.write_comment(0, place, how(field)[:1000], {"author": "", "x_scale": 2})
        self._sheet.freeze_panes(1, 1)

    def _example(self) -> None:
        grey = self._book.add_format({"num_format": "@", "italic": True, "font_color": "#666666"})
        write_text(self._sheet, 1, 0, EXAMPLE, grey)
        for place, field in enumerate(self._fields, 1):
            write_text(self._sheet, 1, place, example(field), grey)

    def _explain(self, told: str) -> None:
        bold = self._book.add_format({"bold": True, "bg_color": "#EDEDED"})
        wrapped = self._book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        self._notes.set_column(0, 1, 18)
        self._notes.set_column(2, 3, 60)
        write_text(self._notes, 0, 0, told)
        for place, label in enumerate(("列", "必填", "怎么填", "示例")):
            write_text(self._notes, 1, place, label, bold)
        for number, field in enumerate(self._fields, 2):
            listed = choices(field)
            more = f"可填：{'、'.join(listed[:_SHOWN_LABELS])}{'等' if len(listed) > _SHOWN_LABELS else ''}。"
            cells = (header_of(field), "是" if field.required else "", how(field) + (more if listed else ""))
            for place, text in enumerate((*cells, example(field))):
                write_text(self._notes, number, place, text, wrapped)

    def _write_words(self, lists: Sequence[Sequence[str]]) -> None:
        for number, row in enumerate(zip_longest(*lists, fillvalue="")):
            for place, text in enumerate(row):
                write_text(self._words, number, place, text, self._text)

    def _offer(self, place: int, column: int, length: int) -> None:
        """A drop-down on a column; only where one value must come from the list is another refused at once."""
        field = self._fields[place - 1]
        letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
        self._sheet.data_validation(
            1, place, PREPARED_ROWS, place,
            {
                "validate": "list",
                "source": f"={WORDS}!{letter}$1:{letter}${length}",
                "input_title": field.label[:32],
                "input_message": how(field)[:_MOST_MESSAGE],
                "error_title": "不在列表中",
                "error_message": f"{field.label}请从列表中选。"[:_MOST_MESSAGE],
                "error_type": "stop" if field.type in {FieldType.CHOICE, FieldType.FLAG} else "information",
            },
        )  # fmt: skip


def write_template(out: Path, label: str, fields: Sequence[Field]) -> None:
    """Write a register's template. Blocks: run it in a thread."""
    out.parent.mkdir(parents=True, exist_ok=True)
    told = f"{label}名单模板：在“{label}名单”页填写，红色列必填；“示例”一行不会导入。下拉之外也可填代码。"
    with xlsxwriter.Workbook(str(out)) as book:
        _Template(book, f"{label}名单", [field for field in fields if field.said]).fill(told)
