"""Synthetic enterprises are marked, valid, unique and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import islice

import pytest

from plugins import manager
from registry.enterprises.rules import check
from registry.naming import name_key
from registry.sample.synthetic import DAY, HEADERS, LIMIT, generate, generate_rows
from registry.titles.fields import TITLE_FIELDS
from registry.titles.rules import tier_on, title_from_row
from registry.titles.schemas import Title
from registry.values import parse

BY_LABEL = {field.label: field for field in (*manager.registers()["enterprise"].fields, *TITLE_FIELDS)}


def test_every_header_is_a_field_that_can_be_imported() -> None:
    assert all(header in BY_LABEL and not BY_LABEL[header].derived for header in HEADERS)


def test_every_record_passes_every_rule() -> None:
    for row in generate(2000, seed=3):
        values = {BY_LABEL[header].name: parse(BY_LABEL[header], raw) for header, raw in row.items()}
        assert check(values, DAY) == []
        assert not isinstance(title_from_row(values), list)


def test_nobody_takes_them_for_real() -> None:
    for row in generate(500):
        assert "（模拟）" in row["企业名称"]
        assert row["模拟数据"] == "是"
        assert row["来源"] == "模拟数据，非真实企业"
        assert row["统一社会信用代码"][2:8] == "509999"
        assert row["联系电话"].startswith("000-0000")
        assert row["联系人"].startswith("联系人")


def test_the_same_seed_gives_the_same_records_and_another_seed_others() -> None:
    assert list(generate(50, seed=5)) == list(generate(50, seed=5))
    assert list(generate(50, seed=5)) != list(generate(50, seed=6))


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    assert list(islice(generate_rows(1000), 20)) == list(generate_rows(20))


def test_names_and_codes_are_unique() -> None:
    rows = list(generate(20_000))
    assert len({name_key(row["企业名称"]) for row in rows}) == len(rows)
    assert len({row["统一社会信用代码"] for row in rows}) == len(rows)


def test_a_million_have_names_of_their_own_and_more_are_refused() -> None:
    assert LIMIT >= 1_000_000
    with pytest.raises(ValueError, match="synthetic"):
        next(generate(LIMIT + 1))


def test_the_ladder_has_fewer_holders_on_each_rung() -> None:
    tiers: Counter[str] = Counter()
    for row in generate(20_000):
        values = {field.name: parse(field, row[field.label]) for field in TITLE_FIELDS if field.label in row}
        read = title_from_row(values)
        if isinstance(read, Title):
            tiers[tier_on([read], date(2025, 12, 31))] += 1
    assert 0 < tiers["champion"] < tiers["giant"] < tiers["srdi"] < tiers["innovative"] < 20_000 // 10
    assert tiers["star_5"] < tiers["star_3"]
