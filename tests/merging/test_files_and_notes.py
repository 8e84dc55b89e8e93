"""Files and notes follow to the record kept, and go back with a split."""

from __future__ import annotations

from tests.attachments.made import PDF
from tests.conftest import World
from tests.merging.test_merge import BASE, merge, two


def test_files_and_notes_follow_to_the_record_kept_and_go_back_with_a_split(world: World) -> None:
    keep, give = two(world)
    city = world.client("city")
    files = {"file": ("证明.pdf", PDF)}
    assert city.post(f"{BASE}/{give['id']}/attachments", files=files, data={"level": "public"}).status_code == 201
    assert city.post(f"{BASE}/{give['id']}/notes", json={"text": "合并前走访"}).status_code == 201
    assert merge(world, keep, give).status_code == 200

    def hanging(record: str) -> tuple[list[str], list[str]]:
        names = [one["name"] for one in city.get(f"{BASE}/{record}/attachments").json()]
        return names, [one["text"] for one in city.get(f"{BASE}/{record}/notes").json()]

    assert hanging(keep["id"]) == (["证明.pdf"], ["合并前走访"])
    assert world.client().get(city.get(f"{BASE}/{keep['id']}/attachments").json()[0]["url"]).content == PDF
    [told] = city.get(f"{BASE}/{keep['id']}/merges").json()
    assert city.post(f"{BASE}/merges/{told['id']}/undo", json={"reason": "其实是两家"}).status_code == 200
    assert hanging(keep["id"]) == ([], [])
    assert hanging(give["id"]) == (["证明.pdf"], ["合并前走访"])
