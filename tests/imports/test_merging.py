"""Statements of several days and several rows about one record: what stands, what fills gaps, what is refused."""

from __future__ import annotations

import pytest

from registry.naming import synthetic_code
from tests.conftest import World
from tests.imports.test_import import BASE, Import, counts, find, history, load

__all__ = ["load"]

HEAD = "企业名称,统一社会信用代码,区县,注册地址,数据时点\n"


def test_a_district_that_is_gone_keeps_the_record_at_its_day(world: World, load: Import) -> None:
    load(HEAD + "重庆旧区有限公司,,江北区,老址,2024-06-01\n")
    report = load(HEAD + "重庆旧区有限公司,,,新址,2026-01-31\n")
    assert counts(report) == (0, 1, 0, 0)
    assert report["changed_records"][0]["fields"] == {"address": ["老址", "新址"]}
    record = find(world, "重庆旧区有限公司")
    assert (record["district"], record["as_of"], record["address"]) == ("江北区", "2024-06-01", "新址")
    assert counts(load(HEAD + "重庆旧区有限公司,,,新址,2026-01-31\n")) == (0, 0, 1, 0)
    client = world.client("city")
    answer = client.patch(
        f"{BASE}/{record['id']}", json={"reason": "补网址", "website": "www.a.cn"}, headers={"If-Match": '"2"'}
    )
    assert answer.status_code == 200
    exported = client.get(BASE, params={"format": "csv"}).text
    assert counts(load(exported, dry_run=True))[1:] == (0, report["same"] + 1, 0)


def test_a_new_district_moves_the_record_to_its_day(world: World, load: Import) -> None:
    load(HEAD + "重庆迁区有限公司,,江北区,老址,2024-06-01\n")
    load(HEAD + "重庆迁区有限公司,,两江新区,,2026-01-31\n")
    record = find(world, "重庆迁区有限公司")
    assert (record["district"], record["as_of"]) == ("两江新区", "2026-01-31")


def test_an_older_statement_does_not_fill_a_gap_with_what_was_gone_by_then(world: World, load: Import) -> None:
    load(HEAD + "重庆缺区有限公司,,,,2026-01-31\n")
    report = load(HEAD + "重庆缺区有限公司,,江北区,老址,2024-06-01\n")
    assert counts(report) == (0, 1, 0, 0)
    record = find(world, "重庆缺区有限公司")
    assert (record["district"], record["address"], record["as_of"]) == (None, "老址", "2026-01-31")


def test_a_row_that_contradicts_the_record_it_meets_is_objected_to(world: World, load: Import) -> None:
    load("企业名称,省份\n重庆外省有限公司,四川省\n")
    report = load("企业名称,区县\n重庆外省有限公司,西部科学城重庆高新区\n", dry_run=True)
    assert counts(report) == (0, 0, 0, 1)
    assert "四川省" in report["objections"][0]["message"]
    assert report["objections"][0]["row"] == 2
    assert load("企业名称,区县\n重庆外省有限公司,西部科学城重庆高新区\n")["status"] == 422
    assert find(world, "重庆外省有限公司")["district"] is None


def test_a_list_is_not_blamed_for_what_was_wrong_before(world: World, load: Import) -> None:
    load(HEAD + "重庆先错有限公司,,江北区,老址,2024-06-01\n")
    place = f"{BASE}/{find(world, '重庆先错有限公司')['id']}"
    world.run(_forget_the_day("重庆先错有限公司"))
    assert counts(load("企业名称,注册地址\n重庆先错有限公司,新址\n")) == (0, 1, 0, 0)
    assert world.client("city").get(place).json()["address"] == "新址"


async def _forget_the_day(name: str) -> None:
    from registry import database

    await database.execute("UPDATE enterprise SET as_of = NULL WHERE name = $1", name)


def test_what_was_confirmed_later_is_not_overruled_by_a_list_in_between(world: World, load: Import) -> None:
    for day, changed in (("2020-12-31", 0), ("2024-12-31", 1)):
        assert load(HEAD + f"重庆再证有限公司,,,甲路,{day}\n")["changed"] == changed
    assert counts(load(HEAD + "重庆再证有限公司,,,甲路,2024-12-31\n")) == (0, 0, 1, 0)
    assert counts(load(HEAD + "重庆再证有限公司,,,乙路,2022-12-31\n")) == (0, 0, 1, 0)
    record = find(world, "重庆再证有限公司")
    assert (record["address"], record["as_of"], record["version"]) == ("甲路", "2024-12-31", 2)


def test_another_source_alone_is_no_change(load: Import) -> None:
    load("企业名称,来源\n重庆来源有限公司,甲报\n")
    assert counts(load("企业名称,来源\n重庆来源有限公司,乙报\n")) == (0, 0, 1, 0)


def test_a_statement_without_a_day_fills_gaps_of_a_dated_record_only(world: World, load: Import) -> None:
    load(HEAD + "重庆有日有限公司,,,甲路,2024-12-31\n")
    report = load("企业名称,注册地址,网址\n重庆有日有限公司,乙路,www.a.cn\n")
    assert counts(report) == (0, 1, 0, 0)
    assert any("数据时点" in note for note in report["notes"])
    record = find(world, "重庆有日有限公司")
    assert (record["address"], record["website"], record["as_of"]) == ("甲路", "www.a.cn", "2024-12-31")


@pytest.mark.parametrize("backwards", [False, True])
def test_two_names_of_two_days_in_one_file_are_a_name_and_a_former_name(
    world: World, load: Import, backwards: bool
) -> None:
    tag, code = ("倒", synthetic_code(301)) if backwards else ("顺", synthetic_code(302))
    rows = [
        f"重庆{tag}前名有限公司,{code},,2023-12-31,重庆{tag}元名有限公司\n",
        f"重庆{tag}今名有限公司,{code},,2024-12-31,重庆{tag}初名有限公司\n",
        f"重庆{tag}前名有限公司,,某处,2023-12-31,\n",
    ]
    text = "企业名称,统一社会信用代码,注册地址,数据时点,曾用名\n" + "".join(rows[::-1] if backwards else rows)
    assert counts(load(text)) == (1, 0, 0, 0)
    record = find(world, f"重庆{tag}今名有限公司")
    assert set(record["former_names"]) == {f"重庆{tag}{which}有限公司" for which in ("前名", "元名", "初名")}
    assert (record["address"], record["as_of"]) == ("某处", "2024-12-31")
    assert counts(load(text)) == (0, 0, 1, 0)
    world.index()
    for name in ("今名", "前名"):
        hits = world.client().get("/api/v1/search", params={"q": f"重庆{tag}{name}有限公司"}).json()["hits"]
        assert hits[0]["id"] == record["id"]


def test_two_names_of_one_code_without_days_contradict_each_other(load: Import) -> None:
    code = synthetic_code(303)
    report = load(f"企业名称,统一社会信用代码\n重庆此名有限公司,{code}\n重庆彼名有限公司,{code}\n", dry_run=True)
    assert counts(report) == (1, 0, 0, 1)
    assert "企业名称不一致" in report["objections"][0]["message"]


def test_a_later_list_brings_a_former_name_back_and_no_other_does(world: World, load: Import) -> None:
    code = synthetic_code(304)

    def says(name: str, day: str) -> tuple[int, int, int, int]:
        return counts(load(HEAD + f"重庆{name}回名有限公司,{code},,,{day}\n"))

    says("甲", "2020-12-31")
    assert says("乙", "2021-12-31") == (0, 1, 0, 0)
    assert says("甲", "2022-12-31") == (0, 1, 0, 0)
    record = find(world, "重庆甲回名有限公司")
    assert (record["former_names"], record["as_of"]) == (["重庆乙回名有限公司"], "2022-12-31")
    for name, day in (("乙", "2021-12-31"), ("乙", ""), ("甲", "2022-12-31"), ("甲", "2020-12-31")):
        assert says(name, day) == (0, 0, 1, 0)
    assert find(world, "重庆甲回名有限公司") == record


def test_an_older_name_under_the_code_becomes_a_former_name(world: World, load: Import) -> None:
    code = synthetic_code(305)
    load(HEAD + f"重庆新名在前有限公司,{code},,,2024-12-31\n")
    load(HEAD + f"重庆老名在后有限公司,{code},,,2020-12-31\n")
    assert find(world, "重庆新名在前有限公司")["former_names"] == ["重庆老名在后有限公司"]


def test_a_stated_former_name_is_kept_once_when_the_list_renames(world: World, load: Import) -> None:
    code = synthetic_code(306)
    load(f"企业名称,统一社会信用代码\n重庆改前有限公司,{code}\n")
    load(f"企业名称,统一社会信用代码,曾用名\n重庆改后有限公司,{code},重庆改前有限公司\n")
    assert find(world, "重庆改后有限公司")["former_names"] == ["重庆改前有限公司"]


def test_history_of_a_new_record_has_all_that_was_filed(world: World, load: Import) -> None:
    load("企业名称,网址\n重庆全录有限公司,www.a.cn\n", visibility="internal")
    [entry] = history(world, find(world, "重庆全录有限公司"))
    assert entry["after"] == {"name": "重庆全录有限公司", "website": "www.a.cn", "visibility": "internal"}


def test_a_new_record_of_a_home_district_is_of_the_home_city_and_its_export_changes_nothing(
    world: World, load: Import
) -> None:
    load("企业名称,区县\n重庆省略省份有限公司,北碚区\n外地省略省份有限公司,宁波市\n")
    assert find(world, "重庆省略省份有限公司")["province"] == "重庆市"
    assert find(world, "外地省略省份有限公司")["province"] is None
    exported = world.client("city").get(BASE, params={"format": "csv"}).content.decode("utf-8-sig")
    report = load(exported, dry_run=True)
    assert (report["new"], report["changed"]) == (0, 0), report["changed_records"]
