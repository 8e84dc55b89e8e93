"""The operations page and API: how the service is, for those who may know, and what needs to be looked after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plugins import manager
from registry import database, operations
from tests.conftest import World

WHERE = "/api/v1/operations"


@pytest.fixture
def late(world: World) -> Iterator[None]:
    """An outbox entry that nobody has taken for two minutes."""
    sql = "INSERT INTO outbox (kind, record_id, at) VALUES ('enterprise', gen_random_uuid(), now() - interval '2 min')"
    world.run(database.execute(sql))
    yield
    world.run(database.execute("DELETE FROM outbox"))


def test_it_tells_queues_index_jobs_database_and_people(world: World) -> None:
    client = world.client("admin")
    told = client.get(WHERE).json()
    assert told["search"] is True
    assert [one["label"] for one in told["queues"]] == ["等待更新索引的记录", "排队中的任务", "等待查重的记录"]
    assert told["database_bytes"] > 1_000_000
    assert told["tables"] == sorted(told["tables"], key=lambda one: (-one["bytes"], one["name"]))
    assert told["connections"] >= 1
    page = client.get("/operations", headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "PostgreSQL" in page.text


@pytest.mark.usefixtures("late")
def test_a_queue_that_nobody_empties_is_said_to_need_looking_after(world: World) -> None:
    page = world.client("city").get("/operations", headers={"accept": "text/html"}).text
    assert "有需要处理的问题" in page
    assert "请确认后台进程在运行" in page


def test_the_last_verification_of_each_thing_is_shown(world: World) -> None:
    for words, sound in (("第一次", False), ("第二次", True)):
        world.run(operations.verified("index", words, sound=sound))
    world.run(operations.verified("history:enterprise", "企业：不符", sound=False))
    told = world.client("admin").get(WHERE).json()["verified"]
    assert [(one["subject"], one["words"], one["sound"]) for one in told] == [
        ("history:enterprise", "企业：不符", False),
        ("index", "第二次", True),
    ]
    assert "有需要处理的问题" in world.client("admin").get("/operations", headers={"accept": "text/html"}).text


def test_history_is_verified_once_a_day_and_the_first_fault_is_shown(world: World) -> None:
    assert (
        world.client("city").post("/api/v1/enterprises", json={"name": "重庆核验（模拟）有限公司"}).status_code == 201
    )
    world.run(database.execute("DELETE FROM verification"))
    world.run(operations.verify_daily())
    told = {one["subject"]: one for one in world.client("admin").get(WHERE).json()["verified"]}
    assert set(told) == {f"history:{kind}" for kind in manager.registers()}
    assert told["history:enterprise"]["words"] == "企业的历史链：1 条，一致。"
    tampered = (
        "ALTER TABLE history DISABLE TRIGGER USER; UPDATE history SET actor_name = '别人'; "
        "ALTER TABLE history ENABLE TRIGGER USER"
    )
    world.run(database.execute(tampered))
    world.run(operations.verify_daily())
    assert all(one["sound"] for one in world.client("admin").get(WHERE).json()["verified"])
    world.run(database.execute("UPDATE verification SET at = at - interval '25 hours'"))
    world.run(operations.verify_daily())
    unsound = [one for one in world.client("admin").get(WHERE).json()["verified"] if not one["sound"]]
    assert [one["words"] for one in unsound] == ["企业的历史链：1 条，不符：内容与写入时不符。"]


@pytest.mark.parametrize("username", ["", "tongliang", "company", "invest"])
def test_it_is_not_for_everyone(world: World, username: str) -> None:
    assert world.client(username).get(WHERE).status_code == (403 if username else 401)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 字节"), (1536, "1.5 KB"), (200 * 2**20, "200 MB"), (2**41, "2048 GB")]
)
def test_sizes_are_told_as_people_read_them(number: int, words: str) -> None:
    from registry.web.operating import size

    assert size(number) == words
