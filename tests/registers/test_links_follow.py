"""References follow what stands: a withdrawn record lets go of them, its successor has them, a reinstated one again."""

from __future__ import annotations

from typing import Any

from registry.naming import synthetic_code
from tests.conftest import World
from tests.imports.test_import import Import, load

__all__ = ["load"]

ENTERPRISES = "/api/v1/enterprises"


def named(world: World, record: dict[str, Any]) -> list[str]:
    """The names of what refers to a record."""
    groups = world.client("city").get(f"{ENTERPRISES}/{record['id']}/references").json()
    return [one["name"] for group in groups for one in group["records"] if group["incoming"]]


def file(world: World, plural: str, **fields: Any) -> dict[str, Any]:
    """A record filed by the city."""
    answer = world.client("city").post(f"/api/v1/{plural}", json=fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def stand(world: World, record: dict[str, Any], act: str, version: int) -> None:
    """Withdraw or reinstate a record."""
    place, tag = f"{ENTERPRISES}/{record['id']}/{act}", {"If-Match": f'"{version}"'}
    answer = world.client("city").post(place, json={"reason": "核对"}, headers=tag)
    assert answer.status_code == 200, answer.text


def test_a_successor_has_the_references_of_what_was_withdrawn(world: World) -> None:
    name = "重庆继任（模拟）有限公司"
    first = file(world, "enterprises", name=name, visibility="public", district="铜梁区")
    file(world, "brands", name="继任牌（模拟）", owner=name, brand_kind="enterprise", visibility="public")
    assert named(world, first) == ["继任牌（模拟）"]
    stand(world, first, "withdraw", 1)
    second = file(world, "enterprises", name=name, visibility="public", district="铜梁区")
    assert named(world, second) == ["继任牌（模拟）"]


def test_a_record_reinstated_has_the_references_that_came_meanwhile(world: World) -> None:
    name = "重庆恢复（模拟）有限公司"
    first = file(world, "enterprises", name=name, visibility="public", district="铜梁区")
    stand(world, first, "withdraw", 1)
    file(world, "brands", name="恢复牌（模拟）", owner=name, brand_kind="enterprise", visibility="public")
    stand(world, first, "reinstate", 2)
    assert named(world, first) == ["恢复牌（模拟）"]


def test_what_a_list_brought_lets_go_of_its_references_when_the_list_is_taken_back(world: World, load: Import) -> None:
    head, name = "企业名称,统一社会信用代码,区县\n", "重庆再来（模拟）有限公司"
    report = load(f"{head}{name},{synthetic_code(731)},铜梁区\n")
    file(world, "brands", name="再来牌（模拟）", owner=name, brand_kind="enterprise", visibility="public")
    world.client("city").post(f"/api/v1/imports/{report['batch_id']}/reverse", json={"reason": "有误"})
    again = file(world, "enterprises", name=name, visibility="public", district="铜梁区")
    assert named(world, again) == ["再来牌（模拟）"]
