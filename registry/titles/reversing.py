"""Titles brought back to what they were before a list: over `undo_hanging`, in the transaction under way."""

from __future__ import annotations

from collections.abc import Sequence

from registry import database

_TOLD = (
    "SELECT u.record_id, (s ->> 'id')::uuid AS id, s AS said, (SELECT w FROM jsonb_array_elements(u.was) w"
    " WHERE w ->> 'id' = s ->> 'id') AS was FROM undo_hanging u CROSS JOIN jsonb_array_elements(u.said) s"
)
"""One row a title that the list said something of; `was` is NULL where it was new."""

_CHANGED = "SELECT k FROM jsonb_object_keys(o.said || o.was) k WHERE o.was -> k IS DISTINCT FROM o.said -> k"


async def contest() -> None:
    """A title is contested if something that the list changed has become neither what was said nor what was before."""
    await database.execute(
        f"WITH told AS ({_TOLD}) UPDATE undo_hanging u SET contested = true WHERE EXISTS (SELECT FROM told o"
        " JOIN title t ON t.id = o.id CROSS JOIN LATERAL (SELECT jsonb_strip_nulls(to_jsonb(t)) AS now) n"
        " CROSS JOIN jsonb_object_keys(o.said || coalesce(o.was, '{}')) k WHERE o.record_id = u.record_id"
        " AND n.now -> k IS DISTINCT FROM o.said -> k AND (o.was IS NULL OR n.now -> k IS DISTINCT FROM o.was -> k))"
    )


async def restore(columns: Sequence[str]) -> None:
    """What the list changed of known titles becomes what it was; what it brought goes, history keeps it."""
    given = ", ".join(f"{column} = n.{column}" for column in columns)
    await database.execute(
        f"WITH told AS ({_TOLD}) UPDATE title t SET {given} FROM told o JOIN title x ON x.id = o.id CROSS JOIN LATERAL"
        f" jsonb_populate_record(x, (SELECT jsonb_object_agg(k, o.was -> k) FROM ({_CHANGED}) c)) n"
        " WHERE t.id = x.id AND o.was IS NOT NULL"
    )
    await database.execute(
        f"WITH told AS ({_TOLD}) DELETE FROM title t USING told o WHERE t.id = o.id AND o.was IS NULL"
    )
