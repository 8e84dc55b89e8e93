"""An enterprise edits its own part of its own record, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.claims.conftest import Hire
from tests.conftest import World


def test_what_it_says_of_itself_is_marked_as_its_own_claim(company: Hire) -> None:
    one = company().owned()
    answer = one.amend(products="助浴、助餐", website="www.example.cn")
    assert answer.status_code == 200, answer.text
    assert answer.json()["record"]["products"] == "助浴、助餐"
    told = {source["field"]: source for source in one.client.get(f"{one.place}/sources").json()}
    assert (told["products"]["origin"], told["products"]["origin_label"]) == ("claim", "企业自报")
    assert told["name"]["origin"] == "verified"
    newest = one.world.client("city").get(f"{one.place}/history").json()[0]
    assert (newest["actor"], newest["reason"]) == (answer.json()["claims"][0]["account"], "企业自行填报")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "重庆自己改名有限公司"),
        ("credit_code", "91500000000000000X"),
        ("former_names", ["旧名"]),
        ("district", "两江新区"),
        ("province", "四川省"),
        ("visibility", "internal"),
        ("as_of", "2026-01-01"),
        ("source", "自己说的"),
        ("chain_leader", True),
        ("tier", "giant"),
    ],
)
def test_it_edits_neither_name_nor_place_nor_what_the_office_says_of_it(company: Hire, field: str, value: Any) -> None:
    one = company().owned()
    before = one.mine()["record"]
    answer = one.amend(**{field: value})
    assert answer.status_code == 422
    assert any(error["field"] == field for error in answer.json()["errors"])
    assert one.mine()["record"] == before


def test_what_contradicts_a_verified_value_waits_for_an_officer(company: Hire) -> None:
    one = company(address="核实址").owned()
    answer = one.amend(address="自报址", products="助浴")
    assert answer.status_code == 200, answer.text
    record, [conflict] = answer.json()["record"], answer.json()["conflicts"]
    assert (record["address"], record["products"]) == ("核实址", "助浴")
    assert (conflict["said"], conflict["origin"], conflict["state"]) == ("自报址", "claim", "pending")
    officer = one.world.client("tongliang")
    assert one.client.post(f"/api/v1/conflicts/{conflict['id']}/accept", json={}).status_code == 403
    assert officer.post(f"/api/v1/conflicts/{conflict['id']}/accept", json={}).status_code == 200
    assert one.mine()["record"]["address"] == "自报址"
    assert one.amend(address="又一址").json()["record"]["address"] == "自报址"


def test_only_conflicts_leave_the_version_as_it_was(company: Hire) -> None:
    one = company(address="核实址").owned()
    version = one.mine()["record"]["version"]
    answer = one.amend(address="自报址")
    assert answer.json()["record"]["version"] == version
    assert len(answer.json()["conflicts"]) == 1


def test_what_breaks_a_rule_is_refused_before_it_becomes_a_conflict(company: Hire) -> None:
    one = company(website="www.example.cn").owned()
    assert one.amend(website="不是网址").status_code == 422
    assert one.mine()["conflicts"] == []


def test_a_list_does_not_overwrite_a_claim_and_a_claim_overwrites_a_list(world: World, company: Hire) -> None:
    one = company().owned()
    name = one.mine()["record"]["name"]
    one.amend(products="助浴")
    files = {"file": ("名单.csv", f"企业名称,区县,主要产品和服务\n{name},铜梁区,助餐\n".encode())}
    report = world.client("city").post("/api/v1/enterprises/import", files=files).json()
    assert [(told["field"], told["origin"]) for told in report["disputed"]] == [("products", "claim")]
    assert one.mine()["record"]["products"] == "助浴"
    assert one.amend(products="助浴、助行").json()["record"]["products"] == "助浴、助行"


def test_a_version_that_is_no_longer_current_is_refused(company: Hire) -> None:
    one = company().owned()
    one.amend(products="助浴")
    assert one.client.patch("/api/v1/mine", json={"products": "助餐"}, headers={"If-Match": '"1"'}).status_code == 412
    assert one.client.patch("/api/v1/mine", json={"products": "助餐"}).status_code == 428


def test_it_touches_no_record_but_its_own(world: World, company: Hire) -> None:
    one, other = company().owned(), company()
    headers = {"If-Match": '"1"'}
    for place in (one.place, other.place):
        assert one.client.patch(place, json={"reason": "x", "products": "x"}, headers=headers).status_code == 403
    assert world.client("city").get(other.place).json()["products"] is None


def test_without_a_record_there_is_nothing_to_edit(company: Hire) -> None:
    one = company()
    assert one.client.patch("/api/v1/mine", json={"products": "x"}, headers={"If-Match": '"1"'}).status_code == 404


@pytest.mark.parametrize("username", ["city", "tongliang", "invest", ""])
def test_the_others_have_no_enterprise_of_their_own(world: World, username: str) -> None:
    assert world.client(username).get("/api/v1/mine").status_code == (403 if username else 401)
