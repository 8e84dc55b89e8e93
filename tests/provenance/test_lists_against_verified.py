"""A later list against what an officer verified: nothing is overwritten, the report says so, somebody decides once."""

from __future__ import annotations

from typing import Any

import pytest

from registry.naming import synthetic_code
from tests.conftest import World
from tests.imports.test_import import Import, counts, load
from tests.provenance.conftest import Office

__all__ = ["load"]

HEAD = "企业名称,统一社会信用代码,区县,注册地址,注册资本（万元）,数据时点,来源\n"


def row(name: str, code: str = "", address: str = "", capital: str = "", day: str = "2026-01-31") -> str:
    """A line of a list about one enterprise."""
    return f"{name},{code},铜梁区,{address},{capital},{day},2026年名单（模拟）\n"


def test_a_later_list_does_not_overwrite_what_an_officer_verified(office: Office, load: Import) -> None:
    load(HEAD + row("重庆核实有限公司", address="名单旧址", day="2024-12-31"))
    desk = office.listed("重庆核实有限公司")
    desk.amend(address="核实址")
    report = load(HEAD + row("重庆核实有限公司", address="名单新址", capital="500"))
    assert report["conflicts"] == 1
    assert any("1 处与已核实或企业自报的内容不同" in note for note in report["notes"])
    [told] = report["disputed"]
    assert (told["field"], told["standing"], told["said"], told["origin"]) == (
        "address",
        "核实址",
        "名单新址",
        "verified",
    )
    record = desk.read()
    assert (record["address"], record["registered_capital"]) == ("核实址", 500)
    [conflict] = desk.conflicts()
    assert (conflict["field"], conflict["said"], conflict["standing"]) == ("address", "名单新址", "核实址")
    assert (conflict["state"], conflict["source"], conflict["as_of"]) == ("pending", "2026年名单（模拟）", "2026-01-31")
    assert conflict["batch_id"] == report["batch_id"]


def test_a_dry_run_tells_of_conflicts_and_keeps_none(office: Office, load: Import) -> None:
    desk = office.filed("重庆预告有限公司", address="核实址")
    report = load(HEAD + row("重庆预告有限公司", address="名单址"), dry_run=True)
    assert report["conflicts"] == 1
    assert desk.conflicts() == []


def test_accepting_it_changes_the_record_with_a_history_entry(office: Office, load: Import) -> None:
    desk = office.filed("重庆采纳有限公司", address="核实址")
    load(HEAD + row("重庆采纳有限公司", address="名单址"))
    answer = desk.decide("accept", reason="与营业执照一致")
    assert answer.status_code == 200, answer.text
    assert desk.read()["address"] == "名单址"
    newest = desk.client.get(f"{desk.place}/history").json()[0]
    assert (newest["act"], newest["before"], newest["after"]) == (
        "amended",
        {"address": "核实址"},
        {"address": "名单址"},
    )
    assert (newest["reason"], newest["version"]) == ("与营业执照一致", answer.json()["version"])
    [conflict] = desk.conflicts()
    assert (conflict["state"], conflict["decided_by"]) == ("accepted", "市级经办（演示）")
    assert desk.sources()["address"]["origin"] == "verified"
    assert desk.decide("accept").status_code == 409


def test_what_was_rejected_is_not_asked_again_but_something_else_is(office: Office, load: Import) -> None:
    desk = office.filed("重庆不采纳有限公司", address="核实址")
    load(HEAD + row("重庆不采纳有限公司", address="名单址"))
    assert desk.decide("reject", reason="名单有误").status_code == 204
    again = load(HEAD + row("重庆不采纳有限公司", address="名单址", day="2026-02-28"))
    assert again["conflicts"] == 0
    assert [one["asked"] for one in again["disputed"]] == [False]
    assert any("不再提请裁定" in note for note in again["notes"])
    assert [one["state"] for one in desk.conflicts()] == ["rejected"]
    other = load(HEAD + row("重庆不采纳有限公司", address="另一址", day="2026-03-31"))
    assert other["conflicts"] == 1
    assert [one["state"] for one in desk.conflicts()] == ["pending", "rejected"]
    assert desk.read()["address"] == "核实址"


def test_the_same_list_twice_asks_once(office: Office, load: Import) -> None:
    desk = office.filed("重庆一次有限公司", address="核实址")
    for _ in range(2):
        assert load(HEAD + row("重庆一次有限公司", address="名单址"))["conflicts"] == 1
    assert len(desk.conflicts()) == 1


def test_an_older_list_and_one_that_agrees_make_no_conflict(office: Office, load: Import) -> None:
    desk = office.filed("重庆旧单有限公司", address="核实址", as_of="2025-06-30")
    assert load(HEAD + row("重庆旧单有限公司", address="旧单址", day="2024-01-31"))["conflicts"] == 0
    assert load(HEAD + row("重庆旧单有限公司", address="核实址"))["conflicts"] == 0
    assert desk.conflicts() == []


def test_a_verified_name_is_not_renamed_by_a_list(office: Office, load: Import) -> None:
    code = synthetic_code(801)
    desk = office.filed("重庆真名有限公司", credit_code=code)
    report = load(HEAD + row("重庆他名有限公司", code))
    assert [one["field"] for one in report["disputed"]] == ["name"]
    assert (desk.read()["name"], desk.read()["former_names"]) == ("重庆真名有限公司", [])
    assert desk.decide("accept").status_code == 200
    assert (desk.read()["name"], desk.read()["former_names"]) == ("重庆他名有限公司", ["重庆真名有限公司"])


@pytest.mark.parametrize(
    ("field", "column", "standing", "said", "json"),
    [
        ("registered_capital", "注册资本（万元）", "1000", "1200.5", 1200.5),
        ("industry", "养老产业分类", ["011"], "012", ["012"]),
        ("founded_on", "成立日期", "2019-01-01", "2020-02-02", "2020-02-02"),
        ("size_class", "企业规模", "small", "中型", "medium"),
        ("products", "主要产品和服务", "助浴", "助餐", "助餐"),
    ],
)
def test_every_type_of_field_is_held_and_can_be_accepted(  # one record a type
    office: Office, load: Import, field: str, column: str, standing: Any, said: str, json: Any
) -> None:
    name = f"重庆{field.replace('_', '')}有限公司"
    desk = office.filed(name, **{field: standing})
    before = desk.read()[field]
    report = load(f"企业名称,区县,{column}\n{name},铜梁区,{said}\n")
    assert report["conflicts"] == 1, report
    assert desk.read()[field] == before
    assert desk.decide("accept").status_code == 200
    assert desk.read()[field] == json


def test_small_rows_of_a_list_are_brought_in_among_those_that_stand(office: Office, load: Import) -> None:
    figure = {"year": 2024, "indicator": "revenue", "value": 100, "unit": "万元"}
    desk = office.filed("重庆年报有限公司", figures=[figure])
    text = "企业名称,区县,年度数据\n重庆年报有限公司,铜梁区,2025｜营业收入｜120｜万元\n"
    assert load(text)["conflicts"] == 1
    assert desk.decide("accept").status_code == 200
    assert [(one["year"], one["value"]) for one in desk.read()["figures"]] == [(2024, 100), (2025, 120)]


def test_a_row_that_is_refused_leaves_no_conflict(office: Office, load: Import) -> None:
    desk = office.filed("重庆坏行有限公司", address="核实址")
    text = "企业名称,区县,注册地址,成立日期\n重庆坏行有限公司,铜梁区,名单址,2999-01-01\n"
    assert counts(load(text, partial=True))[3] == 1
    assert desk.conflicts() == []


def test_a_record_that_only_lists_spoke_of_goes_by_the_later_day_as_ever(office: Office, load: Import) -> None:
    load(HEAD + row("重庆名单有限公司", address="一月址", day="2025-01-31"))
    report = load(HEAD + row("重庆名单有限公司", address="二月址", day="2025-02-28"))
    assert (counts(report), report["conflicts"]) == ((0, 1, 0, 0), 0)
    assert office.listed("重庆名单有限公司").read()["address"] == "二月址"


def test_an_officer_who_enters_the_value_himself_settles_the_conflict(office: Office, load: Import) -> None:
    desk = office.filed("重庆自改有限公司", address="核实址")
    load(HEAD + row("重庆自改有限公司", address="名单址"))
    desk.amend(address="名单址")
    assert [one["state"] for one in desk.conflicts()] == ["settled"]


def test_what_was_accepted_and_overruled_since_is_asked_anew(office: Office, load: Import) -> None:
    desk = office.filed("重庆反复有限公司", address="甲址")
    load(HEAD + row("重庆反复有限公司", address="乙址"))
    desk.decide("accept")
    desk.amend(address="丙址")
    assert load(HEAD + row("重庆反复有限公司", address="乙址", day="2026-03-31"))["conflicts"] == 1
    assert [one["state"] for one in desk.conflicts()] == ["pending"]


def test_an_officers_own_values_are_vouched_for_without_a_change(world: World, office: Office, load: Import) -> None:
    load(HEAD + row("重庆担保有限公司", address="名单址", day="2025-01-31"))
    desk = office.listed("重庆担保有限公司")
    tag = {"If-Match": '"1"'}
    body = {"fields": ["address"], "reason": "查验营业执照"}
    assert world.client("liangjiang").post(f"{desk.place}/verify", json=body, headers=tag).status_code in {403, 404}
    assert desk.client.post(f"{desk.place}/verify", json=body | {"fields": ["nothing"]}, headers=tag).status_code == 422
    answer = desk.client.post(f"{desk.place}/verify", json=body, headers=tag)
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    assert desk.client.post(f"{desk.place}/verify", json=body, headers=tag).status_code == 412
    assert desk.sources()["address"]["origin_label"] == "已核实"
    assert load(HEAD + row("重庆担保有限公司", address="别的址"))["conflicts"] == 1
