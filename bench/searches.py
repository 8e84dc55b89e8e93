"""Search over HTTP at one client: top 20 with a filter, three facets and highlights, by questions not asked before."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence
from urllib.parse import urlencode

from bench.figures import Figure, percentile
from bench.load import Load, once_each, request
from bench.world import OFFICER, World, filled, say
from registry import database

EACH = 150
"""Questions of each kind. An answer is remembered while the index stays as it is, so no question comes twice."""

FACETS = "district,tier,industry"
GOAL_MS = 5.0
GROWTH = 3.0


def measure(world: World, _rounds: int, _seconds: float) -> list[Figure]:
    """p50 and p99 of new questions, and of the same ones asked again."""
    filled(world)
    asked = world.ask(_questions())
    mixed = [question for kind in asked.values() for question in kind]
    random.Random(7).shuffle(mixed)  # noqa: S311  (an order, not a secret)
    with world.serving() as (_, port):
        token = world.token(OFFICER)
        say(f"search in {world.enterprises}")
        once_each(port, [_wire({"q": f"热身{n}", "facets": FACETS}, token) for n in range(20)])
        new = once_each(port, [_wire(question, token) for question in mixed])
        again = once_each(port, [_wire(question, token) for question in mixed])
    p50 = _ms(new, 0.5)
    kinds = _by_kind(asked, mixed, new)
    return [
        Figure(
            f"search in {world.enterprises:,}, new questions",
            f"p50 {p50:.2f} ms, p99 {_ms(new, 0.99):.2f} ms",
            "; ".join(f"{kind} {value:.1f}" for kind, value in kinds.items()) + " (p50 by kind, ms)",
            goal=f"p50 ≤ {GOAL_MS:.0f} ms",
            met=p50 <= GOAL_MS,
            details={"p50_ms": p50, "p99_ms": _ms(new, 0.99), "by_kind_ms": kinds},
        ),
        Figure(
            f"search in {world.enterprises:,}, asked again",
            f"p50 {_ms(again, 0.5):.2f} ms, p99 {_ms(again, 0.99):.2f} ms",
            details={"p50_ms": _ms(again, 0.5), "p99_ms": _ms(again, 0.99)},
        ),
    ]


def growth(small: Figure, large: Figure) -> Figure:
    """How much slower ten times as many records make it."""
    ratio = large.details["p50_ms"] / small.details["p50_ms"]
    told = f"p50 ≤ {GROWTH:.0f} ×"
    return Figure(large.name, large.ours, small.ours, f"{ratio:.2f} ×", told, ratio <= GROWTH, large.details)


def _ms(load: Load, share: float) -> float:
    return percentile(load.times, share) * 1000


def _by_kind(asked: dict[str, list[dict[str, str]]], mixed: Sequence[dict[str, str]], load: Load) -> dict[str, float]:
    times = {id(question): time for question, time in zip(mixed, load.times, strict=True)}
    return {kind: statistics.median(times[id(one)] for one in questions) * 1000 for kind, questions in asked.items()}


def _wire(question: dict[str, str], token: str) -> bytes:
    return request(f"/api/v1/search?{urlencode(question)}", token)


async def _questions() -> dict[str, list[dict[str, str]]]:
    """What people type, each with a filter by district: brands, broad words, initials, codes, whole names."""
    rows = await database.fetch(
        "SELECT name, credit_code, district FROM enterprise WHERE district IS NOT NULL ORDER BY md5(id::text) LIMIT $1",
        6 * EACH,
    )
    places = list(dict.fromkeys(row["district"] for row in rows))
    pick = random.Random(7)  # noqa: S311  (questions, not secrets)
    spoken = [rows[n] for n in pick.sample(range(len(rows)), EACH)]
    broad = [text for text in ("重庆", "养老 服务", "有限公司", "模拟") for _ in places]
    kinds = {
        "brand": [(row["name"][2:4], row["district"]) for row in rows[:EACH]],
        "broad": list(zip(broad, places * 4, strict=True))[:EACH],
        "initials": [(_initials(row["name"]), row["district"]) for row in spoken],
        "code": [(row["credit_code"][: pick.randrange(10, 16)], row["district"]) for row in rows[EACH : 2 * EACH]],
        "name": [(row["name"], row["district"]) for row in rows[2 * EACH : 3 * EACH]],
    }
    return {
        kind: [{"q": q, "district": place, "facets": FACETS, "limit": "20"} for q, place in dict.fromkeys(pairs)]
        for kind, pairs in kinds.items()
    }


def _initials(name: str) -> str:
    """The pinyin initials of the city and the brand, as people type them: cqyl."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name[:4], style=Style.FIRST_LETTER))
