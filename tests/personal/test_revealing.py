"""Personal data in clear: one record at a time, for a stated purpose, by those in charge of it; all of it is logged."""

from __future__ import annotations

import pytest

from registry import database
from tests.conftest import World
from tests.personal.test_masking import BASE, NAME, PHONE, RECORD

PURPOSE = "电话核实复核材料"


@pytest.fixture(scope="module")
def place(world: World) -> str:
    """A record with a contact, which the enterprise's account answers for."""
    where = str(world.client("city").post(BASE, json=RECORD).headers["location"])
    sql = "UPDATE account SET enterprise_id = $1::uuid WHERE username = 'company'"
    world.run(database.execute(sql, where.rpartition("/")[2]))
    return where


@pytest.mark.parametrize("username", ["city", "tongliang", "company", "admin"])
def test_who_is_in_charge_sees_it_for_a_purpose(world: World, place: str, username: str) -> None:
    client = world.client(username)
    shown = client.post(f"{place}/personal", json={"purpose": PURPOSE})
    assert shown.json()["fields"] == {"contact_name": NAME, "contact_phone": PHONE}
    [latest, *_] = world.client("admin").get(f"{place}/personal/log").json()
    assert latest["act"] == "查看个人信息"
    assert latest["detail"] == {"purpose": PURPOSE, "fields": ["联系人", "联系电话"]}
    assert latest["request_id"] == shown.headers["x-request-id"]


@pytest.mark.parametrize(("username", "status"), [("", 401), ("invest", 403), ("liangjiang", 403)])
def test_nobody_else_does_and_nothing_is_logged_as_seen(world: World, place: str, username: str, status: int) -> None:
    before = len(world.client("admin").get(f"{place}/personal/log").json())
    assert world.client(username).post(f"{place}/personal", json={"purpose": PURPOSE}).status_code == status
    assert len(world.client("admin").get(f"{place}/personal/log").json()) == before


@pytest.mark.parametrize("purpose", ["", " 查看 ", "长" * 201])
def test_without_a_purpose_nothing_is_shown(world: World, place: str, purpose: str) -> None:
    answer = world.client("city").post(f"{place}/personal", json={"purpose": purpose})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "purpose"
    assert PHONE not in answer.text


def test_who_looked_is_told_to_the_enterprise_itself_and_to_those_who_read_the_log(world: World, place: str) -> None:
    world.client("tongliang").post(f"{place}/personal", json={"purpose": PURPOSE})
    own = world.client("company").get(f"{place}/personal/log")
    assert "铜梁区经办（演示）" in {row["actor"] for row in own.json()}
    assert PHONE not in own.text
    for username in ("city", "tongliang", "liangjiang"):
        assert world.client(username).get(f"{place}/personal/log").status_code == 403
    assert world.client().get(f"{place}/personal/log").status_code == 401


def test_on_the_page_it_is_shown_after_the_purpose_and_covered_again_on_the_next_visit(
    world: World, place: str
) -> None:
    client, page = world.client("city"), place.removeprefix("/api/v1")
    headers = {"accept": "text/html"}
    refused = client.post(f"{page}/personal", data={"purpose": ""}, headers=headers)
    assert refused.status_code == 422
    assert PHONE not in refused.text
    shown = client.post(f"{page}/personal", data={"purpose": PURPOSE}, headers=headers)
    assert shown.status_code == 200
    assert PHONE in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert PHONE not in client.get(page, headers=headers).text
