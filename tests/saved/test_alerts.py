"""Being told of new hits: what counts as new, for whose eyes, and that nothing written is missed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry import database
from registry.errors import Unavailable
from registry.saved import alerts
from tests.attachments.made import filed
from tests.conftest import World
from tests.saved.test_keeping import keep


def catch_up(world: World) -> None:
    """What the worker does: index, then look."""
    world.index()
    while world.run(alerts.catch_up(world.engine)):
        pass


def news(world: World, saved: dict[str, Any], who: str = "tongliang") -> list[str]:
    """Titles of the new hits."""
    return [one["title"] for one in world.client(who).get(f"/api/v1/saved/{saved['id']}/news").json()]


def amend(world: World, record: str, version: int, **changes: Any) -> None:
    """Change a record."""
    answer = world.client("city").patch(
        f"/api/v1/enterprises/{record}", json={**changes, "reason": "试"}, headers={"if-match": f'"{version}"'}
    )
    assert answer.status_code == 200, answer.text


def test_a_new_record_is_told_of_once_by_search_and_by_list_and_old_ones_are_not(world: World) -> None:
    old = filed(world, "重庆提醒旧（模拟）有限公司")
    catch_up(world)
    kept = [
        keep(world, "tongliang", "/search?q=提醒", alert=True).json(),
        keep(world, "tongliang", "/enterprises?district=铜梁区", alert=True).json(),
    ]
    amend(world, old, 1, products="助浴")
    filed(world, "重庆提醒新（模拟）有限公司")
    filed(world, "重庆别处（模拟）有限公司", district="万州区")
    catch_up(world)
    for saved in kept:
        assert news(world, saved) == ["重庆提醒新（模拟）有限公司"]
        assert world.client("tongliang").get(f"/api/v1/saved/{saved['id']}").json()["news"] == 1
        assert "新 1 条" in world.client("tongliang").get("/saved").text
        assert world.client("tongliang").post(f"/api/v1/saved/{saved['id']}/seen").status_code == 204
        assert news(world, saved) == []


def test_a_record_that_comes_to_answer_is_told_of_too(world: World) -> None:
    record = filed(world, "重庆迁来（模拟）有限公司", district="万州区")
    catch_up(world)
    kept = keep(world, "city", "/search?q=迁来&district=江津区", alert=True).json()
    amend(world, record, 1, district="江津区")
    catch_up(world)
    assert news(world, kept, "city") == ["重庆迁来（模拟）有限公司"]


def test_an_imported_list_is_told_of(world: World, make_list: Callable[[str], Path]) -> None:
    kept = keep(world, "city", "/search?q=成批", alert=True).json()
    path = make_list(
        "企业名称,区县,公开范围\n" + "".join(f"重庆成批{n}（模拟）有限公司,铜梁区,公开\n" for n in range(7))
    )
    with path.open("rb") as file:
        answer = world.client("city").post("/api/v1/enterprises/import", files={"file": file})
    assert answer.status_code == 200
    catch_up(world)
    assert len(news(world, kept, "city")) == 7


def test_nobody_is_told_of_what_is_not_for_its_eyes_nor_of_what_was_closed_since(world: World) -> None:
    kept = keep(world, "liangjiang", "/search?q=暗报", alert=True).json()
    filed(world, "重庆暗报内（模拟）有限公司", visibility="internal")
    shown = filed(world, "重庆暗报外（模拟）有限公司")
    catch_up(world)
    assert news(world, kept, "liangjiang") == ["重庆暗报外（模拟）有限公司"]
    amend(world, shown, 1, visibility="internal")
    catch_up(world)
    assert news(world, kept, "liangjiang") == []
    assert world.client("liangjiang").get(f"/api/v1/saved/{kept['id']}").json()["news"] == 0


def test_what_waits_for_the_index_waits_for_the_alert(world: World) -> None:
    kept = keep(world, "city", "/search?q=候着", alert=True).json()
    filed(world, "重庆候着（模拟）有限公司")
    assert world.run(alerts.catch_up(world.engine)) == 0
    catch_up(world)
    assert news(world, kept, "city") == ["重庆候着（模拟）有限公司"]


def test_a_fault_in_between_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keep(world, "city", "/search?q=断处", alert=True).json()
    filed(world, "重庆断处（模拟）有限公司")
    world.index()

    async def fail(*_: object, **__: object) -> None:
        raise OSError("killed")

    monkeypatch.setattr(alerts, "note_hits", fail)
    with pytest.raises((OSError, Unavailable)):
        world.run(alerts.catch_up(world.engine))
    monkeypatch.undo()
    catch_up(world)
    assert news(world, kept, "city") == ["重庆断处（模拟）有限公司"]


def test_a_question_too_broad_for_a_baseline_tells_only_of_new_records(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.saved.service.BASELINE", 0)
    old = filed(world, "重庆宽问旧（模拟）有限公司")
    catch_up(world)
    kept = keep(world, "city", "/search?q=宽问", alert=True).json()
    amend(world, old, 1, products="助浴")
    filed(world, "重庆宽问新（模拟）有限公司")
    catch_up(world)
    assert news(world, kept, "city") == ["重庆宽问新（模拟）有限公司"]


def test_without_an_alert_nothing_is_put_aside(world: World) -> None:
    world.run(database.execute("UPDATE saved_search SET alert = false"))
    filed(world, "重庆无人问（模拟）有限公司")
    assert world.run(database.fetchval("SELECT count(*) FROM saved_candidate")) == 0


def test_ending_an_alert_forgets_its_hits(world: World) -> None:
    kept = keep(world, "city", "/search?q=收场", alert=True).json()
    filed(world, "重庆收场（模拟）有限公司")
    catch_up(world)
    path = f"/api/v1/saved/{kept['id']}"
    assert world.client("city").patch(path, json={"alert": False}).json()["alert"] is False
    assert news(world, kept, "city") == []
