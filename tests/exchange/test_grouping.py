"""The same complaint in many rows is told once."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from registry.errors import Objection
from registry.exchange import annotate, grouped
from tests.exchange.exchange_files import read, values, workbook


def wrong(row: int, text: str) -> Objection:
    """A district that does not exist."""
    return Objection(f"没有“{text}”这个区县，请填区县全称。", "district", "区县", row, "B")


def test_what_differs_only_in_what_was_typed_is_one_kind() -> None:
    kinds = grouped([wrong(3, "渝中"), Objection("请填写企业名称。", "name", "企业名称", 4), wrong(5, "渝北")])
    assert [(kind.label, kind.message, kind.count, kind.rows) for kind in kinds] == [
        ("区县", "没有“…”这个区县，请填区县全称。", 2, [3, 5]),
        ("企业名称", "请填写企业名称。", 1, [4]),
    ]


def test_one_alone_and_the_same_again_keep_their_words() -> None:
    assert grouped([wrong(3, "渝中")])[0].message == "没有“渝中”这个区县，请填区县全称。"
    assert grouped([wrong(3, "渝中"), wrong(4, "渝中")])[0].message == "没有“渝中”这个区县，请填区县全称。"


def test_the_same_words_about_another_column_are_another_kind() -> None:
    both = [Objection("日期不存在。", "founded_on", "成立日期", 2), Objection("日期不存在。", "as_of", "数据时点", 2)]
    assert len(grouped(both)) == 2


def test_numbers_inside_do_not_make_kinds_and_the_most_frequent_comes_first() -> None:
    lengths = [Objection(f"代码有{n}位，应为18位。", "code", "代码", n) for n in range(1, 40)]
    kinds = grouped([Objection("请填写名称。", "name", "名称", 1), *lengths])
    assert [(kind.label, kind.count, len(kind.rows)) for kind in kinds] == [("代码", 39, 20), ("名称", 1, 1)]


def test_the_annotated_file_has_them_on_a_sheet_that_is_passed_over_when_it_comes_back(tmp_path: Path) -> None:
    rows = [["企业名称", "区县"], ["甲", "渝中"], ["乙", "渝北"], ["丙", "铜梁区"]]
    table = read(workbook(tmp_path / "a.xlsx", rows))
    annotate(table, {2: [wrong(2, "渝中")], 3: [wrong(3, "渝北")]}, tmp_path / "b.xlsx")
    sheet = load_workbook(tmp_path / "b.xlsx")["错误汇总"]
    assert [cell.value for cell in sheet[2]] == ["区县", "没有“…”这个区县，请填区县全称。", "2", "2、3"]
    again = read(tmp_path / "b.xlsx")
    assert (again.sheet, again.notes) == ("需修改", ())
    assert [row[1:] for row in values(again)] == [("甲", "渝中"), ("乙", "渝北")]
