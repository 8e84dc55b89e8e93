"""A client that costs little: keep-alive connections, requests made beforehand, answers counted and not read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple, cast

import uvloop


class Load(NamedTuple):
    """What one run of a load showed: answers a second, and how long each took in seconds."""

    rate: float
    times: list[float]


def request(path: str, token: str = "") -> bytes:
    """A GET as it goes over the wire, with the headers that a program would send."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    return "\r\n".join([*lines, "", ""]).encode()


class _Wire(asyncio.Protocol):
    """One connection that asks the next question as soon as the last is answered."""

    def __init__(self, requests: Sequence[bytes], first: int, most: int, until: float) -> None:
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._next = first
        self._most = most
        self._until = until
        self._began = 0.0
        self._left = -1
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        self._began = time.perf_counter()
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            head, found, body = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200 "):
                self._fail(head.partition(b"\r\n")[0].decode())
                return
            self._left = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            data = body
        self._left -= len(data)
        if self._left == 0:
            self._answered()

    def _answered(self) -> None:
        now = time.perf_counter()
        self.times.append(now - self._began)
        self._left, self._head = -1, b""
        if len(self.times) >= self._most or now >= self._until:
            self.done.set_result(None)
            self._transport.close()
        else:
            self._ask()

    def _fail(self, said: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(said))
        self._transport.close()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.done.done():
            self._fail("the connection was closed")


async def _run(port: int, requests: Sequence[bytes], connections: int, most: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    step = max(1, len(requests) // connections)
    wires = [_Wire(requests, n * step, most, began + seconds) for n in range(connections)]
    for wire in wires:
        await loop.create_connection(lambda wire=wire: wire, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(wire.done for wire in wires))
    times = [one for wire in wires for one in wire.times]
    return Load(len(times) / (time.perf_counter() - began), times)


def for_seconds(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Ask round and round on so many connections for so long."""
    return uvloop.run(_run(port, requests, connections, 10**9, seconds))


def once_each(port: int, requests: Sequence[bytes]) -> Load:
    """Ask each question once, on one connection."""
    return uvloop.run(_run(port, requests, 1, len(requests), 3600))
