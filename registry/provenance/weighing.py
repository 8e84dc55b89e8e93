"""What provenance does in a single act: mark what is filed, weigh what is amended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from registry import database
from registry.access import Role
from registry.history import Occasion
from registry.provenance import conflicts, rules, sources
from registry.provenance.rules import Origin
from registry.register import Register


def word_of(occasion: Occasion) -> Origin:
    """Whose word a single act is: an enterprise speaks for itself; what an officer enters, the officer has checked."""
    return Origin.CLAIM if occasion.actor.role is Role.ENTERPRISE else Origin.VERIFIED


def of_filed(occasion: Occasion, register: Register, filled: Mapping[str, Any]) -> str:
    """The origins of a new record, as its column takes them; a box that was not ticked says nothing."""
    said = [name for name, value in filled.items() if value is not False]
    return sources.origins_json(rules.marked(register, {}, word_of(occasion), said))


async def weigh(
    occasion: Occasion,
    register: Register,
    row: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    returning: bool = False,
) -> tuple[dict[str, Any], str]:
    """The changes that the actor's word makes, and the origins then; the others are kept for a decision.

    A value that is only `returning` (undo, an earlier version) is again the word of whose it was.
    """
    said = word_of(occasion)
    origins = sources.origins_of(row["origins"])
    written, disputed = rules.weigh(origins, said, changes)
    await conflicts.note(occasion, register.kind, row["id"], said, disputed)
    await conflicts.settle(register.kind, row["id"], written)
    new = rules.marked(register, origins, said, written)
    if returning:
        was = await _formerly(register, row["id"], written)
        new = {name: word for name, word in new.items() if name not in was} | {n: w for n, w in was.items() if w}
    return written, sources.origins_json(new)


async def _formerly(register: Register, record_id: UUID, values: Mapping[str, Any]) -> dict[str, str]:
    """Whose word these values were when they last stood; "" for a list's."""
    rows = await database.fetch(
        "SELECT x.field, (SELECT coalesce(p.origins ->> x.field, '') FROM"
        f" {register.past_name} p WHERE p.id = $1 AND to_jsonb(p) -> x.field = x.said"
        " ORDER BY p.version DESC LIMIT 1) AS word FROM unnest($2::text[], $3::text[]::jsonb[]) x(field, said)",
        record_id,
        list(values),
        [conflicts.as_json(value) for value in values.values()],
    )
    return {row["field"]: row["word"] for row in rows if row["word"] is not None}
