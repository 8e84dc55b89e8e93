"""Every text becomes a value or a Chinese objection that says how to mend it."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins import manager
from registry.register import Field, FieldType
from registry.values import Unreadable, compile_parsers, parse

FIELDS = manager.registers()["enterprise"].fields
T = FieldType
LINE = Field("line", "名目", T.TEXT, max_length=20)
LONG = Field("long", "说明", T.LONG_TEXT, max_length=40)
NAME = Field("name", "企业名称", T.NAME)
NAMES = Field("names", "曾用名", T.NAMES)
CODE = Field("code", "统一社会信用代码", T.CREDIT_CODE)
DAY = Field("day", "成立日期", T.DATE)
COUNT = Field("count", "人数", T.INTEGER, unit="人")
YEAR = Field("year", "年度", T.INTEGER, unit="年")
MONEY = Field("money", "注册资本", T.DECIMAL, unit="万元")
SHARE = Field("share", "占比", T.DECIMAL, unit="%")
SIZE = Field("size", "企业规模", T.CHOICE, vocabulary="size_classes")
PROVINCE = Field("province", "省份", T.CHOICE, vocabulary="provinces")
DISTRICT = Field("district", "区县", T.TEXT, vocabulary="districts")
INDUSTRY = Field("industry", "养老产业分类", T.CODES, vocabulary="silver_industry")
FLAG = Field("flag", "模拟数据", T.FLAG)

READS = [
    (LINE, "  银龄 ", "银龄"),
    (LINE, "ＡＢ１２，（甲）：“乙”", "AB12，（甲）：“乙”"),
    (LINE, "甲\u3000\u00a0乙", "甲 乙"),
    (LINE, "甲\u200b乙\ufeff", "甲乙"),
    (LINE, "甲\r\n乙", "甲 乙"),
    (LINE, "⼤⾜", "大足"),
    (LONG, "一\r\n二\t三", "一\n二 三"),
    (NAME, " 重庆 银龄（江北） 有限公司 ", "重庆银龄（江北）有限公司"),
    (NAME, "Silver Age 有限公司", "Silver Age 有限公司"),
    (NAME, "重庆\n银龄有限公司", "重庆银龄有限公司"),
    (NAMES, "甲公司、乙公司；丙公司\n甲公司;", ("甲公司", "乙公司", "丙公司")),
    (CODE, "９1110000600037341l", "91110000600037341L"),
    (CODE, "无", None),
    (DAY, "2024-01-05", date(2024, 1, 5)),
    (DAY, "2024/1/5", date(2024, 1, 5)),
    (DAY, "2024.1.5", date(2024, 1, 5)),
    (DAY, "20240105", date(2024, 1, 5)),
    (DAY, "2024年1月5日", date(2024, 1, 5)),
    (DAY, "２０２４ 年 1 月 5 日", date(2024, 1, 5)),
    (DAY, "2024-01-05 00:00:00", date(2024, 1, 5)),
    (DAY, "2024-01-05T08:30", date(2024, 1, 5)),
    (DAY, "2024年1月", date(2024, 1, 1)),
    (DAY, "2024.10", date(2024, 10, 1)),
    (DAY, "2024年", date(2024, 1, 1)),
    (DAY, "2024-02-29", date(2024, 2, 29)),
    (COUNT, "1,234", 1234),
    (COUNT, "１２人", 12),
    (COUNT, "12.0", 12),
    (YEAR, "2019年度", 2019),
    (YEAR, "2022年", 2022),
    (MONEY, "1,234.50", Decimal("1234.5")),
    (MONEY, "５００", Decimal(500)),
    (MONEY, "500万元", Decimal(500)),
    (MONEY, "1.2亿元", Decimal(12000)),
    (MONEY, "5,000,000元", Decimal(500)),
    (MONEY, "人民币500万元整", Decimal(500)),
    (MONEY, "0", Decimal(0)),
    (MONEY, "-3", Decimal(-3)),
    (SHARE, "12.5％", Decimal("12.5")),
    (SIZE, "小型企业", "small"),
    (SIZE, "micro", "micro"),
    (PROVINCE, "浙江", "浙江省"),
    (PROVINCE, "重慶市", "重庆市"),
    (DISTRICT, "渝中", "渝中区"),
    (DISTRICT, "宁波市", "宁波市"),
    (INDUSTRY, "0110", ("0110",)),
    (INDUSTRY, "居家养老照护服务、老年康复辅具配置服务", ("0110", "0232")),
    (INDUSTRY, "养老设施建设、改造及装修维修、老年教育", ("1210", "0520")),
    (INDUSTRY, "0110 居家养老照护服务；1070-老年医疗器械和康复辅具制造", ("0110", "1070")),
    (INDUSTRY, "0110/0110,0232", ("0110", "0232")),
    (INDUSTRY, "01\n02", ("01", "02")),
    (FLAG, "是", True),
    (FLAG, "√", True),
    (FLAG, "Y", True),
    (FLAG, "1", True),
    (FLAG, "否", False),
    (FLAG, "无", False),
    (FLAG, "0", False),
]


@pytest.mark.parametrize(("field", "raw", "value"), READS, ids=[f"{f.name}-{r!r}" for f, r, _ in READS])
def test_it_reads(field: Field, raw: str, value: Any) -> None:
    assert parse(field, raw) == value


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_nothing_written_is_nothing(field: Field) -> None:
    assert parse(field, "") is None
    assert parse(field, " \u3000\t") is None


REFUSES = [
    (LINE, "超" * 21, "有21字，最多20字"),
    (LINE, "银\x00龄", "第2个字是看不见的控制字符"),
    (LINE, "银龄\ud800", "控制字符"),
    (LONG, "长" * 41, "最多40字"),
    (NAME, "ﷺ" * 20, "最多200字"),
    (CODE, "91110000600037341M", "校验码应为“L”"),
    (DAY, "45296", "像是表格的日期序号"),
    (DAY, "2024-13-01", "这一天不存在"),
    (DAY, "2023年2月29日", "这一天不存在"),
    (DAY, "1799-12-31", "年份不合理"),
    (DAY, "2024.1", "请写成2024-01-05"),
    (DAY, "24-1-5", "请写成2024-01-05"),
    (DAY, "去年", "请写成2024-01-05"),
    (COUNT, "12.5", "应为整数"),
    (COUNT, "十二", "不是数字"),
    (MONEY, "约500", "不是数字"),
    (MONEY, "500万美元", "外币"),
    (MONEY, "1e5", "不是数字"),
    (MONEY, "NaN", "不是数字"),
    (MONEY, "1,2345", "不是数字"),
    (MONEY, "9" * 20, "过大"),
    (MONEY, "9" * 5000, "过大"),
    (SIZE, "小形", "可填：小型"),
    (SIZE, "XXL", "可填：大型、中型"),
    (PROVINCE, "浙省", "浙江省"),
    (INDUSTRY, "居家养老服务", "居家养老照护服务"),
    (INDUSTRY, "110", "是否为“0110”"),
    (INDUSTRY, "0110 老年教育", "不在列表中"),
    (FLAG, "也许", "请填“是”或“否”"),
]


@pytest.mark.parametrize(("field", "raw", "said"), REFUSES, ids=[f"{f.name}-{r[:12]!r}" for f, r, _ in REFUSES])
def test_it_objects_in_chinese_and_names_the_field(field: Field, raw: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(field, raw)
    objection = refused.value.objection
    assert said in objection.message
    assert (objection.field, objection.label) == (field.name, field.label)
    assert len(objection.message) < 150


def test_a_long_wrong_value_is_shortened_in_the_objection() -> None:
    with pytest.raises(Unreadable, match="…"):
        parse(SIZE, "很" * 10_000)


@given(st.sampled_from(FIELDS), st.text(max_size=60))
def test_any_text_gives_a_value_or_an_objection_and_nothing_else(field: Field, raw: str) -> None:
    with contextlib.suppress(Unreadable):
        parse(field, raw)


@given(st.text(max_size=100))
def test_texts_that_pass_can_be_stored(raw: str) -> None:
    try:
        value = parse(LONG, raw)
    except Unreadable:
        return
    if value is not None:
        assert "\x00" not in value
        assert value == value.strip()
        value.encode("utf-8")


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("cell", ["、" * 30_000, "银" * 30_000, "养老、" * 10_000, "0," * 15_000, " " * 30_000 + "x"])
def test_a_cell_as_long_as_a_spreadsheet_allows_costs_no_time(field: Field, cell: str) -> None:
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        parse(field, cell)
    assert time.process_time() - began < 1


def test_compiled_parsers_stand_in_the_order_of_the_fields() -> None:
    parsers = compile_parsers([MONEY, NAME])
    assert [parser(raw) for parser, raw in zip(parsers, ["1", "银龄"], strict=True)] == [Decimal(1), "银龄"]
