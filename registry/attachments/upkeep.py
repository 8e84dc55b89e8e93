"""Looking after contents: whether they are what they were, and tidying away what nobody came to use."""

from __future__ import annotations

from datetime import timedelta

from registry import clock, database
from registry.attachments import storage
from registry.exchange.background import in_thread
from registry.settings import Settings

LOOSE_KEPT = timedelta(days=30)
"""How long a file may lie about before it is bound to a record."""


async def verify(settings: Settings) -> list[str]:
    """The files whose content is missing or not what it was, each in a sentence; empty when all is well."""
    rows = await database.fetch("SELECT DISTINCT ON (sha256) id, name, sha256 FROM attachment ORDER BY sha256, id")
    faults = []
    for row in rows:
        path = storage.place_of(settings, row["sha256"])
        if not path.is_file():
            faults.append(f"{row['id']} {row['name']}：内容缺失")
        elif await in_thread(storage.digest_of, path) != row["sha256"]:
            faults.append(f"{row['id']} {row['name']}：内容与登记的摘要不符")
    return faults


async def sweep(settings: Settings) -> int:
    """Loose files that were bound to nothing for a month go, and so do contents that only they named; how many."""
    oldest = clock.now() - LOOSE_KEPT
    rows = await database.fetch(
        "DELETE FROM attachment WHERE kind IS NULL AND created_at < $1 RETURNING sha256", oldest
    )
    for digest in {row["sha256"] for row in rows}:
        if not await database.fetchval("SELECT EXISTS (SELECT FROM attachment WHERE sha256 = $1)", digest):
            await in_thread(storage.drop, settings, digest, oldest.timestamp())
    return len(rows)
