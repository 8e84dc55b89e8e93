"""Hashing and checking passwords: few at a time, because each takes 64 MiB and a tenth of a second on purpose."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache, partial
from typing import TypeVar

import anyio
import anyio.to_thread
import argon2
from anyio.lowlevel import RunVar

from registry.errors import TooMany

T = TypeVar("T")

AT_ONCE = 2
"""Hashes under way in a process: bounds the memory that anonymous sign-ins can make it take to 128 MiB."""
MOST_WAITING = 20
RETRY_SECONDS = 5


class _Desk:
    """Serves `AT_ONCE`, lets `MOST_WAITING` wait, and sends the others away."""

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        if self._inside >= AT_ONCE + MOST_WAITING:
            raise TooMany("正在登录的人较多，请几秒钟后再试。", RETRY_SECONDS)
        self._inside += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1


_desk: RunVar[_Desk] = RunVar("password desk")
"""One for each event loop, as a limiter must be."""


def _at_desk() -> _Desk:
    desk = _desk.get(None)
    if desk is None:
        desk = _Desk()
        _desk.set(desk)
    return desk


async def digest(password: str) -> str:
    """The argon2id hash to keep; TooMany when too many wait."""
    return await _at_desk().run(partial(_hasher().hash, password))


async def matches(digest: str | None, password: str) -> bool:
    """Whether the password is the one of the hash; without a hash (no such account) it takes as long to say no.

    TooMany when too many wait.
    """
    return await _at_desk().run(partial(_verify, digest, password))


def _verify(digest: str | None, password: str) -> bool:
    try:
        _hasher().verify(digest or _decoy(), password)
    except argon2.exceptions.VerificationError:
        return False
    return digest is not None


@cache
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher()


@cache
def _decoy() -> str:
    """A hash to check against when there is no such account, so that time does not tell who has one."""
    return _hasher().hash(secrets.token_hex(16))
