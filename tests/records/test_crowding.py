"""One person's slow requests must not stop everybody else's."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import pytest

from registry import database, demo
from tests.conftest import World

BASE = "/api/v1/enterprises"


@pytest.fixture(scope="module")
def crowded(world: World) -> World:
    """A register whose exports are larger than what sockets buffer."""
    world.run(demo.load_generated(world.settings, 8000, 1))
    return world


def test_exports_that_nobody_reads_hold_up_nobody(crowded: World) -> None:
    host, port = crowded.url.removeprefix("http://").split(":")
    token = crowded.client("city").headers["authorization"]
    with ExitStack() as stack:
        for _ in range(12):
            line = stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
            request = f"GET {BASE}?format=ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"
            line.sendall(request.encode())
        time.sleep(3)
        began = time.monotonic()
        assert crowded.client().get(BASE).status_code == 200
        assert crowded.client().get("/readyz").status_code == 200
        assert time.monotonic() - began < 3


def test_when_no_connection_is_left_the_answer_is_come_back_later(
    crowded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.2)

    async def take_all() -> list[object]:
        pool = database.engine.pool
        assert pool is not None
        return [await pool.acquire() for _ in range(crowded.settings.pool_size)]

    async def give_back(taken: list[object]) -> None:
        pool = database.engine.pool
        assert pool is not None
        for one in taken:
            await pool.release(one)

    taken = crowded.run(take_all())
    try:
        answer = crowded.client().get(BASE)
    finally:
        crowded.run(give_back(taken))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "稍后" in answer.json()["detail"]
    assert crowded.client().get(BASE).status_code == 200
