"""Merging two records of one thing, and splitting them again."""

from __future__ import annotations

import itertools
import time
from typing import Any

import httpx
import pytest

from registry import database
from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"
_numbers = itertools.count(500)


def file(world: World, name: str, **more: Any) -> dict[str, Any]:
    """A record on which every look-alike was decided beforehand, by an officer of the city."""
    answer = world.client("city").post(BASE, json={"name": name, "visibility": "public", **more})
    if answer.status_code == 409:
        others = [one["id"] for one in answer.json()["candidates"]]
        answer = world.client("city").post(
            BASE, json={"name": name, "visibility": "public", **more, "different_from": others}
        )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def merge(
    world: World, keep: dict[str, Any], give: dict[str, Any], username: str = "city", **more: Any
) -> httpx.Response:
    """Merge `give` into `keep`."""
    body = {"other": give["id"], "other_version": give["version"], "reason": "同一家企业", **more}
    headers = {"If-Match": f'"{keep["version"]}"'}
    return world.client(username).post(f"{BASE}/{keep['id']}/merge", json=body, headers=headers)


def two(world: World, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two records of one thing: the first has a code, the second an address."""
    n = next(_numbers)
    keep = file(world, f"重庆合并{n}号康养服务有限公司", credit_code=synthetic_code(n), district="铜梁区")
    return keep, file(world, f"合并{n}号康养服务公司", address="铜梁某街一号", district="铜梁区", **more)


def test_the_record_kept_has_the_better_values_and_both_names(world: World) -> None:
    keep, give = two(world, products="助浴")
    answer = merge(world, keep, give)
    assert answer.status_code == 200, answer.text
    record = answer.json()
    assert record["id"] == keep["id"]
    assert (record["name"], record["credit_code"]) == (keep["name"], keep["credit_code"])
    assert (record["address"], record["products"]) == ("铜梁某街一号", "助浴")
    assert record["former_names"] == [give["name"]]


def test_a_person_chooses_field_by_field(world: World) -> None:
    keep, give = two(world, website="www.other.cn")
    answer = merge(world, keep, give, take={"name": "other", "address": "own"})
    record = answer.json()
    assert record["name"] == give["name"]
    assert record["former_names"] == [keep["name"]]
    assert record["address"] is None
    assert record["website"] == "www.other.cn"


@pytest.mark.parametrize("take", [{"no_such": "own"}, {"address": "both"}, {"address": "mine"}])
def test_a_choice_that_there_is_not_is_refused(world: World, take: dict[str, str]) -> None:
    keep, give = two(world)
    assert merge(world, keep, give, take=take).status_code == 422


def test_old_ids_lead_on_with_the_whole_address_and_for_acts_too(world: World) -> None:
    keep, give = two(world)
    merge(world, keep, give)
    for tail in ("", "/history", "/references", "?x=1"):
        for client in (world.client(), world.client("city")):
            answer = client.get(f"{BASE}/{give['id']}{tail}")
            assert answer.status_code == 308, tail
            assert answer.headers["location"] == f"{BASE}/{keep['id']}{tail}"
            assert answer.headers["cache-control"] == "no-store"
    page = world.client().get(f"/enterprises/{give['id']}", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (308, f"/enterprises/{keep['id']}")
    changed = world.client("city").patch(
        f"{BASE}/{give['id']}", json={"reason": "x", "address": "y"}, headers={"If-Match": '"2"'}
    )
    assert changed.status_code == 308
    odd = world.client().get(f"{BASE}/{give['id'].upper()}")
    assert odd.headers["location"] == f"{BASE}/{keep['id']}"


def test_ids_lead_on_over_several_merges(world: World) -> None:
    first, second = two(world)
    last = file(world, f"重庆最后{next(_numbers)}康养有限公司")
    kept = merge(world, second, first).json()
    assert merge(world, last, kept).status_code == 200
    assert world.client().get(f"{BASE}/{first['id']}").headers["location"] == f"{BASE}/{last['id']}"


def test_an_id_does_not_lead_to_what_may_not_be_seen(world: World) -> None:
    keep = file(world, f"重庆内部{next(_numbers)}康养有限公司", visibility="internal", district="两江新区")
    give = file(world, f"重庆公开{next(_numbers)}康养有限公司", district="两江新区")
    assert merge(world, keep, give).status_code == 200
    assert world.client().get(f"{BASE}/{give['id']}").status_code == 404
    assert world.client("liangjiang").get(f"{BASE}/{give['id']}").status_code == 308


def test_the_record_given_up_is_in_no_list_and_no_search(world: World) -> None:
    keep, give = two(world)
    merge(world, keep, give)
    world.index()
    for query in ("", "&withdrawn=true"):
        listed = world.client("city").get(f"{BASE}?limit=200{query}").json()["items"]
        assert give["id"] not in [one["id"] for one in listed]
    hits = world.client("city").get("/api/v1/search", params={"q": give["name"]}).json()["hits"]
    assert [hit["id"] for hit in hits][:1] == [keep["id"]]
    assert give["id"] not in [hit["id"] for hit in hits]


def test_titles_move_once_and_both_histories_stay(world: World) -> None:
    keep, give = two(world)
    rows = "".join(
        f"{name},市级专精特新中小企业,2024\n{name},{own},2023\n"
        for name, own in ((keep["name"], "某奖"), (give["name"], "另一奖"))
    )
    upload = {"file": ("list.csv", f"企业名称,称号,年度\n{rows}".encode(), "text/csv")}
    assert world.client("city").post(f"{BASE}/import", files=upload).status_code == 200
    keep, give = (world.client("city").get(f"{BASE}/{one['id']}").json() for one in (keep, give))
    record = merge(world, keep, give).json()
    labels = sorted(title["as_printed"] for title in record["titles"])
    assert labels == sorted(["市级专精特新中小企业", "某奖", "另一奖"])
    history = world.client("city").get(f"{BASE}/{keep['id']}/history").json()
    assert history[0]["act"] == "merged"
    assert history[0]["after"]["merged"] == {"id": give["id"], "name": give["name"]}
    [told] = world.client("city").get(f"{BASE}/{keep['id']}/merges").json()
    own = world.client("city").get(f"{BASE}/merges/{told['id']}/history").json()
    assert [entry["act"] for entry in own] == ["merged_away", "imported", "filed"]
    assert world.client("liangjiang").get(f"{BASE}/merges/{told['id']}/history").status_code == 404


def test_a_list_that_names_the_record_given_up_is_not_asked_about_again(world: World) -> None:
    keep, give = two(world)
    kept = merge(world, keep, give).json()
    upload = {"file": ("list.csv", f"企业名称,网址\n{give['name']},www.later.cn\n".encode(), "text/csv")}
    report = world.client("city").post(f"{BASE}/import", files=upload).json()
    assert (report["new"], report["changed"]) == (0, 1)
    assert world.client("city").get(f"{BASE}/{kept['id']}").json()["website"] == "www.later.cn"


def test_a_record_that_somebody_changed_meanwhile_is_not_merged(world: World) -> None:
    keep, give = two(world)
    body = {"reason": "x", "address": "改了"}
    world.client("city").patch(f"{BASE}/{give['id']}", json=body, headers={"If-Match": '"1"'})
    assert merge(world, keep, give).status_code == 412
    assert merge(world, keep | {"version": 9}, give).status_code == 412
    assert merge(world, keep, keep).status_code == 409
    assert merge(world, keep, give | {"version": 2}, reason="").status_code == 422


def test_a_record_that_was_merged_already_is_not_merged_again(world: World) -> None:
    keep, give = two(world)
    kept = merge(world, keep, give).json()
    third = file(world, f"重庆第三{next(_numbers)}康养有限公司")
    assert merge(world, third, give).status_code == 409
    assert merge(world, give, third).status_code == 308
    assert kept["id"] == keep["id"]


def test_only_officers_of_both_records_merge(world: World) -> None:
    keep, give = two(world)
    for username, status in (("", 401), ("company", 403), ("invest", 403), ("liangjiang", 403)):
        assert merge(world, keep, give, username).status_code == status, username
    assert merge(world, keep, give, "tongliang").status_code == 200


def test_a_split_gives_everything_back_but_what_was_changed_since(world: World) -> None:
    keep, give = two(world, website="www.given.cn")
    upload = {"file": ("list.csv", f"企业名称,称号,年度\n{give['name']},某某奖,2023\n".encode(), "text/csv")}
    world.client("city").post(f"{BASE}/import", files=upload)
    give = world.client("city").get(f"{BASE}/{give['id']}").json()
    kept = merge(world, keep, give).json()
    body = {"reason": "迁址", "address": "新址"}
    headers = {"If-Match": f'"{kept["version"]}"'}
    assert world.client("city").patch(f"{BASE}/{keep['id']}", json=body, headers=headers).status_code == 200
    [told] = world.client("city").get(f"{BASE}/{keep['id']}/merges").json()
    answer = world.client("city").post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "其实是两家"})
    assert answer.status_code == 200, answer.text
    back = answer.json()
    assert (back["id"], back["name"], back["withdrawn"]) == (give["id"], give["name"], False)
    assert [title["as_printed"] for title in back["titles"]] == ["某某奖"]
    now = world.client("city").get(f"{BASE}/{keep['id']}").json()
    assert (now["address"], now["website"], now["former_names"]) == ("新址", None, [])
    assert now["titles"] == []
    assert world.client("city").get(f"{BASE}/{give['id']}").status_code == 200
    pairs = world.client("city").get(f"{BASE}/duplicates").json()["pairs"]
    assert give["id"] not in str(pairs)
    again = world.client("city").post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "再来"})
    assert again.status_code == 409


def test_a_code_that_came_with_the_merge_goes_back_with_the_split(world: World) -> None:
    code = synthetic_code(next(_numbers))
    keep = file(world, f"重庆无码{next(_numbers)}康养有限公司")
    give = file(world, f"重庆有码{next(_numbers)}康养有限公司", credit_code=code)
    assert merge(world, keep, give).json()["credit_code"] == code
    [told] = world.client("city").get(f"{BASE}/{keep['id']}/merges").json()
    back = world.client("city").post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "两家"}).json()
    assert back["credit_code"] == code
    assert world.client("city").get(f"{BASE}/{keep['id']}").json()["credit_code"] is None


def test_a_merge_under_another_one_is_split_after_it(world: World) -> None:
    first, second = two(world)
    last = file(world, f"重庆再并{next(_numbers)}康养有限公司")
    kept = merge(world, second, first).json()
    merge(world, last, kept)
    inner = world.run(database.fetchval("SELECT id FROM record_merge WHERE given_id = $1", first["id"]))
    answer = world.client("city").post(f"{BASE}/merges/{inner}/undo", json={"reason": "拆"})
    assert answer.status_code == 409
    assert "后来的合并" in answer.json()["detail"]


def test_a_thousand_references_follow_within_a_second(world: World) -> None:
    keep, give = two(world)
    name = give["name"]
    filler = (
        "INSERT INTO link (from_kind, from_id, field, place, to_kind, printed, to_key, to_id)"
        " SELECT 'brand', gen_random_uuid(), 'owner', 0, 'enterprise', $1, $1, $2 FROM generate_series(1, 1000)"
    )
    world.run(database.execute(filler, name, give["id"]))
    began = time.perf_counter()
    assert merge(world, keep, give).status_code == 200
    taken = time.perf_counter() - began
    count = "SELECT count(*) FROM link WHERE to_id = $1"
    assert world.run(database.fetchval(count, keep["id"])) == 1000
    assert world.run(database.fetchval(count, give["id"])) == 0
    assert taken < 1.0
    [told] = world.client("city").get(f"{BASE}/{keep['id']}/merges").json()
    world.client("city").post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "两家"})
    assert world.run(database.fetchval(count, give["id"])) == 1000


def test_conflicts_follow_to_the_record_kept(world: World) -> None:
    keep, give = two(world)
    text = f"企业名称,区县,注册地址\n{give['name']},铜梁区,铜梁某街二号\n"
    report = world.client("city").post(f"{BASE}/import", files={"file": ("名单.csv", text.encode())}).json()
    assert report["conflicts"] == 1

    def waiting(record: dict[str, Any]) -> list[str]:
        found = world.client("city").get(f"{BASE}/{record['id']}/conflicts").json()
        return [one["said"] for one in found if one["state"] == "pending"]

    assert (waiting(keep), waiting(give)) == ([], ["铜梁某街二号"])
    now = world.client("city").get(f"{BASE}/{give['id']}").json()
    assert merge(world, keep, now).status_code == 200
    assert waiting(keep) == ["铜梁某街二号"]


def test_a_merge_and_a_split_are_not_undone_as_plain_changes(world: World) -> None:
    keep, give = two(world)
    version = merge(world, keep, give).json()["version"]
    [told] = world.client("city").get(f"{BASE}/{keep['id']}/merges").json()
    undo = f"{BASE}/{keep['id']}/undo"
    body = {"reason": "x", "version": version}
    refused = world.client("city").post(undo, json=body, headers={"If-Match": f'"{version}"'})
    assert refused.status_code == 409, refused.text
    world.client("city").post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "两家"})
    body = {"reason": "x", "version": version + 1}
    refused = world.client("city").post(undo, json=body, headers={"If-Match": f'"{version + 1}"'})
    assert refused.status_code == 409, refused.text


def test_accounts_and_their_scope_follow_the_record(world: World) -> None:
    keep, give = two(world)
    account = world.run(database.fetchval("SELECT id FROM account WHERE username = 'company'"))
    world.run(database.execute("UPDATE account SET enterprise_id = $1 WHERE id = $2", give["id"], account))
    reach = "INSERT INTO account_reach (account, sort, target, kind) VALUES ($1, 'record', $2, 'enterprise')"
    world.run(database.execute(reach, account, give["id"]))
    assert merge(world, keep, give).status_code == 200
    reached = "(SELECT target FROM account_reach WHERE account = a.id)"
    own = f"SELECT enterprise_id::text, {reached} FROM account a WHERE id = $1"
    assert tuple(world.run(database.fetchrow(own, account))) == (keep["id"], keep["id"])
    [told] = world.client("city").get(f"{BASE}/{keep['id']}/merges").json()
    world.client("city").post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "两家"})
    assert tuple(world.run(database.fetchrow(own, account))) == (give["id"], give["id"])


def test_a_reference_that_names_the_code_given_up_stays_tied_when_it_is_read_anew(world: World) -> None:
    keep = file(world, f"重庆引用{next(_numbers)}康养有限公司", credit_code=synthetic_code(next(_numbers)))
    code = synthetic_code(next(_numbers))
    give = file(world, f"重庆另码{next(_numbers)}康养有限公司", credit_code=code)
    brand = world.client("city").post(
        "/api/v1/brands", json={"name": f"引用牌{next(_numbers)}", "owner": code, "visibility": "public"}
    )
    assert brand.status_code == 201, brand.text
    assert merge(world, keep, give).status_code == 200
    address = f"/api/v1/brands/{brand.json()['id']}"
    change = {"reason": "x", "name": f"引用新牌{next(_numbers)}"}
    assert world.client("city").patch(address, json=change, headers={"If-Match": '"1"'}).status_code == 200
    assert change["name"] in world.client().get(f"{BASE}/{keep['id']}/references").text
