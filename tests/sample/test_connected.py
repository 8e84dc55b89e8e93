"""Synthetic records of the other registers are marked, unique, and name enterprises that are there."""

from __future__ import annotations

import pytest

from registry import database, demo
from registry.naming import name_key
from registry.sample import connected
from tests.conftest import World


@pytest.mark.parametrize("kind", connected.MAKERS)
def test_each_is_marked_and_the_same_for_the_same_seed(kind: str) -> None:
    rows = list(connected.generate(kind, 200, 3))
    assert rows == list(connected.generate(kind, 200, 3))
    names = [next(iter(row.values())) for row in rows]
    assert all("（模拟）" in name and row["模拟数据"] == "是" for name, row in zip(names, rows, strict=True))
    assert len({name_key(name) for name in names}) == len(names)


def test_they_are_imported_and_tied_to_the_enterprises_that_they_name(world: World) -> None:
    new = world.run(demo.load_generated(world.settings, 5000, 1, others=400))
    assert new == 5000 + 400
    tied = world.run(database.fetchrow("SELECT count(*), count(to_id) FROM link WHERE to_kind = 'enterprise'"))
    assert tied[0] == tied[1] > 400
