"""Filing a record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"


def test_it_answers_with_the_record_its_place_and_its_version(world: World) -> None:
    body = {
        "name": "重庆晚晴康复器具有限公司",
        "credit_code": synthetic_code(1),
        "district": "铜梁区",
        "province": "重庆市",
    }
    answer = world.client("city").post(BASE, json=body)
    assert answer.status_code == 201
    record = answer.json()
    assert answer.headers["location"] == f"{BASE}/{record['id']}"
    assert answer.headers["etag"].startswith('"1-')
    assert record["name"] == body["name"]
    assert record["tier"] is None
    assert record["titles"] == []
    assert world.client("city").get(answer.headers["location"]).json() == record


def test_it_is_internal_until_somebody_makes_it_public(world: World) -> None:
    answer = world.client("city").post(BASE, json={"name": "重庆内部培育对象有限公司", "district": "铜梁区"})
    place = answer.headers["location"]
    assert world.client().get(place).status_code == 404
    assert world.client("company").get(place).status_code == 404
    assert world.client("liangjiang").get(place).status_code == 404
    assert world.client("tongliang").get(place).status_code == 200
    assert world.client("invest").get(place).status_code == 200


def test_it_names_all_errors_at_once_in_chinese(world: World) -> None:
    body = {
        "credit_code": "91500000MA00000000",
        "district": "江北区",
        "province": "重庆市",
        "founded_on": "2124-01-01",
        "registered_capital": "很多",
        "tier": "giant",
        "no_such_field": 1,
    }
    answer = world.client("city").post(BASE, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fields = {error["field"] for error in answer.json()["errors"]}
    told = ["credit_code", "district", "founded_on", "name", "no_such_field", "registered_capital", "tier"]
    assert sorted(fields) == told


def test_it_applies_the_rules_to_the_whole_record(world: World) -> None:
    answer = world.client("city").post(BASE, json={"name": "", "district": "江北区", "province": "重庆市"})
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert "企业名称" in errors["name"]
    assert "2025-11-06" in errors["district"]
    assert "两江新区" in errors["district"]


def test_it_takes_an_abolished_district_on_a_day_when_it_existed(world: World) -> None:
    body = {"name": "重庆江北旧事养老服务有限公司", "district": "江北区", "province": "重庆市", "as_of": "2024-06-30"}
    answer = world.client("liangjiang").post(BASE, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["district"] == "江北区"


def test_a_code_is_held_by_one_record_only(world: World) -> None:
    code = synthetic_code(7)
    first = world.client("city").post(BASE, json={"name": "重庆第一家有限公司", "credit_code": code})
    again = world.client("city").post(BASE, json={"name": "重庆第二家有限公司", "credit_code": code})
    assert again.status_code == 409
    assert first.json()["id"] in again.text


def test_a_name_without_a_code_is_not_filed_twice(world: World) -> None:
    client = world.client("city")
    assert client.post(BASE, json={"name": "重庆（同名）有限公司"}).status_code == 201
    assert client.post(BASE, json={"name": "重庆(同名) 有限公司"}).status_code == 409


def test_an_officer_files_only_in_its_own_district(world: World) -> None:
    answer = world.client("tongliang").post(BASE, json={"name": "重庆别区有限公司", "district": "万州区"})
    assert answer.status_code == 403
    assert "铜梁区" in answer.json()["detail"]


def test_the_successor_district_answers_for_the_one_it_took_over(world: World) -> None:
    body = {"name": "渝北旧店有限公司", "district": "渝北区", "as_of": "2025-01-01"}
    answer = world.client("liangjiang").post(BASE, json=body)
    assert answer.status_code == 201, answer.text


def test_of_many_filing_one_name_at_once_exactly_one_wins(world: World) -> None:
    def attempt(number: int) -> int:
        body = {"name": "重庆同时登记有限公司", "address": f"第{number}处"}
        return world.client("city").post(BASE, json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(12))) == [201] + [409] * 11


def test_a_refusal_says_nothing_of_a_record_that_may_not_be_seen(world: World) -> None:
    code = synthetic_code(77)
    hidden = {"name": "重庆两江机密有限公司", "credit_code": code, "district": "两江新区"}
    record_id = world.client("liangjiang").post(BASE, json=hidden).json()["id"]
    body = {"name": "重庆试探有限公司", "credit_code": code, "district": "铜梁区"}
    answer = world.client("tongliang").post(BASE, json=body)
    assert answer.status_code == 409
    for told in (record_id, "机密", "两江"):
        assert told not in answer.text


def test_a_reason_has_a_bound(world: World) -> None:
    answer = world.client("city").post(BASE, json={"name": "重庆长理由有限公司", "reason": "长" * 501})
    assert answer.status_code == 422


def test_a_district_that_does_not_exist_is_refused_whether_or_not_the_province_is_said(world: World) -> None:
    for body in ({"district": "火星区"}, {"district": "铜粱区"}, {"district": "火星区", "province": "重庆市"}):
        answer = world.client("city").post(BASE, json={"name": "重庆何处有限公司", **body})
        assert answer.status_code == 422, body
        assert "没有" in answer.json()["errors"][0]["message"]


def test_a_home_district_says_the_province(world: World) -> None:
    answer = world.client("city").post(BASE, json={"name": "重庆本市某区有限公司", "district": "铜梁区"})
    assert answer.json()["province"] == "重庆市"
    elsewhere = world.client("city").post(BASE, json={"name": "宁波某某有限公司", "district": "宁波市"})
    assert elsewhere.json()["province"] is None
