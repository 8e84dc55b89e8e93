"""The chain over history: whether every entry is still as it was written, and the root of each day.

A trigger gives each entry of a register a number and a digest, made of the digest before it and of its own content.
Whoever keeps a root can show that nothing before it was altered, taken out or put in.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import anyio
import msgspec

from registry import clock, database

FAULTS = {
    "altered": "内容与写入时不符",
    "missing": "历史记录已不在库中",
    "broken": "与前一条的链值接不上",
    "unchained": "没有编入链中",
    "cut": "链尾被截去",
    "uprooted": "与留存的链根不符",
}
"""What may be wrong with an entry, in words."""

_TEXT = (
    "history_text(h.id, h.kind, h.record_id, h.act, h.version, h.before, h.after, h.actor_id, h.actor_name, h.at,"
    " h.reason, h.request_id, h.batch_id)"
)
CONTENT = f"sha256(convert_to({_TEXT}, 'UTF8'))"
"""SQL of the digest of entry h as it stands now."""

_CHAIN = (
    # What an erasure left behind has the digest that the entry of the erasure, itself chained, says of it.
    "WITH erased AS (SELECT DISTINCT ON (1) (x ->> 'entry')::bigint AS history_id, x ->> 'content' AS content"
    " FROM history e CROSS JOIN jsonb_array_elements(e.after -> 'redacted') x"
    " WHERE e.kind = $1 AND e.act = 'redacted' ORDER BY 1, e.id DESC),"
    " known AS MATERIALIZED (SELECT c.no, c.history_id, c.content, c.digest, h.id IS NULL AS gone,"
    f" {CONTENT} AS actual FROM history_chain c LEFT JOIN history h ON h.id = c.history_id AND h.kind = $1"
    " WHERE c.kind = $1),"
    " seen AS (SELECT k.no, k.history_id, CASE WHEN k.no <> row_number() OVER w OR k.digest <>"
    " sha256(coalesce(lag(k.digest) OVER w, sha256(convert_to($1, 'UTF8'))) || k.content) THEN 'broken'"
    " WHEN k.gone THEN 'missing' WHEN k.actual <> k.content"
    " AND encode(k.actual, 'hex') IS DISTINCT FROM x.content THEN 'altered' END AS fault"
    " FROM known k LEFT JOIN erased x USING (history_id) WINDOW w AS (ORDER BY k.no))"
    " SELECT no, history_id, fault FROM seen WHERE fault IS NOT NULL ORDER BY no LIMIT 1"
)

_UNCHAINED = (
    "SELECT NULL::bigint AS no, h.id AS history_id, 'unchained' AS fault FROM history h WHERE h.kind = $1"
    " AND NOT EXISTS (SELECT FROM history_chain c WHERE c.history_id = h.id AND c.kind = $1) ORDER BY h.id LIMIT 1"
)
_UPROOTED = (
    "SELECT o.no, c.history_id, CASE WHEN c.no IS NULL THEN 'cut' ELSE 'uprooted' END AS fault"
    " FROM (SELECT no, digest FROM history_root WHERE kind = $1 UNION SELECT no, digest FROM history_head"
    " WHERE kind = $1) o LEFT JOIN history_chain c ON c.kind = $1 AND c.no = o.no"
    " WHERE c.digest IS DISTINCT FROM o.digest AND o.no > 0 ORDER BY o.no LIMIT 1"
)
_BEYOND = (
    "SELECT c.no, c.history_id, 'broken' AS fault FROM history_chain c WHERE c.kind = $1 AND c.no >"
    " coalesce((SELECT no FROM history_head WHERE kind = $1), 0) ORDER BY c.no LIMIT 1"
)


class Fault(msgspec.Struct, frozen=True):
    """The first entry that is not as it should be. `no` is its place in the chain, None if it has none."""

    fault: str
    words: str
    no: int | None
    history_id: int | None
    record_id: str = ""
    act: str = ""
    at: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What became of looking at every entry of a register."""

    kind: str
    entries: int
    head: str
    fault: Fault | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was altered, taken out or put in."""
        return self.fault is None


@cache
def limiter() -> anyio.CapacityLimiter:
    """So many look at whole chains at once in one process; the others wait."""
    return anyio.CapacityLimiter(1)


async def verify(kind: str) -> Verdict:
    """Look at every entry of a register, in one snapshot."""
    async with database.transaction():
        await database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Entries are put in order and joined in memory, not on disk.
        await database.execute("SET LOCAL work_mem = '64MB'")
        return await verified(kind)


async def verified(kind: str) -> Verdict:
    """The same, in the transaction under way."""
    head = await database.fetchrow("SELECT no, encode(digest, 'hex') AS digest FROM history_head WHERE kind = $1", kind)
    fault = None
    for sql in (_CHAIN, _UNCHAINED, _UPROOTED, _BEYOND):
        if found := await database.fetchrow(sql, kind):
            fault = await _told(found)
            break
    return Verdict(kind, head["no"] if head else 0, head["digest"] if head else "", fault)


async def _told(found: Mapping[str, Any]) -> Fault:
    """The fault, with what is still known of the entry."""
    entry = await database.fetchrow("SELECT record_id, act, at FROM history WHERE id = $1", found["history_id"])
    known = (str(entry["record_id"]), entry["act"], entry["at"].isoformat()) if entry else ()
    return Fault(found["fault"], FAULTS[found["fault"]], found["no"], found["history_id"], *known)


class Root(msgspec.Struct, frozen=True):
    """How far the chains had come when a day began, and one digest over all of them, fit to be printed."""

    day: date
    digest: str
    heads: dict[str, tuple[int, str]]


async def take_roots() -> None:
    """Keep what every chain has come to; once a day, whoever comes first."""
    await database.execute(
        "INSERT INTO history_root (day, kind, no, digest) SELECT $1, kind, no, digest FROM history_head"
        " ON CONFLICT DO NOTHING",
        clock.today(),
    )


async def roots(limit: int = 60) -> list[Root]:
    """The roots of the last days, newest first."""
    rows = await database.fetch(
        "SELECT day, kind, no, encode(digest, 'hex') AS digest FROM history_root WHERE day IN"
        " (SELECT DISTINCT day FROM history_root ORDER BY day DESC LIMIT $1) ORDER BY day DESC, kind",
        limit,
    )
    days: dict[date, dict[str, tuple[int, str]]] = {}
    for row in rows:
        days.setdefault(row["day"], {})[row["kind"]] = (row["no"], row["digest"])
    return [Root(day, _digest(heads), heads) for day, heads in days.items()]


def _digest(heads: Mapping[str, tuple[int, str]]) -> str:
    """SHA-256 of one line a register: kind, number, digest."""
    lines = "".join(f"{kind} {no} {digest}\n" for kind, (no, digest) in sorted(heads.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


async def lines(kind: str, after: int = 0, *, texts: bool = False) -> AsyncIterator[bytes]:
    """The chain as JSON lines that anybody can check without this program; `texts`: with what was written, in clear.

    The first digest is SHA-256 of the kind's name; each one after it is SHA-256 of the digest before and `content`,
    which is SHA-256 of `text`, but for entries from which an erasure took something (`erased`).
    """
    text = f", 'text', {_TEXT}" if texts else ""
    sql = (
        "SELECT json_build_object('no', c.no, 'digest', encode(c.digest, 'hex'), 'content', encode(c.content, 'hex'),"
        f" 'erased', {CONTENT} <> c.content{text})::text FROM history_chain c"
        " JOIN history h ON h.id = c.history_id WHERE c.kind = $1 AND c.no > $2 ORDER BY c.no"
    )
    async for rows in database.stream(sql, kind, after):
        yield "".join(f"{row[0]}\n" for row in rows).encode()
