"""Personal data are covered wherever they leave the program, and a covered value that comes back changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from registry import clock, masking
from registry.field import PLACE, Field, FieldType, Opening
from registry.register import Register
from tests.conftest import World

BASE = "/api/v1/enterprises"
NAME, PHONE = "欧阳某某", "13800001234"
COVERED = ("欧**", "138****1234")
RECORD = {
    "name": "重庆遮盖（模拟）有限公司",
    "district": "铜梁区",
    "visibility": "public",
    "contact_name": NAME,
    "contact_phone": PHONE,
}
PERSON = Field("x", "某", personal=True)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812341234", "138****1234"),
        ("138 1234 1234", "138 **** 1234"),
        ("023-67891234", "023-****1234"),
        ("67891234", "****1234"),
        ("6789123", "***9123"),
        ("500101199001011234", "500101********1234"),
        ("张三", "张*"),
        ("欧阳某某", "欧**"),
        ("张", "张*"),
        ("zhang@example.cn", "z***@example.cn"),
        ("138****1234", "138****1234"),
        (masking.ERASED, masking.ERASED),
        ("", ""),
        (None, None),
        (["张三", "李四"], ["张*", "李*"]),
    ],
)
def test_a_value_keeps_just_enough_to_be_recognised(value: Any, shown: Any) -> None:
    assert masking.mask(PERSON, value) == shown


def test_in_a_small_table_only_the_personal_columns_are_covered() -> None:
    columns = (Field("role", "职务"), Field("phone", "电话", personal=True))
    field = Field("people", "人员", FieldType.ROWS, columns=columns, opening=Opening.CONDITIONAL)
    assert masking.mask(field, [{"role": "院长", "phone": "13812341234"}]) == [{"role": "院长", "phone": "138****1234"}]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"opening": Opening.CONDITIONAL, "filter": True},
        {"opening": Opening.CONDITIONAL, "sort": True},
        {"opening": Opening.CONDITIONAL, "facet": "phone"},
        {"opening": Opening.CONDITIONAL, "weight": 1},
    ],
)
def test_a_register_cannot_declare_personal_data_that_everyone_reads_or_tries_out(more: dict[str, Any]) -> None:
    own = (Field("code", "代码"), Field("name", "名称"), Field("former_names", "曾用名"), *PLACE)
    with pytest.raises(TypeError, match="phone"):
        Register("x", "xs", "某", (*own, Field("phone", "电话", personal=True, **more)), "code")


@pytest.fixture(scope="module")
def place(world: World) -> str:
    """A record with a contact."""
    filed = world.client("city").post(BASE, json=RECORD)
    assert filed.status_code == 201, filed.text
    world.index()
    return str(filed.headers["location"])


@pytest.mark.parametrize("username", ["city", "tongliang", "admin"])
def test_officers_see_it_covered_in_the_record_its_history_and_its_pages(
    world: World, place: str, username: str
) -> None:
    client, page = world.client(username), place.removeprefix("/api/v1")
    private = client.get(place).json()["private"]
    assert (private["contact_name"], private["contact_phone"]) == COVERED
    for path in (place, f"{place}/history", page, f"{page}/edit"):
        text = client.get(path, headers={"accept": "text/html"} if path.startswith(page) else {}).text
        assert COVERED[1] in text, path
        assert PHONE not in text, path
        assert NAME not in text, path


def test_what_it_was_on_another_day_is_covered_too(world: World, place: str) -> None:
    client, day = world.client("city"), {"as_of": clock.today().isoformat()}
    for path in (place, BASE):
        assert PHONE not in client.get(path, params=day).text
    assert client.get(place, params=day).json()["private"]["contact_phone"] == COVERED[1]
    assert PHONE not in client.get(BASE, params={**day, "format": "csv"}).text


@pytest.mark.parametrize("username", ["", "invest", "liangjiang"])
def test_others_do_not_even_see_it_covered(world: World, place: str, username: str) -> None:
    for path in (place, f"{place}/history"):
        assert COVERED[1] not in world.client(username).get(path).text


@pytest.mark.parametrize("form", ["csv", "ndjson", "xlsx"])
def test_files_carry_it_covered(world: World, place: str, form: str) -> None:  # noqa: ARG001
    content = world.client("city").get(BASE, params={"format": form}).content
    if form == "xlsx":
        sheets = openpyxl.load_workbook(io.BytesIO(content))
        content = "".join(str(cell.value) for sheet in sheets for row in sheet for cell in row).encode()
    assert COVERED[1].encode() in content
    assert PHONE.encode() not in content


def test_search_neither_finds_nor_shows_it(world: World, place: str) -> None:  # noqa: ARG001
    client = world.client("city")
    assert client.get("/api/v1/search", params={"q": PHONE}).json()["total"] == 0
    hits = client.get("/api/v1/search", params={"q": RECORD["name"]})
    assert hits.json()["total"] == 1
    assert PHONE not in hits.text
    assert NAME not in hits.text


def test_an_export_that_comes_back_changes_nothing(world: World, place: str, make_list: Callable[[str], Path]) -> None:
    client = world.client("city")
    text = client.get(BASE, params={"format": "csv"}).content.decode("utf-8-sig")
    with make_list(text).open("rb") as file:
        report = client.post(f"{BASE}/import", files={"file": ("back.csv", file, "text/csv")})
    assert report.status_code == 200, report.text
    assert report.json()["changed"] == 0
    assert client.post(f"{place}/personal", json={"purpose": "核对往返"}).json()["fields"]["contact_phone"] == PHONE


def test_what_a_list_changes_is_told_covered(world: World, place: str, make_list: Callable[[str], Path]) -> None:  # noqa: ARG001
    path = make_list(f"企业名称,区县,联系电话\n{RECORD['name']},铜梁区,13900005678\n")
    with path.open("rb") as file:
        files = {"file": ("list.csv", file, "text/csv")}
        report = world.client("city").post(f"{BASE}/import", files=files, params={"dry_run": True})
    assert "139****5678" in report.text
    assert "13900005678" not in report.text
    assert PHONE not in report.text


def test_the_covered_value_sent_back_is_no_change_and_any_other_covered_one_is_objected_to(
    world: World, place: str
) -> None:
    client = world.client("city")
    read = client.get(place)
    headers = {"If-Match": read.headers["etag"]}
    kept = client.patch(
        place, json={"reason": "改地址", "address": "某路1号", "contact_phone": COVERED[1]}, headers=headers
    )
    assert kept.status_code == 200, kept.text
    refused = client.patch(
        place, json={"reason": "改电话", "contact_phone": "139****0000"}, headers={"If-Match": kept.headers["etag"]}
    )
    assert [one["field"] for one in refused.json()["errors"]] == ["contact_phone"]
    shown = client.post(f"{place}/personal", json={"purpose": "核对修改"}).json()["fields"]
    assert shown["contact_phone"] == PHONE
    assert client.post(BASE, json={"name": "重庆另一（模拟）有限公司", "contact_phone": "1*"}).status_code == 422
