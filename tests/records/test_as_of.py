"""A register as it was on a day: values, tiers and lists of that day, by the rights of today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from registry import clock, database
from registry.naming import synthetic_code
from tests.conftest import World
from tests.imports.test_import import Import, load

__all__ = ["load"]

BASE = "/api/v1/enterprises"
HEAD = "企业名称,统一社会信用代码,区县,注册地址,数据时点,称号,年度,名单状态,有效期起,有效期止\n"


def record_of(world: World, name: str) -> dict[str, Any]:
    """The record of this name as it is now."""
    items = world.client("city").get(BASE, params={"limit": 200}).json()["items"]
    [found] = [item for item in items if item["name"] == name]
    return dict(found)


def at(world: World, record: dict[str, Any], day: str, username: str = "city") -> dict[str, Any]:
    """The record as it was on a day (`status` 404 if it was not there)."""
    answer = world.client(username).get(f"{BASE}/{record['id']}", params={"as_of": day})
    return {**answer.json(), "status": answer.status_code}


def names(world: World, day: str, username: str = "city", **params: Any) -> set[str]:
    """The names of the list on a day."""
    answer = world.client(username).get(BASE, params={"as_of": day, "limit": 200, **params})
    assert answer.status_code == 200, answer.text
    return {item["name"] for item in answer.json()["items"]}


def amend(world: World, record: dict[str, Any], **fields: Any) -> None:
    """Change the record as it is now."""
    place = f"{BASE}/{record['id']}"
    tag = world.client("city").get(place).headers["etag"]
    answer = world.client("city").patch(place, json={"reason": "核对", **fields}, headers={"If-Match": tag})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def told(world: World, load: Import) -> dict[str, Any]:
    """A record of which three lists spoke: of the end of 2022, of June 2024 (a new name), and somebody today."""
    code = synthetic_code(8801)
    if not world.run(database.fetchval("SELECT EXISTS (SELECT FROM enterprise WHERE credit_code = $1)", code)):
        title = "市级专精特新中小企业,2022,公布,2022-03-01,2025-02-28"
        load(f"{HEAD}重庆当年甲（模拟）有限公司,{code},铜梁区,一路,2022-12-31,{title}\n")
        load(f"{HEAD}重庆如今甲（模拟）有限公司,{code},铜梁区,二路,2024-06-30,,,,,\n")
        amend(world, record_of(world, "重庆如今甲（模拟）有限公司"), address="三路")
    return record_of(world, "重庆如今甲（模拟）有限公司")


@pytest.mark.parametrize(
    ("day", "name", "address", "version"),
    [
        ("2022-12-31", "重庆当年甲（模拟）有限公司", "一路", 1),
        ("2024-06-29", "重庆当年甲（模拟）有限公司", "一路", 1),
        ("2024-06-30", "重庆如今甲（模拟）有限公司", "二路", 2),
        (str(clock.today() - timedelta(days=1)), "重庆如今甲（模拟）有限公司", "二路", 2),
        (str(clock.today()), "重庆如今甲（模拟）有限公司", "三路", 3),
    ],
)
def test_the_version_in_force_on_the_day_speaks(
    day: str, name: str, address: str, version: int, told: dict[str, Any], world: World
) -> None:
    found = at(world, told, day)
    assert (found["name"], found["address"], found["version"]) == (name, address, version)
    assert name in names(world, day)
    assert len([one for one in names(world, day) if "甲（模拟）" in one]) == 1


def test_before_its_first_day_a_record_was_not_there(told: dict[str, Any], world: World) -> None:
    assert at(world, told, "2022-12-30")["status"] == 404
    assert not any("甲（模拟）" in one for one in names(world, "2022-12-30"))


def test_the_tier_is_that_of_the_day(told: dict[str, Any], world: World) -> None:
    assert (at(world, told, "2023-01-01")["tier"], at(world, told, "2025-03-01")["tier"]) == ("srdi", None)
    [title] = at(world, told, "2023-01-01")["titles"]
    assert title["held"] is True
    assert "重庆当年甲（模拟）有限公司" in names(world, "2023-01-01", tier="srdi")
    assert "重庆如今甲（模拟）有限公司" in names(world, "2025-02-28", tier="srdi")
    assert not any("甲（模拟）" in one for one in names(world, "2025-03-01", tier="srdi"))


def test_what_was_withdrawn_since_was_there_on_the_day_for_those_in_whose_hands_it_is(
    world: World, load: Import
) -> None:
    load(f"{HEAD}重庆后撤（模拟）有限公司,{synthetic_code(8802)},铜梁区,一路,2023-01-01,,,,,\n")
    record = record_of(world, "重庆后撤（模拟）有限公司")
    world.client("city").post(f"{BASE}/{record['id']}/withdraw", json={"reason": "注销"}, headers={"If-Match": '"1"'})
    assert "重庆后撤（模拟）有限公司" in names(world, "2024-01-01")
    assert "重庆后撤（模拟）有限公司" in names(world, "2024-01-01", "tongliang")
    for stranger in ("", "liangjiang", "invest"):
        assert "重庆后撤（模拟）有限公司" not in names(world, "2024-01-01", stranger)
        assert at(world, record, "2024-01-01", stranger)["status"] == 404
    assert "重庆后撤（模拟）有限公司" not in names(world, str(clock.today()))


@pytest.mark.parametrize(("then", "now"), [("内部", "public"), ("公开", "internal")])
def test_the_public_sees_what_was_public_and_still_is(then: str, now: str, world: World, load: Import) -> None:
    name, code = f"重庆转为{now}（模拟）有限公司", synthetic_code(8810 + len(now))
    load(
        f"企业名称,统一社会信用代码,区县,公开范围,数据时点,联系电话\n{name},{code},铜梁区,{then},2023-01-01,023-45000000\n"
    )
    record = record_of(world, name)
    amend(world, record, visibility=now)
    for stranger in ("", "liangjiang"):
        assert name not in names(world, "2024-01-01", stranger)
        assert at(world, record, "2024-01-01", stranger)["status"] == 404
    for owner in ("tongliang", "city"):
        assert name in names(world, "2024-01-01", owner)
        assert at(world, record, "2024-01-01", owner)["private"]["contact_phone"] == "023-****0000"


def test_who_took_a_record_over_reads_its_past_and_who_gave_it_away_does_not(world: World, load: Import) -> None:
    name = "重庆移交（模拟）有限公司"
    row = f"{name},{synthetic_code(8820)},铜梁区,内部,2023-01-01,023-46000000\n"
    load(f"企业名称,统一社会信用代码,区县,公开范围,数据时点,联系电话\n{row}")
    record = record_of(world, name)
    amend(world, record, district="两江新区")
    assert at(world, record, "2024-01-01", "liangjiang")["private"]["contact_phone"] == "023-****0000"
    assert at(world, record, "2024-01-01", "tongliang")["status"] == 404
    assert name not in names(world, "2024-01-01", "tongliang")
    assert name in names(world, "2024-01-01", "liangjiang", district="铜梁区")


def test_pages_of_a_day_go_through_it_once(world: World, load: Import) -> None:
    rows = "".join(
        f"重庆翻页{n:02}（模拟）有限公司,{synthetic_code(8830 + n)},北碚区,旧,2021-05-01,,,,,\n" for n in range(12)
    )
    load(HEAD + rows)
    changed = "".join(
        f"重庆翻页{n:02}（模拟）有限公司,{synthetic_code(8830 + n)},北碚区,新,2025-05-01,,,,,\n"
        for n in range(0, 12, 2)
    )
    load(HEAD + changed)
    seen: list[tuple[str, str]] = []
    params: dict[str, str | int] = {"as_of": "2022-01-01", "district": "北碚区", "limit": 5, "cursor": ""}
    while True:
        page = world.client().get(BASE, params=params).json()
        seen += [(item["name"], item["address"]) for item in page["items"]]
        if not page["next_cursor"]:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == [(f"重庆翻页{n:02}（模拟）有限公司", "旧") for n in range(12)]


def test_an_export_of_a_day_is_that_days_list_and_private_fields_are_todays_owners(world: World) -> None:
    params = {"as_of": "2024-01-01", "format": "csv"}
    [kept] = [line for line in world.client("liangjiang").get(BASE, params=params).text.splitlines() if "移交" in line]
    assert "铜梁区" in kept
    assert "023-****0000" in kept
    assert "移交" not in world.client("tongliang").get(BASE, params=params).text
    everything = world.client("city").get(BASE, params={**params, "format": "ndjson"}).text.splitlines()
    assert len(everything) == len(names(world, "2024-01-01"))


@pytest.mark.parametrize("day", ["2024-13-01", "昨天", str(date.max)])
def test_a_day_that_is_none_or_is_to_come_is_refused(day: str, world: World) -> None:
    for path in (BASE, f"{BASE}/00000000-0000-4000-8000-000000000000"):
        answer = world.client().get(path, params={"as_of": day})
        assert answer.status_code == 400
        assert "日期" in answer.json()["detail"]
