"""Attaching, changing, removing: the file, its history, its bounds, its headers."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from uuid import UUID

import pytest

from registry import attachments, database
from registry.access import Actor, Role
from registry.attachments import Given, Level
from registry.attachments.storage import place_of
from registry.errors import NotFound
from registry.history import Occasion
from registry.register import Register
from tests.attachments.made import FILES, PDF, attach, filed
from tests.conftest import World

OPERATOR = Occasion(Actor(Role.ADMINISTRATOR, None, "命令行"))


@pytest.fixture(scope="module")
def record(world: World) -> str:
    """A record."""
    return filed(world, "重庆附件（模拟）有限公司")


def test_a_file_hangs_on_its_record_and_comes_back_as_it_was(world: World, record: str) -> None:
    made = attach(world, "tongliang", record, level="public", about="市级认定文件", reason="补齐材料")
    assert made.status_code == 201, made.text
    assert made.json()["type"] == "pdf"
    assert made.json()["sha256"] == hashlib.sha256(PDF).hexdigest()
    [listed] = world.client().get(f"/api/v1/enterprises/{record}/attachments").json()
    assert (listed["name"], listed["about"], listed["manageable"]) == ("认定文件.pdf", "市级认定文件", False)
    assert world.client().get(listed["url"]).content == PDF


def test_it_is_sent_to_be_saved_and_never_to_run_in_the_site(world: World, record: str) -> None:
    made = attach(world, "city", record, FILES["png"], name="照片.png", level="public").json()
    headers = world.client().get(made["url"]).headers
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    inside = attach(world, "city", record, FILES["png"], name="照片.png").json()
    assert "no-store" in world.client("city").get(inside["url"]).headers["cache-control"]


def test_equal_contents_lie_once_under_their_digest_and_nowhere_else(world: World, record: str) -> None:
    content = PDF + b"% once\n%%EOF"
    for name in ("../../../一.pdf", "二.pdf"):
        assert attach(world, "city", record, content, name=name).status_code == 201
    digest = hashlib.sha256(content).hexdigest()
    lying = [path for path in Path(world.settings.data_dir).rglob("*") if path.is_file() and digest in path.name]
    assert lying == [place_of(world.settings, digest)]
    assert world.run(attachments.verify(world.settings)) == []


def test_history_tells_of_it_and_names_to_outsiders_only_that_something_was_done(world: World) -> None:
    record = filed(world, "重庆附件经过（模拟）有限公司")
    made = attach(world, "tongliang", record, reason="存档").json()
    world.client("tongliang").post(f"{made['url']}/remove", json={"reason": "传错"})
    path = f"/api/v1/enterprises/{record}/history"
    inside = world.client("tongliang").get(path).json()
    assert [entry["act"] for entry in inside] == ["detached", "attached", "filed"]
    assert inside[1]["after"]["attachment"]["sha256"] == made["sha256"]
    assert inside[0]["reason"] == "传错"
    assert "attachment" not in str([entry["after"] for entry in world.client().get(path).json()])
    assert world.client("tongliang").get(made["url"]).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"PK\x03\x04nonsense"])
def test_what_is_not_taken_is_refused_with_words(world: World, record: str, content: bytes) -> None:
    answer = attach(world, "city", record, content)
    assert answer.status_code == 400
    assert "请" in answer.json()["detail"]


def test_too_large_a_file_is_refused(world: World, record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = attach(world, "city", record, b"%PDF-1.7" + b"\0" * attachments.MOST_BYTES)
    assert answer.status_code == 413
    monkeypatch.setattr("registry.attachments.service.MOST_TOGETHER", 10)
    assert "合计" in attach(world, "city", record).json()["detail"]


def test_no_more_files_than_the_bound_even_when_they_come_at_once(
    world: World, enterprises: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.attachments.service.MOST_FILES", 3)
    record = filed(world, "重庆附件同时（模拟）有限公司")
    source = tmp_path / "one.pdf"
    source.write_bytes(PDF)

    async def together() -> list[object]:
        acts = [
            attachments.attach(world.settings, OPERATOR, enterprises, record, source, Given(f"{n}.pdf"))
            for n in range(6)
        ]
        return await asyncio.gather(*acts, return_exceptions=True)

    outcomes = world.run(together())
    assert sum(isinstance(one, attachments.Attachment) for one in outcomes) == 3


def test_a_lost_or_altered_content_is_named(world: World, record: str) -> None:
    made = attach(world, "city", record, PDF + b"%altered\n%%EOF").json()
    place = place_of(world.settings, made["sha256"])
    kept = place.read_bytes()
    place.write_bytes(b"something else")
    [fault] = world.run(attachments.verify(world.settings))
    assert made["id"] in fault
    place.unlink()
    assert "缺失" in world.run(attachments.verify(world.settings))[0]
    assert world.client("city").get(made["url"]).status_code == 404
    place.write_bytes(kept)


def test_a_loose_file_is_for_who_brought_it_until_it_is_bound(world: World, enterprises: Register) -> None:
    record = filed(world, "重庆附件认领（模拟）有限公司")
    kept = world.client("company").post("/api/v1/attachments", files={"file": ("授权书.pdf", PDF)}).json()
    assert kept["record_id"] is None
    assert world.client("company").get(kept["url"]).content == PDF
    for other in ("", "admin", "invest"):
        assert world.client(other).get(kept["url"]).status_code == 404
    world.run(attachments.bind(OPERATOR, UUID(kept["id"]), enterprises, UUID(record), Level.OFFICERS))
    assert world.client("tongliang").get(kept["url"]).content == PDF
    assert world.client("company").get(kept["url"]).status_code == 404
    with pytest.raises(NotFound):
        world.run(attachments.bind(OPERATOR, UUID(kept["id"]), enterprises, UUID(record), Level.OFFICERS))


def test_the_fetching_of_what_is_not_public_is_logged_and_of_what_is_public_is_not(world: World) -> None:
    record = filed(world, "重庆附件日志（模拟）有限公司")
    urls = {level: attach(world, "city", record, level=level).json()["url"] for level in ("public", "officers")}
    for url in urls.values():
        assert world.client("tongliang").get(url).status_code == 200
    rows = world.run(
        database.fetch(
            "SELECT actor_name FROM audit_entry WHERE act = '下载附件' AND target = $1", f"enterprise/{record}"
        )
    )
    assert [row["actor_name"] for row in rows] == ["铜梁区经办（演示）"]


def test_a_loose_file_that_nothing_uses_is_gone_after_a_month_and_what_a_record_has_is_not(world: World) -> None:
    record = filed(world, "重庆附件留存（模拟）有限公司")
    shared, alone = PDF + b"% shared\n%%EOF", PDF + b"% alone\n%%EOF"
    attach(world, "city", record, shared)
    for content in (shared, alone):
        assert (
            world.client("company").post("/api/v1/attachments", files={"file": ("a.pdf", content)}).status_code == 201
        )
    places = [place_of(world.settings, hashlib.sha256(content).hexdigest()) for content in (shared, alone)]
    assert world.run(attachments.sweep(world.settings)) == 0
    world.run(database.execute("UPDATE attachment SET created_at = created_at - interval '31 days' WHERE kind IS NULL"))
    for place in places:
        os.utime(place, (0, 0))
    assert world.run(attachments.sweep(world.settings)) == 2
    assert [place.exists() for place in places] == [True, False]
    assert world.run(attachments.verify(world.settings)) == []
