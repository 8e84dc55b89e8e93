"""Telling of new hits: the worker looks at what was written since, once the index knows it, for every kept question.

What was written waits in `saved_candidate`, put there by a trigger in the transaction of the write; it goes only when
all questions were asked about it. Killed anywhere, the same is looked at again, and a hit noted twice is noted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from registry import accounts, database
from registry.errors import BadRequest, Unauthenticated
from registry.saved import matching
from registry.saved.schemas import Asked
from registry.saved.service import note_hits
from search import SearchEngine

BATCH = 500


async def catch_up(engine: SearchEngine) -> int:
    """Look at one batch of what was written and is in the index; how many records that were."""
    async with database.transaction():
        if not await database.fetchval("SELECT pg_try_advisory_xact_lock(hashtext('silver-registry:alerts'))"):
            return 0
        rows = await database.fetch(
            "SELECT c.seq, c.kind, c.record_id FROM saved_candidate c WHERE NOT EXISTS"
            " (SELECT FROM outbox o WHERE o.kind = c.kind AND o.record_id = c.record_id)"
            f" ORDER BY c.seq LIMIT {BATCH}"
        )
        if not rows:
            return 0
        pairs = list(dict.fromkeys((row["kind"], str(row["record_id"])) for row in rows))
        for saved in await database.fetch("SELECT * FROM saved_search WHERE alert ORDER BY id"):
            await _ask(engine, saved, pairs)
        await database.execute("DELETE FROM saved_candidate WHERE seq = ANY($1)", [row["seq"] for row in rows])
    return len(pairs)


async def _ask(engine: SearchEngine, saved: Any, pairs: Sequence[matching.Pair]) -> None:
    """Ask one question about these records, as its owner; one that can no longer be asked finds nothing."""
    asked = msgspec.json.decode(saved["asked"], type=Asked)
    try:
        actor = await accounts.acting(saved["account"])
        found = await matching.matches(engine, actor, saved["place"], asked, pairs, BATCH)
    except (BadRequest, Unauthenticated, KeyError):
        return
    if saved["broad"]:
        found = await matching.born_since(found, saved["since"])
    await note_hits(saved["id"], found, seen=False)
