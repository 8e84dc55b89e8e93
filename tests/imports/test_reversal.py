"""Taking an import back: new records withdrawn, changed ones as before, what changed since is left and reported."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from registry import history_chain
from registry.naming import synthetic_code
from tests.conftest import World
from tests.imports.test_import import BASE, Import, find, history, load

__all__ = ["load"]

HEAD = "企业名称,统一社会信用代码,区县,注册地址,称号,年度,名单状态\n"


def row(number: int, name: str, address: str = "", title: str = "", status: str = "公布") -> str:
    """A row of a list."""
    told = f"{title},2024,{status}" if title else ",,"
    return f"重庆{name}（模拟）有限公司,{synthetic_code(number)},铜梁区,{address},{told}\n"


def reverse(world: World, batch: str, username: str = "city", **body: Any) -> httpx.Response:
    """Take an import back."""
    given = {"reason": "名单有误", **body}
    return world.client(username).post(f"/api/v1/imports/{batch}/reverse", json=given)


def amend(world: World, record: dict[str, Any], **fields: Any) -> None:
    """A later change by hand."""
    place, tag = f"{BASE}/{record['id']}", {"If-Match": f'"{record["version"]}"'}
    answer = world.client("city").patch(place, json={"reason": "补正", **fields}, headers=tag)
    assert answer.status_code == 200, answer.text


def test_new_records_go_and_changed_ones_are_as_before_titles_with_them(world: World, load: Import) -> None:
    load(HEAD + row(700, "撤批甲", "旧址", "市级专精特新中小企业", "公示"))
    was = find(world, "重庆撤批甲（模拟）有限公司")
    report = load(
        HEAD + row(700, "撤批甲改名", "新址", "市级专精特新中小企业") + row(701, "撤批乙", "某处", "创新型中小企业"),
        reason="第二批",
    )
    changed = find(world, "重庆撤批甲改名（模拟）有限公司")
    assert (changed["tier"], len(changed["former_names"])) == ("srdi", 1)
    answer = reverse(world, report["batch_id"])
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["applied"], told["withdrawn"], told["restored"], told["kept"]) == (True, 1, 1, 0)
    now = find(world, "重庆撤批甲（模拟）有限公司")
    kept = ("name", "address", "former_names", "tier", "titles")
    assert {name: now[name] for name in kept} == {name: was[name] for name in kept}
    assert now["version"] == 3
    newest = history(world, now)[0]
    assert (newest["act"], newest["reason"], newest["before"]["address"]) == ("reversed", "名单有误", "新址")
    names = {item["name"] for item in world.client("city").get(BASE, params={"limit": 200}).json()["items"]}
    assert "重庆撤批乙（模拟）有限公司" not in names
    assert world.run(history_chain.verify("enterprise")).sound
    # The same list may come again: the withdrawn record is asked about, the other one changes again.
    again = load(HEAD + row(700, "撤批甲改名", "新址", "市级专精特新中小企业"))
    assert again["changed"] == 1


def test_nothing_is_taken_back_when_something_was_changed_since_unless_the_rest_is_wanted(
    world: World, load: Import
) -> None:
    load(HEAD + row(710, "撤批丙", "旧"))
    report = load(HEAD + row(710, "撤批丙", "新") + row(711, "撤批丁") + row(712, "撤批戊"))
    amend(world, find(world, "重庆撤批丙（模拟）有限公司"), address="更新")
    amend(world, find(world, "重庆撤批丁（模拟）有限公司"), website="www.example.cn")
    refused = reverse(world, report["batch_id"])
    assert refused.status_code == 409
    kept = {one["name"]: one["why"] for one in refused.json()["report"]["kept_records"]}
    assert kept == {
        "重庆撤批丙（模拟）有限公司": "导入所改的内容后来又改过",
        "重庆撤批丁（模拟）有限公司": "导入后又有 1 次变更",
    }
    assert not find(world, "重庆撤批戊（模拟）有限公司")["withdrawn"]
    assert reverse(world, report["batch_id"], dry_run=True).json()["applied"] is False
    told = reverse(world, report["batch_id"], partial=True).json()
    assert (told["applied"], told["withdrawn"], told["restored"], told["kept"]) == (True, 1, 0, 2)
    assert find(world, "重庆撤批丙（模拟）有限公司")["address"] == "更新"


def test_a_field_that_the_list_did_not_touch_may_have_changed_since(world: World, load: Import) -> None:
    load(HEAD + row(720, "撤批己", "旧"))
    report = load(HEAD + row(720, "撤批己", "新"))
    amend(world, find(world, "重庆撤批己（模拟）有限公司"), website="www.example.cn")
    assert reverse(world, report["batch_id"]).json()["restored"] == 1
    now = find(world, "重庆撤批己（模拟）有限公司")
    assert (now["address"], now["website"]) == ("旧", "www.example.cn")


def test_it_is_taken_back_once(world: World, load: Import) -> None:
    report = load(HEAD + row(730, "撤批庚"))
    assert reverse(world, report["batch_id"], reason="").status_code == 422
    assert reverse(world, report["batch_id"]).status_code == 200
    again = reverse(world, report["batch_id"])
    assert again.status_code == 409
    assert "全部撤回" in again.json()["detail"]


def test_lists_are_taken_back_one_after_another_the_newest_first(world: World, load: Import) -> None:
    first = load(HEAD + row(735, "撤批叠", "一"))
    second = load(HEAD + row(735, "撤批叠", "二"))
    assert reverse(world, first["batch_id"]).status_code == 409
    assert reverse(world, second["batch_id"]).json()["restored"] == 1
    assert reverse(world, first["batch_id"]).json()["withdrawn"] == 1


def test_an_old_name_that_another_has_taken_meanwhile_is_not_taken_away(world: World, load: Import) -> None:
    load("企业名称,统一社会信用代码\n重庆撤批辛（模拟）有限公司," + synthetic_code(740) + "\n")
    report = load("企业名称,统一社会信用代码\n重庆撤批辛新（模拟）有限公司," + synthetic_code(740) + "\n")
    body = {"name": "重庆撤批辛（模拟）有限公司", "district": "铜梁区"}
    assert world.client("city").post(BASE, json=body).status_code == 201
    refused = reverse(world, report["batch_id"])
    assert refused.status_code == 409
    assert "已登记在另一条记录" in refused.json()["detail"]
    assert find(world, "重庆撤批辛新（模拟）有限公司")["version"] == 2


def test_one_record_of_an_import_can_be_undone_alone(world: World, load: Import) -> None:
    load(HEAD + row(750, "撤批壬", "旧", "市级专精特新中小企业", "公示") + row(751, "撤批癸", "旧"))
    load(HEAD + row(750, "撤批壬", "新", "市级专精特新中小企业") + row(751, "撤批癸", "新"))
    record = find(world, "重庆撤批壬（模拟）有限公司")
    tag = {"If-Match": f'"{record["version"]}"'}
    body = {"version": 2, "reason": "只错这一家"}
    answer = world.client("city").post(f"{BASE}/{record['id']}/undo", json=body, headers=tag)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["address"], answer.json()["tier"], answer.json()["version"]) == ("旧", None, 3)
    assert find(world, "重庆撤批癸（模拟）有限公司")["address"] == "新"


def test_officers_look_up_their_own_imports_and_the_city_all(world: World, load: Import) -> None:
    report = load(HEAD + row(760, "撤批子"), "tongliang")
    batch = f"/api/v1/imports/{report['batch_id']}"
    listed = world.client("tongliang").get("/api/v1/imports").json()["items"]
    assert [one["id"] for one in listed] == [report["batch_id"]]
    assert (listed[0]["filename"], listed[0]["added"], listed[0]["changed"]) == ("名单.csv", 1, 0)
    assert world.client("liangjiang").get(batch).status_code == 404
    assert reverse(world, report["batch_id"], "liangjiang").status_code == 404
    assert world.client("invest").get("/api/v1/imports").status_code == 403
    undone = reverse(world, report["batch_id"], "tongliang").json()
    assert world.client("city").get(batch).json()["reversed_by"] == [undone["batch_id"]]
    assert world.client("city").get("/api/v1/imports").json()["items"][0]["reverses"] == report["batch_id"]


def test_a_record_that_has_left_the_officers_hands_stays_as_it_is(world: World, load: Import) -> None:
    report = load(HEAD + row(770, "撤批丑"), "tongliang")
    amend(world, find(world, "重庆撤批丑（模拟）有限公司"), district="万州区")
    refused = reverse(world, report["batch_id"], "tongliang", partial=True)
    assert refused.status_code == 409
    assert refused.json()["report"]["kept_records"][0]["why"] == "不在您的办理范围内"


@pytest.mark.parametrize("batch", [str(uuid4()), "x"])
def test_an_import_that_never_was_is_not_found(batch: str, world: World) -> None:
    assert reverse(world, batch).status_code == 404


def test_a_reason_that_history_cannot_keep_is_refused(world: World, load: Import) -> None:
    report = load(HEAD + row(790, "长理由"))
    answer = reverse(world, report["batch_id"], reason="长" * 501)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    assert reverse(world, report["batch_id"], reason="长" * 500).status_code == 200


def test_what_was_kept_is_named_to_those_only_who_may_see_it(world: World, load: Import) -> None:
    report = load(HEAD + row(791, "移走"), "tongliang", visibility="internal")
    record = find(world, "重庆移走（模拟）有限公司")
    offices = world.client("city").get("/api/v1/organisations").json()
    [keeper] = [one["id"] for one in offices if one["name"].startswith("民政局")]
    place, tag = f"{BASE}/{record['id']}/hand-over", {"If-Match": f'"{record["version"]}"'}
    given = world.client("tongliang").post(place, json={"keeper": keeper, "reason": "划转"}, headers=tag)
    assert given.status_code == 200, given.text
    told = reverse(world, report["batch_id"], "tongliang", dry_run=True).json()
    assert (told["kept"], told["kept_records"]) == (1, [])
    told = reverse(world, report["batch_id"], "admin", dry_run=True).json()
    assert [one["name"] for one in told["kept_records"]] == ["重庆移走（模拟）有限公司"]
