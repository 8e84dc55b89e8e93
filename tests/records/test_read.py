"""Reading: one record with its ETag, pages of a list, exports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plugins import manager
from registry import demo, imports
from registry.history import Occasion
from registry.sample.synthetic import generate
from registry.settings import Settings
from tests.conftest import World

BASE = "/api/v1/enterprises"


@pytest.fixture(scope="module")
def full(world: World) -> World:
    """A register of 700 synthetic enterprises."""

    async def load(settings: Settings) -> None:
        path = settings.data_dir / "many.csv"
        demo._write_csv(path, generate(700, seed=3))
        await imports.import_file(
            Occasion(demo.LOADER), manager.registers()["enterprise"], path, path.name, imports.Options(),
            annotated_dir=settings.data_dir,
        )  # fmt: skip

    world.run(load(world.settings))
    world.index()
    return world


def pages(world: World, **params: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    client, items = world.client("city"), []
    cursor = ""
    while True:
        answer = client.get(BASE, params={**params, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if not cursor:
            return items


@pytest.mark.parametrize(
    "sort", ["name", "-name", "district", "-founded_on", "registered_capital", "-registered_capital", "updated_at"]
)
def test_pages_give_every_record_once_whatever_the_sort(full: World, sort: str) -> None:
    items = pages(full, sort=sort, limit=97)
    assert len(items) == len({item["id"] for item in items}) == 700


def test_a_numeric_sort_is_in_order(full: World) -> None:
    capitals = [item["registered_capital"] or 0 for item in pages(full, sort="-registered_capital", limit=200)]
    assert capitals == sorted(capitals, reverse=True)


def test_names_sort_by_pinyin(world: World) -> None:
    for name in ("渝乙", "安甲", "北丙"):
        world.client("city").post(BASE, json={"name": f"{name}排序用有限公司", "address": "排序"})
    names = [item["name"] for item in pages(world, sort="name") if "排序用" in item["name"]]
    assert [name[0] for name in names] == ["安", "北", "渝"]


def test_filters_combine_and_take_labels_or_codes(full: World) -> None:
    by_code = pages(full, tier="srdi", district="铜梁区,万州区")
    by_label = pages(full, tier="专精特新中小企业", district="铜梁区,万州区")
    assert {item["tier"] for item in by_code} <= {"srdi"}
    assert {item["district"] for item in by_code} <= {"铜梁区", "万州区"}
    assert [item["id"] for item in by_code] == [item["id"] for item in by_label]


def test_a_class_stands_for_the_classes_below_it(full: World) -> None:
    everything = pages(full)
    for code in ("01", "023", "0231"):
        expected = {item["id"] for item in everything if any(one.startswith(code) for one in item["industry"])}
        assert {item["id"] for item in pages(full, industry=code)} == expected
    assert any(item["industry"] for item in everything)


@pytest.mark.parametrize(
    "params",
    [
        {"sort": "contact_phone"},
        {"sort": "name;drop table enterprise"},
        {"limit": 0},
        {"limit": 201},
        {"limit": "many"},
        {"cursor": "AAAA"},
        {"cursor": "not base64 at all"},
        {"contact_phone": "138"},
        {"format": "pdf"},
    ],
)
def test_a_list_that_cannot_be_given_is_refused_in_chinese(full: World, params: dict[str, Any]) -> None:
    answer = full.client("city").get(BASE, params=params)
    assert answer.status_code == 400
    assert any("一" <= character <= "鿿" for character in answer.json()["detail"])


def test_a_cursor_of_another_sort_is_refused(full: World) -> None:
    cursor = full.client().get(BASE, params={"sort": "name"}).json()["next_cursor"]
    assert full.client().get(BASE, params={"sort": "-name", "cursor": cursor}).status_code == 400


def test_an_unchanged_record_is_not_sent_again(full: World) -> None:
    record = full.client().get(BASE, params={"limit": 1}).json()["items"][0]
    place = f"{BASE}/{record['id']}"
    tag = full.client().get(place).headers["etag"]
    again = full.client().get(place, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_etag_tells_whether_private_fields_are_in_it(full: World) -> None:
    record = full.client().get(BASE, params={"district": "铜梁区", "limit": 1}).json()["items"][0]
    place = f"{BASE}/{record['id']}"
    public, own = full.client().get(place), full.client("tongliang").get(place)
    assert public.headers["etag"] != own.headers["etag"]
    assert own.json()["private"]["contact_phone"]
    assert "private" not in public.json()


@pytest.mark.parametrize("form", ["csv", "xlsx", "ndjson"])
def test_a_file_has_exactly_what_the_list_shows(full: World, form: str) -> None:
    answer = full.client("city").get(BASE, params={"district": "铜梁区", "format": form})
    assert answer.status_code == 200
    assert form in answer.headers["content-disposition"]
    expected = len(pages(full, district="铜梁区"))
    if form == "ndjson":
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert len(rows) == expected
        assert all(row["contact_phone"] for row in rows)
    if form == "csv":
        assert len(answer.text.strip().splitlines()) == expected + 1


def test_the_public_may_not_export(full: World) -> None:
    assert full.client().get(BASE, params={"format": "csv"}).status_code == 401
    assert full.client("company").get(BASE, params={"format": "csv"}).status_code == 403


def test_an_export_without_the_right_has_no_private_column(full: World) -> None:
    text = full.client("invest").get(BASE, params={"format": "csv"}).text
    assert "联系电话" not in text
    assert "联系人" not in text


def test_an_export_fills_private_columns_only_in_the_officers_own_rows(full: World) -> None:
    answer = full.client("tongliang").get(BASE, params={"format": "ndjson"})
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert all((row["contact_phone"] is not None) == (row["district"] == "铜梁区") for row in rows)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_a_valid_import_that_changes_nothing(full: World, form: str) -> None:
    exported = full.client("city").get(BASE, params={"format": form, "synthetic": "true"})
    name = f"export.{form}"
    answer = full.client("city").post(f"{BASE}/import", files={"file": (name, exported.content)})
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert (report["new"], report["changed"], report["rejected"]) == (0, 0, 0)
    assert report["same"] == 700


def test_what_was_withdrawn_is_listed_to_those_only_in_whose_hands_it_is(full: World) -> None:
    city = full.client("city")
    filed = city.post(BASE, json={"name": "重庆已撤清单有限公司", "district": "铜梁区", "visibility": "public"})
    place = filed.headers["location"]
    city.post(f"{place}/withdraw", json={"reason": "停业"}, headers={"If-Match": filed.headers["etag"]})
    for username, seen in (("city", True), ("tongliang", True), ("liangjiang", False), ("invest", False), ("", False)):
        listed = full.client(username).get(BASE, params={"withdrawn": "true"}).json()["items"]
        assert (filed.json()["id"] in [item["id"] for item in listed]) is seen, username
        assert all(item["withdrawn"] for item in listed)


def test_head_answers_as_get_without_a_body(full: World) -> None:
    got, headed = full.client().get(BASE), full.client().head(BASE)
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["content-length"] == got.headers["content-length"]
