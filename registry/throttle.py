"""How often one may fail to sign in. An attempt counts before it is checked, so that many at once gain nothing."""

from __future__ import annotations

from datetime import timedelta

from registry import clock, database
from registry.errors import TooMany

WINDOW = timedelta(minutes=15)
MOST_BY_NAME_AND_CLIENT = 5
MOST_BY_CLIENT = 30
"""An office shares one address, so an address may fail more often than one person at it."""
MOST_BY_NAME = 50
"""From all addresses together: so high that a guesser elsewhere hardly locks an officer out, yet bounded."""

_SCOPES = (
    ("username = $1 AND client = $2", MOST_BY_NAME_AND_CLIENT),
    ("client = $2", MOST_BY_CLIENT),
    ("username = $1", MOST_BY_NAME),
)
_COUNT = "SELECT {} FROM login_attempt WHERE at > $3 AND (username = $1 OR client = $2)".format(
    ", ".join(f"count(*) FILTER (WHERE {scope}), min(at) FILTER (WHERE {scope})" for scope, _ in _SCOPES)
)
_LENGTH = 64
"""Characters kept of a name or address: the width of the columns."""


async def enter(username: str, client: str) -> int:
    """Count an attempt as failed until it is known better; its id. TooMany (and not counted) if it is one too many."""
    async with database.transaction():
        # Counting and adding are one act for all processes; it takes a millisecond.
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('silver-registry:sign-in'))")
        await _refuse_excess(username[:_LENGTH], client[:_LENGTH])
        number: int = await database.fetchval(
            "INSERT INTO login_attempt (username, client, at) VALUES ($1, $2, $3) RETURNING id",
            username[:_LENGTH],
            client[:_LENGTH],
            clock.now(),
        )
    return number


async def _refuse_excess(username: str, client: str) -> None:
    since = clock.now() - WINDOW
    row = await database.fetchrow(_COUNT, username, client, since)
    counts, firsts = row[0::2], row[1::2]
    full = [first for (_, most), count, first in zip(_SCOPES, counts, firsts, strict=True) if count >= most]
    if full:
        wait = max(1, int((max(full) - since).total_seconds()))
        raise TooMany(f"登录失败次数过多，请 {-(-wait // 60)} 分钟后再试。", wait)


async def undo(attempt: int) -> None:
    """An attempt that was never checked does not count."""
    await database.execute("DELETE FROM login_attempt WHERE id = $1", attempt)


async def succeed(username: str, client: str) -> None:
    """Who got in starts afresh at this address; what failed elsewhere under the name was somebody else."""
    await database.execute(
        "DELETE FROM login_attempt WHERE username = $1 AND client = $2", username[:_LENGTH], client[:_LENGTH]
    )


async def forgive(username: str) -> None:
    """Forget all failures under a name: it has a new password."""
    await database.execute("DELETE FROM login_attempt WHERE username = $1", username[:_LENGTH])
