"""What a workbook's cells become when they are read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook

from tests.exchange.exchange_files import by_field, old_workbook, read, values, workbook


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  重庆银龄\u3000", "重庆银龄"),
        ("１２３", "１２３"),
        (12, "12"),
        (12.0, "12"),
        (-3, "-3"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.3"),
        (0.00001, "0.00001"),
        (13800000000, "13800000000"),
        (9.15001234567891e17, "915001234567891000"),
        (1e300, "1" + "0" * 300),
        (date(2024, 5, 1), "2024-05-01"),
        (
            datetime(2024, 5, 1, 9, 30),  # noqa: DTZ001  (cells have no zone)
            "2024-05-01 09:30:00",
        ),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        (True, "是"),
        (False, "否"),
        ("'=1+1", "=1+1"),
        ("'普通", "'普通"),
        ("上\r\n下", "上\n下"),
        (None, ""),
    ],
)
def test_it_gives_every_cell_as_text(tmp_path: Path, cell: Any, text: str) -> None:
    table = read(workbook(tmp_path / "a.xlsx", [["企业名称", "备注"], ["甲", cell]]))
    assert values(table) == [("甲", text)]


def test_it_reads_what_a_formula_last_gave_and_nothing_for_an_error(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["企业名称", "注册资本", "从业人数"])
        sheet.write_string(1, 0, "甲")
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    assert values(read(tmp_path / "a.xlsx")) == [("甲", "2", "")]


def test_it_finds_the_list_under_a_merged_title_and_keeps_the_row_numbers_of_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["附件1 重庆市2024年专精特新企业名单（合成）"],
        [],
        ["序号", "企业名称", "区县"],
        [1, "甲", "渝中区"],
        [],
        [2, "乙", "铜梁区"],
    ]
    table = read(workbook(tmp_path / "a.xlsx", rows, merged=["A1:C1"]))
    assert table.header_row == 3
    assert [(row.number, row.values) for row in table.rows()] == [
        (4, ("1", "甲", "渝中区")),
        (6, ("2", "乙", "铜梁区")),
    ]
    assert table.unknown == ()


def test_columns_keep_their_letters_when_the_list_starts_further_right(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["C4"], sheet["D4"], sheet["C5"], sheet["D5"] = "企业名称", "区县", "甲", "渝中区"
    book.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx")
    assert [(c.letter, c.field.name) for c in table.columns if c.field] == [("C", "name"), ("D", "district")]
    assert [(row.number, row.values) for row in table.rows()] == [(5, ("", "", "甲", "渝中区"))]


def test_it_reads_the_first_sheet_with_a_header_and_names_the_others(tmp_path: Path) -> None:
    listed = [["企业名称"], ["甲"]]
    path = workbook(tmp_path / "a.xlsx", [["填报须知"]], [["企业名称"], ["字典"]], listed, [["其他"]], hidden=["表2"])
    table = read(path)
    assert (table.sheet, values(table)) == ("表3", [("甲",)])
    assert table.notes == ("只读取了工作表“表3”，未读取：表1、表4。", "隐藏的工作表未读取：表2。")


def test_it_reads_an_old_xls_whatever_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(old_workbook([["名单"], ["企业名称", "从业人数"], ["甲", 12.0]]))
    table = read(path)
    assert (table.sheet, by_field(table)) == ("表1", [{"name": "甲", "staff": "12"}])


def test_it_skips_and_counts_what_stands_under_the_list(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "企业名称", "从业人数"],
        [1, "注册在渝的甲", 5],
        [2, "合计乙", 6],
        [3, None, None],
        ["合计", None, 11],
        ["注：数据为合成。"],
        ["填表人：某某", "联系电话：0"],
        [None, "备注"],
    ]
    table = read(workbook(tmp_path / "a.xlsx", rows))
    assert [row.number for row in table.rows()] == [2, 3]
    assert table.skipped == 4


def test_rows_can_be_walked_twice(tmp_path: Path) -> None:
    table = read(workbook(tmp_path / "a.xlsx", [["企业名称"], ["甲"], ["注：无"]]))
    assert values(table) == values(table) == [("甲",)]
    assert table.skipped == 1
