"""The one door through which something may be taken out of history: an erasure that the law demands.

The entries keep their place, their digest and everything else; what was erased gives way to a mark. The entry that
tells of the erasure says what digest each of them has now, so the chain can still be verified.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from registry import database, history, masking
from registry.history import Occasion
from registry.history_chain import CONTENT

ERASED = masking.ERASED
"""What stands where a value was."""

_WIPED = (
    "(SELECT jsonb_object_agg(k, CASE WHEN k = ANY($3::text[]) AND v <> 'null' THEN to_jsonb($4::text) ELSE v END)"
    " FROM jsonb_each(h.{side}) x(k, v))"
)


async def redact(occasion: Occasion, kind: str, record_id: UUID, fields: Collection[str], version: int) -> int:
    """Erase the values of `fields` from a record's history, in the transaction under way; how many entries had any.

    The record itself and its past versions are the caller's to erase; `version` is the record's after that.
    """
    await database.execute("SELECT set_config('registry.redacting', 'yes', true)")
    sides = ", ".join(
        f"{side} = CASE WHEN h.{side} ?| $3 THEN {_WIPED.format(side=side)} ELSE h.{side} END"
        for side in ("before", "after")
    )
    rows = await database.fetch(
        f"UPDATE history h SET {sides} WHERE h.kind = $1 AND h.record_id = $2 AND h.act <> 'redacted'"
        f" AND (h.before ?| $3 OR h.after ?| $3) RETURNING h.id AS entry, encode({CONTENT}, 'hex') AS content",
        kind,
        record_id,
        list(fields),
        ERASED,
    )
    await database.execute("SELECT set_config('registry.redacting', '', true)")
    told = {"fields": sorted(fields), "redacted": [dict(row) for row in rows]}
    await history.write(occasion, kind, record_id, "redacted", version, (None, told))
    return len(rows)
