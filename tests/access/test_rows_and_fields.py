"""Who sees which rows and which fields: in the record, the list, the search, its counts, the history."""

from __future__ import annotations

import pytest

from registry.access import ANONYMOUS, Actor, Permission, Role, districts_of, in_scope, sees, tokens
from registry.reach import record_tokens
from tests.conftest import World

BASE = "/api/v1/enterprises"
PHONE = "000-00000042"


def row(**fields: object) -> dict[str, object]:
    """A row as the rules see it."""
    return {"id": "a", "district": "铜梁区", "visibility": "internal", "keeper": None, "handler": None, **fields}


@pytest.mark.parametrize(
    ("actor", "record", "seen", "own"),
    [
        (ANONYMOUS, row(), False, False),
        (ANONYMOUS, row(visibility="public"), True, False),
        (Actor(Role.DISTRICT, district="铜梁区"), row(), True, True),
        (Actor(Role.DISTRICT, district="铜梁区"), row(district="万州区"), False, False),
        (Actor(Role.DISTRICT, district="铜梁区"), row(district=None), False, False),
        (Actor(Role.DISTRICT, district=""), row(district=None), False, False),
        (Actor(Role.DISTRICT, district="两江新区"), row(district="江北区"), True, True),
        (Actor(Role.DISTRICT, district="江北区"), row(district="两江新区"), False, False),
        (Actor(Role.MUNICIPAL), row(district=None), True, True),
        (Actor(Role.INVESTMENT), row(), True, False),
        (Actor(Role.ENTERPRISE, enterprise_id="a"), row(), True, True),
        (Actor(Role.ENTERPRISE, enterprise_id="b"), row(), False, False),
        (Actor(Role.ENTERPRISE), row(), False, False),
        (Actor(Role.ADMINISTRATOR), row(), True, True),
    ],
)
def test_rows_are_seen_and_owned_by_rule(actor: Actor, record: dict[str, object], seen: bool, own: bool) -> None:
    assert sees(actor, record) is seen
    assert in_scope(actor, record) is own


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("district", ["铜梁区", "江北区", None])
@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_the_tokens_of_search_say_the_same_as_the_rule(role: Role, district: str | None, visibility: str) -> None:
    record = row(district=district, visibility=visibility)
    for actor in (Actor(role, district="两江新区"), Actor(role, district="铜梁区"), Actor(role, enterprise_id="a")):
        asked = tokens(actor)
        matched = asked is None or bool(set(asked) & set(record_tokens(record)))
        if role in {Role.DISTRICT, Role.ENTERPRISE} or not (actor.district or actor.enterprise_id):
            assert matched is sees(actor, record)


def test_a_successor_answers_for_its_predecessors_and_not_the_other_way_round() -> None:
    assert set(districts_of(Actor(Role.DISTRICT, district="两江新区"))) == {"两江新区", "江北区", "渝北区"}
    assert districts_of(Actor(Role.DISTRICT, district="江北区")) == ("江北区",)


@pytest.fixture(scope="module")
def place(world: World) -> str:
    """An internal record in 铜梁区 with private fields."""
    body = {"name": "重庆机密对象有限公司", "district": "铜梁区", "contact_name": "联系人0042", "contact_phone": PHONE}
    answer = world.client("city").post(BASE, json=body)
    headers = {"If-Match": answer.headers["etag"]}
    world.client("city").patch(
        answer.headers["location"], json={"reason": "换号", "contact_phone": "000-00000043"}, headers=headers
    )
    world.index()
    return str(answer.headers["location"])


@pytest.mark.parametrize(
    ("username", "seen"), [("", 0), ("company", 0), ("liangjiang", 0), ("tongliang", 1), ("invest", 1), ("city", 1)]
)
def test_lists_search_and_counts_obey_the_rows(world: World, place: str, username: str, seen: int) -> None:
    client = world.client(username)
    found = client.get("/api/v1/search", params={"q": "机密对象", "facets": "district"}).json()
    listed = client.get(BASE, params={"district": "铜梁区"}).json()["items"]
    assert client.get(place).status_code == (200 if seen else 404)
    assert found["total"] == len(found["hits"]) == len(listed) == seen
    assert found["facets"]["district"] == ({"铜梁区": 1} if seen else {})


@pytest.mark.parametrize(("username", "told"), [("tongliang", True), ("city", True), ("invest", False)])
def test_private_fields_and_their_history_are_only_for_their_officers(
    world: World, place: str, username: str, told: bool
) -> None:
    client = world.client(username)
    # Personal as they are, even their officers see them covered (tests/personal).
    assert ("000-****0042" in client.get(f"{place}/history").text) is told
    assert ("000-****0043" in client.get(place).text) is told
    assert ("换号" in client.get(f"{place}/history").text) is told


def test_private_fields_never_reach_the_index(world: World, place: str) -> None:  # noqa: ARG001
    for path in world.settings.index_dir.rglob("*"):
        if path.is_file():
            assert b"00000043" not in path.read_bytes()
            assert "联系人0042".encode() not in path.read_bytes()
    for query in ("00000043", "联系人0042"):
        assert world.client("city").get("/api/v1/search", params={"q": query}).json()["total"] == 0


def test_every_permission_is_somebodys() -> None:
    from registry.access import GRANTS

    assert set().union(*GRANTS.values()) == set(Permission)


def test_what_a_record_was_before_it_became_public_stays_inside(world: World) -> None:
    city = world.client("city")
    filed = city.post(BASE, json={"name": "重庆先内后公有限公司", "district": "铜梁区", "address": "涉密路1号"})
    where = filed.headers["location"]
    for version, body in enumerate(
        ({"address": "公开路2号"}, {"visibility": "public", "website": "www.example.cn"}, {"address": "公开路3号"}), 1
    ):
        city.patch(where, json={"reason": "核对", **body}, headers={"If-Match": f'"{version}"'})
    told = world.client().get(f"{where}/history")
    assert [entry["version"] for entry in told.json()] == [4, 3]
    assert told.json()[1]["before"] == {}
    assert "涉密" not in told.text
    assert [entry["version"] for entry in city.get(f"{where}/history").json()] == [4, 3, 2, 1]
    assert [entry["version"] for entry in city.get(f"{where}/history", params={"before": 3}).json()] == [2, 1]
