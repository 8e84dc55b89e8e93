"""Rights on single fields: hidden or read-only for a role, everywhere or below one unit; never a way to open."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from registry import accounts
from tests.conftest import World
from tests.organisations.people import filed, office, told

PHONE = "000-00000088"
TOLD = re.compile(r"(?:\*{4}|0{4})0088")
"""The number, masked or not."""


def restrict(world: World, level: str, by: str = "admin", **given: Any) -> httpx.Response:
    """Ask for a restriction; what this process remembers of the cast is read anew."""
    body = {
        "role": "district",
        "kind": "enterprise",
        "field": "contact_phone",
        "reason": "收紧",
        "level": level,
        **given,
    }
    answer = world.client(by).put("/api/v1/access/fields", json=body)
    accounts._remembered.clear()
    return answer


@pytest.fixture
def place(world: World) -> Iterator[str]:
    """A record with private fields; every restriction is lifted afterwards."""
    yield filed(world, "city", contact_phone=PHONE, contact_name="联系人甲")[0]
    for one in world.client("admin").get("/api/v1/access/fields").json():
        world.client("admin").delete(f"/api/v1/access/fields/{one['id']}", params={"reason": "复原"})
    accounts._remembered.clear()


def everywhere(world: World, username: str, path: str) -> list[bool]:
    """Whether somebody reads the number: in the record, its history, the export, the page."""
    client = world.client(username)
    texts = (
        client.get(path).text,
        client.get(f"{path}/history").text,
        client.get("/api/v1/enterprises", params={"format": "csv"}).text,
        client.get(path.removeprefix("/api/v1"), headers={"accept": "text/html"}).text,
    )
    return [TOLD.search(text) is not None for text in texts]


def test_a_hidden_field_is_nowhere_and_the_others_stay(world: World, place: str) -> None:
    before = everywhere(world, "tongliang", place)
    assert before[:3] == [True, True, True]
    assert restrict(world, "none").status_code == 200
    assert everywhere(world, "tongliang", place) == [False] * 4
    assert "contact_name" in world.client("tongliang").get(place).text
    assert everywhere(world, "city", place)[:3] == [True, True, True]
    assert restrict(world, "full").status_code == 200
    assert everywhere(world, "tongliang", place) == before


def test_a_restriction_of_one_unit_is_not_anothers(world: World, place: str) -> None:
    assert restrict(world, "none", organisation=office(world, "两江新区")).status_code == 200
    assert TOLD.search(world.client("tongliang").get(place).text)
    assert restrict(world, "none", organisation=office(world, "银发经济工作")).status_code == 200
    assert not TOLD.search(world.client("tongliang").get(place).text)


def test_a_locked_field_is_read_and_not_written(world: World, place: str) -> None:
    assert restrict(world, "read").status_code == 200
    client = world.client("tongliang")
    answer = client.get(place)
    assert TOLD.search(answer.text)
    headers = {"If-Match": answer.headers["etag"]}
    changed = {"reason": "换号", "contact_phone": "000-00000099"}
    assert told(client.patch(place, json=changed, headers=headers)) == {"contact_phone"}
    same = {"reason": "改地址", "contact_phone": PHONE, "address": "新路1号"}
    assert client.patch(place, json=same, headers=headers).status_code == 200
    filing = {"name": "重庆锁定字段（模拟）有限公司", "district": "铜梁区", "contact_phone": PHONE}
    assert told(client.post("/api/v1/enterprises", json=filing)) == {"contact_phone"}


def test_an_import_leaves_a_locked_column_alone_and_says_so(world: World, place: str) -> None:
    assert restrict(world, "read").status_code == 200
    name = world.client("city").get(place).json()["name"]
    text = f"企业名称,区县,联系电话,注册地址,数据时点,来源\n{name},铜梁区,000-11111111,导入路9号,2026-11-20,模拟数据\n"
    files = {"file": ("list.csv", io.BytesIO(text.encode()), "text/csv")}
    answer = world.client("tongliang").post("/api/v1/enterprises/import", files=files)
    assert answer.status_code == 200, answer.text
    assert any("不由您的岗位填写" in note for note in answer.json()["notes"])
    now = world.client("city").get(place).text
    assert TOLD.search(now)
    assert "导入路9号" in now


def test_the_form_offers_only_what_may_be_written(world: World, place: str) -> None:
    page = place.removeprefix("/api/v1")
    html = {"accept": "text/html"}
    assert 'name="contact_phone"' in world.client("tongliang").get(f"{page}/edit", headers=html).text
    assert restrict(world, "read").status_code == 200
    assert restrict(world, "read", field="address").status_code == 200
    text = world.client("tongliang").get(f"{page}/edit", headers=html).text
    assert 'name="contact_phone"' not in text
    assert 'name="address"' not in text
    assert 'name="contact_name"' in text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"field": "name"}, "field"),
        ({"field": "address"}, "level"),
        ({"field": "nothing"}, "field"),
        ({"kind": "nothing"}, "field"),
        ({"role": "administrator"}, "role"),
        ({"reason": ""}, "reason"),
        ({"level": "write"}, "level"),
    ],
)
def test_what_makes_no_sense_is_refused(world: World, given: dict[str, Any], field: str) -> None:
    assert field in told(restrict(world, given.pop("level", "none"), **given))


def test_only_the_administrator_restricts(world: World) -> None:
    for username in ("city", "chief", "tongliang", "company"):
        assert restrict(world, "none", username).status_code == 403
