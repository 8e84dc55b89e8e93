"""The queue of a register: whatever is written is compared, and each sees of it what is its business."""

from __future__ import annotations

from typing import Any

import pytest

from registry import database
from registry.duplicates import keeping
from registry.register import Register
from tests.conftest import World

BASE = "/api/v1/enterprises"


def load(world: World, *names: str, district: str = "") -> None:
    """Records that came in by a list, so that nobody was asked."""
    rows = "".join(f"{name},{district},公开\n" for name in names)
    files = {"file": ("list.csv", f"企业名称,区县,公开范围\n{rows}".encode(), "text/csv")}
    answer = world.client("city").post(f"{BASE}/import", files=files)
    assert answer.json()["new"] == len(names), answer.text


def queue(world: World, username: str = "city", **query: Any) -> list[set[str]]:
    """The names of each pair, as somebody sees them."""
    answer = world.client(username).get(f"{BASE}/duplicates", params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    return [{pair["one"]["name"], pair["other"]["name"]} for pair in answer.json()["pairs"]]


def act(world: World, called: str, act_path: str, **body: Any) -> None:
    """Change the record of this name."""
    row = world.run(database.fetchrow("SELECT id, version FROM enterprise WHERE name = $1", called))
    method = "PATCH" if not act_path else "POST"
    address, headers = f"{BASE}/{row['id']}{act_path}", {"If-Match": f'"{row["version"]}"'}
    answer = world.client("city").request(method, address, json={"reason": "x", **body}, headers=headers)
    assert answer.status_code == 200, answer.text


def test_what_a_list_brings_is_compared_with_all_that_is_there(world: World) -> None:
    pair = {"重庆队列甲（模拟）康养有限公司", "队列甲（模拟）康养有限责任公司"}
    load(world, *pair)
    assert pair in queue(world)


def test_a_pair_goes_when_one_is_renamed_or_withdrawn_and_comes_back(world: World) -> None:
    one, other = "重庆队列乙（模拟）康养有限公司", "队列乙（模拟）康养有限责任公司"
    load(world, one, other)
    act(world, other, "/withdraw")
    assert {one, other} not in queue(world)
    act(world, other, "/reinstate")
    assert {one, other} in queue(world)
    act(world, other, "", name="毫无关系（模拟）置业有限公司", former_names=[])
    assert {one, "毫无关系（模拟）置业有限公司"} in queue(world), "what it was called before still counts"


def test_an_officer_sees_the_pairs_of_which_one_is_its_own(world: World) -> None:
    own = {"重庆队列丙（模拟）康养有限公司", "队列丙（模拟）康养有限责任公司"}
    foreign = {"重庆队列丁（模拟）康养有限公司", "队列丁（模拟）康养有限责任公司"}
    load(world, *own, district="铜梁区")
    load(world, *foreign, district="两江新区")
    assert own in queue(world, "tongliang")
    assert foreign not in queue(world, "tongliang")
    assert foreign in queue(world, "liangjiang")
    assert world.client().get(f"{BASE}/duplicates").status_code == 401
    assert world.client("invest").get(f"{BASE}/duplicates").status_code == 403


def test_a_record_tells_what_looks_like_it(world: World) -> None:
    one, other = "重庆队列戊（模拟）康养有限公司", "队列戊（模拟）康养有限责任公司"
    load(world, one, other)
    record_id = world.run(database.fetchval("SELECT id FROM enterprise WHERE name = $1", one))
    found = world.client("city").get(f"{BASE}/{record_id}/duplicates").json()
    assert [candidate["name"] for candidate in found] == [other]


def test_a_decision_is_listed_and_may_be_taken_back(world: World) -> None:
    pair = {"重庆队列己（模拟）康养有限公司", "队列己（模拟）康养有限责任公司"}
    load(world, *pair, district="铜梁区")
    client = world.client("tongliang")
    [told] = [one for one in client.get(f"{BASE}/duplicates").json()["pairs"] if one["one"]["name"] in pair]
    word = {"record": told["one"]["id"], "other": told["other"]["id"], "same": False, "reason": "两家"}
    assert client.post(f"{BASE}/duplicates/decisions", json=word).status_code == 204
    assert pair not in queue(world)
    [made] = client.get(f"{BASE}/duplicates/decisions").json()
    assert {made["name"], made["said"]} == pair
    assert (made["same"], made["reason"]) == (False, "两家")
    assert world.client("liangjiang").get(f"{BASE}/duplicates/decisions").json() == []
    undo = {"record": made["record"], "incoming": made["incoming"]}
    assert world.client("liangjiang").post(f"{BASE}/duplicates/decisions/undo", json=undo).status_code == 403
    assert client.post(f"{BASE}/duplicates/decisions/undo", json=undo).status_code == 204
    assert client.post(f"{BASE}/duplicates/decisions/undo", json=undo).status_code == 404
    assert pair in queue(world)


def test_a_decision_names_the_other_record_to_those_only_who_may_see_it(world: World) -> None:
    pair = {"重庆队列庚（模拟）康养有限公司", "队列庚（模拟）康养有限责任公司"}
    load(world, *pair, district="铜梁区")
    client = world.client("tongliang")
    [told] = [one for one in client.get(f"{BASE}/duplicates").json()["pairs"] if one["one"]["name"] in pair]
    word = {"record": told["one"]["id"], "other": told["other"]["id"], "same": False, "reason": "两家"}
    assert client.post(f"{BASE}/duplicates/decisions", json=word).status_code == 204
    act(world, told["other"]["name"], "", district="两江新区", visibility="internal")
    mine = [one for one in client.get(f"{BASE}/duplicates/decisions").json() if one["record"] == told["one"]["id"]]
    assert [one["said"] for one in mine] == [""]


def test_what_everybody_has_in_common_tells_nothing(world: World, enterprises: Register) -> None:
    many = [f"众同名号{chr(0x4E00 + 37 * n)}{chr(0x5E00 + 11 * n)}行" for n in range(keeping.MOST_SHARED + 10)]
    load(world, *many)
    while world.run(keeping.catch_up(enterprises)):
        pass
    assert not [pair for pair in queue(world) if pair & set(many)]


def test_everything_may_be_compared_anew(world: World, enterprises: Register) -> None:
    before = queue(world)
    world.run(database.execute("DELETE FROM lookalike_pair"))
    world.run(database.execute("DELETE FROM lookalike_key"))
    world.run(keeping.mark_all(enterprises))
    while world.run(keeping.catch_up_each()):
        pass
    assert sorted(map(sorted, queue(world))) == sorted(map(sorted, before))


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"offset": 1_000_000}])
def test_a_page_that_there_is_not_is_refused(world: World, query: dict[str, int]) -> None:
    assert world.client("city").get(f"{BASE}/duplicates", params=query).status_code == 400
