"""From `registry serve` on existing data to the first answer, its database included; and what it uses when idle."""

from __future__ import annotations

import statistics
import time

from bench import processes
from bench.figures import Figure, megabytes, spread
from bench.world import World, filled, say

GOAL_SECONDS = 3.0
GOAL_BYTES = 150 * 1024 * 1024


def measure(world: World, rounds: int, _seconds: float) -> list[Figure]:
    """Each start finds the database server stopped. Idle: two seconds after a page, a list and a search."""
    filled(world)
    world.token("city")
    seconds = []
    for _ in range(rounds):
        world.rest()
        seconds.append(_start(world))
    say("idle memory")
    with world.serving() as (process, port):
        for path in (
            "/",
            "/api/v1/enterprises?limit=50",
            "/api/v1/search?q=%E9%93%B6%E9%BE%84&facets=district,tier,year",
        ):
            processes.get(port, path)
        time.sleep(2)
        web, web_share = processes.rss(process.pid), processes.pss(process.pid)
        workers = [(processes.rss(pid), processes.pss(pid)) for pid in processes.children(process.pid)]
    return [
        Figure(
            "start to first answer",
            f"{spread(seconds)} s",
            goal=f"≤ {GOAL_SECONDS:.0f} s",
            met=statistics.median(seconds) <= GOAL_SECONDS,
            details={"seconds": seconds},
        ),
        Figure(
            "idle memory, web process",
            f"{megabytes(web)} RSS, {megabytes(web_share)} PSS",
            goal=f"≤ {megabytes(GOAL_BYTES)}",
            met=web <= GOAL_BYTES,
            details={"rss": web, "pss": web_share},
        ),
        *(Figure("idle memory, worker", f"{megabytes(own)} RSS, {megabytes(share)} PSS") for own, share in workers[:1]),
    ]


def _start(world: World) -> float:
    port = processes.free_port()
    began = time.perf_counter()
    process = processes.python(["registry.cli", "serve"], world.env | {"PORT": str(port)})
    try:
        return processes.wait_for(process, port, "/api/v1/enterprises?limit=1") - began
    finally:
        processes.stop(process)
