"""Who may have a file, and who may hang, open or remove one."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import pytest

from registry import accounts, database
from registry.access import Role
from tests.attachments.made import attach, filed
from tests.conftest import World

LEVELS = ("public", "owner", "officers")
READERS = {
    "": {"public"},
    "invest": {"public"},
    "liangjiang": {"public"},
    "company": {"public"},
    "owner": {"public", "owner"},
    "tongliang": {"public", "owner", "officers"},
    "city": {"public", "owner", "officers"},
    "admin": {"public", "owner", "officers"},
}


class Scene(NamedTuple):
    """A record of 铜梁区 that an enterprise owns, with one file of each level."""

    world: World
    record: str
    urls: dict[str, str]


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    """The scene."""
    record = filed(world, "重庆附件权限（模拟）有限公司")
    world.run(accounts.create("owner", "Tianqi-2026-hao", "企业", Role.ENTERPRISE, enterprise_id=UUID(record)))
    urls = {level: attach(world, "city", record, level=level).json()["url"] for level in LEVELS}
    return Scene(world, record, urls)


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_lists_and_has_what_its_level_says_and_nothing_more(scene: Scene, reader: str) -> None:
    client = scene.world.client(reader)
    listed = {one["level"] for one in client.get(f"/api/v1/enterprises/{scene.record}/attachments").json()}
    had = {level for level, url in scene.urls.items() if client.get(url).status_code == 200}
    assert listed == had == READERS[reader]


def test_the_files_of_an_internal_record_are_as_hidden_as_the_record(scene: Scene) -> None:
    record = filed(scene.world, "重庆附件内部（模拟）有限公司", visibility="internal")
    made = attach(scene.world, "city", record, level="public").json()
    for reader, expected in (("", 404), ("liangjiang", 404), ("invest", 200), ("tongliang", 200)):
        client = scene.world.client(reader)
        assert client.get(made["url"]).status_code == expected
        assert client.get(f"/api/v1/enterprises/{record}/attachments").status_code == expected


@pytest.mark.parametrize(("who", "status"), [("", 401), ("invest", 403), ("liangjiang", 403), ("company", 403)])
def test_outsiders_hang_nothing_there(scene: Scene, who: str, status: int) -> None:
    assert attach(scene.world, who, scene.record, level="owner").status_code == status


def test_an_owner_hangs_files_on_its_record_but_opens_none_and_removes_only_its_own(scene: Scene) -> None:
    owner = scene.world.client("owner")
    assert attach(scene.world, "owner", scene.record, level="public").status_code == 422
    made = attach(scene.world, "owner", scene.record, level="owner").json()
    assert made["manageable"]
    assert owner.patch(made["url"], json={"level": "public"}).status_code == 422
    for level in ("public", "owner"):
        assert owner.post(f"{scene.urls[level]}/remove", json={}).status_code == 403
    assert owner.patch(made["url"], json={"about": "营业执照"}).json()["about"] == "营业执照"
    assert owner.post(f"{made['url']}/remove", json={}).status_code == 204


def test_who_loses_the_record_loses_its_files(scene: Scene) -> None:
    record = filed(scene.world, "重庆附件撤回（模拟）有限公司")
    made = attach(scene.world, "city", record, level="public").json()
    answer = scene.world.client("city").post(
        f"/api/v1/enterprises/{record}/withdraw", json={"reason": "重复"}, headers={"if-match": '"1"'}
    )
    assert answer.status_code == 200
    assert scene.world.client().get(made["url"]).status_code == 404
    assert scene.world.client("tongliang").get(made["url"]).status_code == 200


def test_a_level_that_is_none_cannot_even_be_written_to_the_database(scene: Scene) -> None:
    assert attach(scene.world, "city", scene.record, level="everyone").status_code == 422
    with pytest.raises(Exception, match="attachment_level"):
        scene.world.run(database.execute("UPDATE attachment SET level = 'everyone'"))
