"""How long the log is kept: never under the six months that the law demands."""

from __future__ import annotations

from datetime import datetime

from registry import database


async def forget_before(moment: datetime) -> int:
    """Delete the entries from before; how many. The trigger keeps whatever is younger than 180 days."""
    async with database.transaction():
        await database.execute("SELECT set_config('silver_registry.retention', 'on', true)")
        tag = await database.execute(
            "DELETE FROM audit_entry WHERE at < least($1::timestamptz, now() - interval '180 days')", moment
        )
        await database.execute("SELECT set_config('silver_registry.retention', 'off', true)")
    return int(tag.rpartition(" ")[2])
