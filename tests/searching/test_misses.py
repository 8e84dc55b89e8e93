"""Searches that found nothing: what is counted, what never is, who sees it, and what the public tells."""

from __future__ import annotations

from typing import Any

import pytest

from registry import database
from registry.clock import today
from registry.searching import misses
from tests.attachments.made import filed
from tests.conftest import World


def ask(world: World, text: str, who: str = "", **params: Any) -> int:
    """A search; how many it found."""
    total: int = world.client(who).get("/api/v1/search", params={"q": text, **params}).json()["total"]
    return total


def listed(world: World, who: str = "city") -> dict[str, int]:
    """What is listed to one of the cast, with how often."""
    return {one["text"]: one["times"] for one in world.client(who).get("/api/v1/misses").json()}


def test_it_counts_a_text_however_it_is_written(world: World) -> None:
    for text in ("无此名号", "無此名號", " 无此 名号 "):
        assert ask(world, text) == 0
    assert listed(world)["无此 名号"] == 3


def test_it_counts_nothing_that_was_found_or_only_narrowed_away(world: World) -> None:
    filed(world, "重庆找得到（模拟）有限公司")
    world.index()
    assert ask(world, "找得到") == 1
    assert ask(world, "找得到", district="万州区") == 0
    assert ask(world, "不重要", kind="enterprise") == 0
    assert not {"找得到", "不重要"} & set(listed(world))


@pytest.mark.parametrize(
    "text", ["13800000000", "电话 138 0000 0000", "某人@例.中国", "500101199001011234", "x", "长" * 101]
)
def test_it_keeps_nothing_that_may_be_a_persons(world: World, text: str) -> None:
    ask(world, text)
    rows = world.run(database.fetch("SELECT text FROM search_miss"))
    assert text not in {row["text"] for row in rows}


def test_it_keeps_no_name_and_no_address_of_who_asked(world: World) -> None:
    columns = world.run(
        database.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'search_miss'")
    )
    assert {row[0] for row in columns} == {"key", "day", "inside", "text", "times"}


def test_what_colleagues_looked_for_is_shown_only_to_who_sees_everything(world: World) -> None:
    assert ask(world, "内部所找之物", "liangjiang") == 0
    assert ask(world, "公众所找之物") == 0
    assert {"内部所找之物", "公众所找之物"} <= set(listed(world, "city"))
    assert "公众所找之物" in listed(world, "tongliang")
    assert "内部所找之物" not in listed(world, "tongliang")


def test_a_miss_tells_nobody_that_an_internal_record_is_there(world: World) -> None:
    filed(world, "重庆暗河（模拟）有限公司", visibility="internal")
    world.index()
    assert ask(world, "暗河") == 0
    page = {who: world.client(who).get("/misses").text for who in ("tongliang", "liangjiang")}
    row = {who: text.partition(">暗河</a>")[2].partition("</tr>")[0] for who, text in page.items()}
    assert 'data-label="现在能找到">1<' in row["tongliang"]
    assert 'data-label="现在能找到">0<' in row["liangjiang"]


def test_what_is_settled_is_gone_until_it_is_missed_again_on_a_later_day(world: World) -> None:
    ask(world, "处理掉它")
    assert world.client("tongliang").post("/api/v1/misses/settle", json={"text": "处理掉它"}).status_code == 204
    assert "处理掉它" not in listed(world)
    world.run(database.execute("UPDATE search_miss_settled SET at = at - interval '2 days'"))
    assert "处理掉它" in listed(world)


@pytest.mark.parametrize(("who", "status"), [("", 401), ("company", 403), ("invest", 403)])
def test_only_officers_read_them(world: World, who: str, status: int) -> None:
    for path in ("/api/v1/misses", "/api/v1/tips", "/misses"):
        assert world.client(who).get(path, headers={"accept": "application/json"}).status_code == status


def test_one_day_keeps_only_so_many_different_texts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "MISSES_A_DAY", 1)
    ask(world, "超出的一种")
    assert "超出的一种" not in listed(world)


def test_anyone_tells_the_officers_and_they_answer(world: World) -> None:
    told = {"text": "铜梁的银发食堂", "message": "在东城街道", "district": "铜梁"}
    assert world.client().post("/api/v1/tips", json=told).status_code == 204
    [tip] = world.client("tongliang").get("/api/v1/tips").json()
    assert (tip["text"], tip["district"]) == ("铜梁的银发食堂", "铜梁区")
    assert world.client("liangjiang").get("/api/v1/tips").json() == []
    path = f"/api/v1/tips/{tip['id']}/answer"
    assert world.client("liangjiang").post(path, json={"answer": "x"}).status_code == 404
    assert world.client("tongliang").post(path, json={"answer": "已登记"}).status_code == 204
    assert world.client("tongliang").get("/api/v1/tips").json() == []
    [settled] = world.client("city").get("/api/v1/tips", params={"settled": True}).json()
    assert settled["answer"] == "已登记"


@pytest.mark.parametrize(
    "told",
    [
        {"text": "x"},
        {"text": "找我 13800000000"},
        {"text": "银发食堂", "message": "打 13800000000"},
        {"text": "银发食堂", "district": "不存在区"},
        {"text": "银发食堂", "message": "长" * 301},
    ],
)
def test_what_names_a_person_or_makes_no_sense_is_refused(world: World, told: dict[str, str]) -> None:
    assert world.client().post("/api/v1/tips", json=told).status_code == 422


def test_a_flood_is_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "TIPS_AN_HOUR", 0)
    answer = world.client().post("/api/v1/tips", json={"text": "银发食堂"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"]


def test_after_a_year_it_is_forgotten(world: World) -> None:
    ask(world, "一年以前")
    world.run(database.execute("UPDATE search_miss SET day = day - 366 WHERE text = '一年以前'"))
    world.run(misses.forget())
    rows = world.run(database.fetch("SELECT day FROM search_miss"))
    assert rows
    assert all((today() - row["day"]).days <= 365 for row in rows)
