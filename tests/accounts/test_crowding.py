"""Many sign-ins at once, through the running service: nobody gains guesses by it, and nobody fills the memory."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator

import httpx
import psutil
import pytest

from registry import database, demo, passwords, throttle
from registry.settings import Settings
from tests.conftest import Cluster, World

ALLOWED_GROWTH = 300 * 2**20
"""Bytes: two hashes of 64 MiB, and as much again for what a loaded process takes besides."""


class Memory:
    """The most memory that this process (the service runs in it) took while it was watched, above what it had."""

    def __enter__(self) -> Memory:
        self._process = psutil.Process()
        self._start = self._most = self._process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            self._most = max(self._most, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def growth(self) -> int:
        """Bytes."""
        return int(self._most - self._start)


@pytest.fixture(scope="module")
def world(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The service behind a proxy that tells the addresses of many people."""
    folder = tmp_path_factory.mktemp("data")
    with World(Settings(data_dir=folder, database_url=cluster.copy(), trusted_proxy=True)) as running:
        yield running


def crowd(world: World, people: list[tuple[str, str, str]]) -> list[httpx.Response]:
    """The answers to people who sign in at the same moment: (name, password, address)."""

    async def all_at_once() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=len(people))
        async with httpx.AsyncClient(base_url=world.url, timeout=60, limits=limits) as client:
            return await asyncio.gather(
                *(
                    client.post(
                        "/login",
                        data={"username": username, "password": password},
                        headers={"x-forwarded-for": address},
                    )
                    for username, password, address in people
                )
            )

    return asyncio.run(all_at_once())


def test_forty_guesses_at_once_are_five_guesses(world: World) -> None:
    answers = crowd(world, [("city", "wrong password", "10.9.0.1")] * 40)
    assert Counter(answer.status_code for answer in answers) == {
        401: throttle.MOST_BY_NAME_AND_CLIENT,
        429: 40 - throttle.MOST_BY_NAME_AND_CLIENT,
    }


def test_a_crowd_takes_the_memory_of_two_and_who_is_sent_away_is_told_when_to_come_back(world: World) -> None:
    people = [(f"nobody{number}", "wrong password", f"10.0.{number}.1") for number in range(60)]
    with Memory() as memory:
        answers = crowd(world, people)
    assert memory.growth < ALLOWED_GROWTH
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {401, 429}
    assert statuses[401] >= passwords.AT_ONCE + passwords.MOST_WAITING
    away = [answer for answer in answers if answer.status_code == 429]
    assert {answer.headers["retry-after"] for answer in away} == {str(passwords.RETRY_SECONDS)}
    assert all("登录的人较多" in answer.text for answer in away)
    # Who was sent away has not failed.
    assert (
        world.run(database.fetchval("SELECT count(*) FROM login_attempt WHERE username LIKE 'nobody%'"))
        == statuses[401]
    )


def test_as_many_as_may_wait_all_get_in(world: World) -> None:
    many = passwords.AT_ONCE + passwords.MOST_WAITING
    answers = crowd(world, [("city", demo.PASSWORD, f"10.1.{number}.1") for number in range(many)])
    assert {answer.status_code for answer in answers} == {303}
