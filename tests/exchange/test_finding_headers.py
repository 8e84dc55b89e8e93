"""Which row is the header, and which column is which field."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Invalid, TooLarge
from registry.register import Field
from tests.exchange.exchange_files import CAPITAL, NAME, by_field, read, text, workbook


@pytest.mark.parametrize(
    "header",
    [
        "企业名称",
        " 企 业 名 称 ",
        "企业\n名称",
        "*企业名称",
        "企业名称（盖章）",
        "企业名称(全称)：",
        "【必填】企业名称",
        "单位名称",
        "ＮＡＭＥ",
        "Name",
    ],
)
def test_a_header_is_known_however_it_is_dressed(tmp_path: Path, header: str) -> None:
    column = read(workbook(tmp_path / "a.xlsx", [[header], ["甲"]])).columns[0]
    assert column.field == NAME
    assert column.header == " ".join(header.split())


def test_it_takes_the_row_that_names_most_fields(tmp_path: Path) -> None:
    rows = [["企业名称", "填报单位"], ["企业名称", "区县"], ["甲", "渝中区"]]
    assert read(workbook(tmp_path / "a.xlsx", rows)).header_row == 2


def test_two_header_rows_are_read_as_one(tmp_path: Path) -> None:
    rows = [["企业名称", "联系方式", None], [None, "联系人", "电话"], ["甲", "乙", "1"]]
    table = read(workbook(tmp_path / "a.xlsx", rows, merged=["A1:A2", "B1:C1"]))
    assert table.header_row == 2
    assert by_field(table) == [{"name": "甲", "contact": "乙", "phone": "1"}]


def test_a_group_row_above_a_full_header_is_passed_over(tmp_path: Path) -> None:
    rows = [["基本情况", None, "联系方式"], ["企业名称", "区县", "电话"], ["甲", "渝中区", "1"]]
    assert read(workbook(tmp_path / "a.xlsx", rows)).header_row == 2


def test_a_first_row_of_data_with_gaps_is_not_taken_for_a_second_header(tmp_path: Path) -> None:
    table = read(workbook(tmp_path / "a.xlsx", [["企业名称", "区县"], ["甲", None], ["乙", "渝中区"]]))
    assert (table.header_row, [row.number for row in table.rows()]) == (1, [2, 3])


def test_it_names_the_headers_it_does_not_know_and_says_nothing_of_row_numbers(tmp_path: Path) -> None:
    table = read(
        workbook(tmp_path / "a.xlsx", [["序号", "企业名称", "星级", None, "错误说明"], [1, "甲", "五", "散", "旧"]])
    )
    assert table.unknown == ("星级",)
    assert [row.values for row in table.rows()] == [("1", "甲", "五", "散", "")]


def test_a_remark_in_brackets_tells_two_fields_apart(tmp_path: Path) -> None:
    fields = (NAME, Field("income_2023", "营业收入（2023年）"), Field("income_2024", "营业收入（2024年）"))
    path = workbook(tmp_path / "a.xlsx", [["企业名称", "营业收入(2024年)", "营业收入", "营业收入 2023 年"]])
    found = [column.field.name if column.field else None for column in read(path, fields).columns]
    assert found == ["name", "income_2024", None, "income_2023"]


def test_two_columns_of_one_field_are_an_objection_that_names_both(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(workbook(tmp_path / "a.xlsx", [["x"], ["企业名称", "区县", "单位名称（全称）"]]))
    (objection,) = refused.value.objections
    assert objection.message == "A 列“企业名称”和 C 列“单位名称（全称）”都是“企业名称”，请只留一列。"
    assert (objection.field, objection.row, objection.column) == ("name", 2, "C")


@pytest.mark.parametrize(
    ("header", "unit"), [("注册资本（元）", "元"), ("注册资本(单位:亿元)", "亿元"), ("注册资本（人民币元）", "元")]
)
def test_a_column_in_another_unit_of_money_is_refused(tmp_path: Path, header: str, unit: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text(tmp_path / "a.csv", f"企业名称,{header}\n甲,5\n"))
    assert f"以{unit}计，“注册资本”应以万元计" in refused.value.detail


@pytest.mark.parametrize("header", ["注册资本(万元)", "注册资本（单位：万元）", "注册资本万元", "注册资本（实缴）"])
def test_a_column_in_our_unit_is_read(tmp_path: Path, header: str) -> None:
    assert read(text(tmp_path / "a.csv", f"企业名称,{header}\n甲,5\n")).columns[1].field == CAPITAL


@pytest.mark.parametrize(
    "rows", [[["姓名", "区县", "电话"], ["甲", "乙", "1"]], [["区县"]] * 3, [*[["说明"]] * 20, ["企业名称"], ["甲"]]]
)
def test_without_a_header_it_says_which_it_looks_for(tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(Invalid) as refused:
        read(workbook(tmp_path / "名单.xlsx", rows))
    assert "“名单.xlsx”里没有找到表头" in refused.value.detail
    assert "“企业名称”或“统一社会信用代码”一列" in refused.value.detail
    assert "联系电话" in refused.value.detail


def test_a_list_of_codes_alone_is_a_list(tmp_path: Path) -> None:
    assert by_field(read(text(tmp_path / "a.csv", "信用代码,电话\nX,1\n"))) == [{"credit_code": "X", "phone": "1"}]


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="250 列，最多 200 列"):
        read(workbook(tmp_path / "a.xlsx", [["企业名称", *["其他"] * 249]]))
