"""When most of the index waits to be written, it is built anew; what is said here holds for both ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from registry import imports, indexing, outbox
from registry.access import Actor, Role
from registry.history import Occasion
from registry.register import Register
from tests.conftest import World

CLERK = Occasion(Actor(Role.ADMINISTRATOR, None, "测试"))


@pytest.fixture(params=[1, 1000], ids=["anew", "in batches"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many entries on the index is built anew."""
    monkeypatch.setattr(indexing, "MANY", request.param)


@pytest.mark.usefixtures("many")
def test_a_list_is_found_whichever_way_the_index_catches_up(
    world: World,
    enterprises: Register,
    make_list: Callable[[str], Path],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    brand = "银甲" if "anew" in request.node.name else "银乙"
    path = make_list("企业名称\n" + "".join(f"重庆{brand}{n}有限公司\n" for n in "一二三四五六七八九十"))
    report = imports.import_file(CLERK, enterprises, path, path.name, imports.Options(), annotated_dir=tmp_path)
    assert world.run(report).new == 10

    assert world.index() == 10

    assert world.client().get("/api/v1/search", params={"q": brand}).json()["total"] == 10
    assert world.run(outbox.backlog())[0] == 0
    verdict = world.run(indexing.verify(world.engine))
    assert verdict.agrees
