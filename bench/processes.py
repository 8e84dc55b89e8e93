"""Processes that are measured: started, asked what they use, stopped by their own number."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Answer(NamedTuple):
    """What a server said."""

    status: int
    body: bytes


def python(arguments: Sequence[str], env: Mapping[str, str], *, quiet: bool = False) -> subprocess.Popen[bytes]:
    """A program of ours (`-m …`) under the same interpreter; what goes wrong is still shown when quiet."""
    out = subprocess.DEVNULL if quiet else None
    return subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env={**os.environ, **env}, stdout=out)


@contextlib.contextmanager
def serving(
    arguments: Sequence[str], env: Mapping[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers on `path`, and is stopped at the end."""
    process = python(arguments, env)
    try:
        wait_for(process, port, path)
        yield process
    finally:
        stop(process)


def wait_for(process: subprocess.Popen[bytes], port: int, path: str, patience: float = 60) -> float:
    """Ask until the first answer; the moment (`perf_counter`) it came."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if get(port, path).status == 200:
                return time.perf_counter()
        time.sleep(0.005)
    raise RuntimeError(f"no answer on port {port} within {patience} seconds")


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
    finally:
        connection.close()


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it as Ctrl-C would; kill it if it does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rss(pid: int) -> int:
    """Resident bytes of one process; 0 when it has gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def pss(pid: int) -> int:
    """Resident bytes, what is shared counted by its share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def children(pid: int) -> list[int]:
    """Processes that any thread of this one started (the kernel lists them by thread)."""
    try:
        threads = [path.name for path in Path(f"/proc/{pid}/task").iterdir()]
        listed = [Path(f"/proc/{pid}/task/{thread}/children").read_text().split() for thread in threads]
    except OSError:
        return []
    return [int(child) for one in listed for child in one]


class Watch:
    """Looks every few milliseconds at what processes use: the most one used, and the most they used together."""

    def __init__(self, pid: int, *, below: bool = True) -> None:
        self.alone = self.together = rss(pid)
        self._pid = pid
        self._below = below
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            own = rss(self._pid)
            below = sum(map(rss, children(self._pid))) if self._below else 0
            self.alone = max(self.alone, own)
            self.together = max(self.together, own + below)
