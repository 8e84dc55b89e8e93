"""The sample city is real, says where each row comes from, and goes through the product's own rules."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from plugins import manager
from registry.sample import CITY
from registry.statement import check, default_as_of
from registry.titles.fields import TITLE_FIELDS
from registry.titles.rules import tier_on, title_from_row
from registry.titles.schemas import Stage, Title
from registry.values import parse

TODAY = date(2026, 11, 23)
ENTERPRISES = manager.registers()["enterprise"]
HEADERS = {header: field for field in (*ENTERPRISES.fields, *TITLE_FIELDS) for header in (field.label, *field.aliases)}


def rows() -> list[dict[str, Any]]:
    with CITY.open(encoding="utf-8", newline="") as lines:
        return [
            {HEADERS[header].name: parse(HEADERS[header], raw) for header, raw in row.items()}
            for row in csv.DictReader(lines)
        ]


def test_every_row_is_importable() -> None:
    for row in rows():
        assert check(ENTERPRISES, row | {"as_of": default_as_of(row, TODAY)}, TODAY) == [], row["name"]


def test_every_row_states_a_title_that_is_recognised_and_its_source() -> None:
    for row in rows():
        read = title_from_row(row)
        assert isinstance(read, Title)
        assert read.kind, read.as_printed
        assert read.source


def test_names_repeat_and_no_row_has_a_code() -> None:
    names = [row["name"] for row in rows()]
    assert len(set(names)) < len(names)
    assert "credit_code" not in rows()[0]


def test_rows_of_2019_keep_their_district_of_2019() -> None:
    old = {row["district"]: default_as_of(row, TODAY) for row in rows() if row["district"] in {"江北区", "渝北区"}}
    assert old == {"江北区": date(2019, 12, 31), "渝北区": date(2019, 12, 31)}


def test_publicised_rows_give_no_tier_and_news_is_not_verified() -> None:
    titles = [title_from_row(row) for row in rows()]
    stages = [one for one in titles if isinstance(one, Title)]
    publicised = [one for one in stages if one.stage is Stage.PUBLICISED]
    assert publicised
    assert tier_on(publicised, date(2025, 6, 1)) == ""
    assert not any(one.verified for one in stages if "新闻" in one.status_text)
