"""The export of all records as XLSX over HTTP: how long, and how much the web process grows."""

from __future__ import annotations

import http.client
import time

from bench.figures import Figure, megabytes
from bench.processes import Watch, rss
from bench.world import World, filled, say

GOAL_BYTES = 60 * 1024 * 1024


def measure(world: World, _rounds: int, _seconds: float) -> list[Figure]:
    """Two exports by one process that has answered before: the first may grow what stays, both count."""
    filled(world)
    with world.serving() as (process, port):
        token = world.token("city")
        _download(port, token, "&district=%E9%93%9C%E6%A2%81%E5%8C%BA")
        before = rss(process.pid)
        say("export")
        with Watch(process.pid, below=False) as watch:
            began = time.perf_counter()
            size = _download(port, token)
            seconds = time.perf_counter() - began
            _download(port, token)
    growth = watch.alone - before
    return [
        Figure(
            f"export of {world.enterprises:,} rows (XLSX)",
            f"{seconds:.1f} s, {megabytes(size)} of file, grows by {megabytes(growth)}",
            f"{megabytes(before)} before",
            goal=f"grows by ≤ {megabytes(GOAL_BYTES)}",
            met=growth <= GOAL_BYTES,
            details={"seconds": seconds, "growth": growth, "before": before},
        )
    ]


def _download(port: int, token: str, more: str = "") -> int:
    """Read the file as it comes and keep nothing; its size."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Authorization": f"Bearer {token}"}
    connection.request("GET", f"/api/v1/enterprises?format=xlsx{more}", headers=headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"the export was answered with {answer.status}")
    size = 0
    while piece := answer.read(1 << 16):
        size += len(piece)
    connection.close()
    return size
