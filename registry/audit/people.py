"""Whose doings somebody may look into: all, or those of the people of the own offices."""

from __future__ import annotations

from typing import Any

from registry import access
from registry.access import Actor, Role

WITNESS = Actor(Role.ADMINISTRATOR, None, "系统")
"""Reads the log for somebody who may see one part of it, whoever's doings that part tells."""


def people_sql(actor: Actor, column: str) -> tuple[str, list[Any]]:
    """The condition on an account's id in `column` ($1, $2), and its values.

    Administrators see everybody, and what nobody known did (a sign-in under a name that does not exist); who
    administers an office sees its people, and everyone oneself.
    """
    if actor.role is Role.ADMINISTRATOR:
        return "coalesce($1::uuid::text, $2::text[]::text, '') IS NOT NULL", [actor.id, []]
    mine = f"({column} = $1::uuid OR {column} IN (SELECT id FROM account WHERE district = ANY($2::text[])))"
    return mine, [actor.id, list(access.districts_of(actor))]
