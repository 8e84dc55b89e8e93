"""Get one and list 50 over HTTP, by a district officer's token, against the bare endpoint; in turn, round by round."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from bench import processes
from bench.figures import Figure, ratios, spread
from bench.load import Load, for_seconds, request
from bench.world import OFFICER, World, filled, say
from registry import access, database, demo
from registry.access import Actor, Role

CONNECTIONS = (1, 4, 16)


class Pair(NamedTuple):
    """The same questions to both servers: (port, requests) of each."""

    name: str
    ours: tuple[int, list[bytes]]
    bare: tuple[int, list[bytes]]


def measure(world: World, rounds: int, seconds: float) -> list[Figure]:
    """Requests a second by connections; the ratio is the median of the rounds' ratios."""
    filled(world)
    district = next(one.district for one in demo.CAST if one.username == OFFICER)
    ids = world.ask(_ids(district))
    bare_port = processes.free_port()
    districts = ",".join(access.districts_of(Actor(Role.DISTRICT, district=district)))
    env = {"PORT": str(bare_port), "DATABASE_URL": world.url(), "BENCH_DISTRICTS": districts}
    bare = processes.serving(["bench.bare"], env, bare_port, f"/enterprises/{ids[0]}")
    with world.serving() as (_, port), bare:
        token = world.token(OFFICER)
        pairs = _pairs(port, bare_port, token, ids, district)
        _check_same(pairs, token)
        return [figure for pair in pairs for figure in _compare(pair, rounds, seconds)]


async def _ids(district: str) -> list[str]:
    """Records the officer may see, half of them from the officer's own district."""
    rows = await database.fetch(
        "(SELECT id FROM enterprise WHERE district = $1 AND NOT withdrawn ORDER BY md5(id::text) LIMIT 250) UNION ALL"
        " (SELECT id FROM enterprise WHERE visibility = 'public' AND NOT withdrawn ORDER BY md5(id::text) LIMIT 250)",
        district,
    )
    return [str(row[0]) for row in rows]


def _pairs(port: int, bare_port: int, token: str, ids: Sequence[str], district: str) -> list[Pair]:
    page = f"district={quote(district)}&limit=50"
    return [
        Pair(
            "get one",
            (port, [request(f"/api/v1/enterprises/{one}", token) for one in ids]),
            (bare_port, [request(f"/enterprises/{one}") for one in ids]),
        ),
        Pair(
            "list 50",
            (port, [request(f"/api/v1/enterprises?{page}&sort=name", token)]),
            (bare_port, [request(f"/enterprises?{page}")]),
        ),
    ]


def _check_same(pairs: Sequence[Pair], token: str) -> None:
    """Both must answer the same question: same records, same columns."""
    for pair in pairs:
        ours, bare = (_answer(port, requests[0], token) for port, requests in (pair.ours, pair.bare))
        if "items" in ours:
            assert len(ours["items"]) == len(bare["items"]) > 0
            ours, bare = ours["items"][0], bare["items"][0]
        assert ours["id"] == bare["id"]
        known = set(bare) - {"contact_name", "contact_phone", "assessment"}
        assert known == set(ours) - {"private"}, known ^ set(ours)


def _answer(port: int, wire: bytes, token: str) -> dict[str, Any]:
    path = wire.split(b" ")[1].decode()
    found: dict[str, Any] = json.loads(processes.get(port, path, {"Authorization": f"Bearer {token}"}).body)
    return found


def _compare(pair: Pair, rounds: int, seconds: float) -> list[Figure]:
    say(pair.name)
    for port, requests in (pair.ours, pair.bare):
        for_seconds(port, requests, 16, seconds)  # warm up
    return [_figure(pair, connections, rounds, seconds) for connections in CONNECTIONS]


def _figure(pair: Pair, connections: int, rounds: int, seconds: float) -> Figure:
    ours: list[Load] = []
    bare: list[Load] = []
    for number in range(rounds):
        sides = [(ours, pair.ours), (bare, pair.bare)]
        for loads, (port, requests) in sides if number % 2 else reversed(sides):
            loads.append(for_seconds(port, requests, connections, seconds))
    ratio = ratios([load.rate for load in ours], [load.rate for load in bare])
    return Figure(
        f"{pair.name}, {connections} connection{'s' if connections > 1 else ''}",
        _told(ours),
        f"bare: {_told(bare)}",
        spread(ratio),
        "≥ 1.00 ×",
        statistics.median(ratio) >= 1,
        {"ours": [load.rate for load in ours], "bare": [load.rate for load in bare], "ratio": ratio},
    )


def _told(loads: Sequence[Load]) -> str:
    times = [one for load in loads for one in load.times]
    rate = statistics.median(load.rate for load in loads)
    return f"{rate:.0f}/s, p50 {statistics.median(times) * 1000:.2f} ms"
