"""Lists of titles: an enterprise once for each title, no codes, names repeating over batches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from registry import clock, database, demo, outbox, worker
from registry.settings import Settings
from tests.conftest import World
from tests.imports.test_import import Import, counts, find, history, load

__all__ = ["load"]

HEAD = "企业名称,区县,称号,批次,年度,名单状态,有效期起,有效期止\n"


def test_the_sample_city_loads_whole_and_loads_again_without_a_change(world: World) -> None:
    first = world.run(demo.load_city(world.settings))
    again = world.run(demo.load_city(world.settings))
    assert all(report.applied for report in first.values())
    assert {kind: report.rejected for kind, report in first.items()} == dict.fromkeys(first, 0)
    assert (first["enterprise"].rows, first["enterprise"].new) == (59, 52)
    assert {kind: (report.new, report.changed) for kind, report in again.items()} == dict.fromkeys(first, (0, 0))
    assert {kind: report.same for kind, report in again.items()} == {kind: one.new for kind, one in first.items()}


def test_an_enterprise_of_two_batches_is_one_record_with_two_titles(world: World) -> None:
    world.run(demo.load_city(world.settings))
    record = find(world, "重庆钛业有限公司")
    assert {title["tier"] for title in record["titles"]} == {"srdi", "giant"}
    assert {title["year"] for title in record["titles"]} == {2022}


def test_a_record_of_2019_keeps_its_district_of_2019(world: World) -> None:
    world.run(demo.load_city(world.settings))
    record = find(world, "江北区观音桥街道社区养老服务中心")
    assert record["district"] == "江北区"
    assert record["as_of"] == "2019-12-31"
    assert record["titles"][0]["district"] == "江北区"


def test_publicised_is_not_recognised(world: World, load: Import) -> None:
    load(HEAD + "重庆公示中有限公司,铜梁区,制造业单项冠军企业,,2026,公示,,\n")
    record = find(world, "重庆公示中有限公司")
    assert record["tier"] is None
    assert record["titles"][0]["stage"] == "publicised"
    load(HEAD + "重庆公示中有限公司,铜梁区,制造业单项冠军企业,,2026,认定,,\n")
    record = find(world, "重庆公示中有限公司")
    assert record["tier"] == "champion"
    assert len(record["titles"]) == 1
    assert record["version"] == 2
    assert history(world, record)[0]["after"]["titles"][0]["stage"] == "recognised"


@pytest.mark.parametrize(("shift", "tier"), [(-1, None), (0, "srdi"), (1, "srdi")])
def test_a_title_counts_through_its_last_day(world: World, load: Import, shift: int, tier: str | None) -> None:
    last = clock.today() + timedelta(days=shift)
    name = f"重庆末日{shift + 5}有限公司"
    load(HEAD + f"{name},铜梁区,专精特新中小企业,,2024,认定,2024-01-01,{last}\n")
    assert find(world, name)["tier"] == tier


def test_the_day_a_title_runs_out_the_index_follows(world: World, load: Import) -> None:
    yesterday = clock.today() - timedelta(days=1)
    name = "重庆昨日到期有限公司"
    load(HEAD + f"{name},铜梁区,专精特新中小企业,,2024,认定,2024-01-01,{yesterday}\n")
    world.index()

    async def a_day_later(settings: Settings, last: date) -> set[str]:
        await database.execute("INSERT INTO upkeep VALUES ('day', $1)", last)
        await worker.each_day(settings)
        return {str(one) for one in (await outbox.waiting(100)).records["enterprise"]}

    assert find(world, name)["id"] in world.run(a_day_later(world.settings, yesterday))
    assert world.index() > 0
    world.run(worker.each_day(world.settings))
    assert world.index() == 0


def test_lists_filter_by_the_tier_of_today(world: World, load: Import) -> None:
    ended, lasting = clock.today() - timedelta(days=1), clock.today() + timedelta(days=400)
    name = "重庆升级有限公司"
    load(HEAD + f"{name},铜梁区,专精特新“小巨人”企业,,2023,认定,2023-01-01,{ended}\n")
    load(HEAD + f"{name},铜梁区,专精特新中小企业,,2025,认定,2025-01-01,{lasting}\n")
    giants, specialised = (
        {item["name"] for item in world.client().get("/api/v1/enterprises", params={"tier": tier}).json()["items"]}
        for tier in ("giant", "srdi")
    )
    assert name not in giants
    assert name in specialised


def test_an_unknown_title_is_kept_as_printed(world: World, load: Import) -> None:
    report = load(HEAD + "重庆无名奖有限公司,铜梁区,某街道好邻居单位,,2024,公布,,\n")
    assert counts(report) == (1, 0, 0, 0)
    title = find(world, "重庆无名奖有限公司")["titles"][0]
    assert (title["label"], title["kind"], title["tier"]) == ("某街道好邻居单位", "", "")


def test_a_title_the_wrong_way_round_is_objected_to(load: Import) -> None:
    report = load(HEAD + "重庆倒置有限公司,铜梁区,专精特新中小企业,,2024,认定,2027-01-01,2024-01-01\n", dry_run=True)
    assert report["rejected"] == 1
    assert "有效期" in report["objections"][0]["message"]
