"""Reader of dates as Chinese lists write them. A month or a year alone means its first day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from registry.register import Field
from registry.values.objecting import Unreadable, shown

EARLIEST_YEAR = 1800
LATEST_YEAR = 2199

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_SHAPES = (
    re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}"),
    re.compile(r"(\d{4})()(\d{2})(\d{2})"),
    re.compile(r"(\d{4})(年)(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(\d{4})([-/年])(\d{1,2})月?()"),
    re.compile(r"(\d{4})(\.)(\d{2})()"),  # not 2024.1: a number cell drops the zero of October
    re.compile(r"(\d{4})年?度?()()()"),
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SPACE_IN_CHINESE = re.compile(r"\s*([年月日号])\s*")
_NO_DATE = {"", "-", "--", "—", "/", "无", "不详"}


def day(field: Field) -> Callable[[str], date | None]:
    """2024-01-05, 2024/1/5, 2024.1.5, 20240105, 2024年1月5日, 2024年1月, 2024年; a time behind the date is dropped."""

    def read(raw: str) -> date | None:
        value = _SPACE_IN_CHINESE.sub(r"\1", unicodedata.normalize("NFKC", raw).strip())
        if value in _NO_DATE:
            return None
        for shape in _SHAPES:
            match = shape.fullmatch(value)
            if match:
                return _date(field, value, int(match[1]), int(match[3] or 1), int(match[4] or 1))
        raise Unreadable(field, _why_no_date(field, value))

    return read


def _date(field: Field, value: str, year: int, month: int, day_of_month: int) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Unreadable(field, f"{field.label}{shown(value)}的年份不合理，请填{EARLIEST_YEAR}年以后的日期。")
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise Unreadable(field, f"{field.label}{shown(value)}这一天不存在，请核对月和日。") from None


def _why_no_date(field: Field, value: str) -> str:
    if _SERIAL.fullmatch(value):
        return f"{field.label}{shown(value)}像是表格的日期序号，请把单元格设为日期格式，或写成2024-01-05。"
    return f"{field.label}{shown(value)}不是日期，请写成2024-01-05或2024年1月5日。"
