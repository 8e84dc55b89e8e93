"""A record as a whole: districts and their days, provinces, dates, website, telephone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plugins import manager
from registry.enterprises.fields import FIELDS
from registry.statement import check, default_as_of

TODAY = date(2026, 11, 23)
ENTERPRISES = manager.registers()["enterprise"]
HOME = {"name": "重庆银龄有限公司", "province": "重庆市"}


def said(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(objection.field, objection.message) for objection in check(ENTERPRISES, HOME | values, TODAY)]


ACCEPTED: list[dict[str, Any]] = [
    {},
    {"district": "渝中区"},
    {"district": "两江新区"},
    {"district": "西部科学城重庆高新区"},
    {"district": "江北区", "as_of": date(2024, 6, 30)},
    {"district": "渝北区", "as_of": date(2025, 11, 6)},
    {"district": "宁波市", "province": "浙江省"},
    {"district": "江北区", "province": "浙江省"},
    {"district": "宁波市", "province": None},
    {"founded_on": TODAY, "as_of": TODAY},
    {"registered_capital": Decimal(0)},
    {"website": "www.example.cn"},
    {"website": "https://养老.example.cn:8443/a?b=c"},
    {"website": "HTTP://EXAMPLE.CN"},
    {"contact_phone": "023-00000000"},
    {"contact_phone": "+86 (023) 0000 0000转801"},
    {"name": "A1"},
]


@pytest.mark.parametrize("values", ACCEPTED, ids=str)
def test_it_accepts(values: dict[str, Any]) -> None:
    assert said(values) == []


OBJECTED: list[tuple[dict[str, Any], str, str]] = [
    ({"district": "江北区"}, "district", "江北区已于2025-11-06撤销，现由两江新区管辖"),
    ({"district": "江北区", "province": None}, "district", "“数据时点”"),
    ({"district": "渝北区", "as_of": date(2025, 11, 7)}, "district", "已于2025-11-06撤销"),
    ({"district": "渝西区"}, "district", "重庆市没有“渝西区”这个区县"),
    ({"district": "西部科学城重庆高新区", "province": "四川省"}, "district", "与省份“四川省”不符"),
    ({"founded_on": date(2026, 11, 24)}, "founded_on", "成立日期2026-11-24晚于今天"),
    ({"as_of": date(2026, 11, 24)}, "as_of", "数据时点2026-11-24晚于今天"),
    ({"registered_capital": Decimal("-0.01")}, "registered_capital", "不能是负数"),
    ({"website": "javascript:alert(1)"}, "website", "看不懂"),
    ({"website": "ftp://example.cn"}, "website", "看不懂"),
    ({"website": "没有网站"}, "website", "看不懂"),
    ({"contact_phone": "1234"}, "contact_phone", "5至20位"),
    ({"contact_phone": "0" * 21}, "contact_phone", "5至20位"),
    ({"contact_phone": "-----"}, "contact_phone", "数字"),
    ({"contact_phone": "找张三"}, "contact_phone", "数字"),
    ({"name": "（）12"}, "name", "没有文字"),
]


@pytest.mark.parametrize(("values", "field", "words"), OBJECTED, ids=[str(values) for values, _, _ in OBJECTED])
def test_it_objects_once_and_says_how_to_mend_it(values: dict[str, Any], field: str, words: str) -> None:
    ((named, message),) = said(values)
    assert named == field
    assert words in message


def test_it_tells_everything_that_is_wrong_at_once() -> None:
    wrong = {"district": "江北区", "founded_on": date(2027, 1, 1), "website": "x", "contact_phone": "x"}
    assert {field for field, _ in said(wrong)} == {"district", "founded_on", "website", "contact_phone"}


DAYS: list[tuple[dict[str, Any], date | None]] = [
    ({"title_year": 2019}, date(2019, 12, 31)),
    ({"title_year": 2019, "district": "江北区"}, date(2019, 12, 31)),
    ({"title_year": 2025, "district": "江北区"}, date(2025, 11, 6)),
    ({"title_year": 2025, "district": "渝中区"}, date(2025, 12, 31)),
    ({"title_year": 2019, "as_of": date(2020, 3, 1)}, date(2020, 3, 1)),
    ({"title_year": 2026}, None),
    ({"title_year": 2030}, None),
    ({"district": "江北区"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("values", "day"), DAYS, ids=[str(values) for values, _ in DAYS])
def test_a_row_describes_the_end_of_its_year_and_no_day_is_made_up(values: dict[str, Any], day: date | None) -> None:
    assert default_as_of(values, TODAY) == day


def test_an_abolished_district_without_a_year_is_still_objected_to() -> None:
    values = {"district": "江北区"}
    assert said(values | {"as_of": default_as_of(values, TODAY)}) != []


def test_headers_are_unambiguous() -> None:
    headers = [header for field in ENTERPRISES.fields for header in (field.label, *field.aliases)]
    assert len(headers) == len(set(headers))


def test_contact_data_are_private_and_stay_out_of_search() -> None:
    private = [field for field in FIELDS if field.private]
    assert {field.name for field in private} == {"contact_name", "contact_phone", "assessment"}
    assert not any(field.weight or field.facet or field.filter or field.sort for field in private)
