"""Who grants, read anew from the database in the transaction of the grant: rights that were taken away give nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from plugins import manager
from registry import access, actors, database, reach
from registry.access import Actor, Permission, Role
from registry.errors import Forbidden
from registry.organisations.schemas import Granter
from registry.register import Register

_LOCK = "silver-registry:organisations"


async def hold_tree() -> None:
    """Nobody else changes organisations or grants until the commit: what was checked is what is written."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtext($1))", _LOCK)


async def granter(actor: Actor) -> Granter:
    """The one who acts, as the database knows them now; the machine itself (no id) is as it says."""
    if actor.id is None:
        return Granter(actor, None)
    now = await of_account(UUID(actor.id))
    if now is None:
        raise Forbidden("您的账号已停用。")
    if now.role is Role.ADMINISTRATOR:
        return Granter(now, None)
    return Granter(now, frozenset(await below(now.organisation)) if now.organisation else frozenset())


def require(granter: Granter, permission: Permission) -> None:
    """Refuse who lacks the right: commands act as an account without a route to ask it."""
    if not granter.actor.may(permission):
        raise Forbidden(f"{granter.actor.role.label}没有此项权限。")


async def of_account(account: UUID) -> Actor | None:
    """The actor of an account as it is now; None if it is closed or was never there."""
    row = await database.fetchrow(
        f"SELECT {actors.COLUMNS} FROM account a {actors.JOINS} WHERE a.id = $1 AND a.active", account
    )
    return None if row is None else actors.of_row(row, via_cookie=False)


async def below(organisation: str) -> list[str]:
    """The organisation and all below it."""
    rows = await database.fetch("SELECT id FROM organisation WHERE path @> ARRAY[$1::uuid]", organisation)
    return [str(row[0]) for row in rows]


async def records_of(account: UUID) -> list[tuple[str, str]]:
    """The single records that an account reaches: (kind, id), its own and those of its organisation."""
    rows = await database.fetch(
        "SELECT g.kind, g.target FROM account_reach g WHERE g.account = $1 AND g.sort = 'record' UNION"
        " SELECT o.kind, o.record::text FROM account a JOIN organisation o ON o.id = a.organisation"
        " WHERE a.id = $1 AND o.record IS NOT NULL",
        account,
    )
    return [(row[0], row[1]) for row in rows]


async def reached(actor: Actor, records: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Those of the records that are the actor's to act on."""
    by_kind: dict[str, list[str]] = {}
    for kind, record in records:
        by_kind.setdefault(kind, []).append(record)
    found: set[str] = set()
    for kind, ids in by_kind.items():
        if register := manager.registers().get(kind):
            found |= await _owned(actor, register, ids)
    return frozenset(found)


async def _owned(actor: Actor, register: Register, ids: list[str]) -> set[str]:
    rows = await database.fetch(
        f"SELECT r.id FROM {register.table_name} r WHERE r.id = ANY($4::uuid[]) AND $1::date IS NULL"
        f" AND {reach.NAMED}{access.owned_sql(actor)}",
        None,
        *access.scope_values(actor),
        ids,
    )
    return {str(row[0]) for row in rows}


def told(one: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the log of changes keeps them: what is empty is left out."""
    return {name: value for name, value in one.items() if value not in (None, "", [], ())}
