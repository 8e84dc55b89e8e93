"""Vocabularies find what people write, and districts know their days."""

from __future__ import annotations

from datetime import date

import pytest

from registry import taxonomy

ABOLITION = date(2025, 11, 6)
DAY_AFTER = date(2025, 11, 7)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("渝中区", "渝中区"),
        ("渝中", "渝中区"),
        ("重庆市渝中区", "渝中区"),
        ("重庆渝中", "渝中区"),
        ("渝北區", "渝北区"),
        ("两江", "两江新区"),
        ("高新区", "西部科学城重庆高新区"),
        ("重庆高新区", "西部科学城重庆高新区"),
        ("石柱", "石柱土家族自治县"),
        ("石柱县", "石柱土家族自治县"),
        ("秀山", "秀山土家族苗族自治县"),
        ("酉阳县", "酉阳土家族苗族自治县"),
        ("彭水", "彭水苗族土家族自治县"),
        ("宁波市", None),
        ("重庆市", None),
        ("", None),
    ],
)
def test_it_knows_a_district_by_its_short_names(text: str, district: str | None) -> None:
    assert taxonomy.vocabulary("districts").find(text) == district


@pytest.mark.parametrize("name", ["江北区", "渝北区"])
def test_an_abolished_district_is_valid_through_the_day_of_the_announcement(name: str) -> None:
    assert taxonomy.district_valid(name, ABOLITION)
    assert not taxonomy.district_valid(name, DAY_AFTER)


def test_the_list_of_districts_follows_the_day() -> None:
    before = {place.name for place in taxonomy.districts(ABOLITION)}
    after = {place.name for place in taxonomy.districts(DAY_AFTER)}
    assert before - after == {"江北区", "渝北区"}
    assert after < before


def test_officers_of_a_successor_look_after_its_predecessors() -> None:
    assert set(taxonomy.predecessors("两江新区")) == {"江北区", "渝北区"}
    assert taxonomy.predecessors("渝中区") == ()


def test_the_five_towns_of_yubei_that_went_elsewhere_are_noted() -> None:
    place = taxonomy.district("渝北区")
    assert place is not None
    assert "5镇划归北碚区" in place.note


def test_every_successor_is_a_district_that_still_stands() -> None:
    for place in taxonomy.districts(date(2000, 1, 1)):
        if place.valid_to:
            assert taxonomy.district_valid(place.succeeded_by, DAY_AFTER)


def test_the_classification_has_its_three_levels() -> None:
    by_length = [len([e for e in taxonomy.vocabulary("silver_industry") if len(e.code) == n]) for n in (2, 3, 4)]
    assert by_length == [12, 51, 79]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0231", "0231"),
        ("023", "023"),
        ("居家养老照护服务", "0110"),
        ("老年康复护理服务", "023"),
        ("養老照護服務", "01"),
        ("养老设施建设、改造及装修维修", "1210"),
        ("殡葬服务", None),
    ],
)
def test_a_name_means_the_deepest_class_that_bears_it(text: str, code: str | None) -> None:
    assert taxonomy.vocabulary("silver_industry").find(text) == code


def test_a_class_knows_those_above_it() -> None:
    words = taxonomy.vocabulary("silver_industry")
    assert words.ancestors("0231") == ("02", "023")
    assert words.ancestors("02") == ()


@pytest.mark.parametrize("name", ["districts", "provinces", "silver_industry", "size_classes", "visibility", "tiers"])
def test_every_vocabulary_names_its_source_and_reads_its_own_labels(name: str) -> None:
    words = taxonomy.vocabulary(name)
    assert words.source
    for entry in words:
        found = words.find(entry.label)
        assert found is not None
        assert words.label(found) == entry.label
        assert words.find(entry.code) == entry.code


def test_it_suggests_the_nearest_labels() -> None:
    assert taxonomy.vocabulary("silver_industry").nearest("居家养老服务")[0] == "居家养老照护服务"
    assert taxonomy.vocabulary("provinces").nearest("xyz") == []


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert taxonomy.vocabulary("provinces").label("东海省") == "东海省"


def test_an_unknown_vocabulary_is_an_error() -> None:
    with pytest.raises(KeyError):
        taxonomy.vocabulary("nothing")
