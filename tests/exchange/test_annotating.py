"""The list that goes back with its errors written in, and comes again corrected."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from registry.errors import Objection
from registry.exchange.annotate import annotate
from tests.exchange.exchange_files import read, values, workbook

ROWS = [
    ["名单（合成）"],
    ["序号", "企业名称", "区县", "统一社会信用代码", "星级"],
    [1, "甲", "渝中", "915001234567890123", "五"],
    [2, "乙", "铜梁区", "=1+1", "四"],
    [3, "丙", None, "x", "三"],
]
WRONG = {
    3: [
        Objection("没有这个区县。", "district"),
        Objection("校验码不对。", "credit_code"),
        Objection("与第 9 行重复。"),
    ],
    5: [Objection("请填写区县。", column="C")],
    99: [Objection("不在表中。")],
}


def test_it_writes_the_wrong_rows_with_what_is_wrong(tmp_path: Path) -> None:
    assert annotate(read(workbook(tmp_path / "a.xlsx", ROWS)), WRONG, tmp_path / "b.xlsx") == 2
    sheet = load_workbook(tmp_path / "b.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["错误说明", "序号", "企业名称", "区县", "统一社会信用代码", "星级"]
    assert sheet["A2"].value == "原第 3 行：没有这个区县；校验码不对；与第 9 行重复。"
    assert [cell.value for cell in sheet[2]][1:] == ["1", "甲", "渝中", "915001234567890123", "五"]
    assert sheet["D2"].comment is not None
    assert sheet["D2"].comment.text == "没有这个区县。"
    coloured = {cell.coordinate for row in sheet.iter_rows(2) for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert coloured == {"D2", "E2", "D3"}


def test_it_can_write_all_rows(tmp_path: Path) -> None:
    assert annotate(read(workbook(tmp_path / "a.xlsx", ROWS)), WRONG, tmp_path / "b.xlsx", all_rows=True) == 3
    assert load_workbook(tmp_path / "b.xlsx").worksheets[0]["A3"].value is None


def test_it_comes_back_as_a_valid_list_and_can_be_annotated_again(tmp_path: Path) -> None:
    first = read(workbook(tmp_path / "a.xlsx", ROWS))
    annotate(first, WRONG, tmp_path / "b.xlsx", all_rows=True)
    again = read(tmp_path / "b.xlsx")
    assert again.unknown == ("星级",)
    assert [row[1:] for row in values(again)] == values(first)
    annotate(again, {2: [Objection("还是不对。", "name")]}, tmp_path / "c.xlsx")
    assert [cell.value for cell in load_workbook(tmp_path / "c.xlsx").worksheets[0][1]].count("错误说明") == 1


def test_it_leaves_no_files_beside_the_one_it_writes(tmp_path: Path) -> None:
    table = read(workbook(tmp_path / "a.xlsx", ROWS))
    annotate(table, WRONG, tmp_path / "b.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]
