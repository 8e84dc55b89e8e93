"""Five registers full of records that name each other: search over all, a page with its references, a past day, the
chain of history, a merge."""

from __future__ import annotations

import random
import statistics
import time
from urllib.parse import urlencode

from bench.figures import Figure, percentile, ratios, spread
from bench.load import for_seconds, once_each, request
from bench.world import World, say
from registry import clock, database, history_chain
from registry.access import Actor, Role
from registry.history import Occasion
from registry.merging import joining

ASKED = 300
FACETS = "kind,district,tier,chain,scheme"
REFERENCES = 1000
OFFICER = "city"


def measure(world: World, rounds: int, seconds: float) -> list[Figure]:
    """Everything that is promised of many registers at once."""
    home = World(world.settings.data_dir.parent / "registers", world.enterprises)
    try:
        _fill(home)
        with home.serving() as (_, port):
            token = home.token(OFFICER)
            figures = [_search(home, port, token), _page(home, port), _as_of(home, port, token, rounds, seconds)]
        return [*figures, _chain(home), _merge(home)]
    finally:
        home.rest()


def _fill(world: World) -> None:
    """As many others as enterprises, and a fifth of the enterprises with a version of the past."""
    if (world.settings.data_dir / "index").exists():
        return
    say(f"making {world.enterprises * 2} records of five registers")
    number = str(world.enterprises)
    world.run("migrate")
    world.run("sample", "generate", "--enterprises", number, "--others", number)
    world.ask(_age())


async def _age() -> None:
    """A past to look back on: versions that ended some months ago."""
    await database.execute(
        "UPDATE enterprise SET version = version + 1, as_of = '2026-06-30', source = '模拟数据，第二版'"
        " WHERE abs(hashtext(id::text)) % 5 = 0"
    )
    await database.execute("VACUUM ANALYZE enterprise")
    await database.execute("VACUUM ANALYZE enterprise_past")


def _search(world: World, port: int, token: str) -> Figure:
    rows = world.ask(_names())
    pick = random.Random(7)  # noqa: S311  (questions, not secrets)
    words = [row[pick.randrange(0, 3) :][: pick.randrange(2, 5)] for row in rows]
    asked = [{"q": word, "facets": FACETS, "limit": "20"} for word in dict.fromkeys(words)]
    say(f"search over five registers, {len(asked)} questions")
    once_each(port, [_search_wire({"q": f"热身{n}", "facets": FACETS}, token) for n in range(20)])
    load = once_each(port, [_search_wire(one, token) for one in asked])
    p50, p99 = (percentile(load.times, share) * 1000 for share in (0.5, 0.99))
    return Figure(
        f"search over five registers, {world.enterprises * 2:,} records, five facets",
        f"p50 {p50:.2f} ms, p99 {p99:.2f} ms",
        goal="p50 ≤ 8 ms",
        met=p50 <= 8,
        details={"p50_ms": p50, "p99_ms": p99, "questions": len(asked)},
    )


def _search_wire(question: dict[str, str], token: str) -> bytes:
    return request(f"/api/v1/search?{urlencode(question)}", token)


async def _names() -> list[str]:
    rows = await database.fetch(
        "SELECT name FROM (SELECT name, id FROM enterprise UNION ALL SELECT name, id FROM listing UNION ALL"
        " SELECT name, id FROM standard UNION ALL SELECT name, id FROM brand UNION ALL SELECT name, id FROM park) x"
        " ORDER BY md5(id::text) LIMIT $1",
        ASKED,
    )
    return [row[0] for row in rows]


def _page(world: World, port: int) -> Figure:
    """The record page of those that most others name, as the public opens it."""
    rows = world.ask(
        database.fetch(
            "SELECT to_id, count(*) AS n FROM link JOIN enterprise e ON e.id = to_id WHERE e.visibility = 'public'"
            " GROUP BY to_id ORDER BY n DESC, to_id LIMIT 50"
        )
    )
    say("record pages with their references")
    wires = [request(f"/enterprises/{row['to_id']}").replace(b"application/json", b"text/html") for row in rows]
    once_each(port, wires)
    load = once_each(port, wires * 4)
    p50, p99 = (percentile(load.times, share) * 1000 for share in (0.5, 0.99))
    named = statistics.median(row["n"] for row in rows)
    return Figure(
        f"record page with its references ({named:.0f} of them in the median)",
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms",
        goal="p50 ≤ 15 ms",
        met=p50 <= 15,
        details={"p50_ms": p50, "p99_ms": p99, "references": [row["n"] for row in rows]},
    )


def _as_of(world: World, port: int, token: str, rounds: int, seconds: float) -> Figure:
    say("a list as of a day")
    plain = [request("/api/v1/enterprises?limit=50", token)]
    past = [request("/api/v1/enterprises?limit=50&as_of=2026-03-31", token)]
    for wires in (plain, past):
        for_seconds(port, wires, 1, seconds)
    now: list[float] = []
    then: list[float] = []
    for number in range(rounds):
        for times, wires in ((now, plain), (then, past)) if number % 2 else ((then, past), (now, plain)):
            times.append(statistics.median(for_seconds(port, wires, 1, seconds).times))
    ratio = ratios(then, now)
    return Figure(
        f"list of 50 as of a day, {world.enterprises:,} enterprises, a fifth with a past",
        f"p50 {statistics.median(then) * 1000:.2f} ms",
        f"list of today: p50 {statistics.median(now) * 1000:.2f} ms",
        f"{spread(ratio)} × the time",
        "≤ 2 ×",
        statistics.median(ratio) <= 2,
        {"then": then, "now": now},
    )


def _chain(world: World) -> Figure:
    say("verifying the chain of history")
    entries, took = world.ask(_verified())
    rate = entries / took
    return Figure(
        f"verify a chain of {entries:,} entries",
        f"{rate:,.0f} entries/s ({took:.2f} s)",
        goal="≥ 100,000 entries/s",
        met=rate >= 100_000,
        details={"entries": entries, "seconds": took},
    )


async def _verified() -> tuple[int, float]:
    began = time.perf_counter()
    verdict = await history_chain.verify("enterprise")
    assert verdict.sound, verdict.fault
    return verdict.entries, time.perf_counter() - began


def _merge(world: World) -> Figure:
    say(f"merging records with {REFERENCES} references")
    took = world.ask(_merged())
    return Figure(
        f"merge of two records, the one given up with {REFERENCES:,} references",
        f"{took:.2f} s",
        goal="≤ 1 s",
        met=took <= 1,
        details={"seconds": took},
    )


async def _merged() -> float:
    """Two enterprises that nobody names; so many links are laid to the second."""
    from plugins import manager

    rows = await database.fetch(
        "SELECT id, version FROM enterprise WHERE NOT withdrawn AND NOT EXISTS"
        " (SELECT FROM link WHERE to_id = enterprise.id) ORDER BY credit_code DESC LIMIT 2"
    )
    await database.execute("UPDATE enterprise SET credit_code = NULL WHERE id = $1", rows[1]["id"])
    await database.execute(
        "INSERT INTO link (from_kind, from_id, field, place, to_kind, printed, to_key, to_id)"
        " SELECT 'listing', id, 'enterprise', 0, 'enterprise', '模拟', '模拟', $1 FROM listing ORDER BY id LIMIT $2",
        rows[1]["id"],
        REFERENCES,
    )
    keep, give = (joining.Seen(str(row["id"]), row["version"]) for row in rows)
    occasion = Occasion(Actor(Role.ADMINISTRATOR, None, "测量"), f"测量合并 {clock.today()}")
    began = time.perf_counter()
    await joining.merge(occasion, manager.registers()["enterprise"], keep, give)
    took = time.perf_counter() - began
    left = await database.fetchval("SELECT count(*) FROM link WHERE to_id = $1", rows[1]["id"])
    assert left == 0, left
    return took
