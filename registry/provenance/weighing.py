"""What provenance does in a single act: mark what is filed, weigh what is amended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    occasion: Occasion, register: Register, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """The changes that the actor's word makes, and the origins then; the others are kept for a decision."""
    said = word_of(occasion)
    origins = sources.origins_of(row["origins"])
    written, disputed = rules.weigh(origins, said, changes)
    await conflicts.note(occasion, register.kind, row["id"], said, disputed)
    await conflicts.settle(register.kind, row["id"], written)
    return written, sources.origins_json(rules.marked(register, origins, said, written))
