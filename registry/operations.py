"""How the service is: queues, index, jobs, database, sizes, what was last verified. Bounded work, whatever the size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anyio.to_thread
import msgspec

from plugins import manager
from registry import clock, database, history_chain, outbox
from registry.errors import Refusal
from registry.history_chain import Verdict
from search import Query, SearchEngine, SearchUnavailable

SLOW_SECONDS = 60.0
"""An outbox entry that has waited longer tells that no worker is at work."""
LARGEST = 15


class Queue(msgspec.Struct, frozen=True):
    """What waits somewhere, and for how long the oldest has."""

    label: str
    waiting: int
    seconds: float

    @property
    def late(self) -> bool:
        """Whether somebody should look after it."""
        return self.seconds > SLOW_SECONDS


class TableSize(msgspec.Struct, frozen=True):
    """A table with its indexes; rows as the planner estimates them."""

    name: str
    rows: int
    bytes: int


class Checked(msgspec.Struct, frozen=True):
    """What was last verified."""

    subject: str
    at: str
    sound: bool
    words: str


class JobCount(msgspec.Struct, frozen=True):
    """Jobs of the last day, by state."""

    state: str
    number: int


class Operations(msgspec.Struct, frozen=True):
    """Everything the operations page shows; moments are ISO 8601."""

    at: str
    database_version: str
    database_bytes: int
    connections: int
    search: bool
    indexed: int
    records: int
    queues: list[Queue]
    jobs: list[JobCount]
    tables: list[TableSize]
    verified: list[Checked]
    sessions: int
    failures_today: int
    day_done_for: str | None

    @property
    def healthy(self) -> bool:
        """Whether nothing needs to be looked after."""
        return self.search and not any(one.late for one in self.queues) and all(one.sound for one in self.verified)


async def state(engine: SearchEngine) -> Operations:
    """How everything is now."""
    told = await database.fetchrow(_DATABASE)
    search, indexed = await _search(engine)
    return Operations(
        clock.now().isoformat(),
        told["version"],
        told["bytes"],
        told["connections"],
        search,
        indexed,
        await _records(),
        await _queues(),
        [JobCount(*row) for row in await database.fetch(_JOBS)],
        [TableSize(*row) for row in await database.fetch(_TABLES, LARGEST)],
        [_checked(row) for row in await database.fetch(_VERIFIED)],
        told["sessions"],
        told["failures"],
        told["day"].isoformat() if told["day"] else None,
    )


_DATABASE = (
    "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,"
    " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,"
    " (SELECT count(*) FROM session WHERE expires_at > now()) AS sessions,"
    " (SELECT count(*) FROM audit_entry WHERE log = 'sign_in' AND act IN ('登录失败', '登录受限', '登录被拒')"
    " AND at > now() - interval '1 day') AS failures,"
    " (SELECT done_for FROM upkeep WHERE task = 'day') AS day"
)
_JOBS = (
    "SELECT state, count(*) FROM job WHERE created_at > now() - interval '1 day' OR ended_at IS NULL"
    " GROUP BY state ORDER BY state"
)
_TABLES = (
    "SELECT relname, greatest(reltuples, pg_stat_get_live_tuples(oid), 0)::bigint, pg_total_relation_size(oid)"
    " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 3 DESC, 1 LIMIT $1"
)
_VERIFIED = "SELECT subject, at, sound, words FROM verification ORDER BY subject"
_RECORDS = (
    "SELECT coalesce(sum(greatest(reltuples, pg_stat_get_live_tuples(oid), 0)), 0)::bigint FROM pg_class"
    " WHERE oid = ANY($1::text[]::regclass[])"
)
_WAITING_JOBS = (
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM job WHERE state = 'queued'"
)


async def _queues() -> list[Queue]:
    waiting, seconds = await outbox.backlog()
    jobs = await database.fetchrow(_WAITING_JOBS)
    alike = await database.fetchval("SELECT count(*) FROM (SELECT FROM lookalike_due LIMIT 100000) x")
    return [
        Queue("等待更新索引的记录", waiting, round(seconds, 1)),
        Queue("排队中的任务", jobs[0], round(float(jobs[1]), 1)),
        Queue("等待查重的记录", alike, 0),
    ]


async def _records() -> int:
    """How many records the planner believes there are: a count of all of them is not for a page."""
    names = [register.table_name for register in manager.registers().values()]
    return int(await database.fetchval(_RECORDS, names))


async def _search(engine: SearchEngine) -> tuple[bool, int]:
    try:
        hits = await anyio.to_thread.run_sync(engine.search, Query("", (), {}, (), None, 1, 0))
    except (SearchUnavailable, Refusal):
        return False, 0
    return True, hits.total


def _checked(row: Any) -> Checked:
    return Checked(row["subject"], row["at"].isoformat(), row["sound"], row["words"])


async def verify_history(kinds: Iterable[str]) -> list[Verdict]:
    """Verify the history of registers, and remember the outcome."""
    verdicts = []
    for kind in kinds:
        verdict = await history_chain.verify(kind)
        label = manager.registers()[kind].label
        found = f"不符：{verdict.fault.words}" if verdict.fault else "一致"
        await verified(f"history:{kind}", f"{label}的历史链：{verdict.entries:,} 条，{found}。", sound=verdict.sound)
        verdicts.append(verdict)
    return verdicts


async def verify_daily() -> None:
    """Verify the history that nobody has verified for a day."""
    rows = await database.fetch("SELECT subject FROM verification WHERE at > now() - interval '1 day'")
    lately = {row[0] for row in rows}
    await verify_history(kind for kind in manager.registers() if f"history:{kind}" not in lately)


async def verified(subject: str, words: str, *, sound: bool) -> None:
    """Remember the outcome of a verification; the one before is replaced."""
    await database.execute(
        "INSERT INTO verification (subject, sound, words) VALUES ($1, $2, $3) ON CONFLICT (subject)"
        " DO UPDATE SET at = now(), sound = excluded.sound, words = excluded.words",
        subject,
        sound,
        words,
    )
