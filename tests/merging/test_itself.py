"""A record is one, however its id is spelt."""

from __future__ import annotations

from tests.conftest import World
from tests.merging.test_merge import BASE, merge, two


def test_a_record_is_not_taken_up_into_itself_however_its_id_is_spelt(world: World) -> None:
    keep, _ = two(world)
    answer = merge(world, keep, {**keep, "id": keep["id"].upper()})
    assert answer.status_code == 409, answer.text
    assert world.client("city").get(f"{BASE}/{keep['id']}").status_code == 200
