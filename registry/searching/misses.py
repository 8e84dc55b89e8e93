"""Searches that found nothing, counted by day; and what the public tells the officers about one. Nobody is named.

What looks like a person's number is not kept. What was asked inside is shown only to those who see everything: a
district officer learns what the public looks for in vain, not what a colleague does.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from registry import access, audit, clock, database, taxonomy
from registry.access import Actor
from registry.errors import Invalid, NotFound, Objection, TooMany
from registry.history import Occasion
from search.text import fold

MOST_TEXT = 100
MOST_MESSAGE = 300
KEPT = timedelta(days=365)
SHOWN = 200
TIPS_AN_HOUR = 60
"""What the public may tell in an hour, all of it together: nobody is known, so nobody can be counted apart."""

MISSES_A_DAY = 20_000
"""Different texts that one day keeps: a program that asks at random fills no disk."""

_PERSONAL = re.compile(r"\d{7}|@|\d[\d -]{8}\d")


class Miss(msgspec.Struct, frozen=True):
    """What was looked for in vain: how it was last written, how often, on how many days, when last."""

    key: str
    text: str
    times: int
    days: int
    last: date


class Tip(msgspec.Struct, frozen=True):
    """What somebody told about a search that found nothing."""

    id: UUID
    text: str
    message: str
    district: str
    at: datetime
    answer: str
    settled_at: datetime | None
    settled_by: str


_TIP = "id, text, message, district, at, answer, settled_at, settled_by"


async def count(actor: Actor, text: str) -> None:
    """Count a search that found nothing; what may be a person's number, or says nothing, is left out."""
    plain = " ".join(text.split())
    key = fold(plain)
    if len(key) < 2 or len(plain) > MOST_TEXT or len(key) > MOST_TEXT or _PERSONAL.search(plain):
        return
    await database.execute(
        "INSERT INTO search_miss (key, day, inside, text) SELECT $1, $2, $3, $4"
        " WHERE (SELECT count(*) FROM search_miss WHERE day = $2) < $5"
        " ON CONFLICT (key, day, inside) DO UPDATE SET times = search_miss.times + 1, text = excluded.text",
        key,
        clock.today(),
        actor.id is not None,
        plain,
        MISSES_A_DAY,
    )


async def listing(actor: Actor, days: int = 90) -> list[Miss]:
    """What was looked for in vain and is not settled since, the most frequent first."""
    rows = await database.fetch(
        "SELECT m.key, (array_agg(m.text ORDER BY m.day DESC))[1] AS text, sum(m.times)::int AS times,"
        " count(DISTINCT m.day)::int AS days, max(m.day) AS last FROM search_miss m"
        " LEFT JOIN search_miss_settled s ON s.key = m.key"
        " WHERE m.day >= $1 AND (s.key IS NULL OR m.day > s.at::date) AND (NOT m.inside OR $2)"
        f" GROUP BY m.key ORDER BY times DESC, last DESC, m.key LIMIT {SHOWN}",
        clock.today() - timedelta(days=days),
        access.tokens(actor) is None,
    )
    return [Miss(**row) for row in rows]


async def settle(occasion: Occasion, text: str) -> None:
    """Take a text off the list until somebody looks for it in vain again, on a later day."""
    key = fold(text)[:MOST_TEXT]
    async with database.transaction():
        await database.execute(
            "INSERT INTO search_miss_settled (key, author, at) VALUES ($1, $2, $3)"
            " ON CONFLICT (key) DO UPDATE SET author = excluded.author, at = excluded.at",
            key,
            occasion.actor.name,
            clock.now(),
        )
        await audit.note(occasion, "处理找不到的检索", key)


async def tell(text: str, message: str = "", district: str = "") -> None:
    """Tell the officers that something should be found; no name, no address is asked for, and none is kept."""
    plain = " ".join(text.split())
    place = taxonomy.vocabulary("districts").find(district) if district else ""
    objections = []
    if not 2 <= len(plain) <= MOST_TEXT:
        objections.append(Objection(f"请写 2 至 {MOST_TEXT} 个字：您找的是什么。", "text", "找的是什么"))
    if len(message) > MOST_MESSAGE:
        objections.append(Objection(f"补充说明不超过 {MOST_MESSAGE} 字。", "message", "补充说明"))
    if _PERSONAL.search(plain) or _PERSONAL.search(message):
        objections.append(Objection("请不要写电话、证件号或邮箱，我们不留个人信息。", "message", "补充说明"))
    if place is None:
        objections.append(Objection("没有这个区县，请从列表中选择。", "district", "区县"))
    if objections:
        raise Invalid(objections)
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('silver-registry:tips'))")
        since = clock.now() - timedelta(hours=1)
        if await database.fetchval("SELECT count(*) FROM search_tip WHERE at > $1", since) >= TIPS_AN_HOUR:
            raise TooMany("现在反映的人较多，请过一会儿再试。", 600)
        await database.execute(
            "INSERT INTO search_tip (text, message, district) VALUES ($1, $2, $3)", plain, message.strip(), place
        )


async def tips(actor: Actor, *, settled: bool = False) -> list[Tip]:
    """What was told: an officer of a district gets what concerns it or no district."""
    districts = None if access.tokens(actor) is None else list(access.districts_of(actor))
    rows = await database.fetch(
        f"SELECT {_TIP} FROM search_tip WHERE (settled_at IS NOT NULL) = $1"
        " AND ($2::text[] IS NULL OR district = '' OR district = ANY($2))"
        f" ORDER BY at DESC LIMIT {SHOWN}",
        settled,
        districts,
    )
    return [Tip(**row) for row in rows]


async def answer(occasion: Occasion, tip_id: UUID, words: str) -> None:
    """Note what was done about what was told; that settles it."""
    if len(words) > MOST_MESSAGE:
        raise Invalid([Objection(f"处理结果不超过 {MOST_MESSAGE} 字。", "answer", "处理结果")])
    if tip_id not in {tip.id for tip in await tips(occasion.actor)}:
        raise NotFound("没有这条反映，或已经处理。")
    await database.execute(
        "UPDATE search_tip SET answer = $2, settled_at = $3, settled_by = $4 WHERE id = $1 AND settled_at IS NULL",
        tip_id,
        words.strip(),
        clock.now(),
        occasion.actor.name,
    )


async def forget() -> None:
    """What is older than a year goes."""
    oldest = clock.today() - KEPT
    await database.execute("DELETE FROM search_miss WHERE day < $1", oldest)
    await database.execute("DELETE FROM search_tip WHERE at < $1", clock.now() - KEPT)
