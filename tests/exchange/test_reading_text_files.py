"""CSV in the encodings and with the separators that Chinese offices produce."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from registry.errors import Invalid
from tests.exchange.exchange_files import by_field, read, text, values

LIST = "企业名称,区县\r\n重庆银龄康养（合成）,渝中区\r\n“松鹤”养老,铜梁区\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_it_reads_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    table = read(text(tmp_path / "a.csv", LIST, encoding))
    assert values(table) == [("重庆银龄康养（合成）", "渝中区"), ("“松鹤”养老", "铜梁区")]


def test_it_reads_big_endian_utf16_and_rare_characters_of_gb18030(tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    big.write_bytes(codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"))
    assert len(values(read(big))) == 2
    assert values(read(text(tmp_path / "rare.csv", "企业名称\n𠮷祥养老\n", "gb18030"))) == [("𠮷祥养老",)]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_it_tells_the_separator_by_the_header(tmp_path: Path, separator: str) -> None:
    content = f"名单，共 2 家；合成\n企业名称{separator}区县{separator}联系人\n甲{separator}渝中区{separator}乙\n"
    assert by_field(read(text(tmp_path / "a.txt", content))) == [{"name": "甲", "district": "渝中区", "contact": "乙"}]


def test_semicolons_and_tabs_inside_cells_do_not_mislead_it(tmp_path: Path) -> None:
    content = '企业名称,联系人\n甲,a;b;c\n乙,"d\te\tf"\n'
    assert values(read(text(tmp_path / "a.csv", content))) == [("甲", "a;b;c"), ("乙", "d\te\tf")]


def test_quoted_line_breaks_stay_in_their_cell_and_rows_count_as_in_a_spreadsheet(tmp_path: Path) -> None:
    table = read(text(tmp_path / "a.csv", '企业名称,联系人\n"甲\n（总部）","说""好"""\n乙,丙\n'))
    assert [(row.number, row.values) for row in table.rows()] == [(2, ("甲\n（总部）", '说"好"')), (3, ("乙", "丙"))]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_ending_is_read(tmp_path: Path, ending: str) -> None:
    assert values(read(text(tmp_path / "a.csv", ending.join(["企业名称", "甲", "乙", ""])))) == [("甲",), ("乙",)]


def test_short_rows_are_filled_up_and_empty_cells_behind_the_header_are_harmless(tmp_path: Path) -> None:
    assert values(read(text(tmp_path / "a.csv", "企业名称,区县\n甲\n乙,渝中区,,\n"))) == [("甲", ""), ("乙", "渝中区")]


def test_a_row_longer_than_the_header_is_refused_because_its_cells_have_moved(tmp_path: Path) -> None:
    table = read(text(tmp_path / "a.csv", "企业名称,区县\n甲,渝中区\n乙,公司,铜梁区\n"))
    with pytest.raises(Invalid, match="第 3 行有 3 个单元格，比表头的 2 列多"):
        values(table)


@pytest.mark.parametrize("content", ['企业名称\n甲\n"乙\n丙\n', '企业名称\n甲\n"乙"丙\n'])
def test_unmatched_quotes_are_refused_with_their_row(tmp_path: Path, content: str) -> None:
    with pytest.raises(Invalid, match="第 3 行起引号不成对"):
        values(read(text(tmp_path / "a.csv", content)))


def test_a_damaged_row_of_utf8_is_not_read_as_gibberish(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('企业名称,联系人\n重庆银龄,"a\nb"\n'.encode() + b"\xe9\x87\n")
    with pytest.raises(Invalid, match=r"第 3 行的文字无法按 UTF-8 读出") as refused:
        read(path)
    assert refused.value.objections[0].row == 3


def test_what_is_neither_utf8_nor_gb18030_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("企业名称\n甲\n".encode("gbk") + b"\xb0\xff\n")
    with pytest.raises(Invalid, match="第 3 行的文字无法按 UTF-8 或 GB18030"):
        read(path)


def test_a_broken_utf16_file_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("企业名称\n甲\n".encode("utf-16") + b"\x00\xdc\x00\x00")
    with pytest.raises(Invalid, match="第 3 行的文字无法按 UTF-16"):
        read(path)


def test_nul_bytes_are_refused_and_other_control_characters_dropped(tmp_path: Path) -> None:
    padding = "甲\n" * 3000
    with pytest.raises(Invalid, match="第 3002 行含有表格里不会有的内容"):
        read(text(tmp_path / "a.csv", f"企业名称\n{padding}乙\0\n"))
    assert values(read(text(tmp_path / "b.csv", "企业名称\n银\x07龄\x7f\u0085\n"))) == [("银龄",)]


def test_a_cell_longer_than_excel_holds_is_refused_with_its_place(tmp_path: Path) -> None:
    table = read(text(tmp_path / "a.csv", f"企业名称,联系人\n甲,{'长' * 32_767}\n乙,{'长' * 32_768}\n"))
    with pytest.raises(Invalid, match="第 3 行 B 列“联系人”超过 32767 字") as refused:
        values(table)
    assert (refused.value.objections[0].field, refused.value.objections[0].column) == ("contact", "B")
    with pytest.raises(Invalid, match="第 2 行有一个单元格超过"):
        values(read(text(tmp_path / "b.csv", f"企业名称\n{'长' * 200_000}\n")))
