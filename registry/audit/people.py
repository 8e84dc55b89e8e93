"""Whose doings somebody may look into: all, or those of the people of the own organisation and below."""

from __future__ import annotations

from typing import Any

from registry.access import Actor, Permission, Role

WITNESS = Actor(Role.ADMINISTRATOR, None, "系统")
"""Reads the log for somebody who may see one part of it, whoever's doings that part tells."""

_OVER_PEOPLE = (Permission.AUDIT_READ, Permission.SECURITY_MANAGE)


def people_sql(actor: Actor, column: str) -> tuple[str, list[Any]]:
    """The condition on an account's id in `column` ($1, $2), and its values.

    Administrators see everybody, and what nobody known did (a sign-in under a name that does not exist); who looks
    after an organisation sees its people and those below, but no administrators; everyone sees oneself.
    """
    if actor.role is Role.ADMINISTRATOR:
        return "coalesce($1::uuid::text, $2::uuid::text, '') IS NOT NULL", [actor.id, actor.organisation]
    people = (
        "SELECT p.id FROM account p JOIN organisation o ON o.id = p.organisation"
        f" WHERE o.path @> ARRAY[$2::uuid] AND p.role <> '{Role.ADMINISTRATOR.value}'"
    )
    organisation = actor.organisation if any(map(actor.may, _OVER_PEOPLE)) else None
    return f"({column} = $1::uuid OR {column} IN ({people}))", [actor.id, organisation]
