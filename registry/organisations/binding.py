"""Which record an enterprise user answers for: bound by an officer in whose hands the record is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from registry import access, accounts, database
from registry.access import Role
from registry.errors import Conflict, Forbidden, NotFound
from registry.history import Occasion
from registry.organisations import changes, powers, tree
from registry.organisations.members import organisation_of
from registry.organisations.rules import MAX_NAME
from registry.organisations.schemas import Organisation, Sort
from registry.reading import parse_id
from registry.register import Register

OWN_KIND = "enterprise"
"""The kind of record that an enterprise user's account names itself (`account.enterprise_id`)."""


async def bind(occasion: Occasion, username: str, register: Register, record_id: str) -> None:
    """Make an enterprise user answer for a record: an officer does it in whose hands the record is."""
    async with database.transaction():
        account, row = await _bindable(occasion, username, register, record_id)
        await database.execute(
            "INSERT INTO account_reach (account, sort, target, kind) VALUES ($1, 'record', $2, $3)"
            " ON CONFLICT DO NOTHING",
            account, str(row["id"]), register.kind,
        )  # fmt: skip
        house = await _house(register, row)
        await database.execute(
            "UPDATE account SET organisation = coalesce(organisation, $2), enterprise_id = coalesce(enterprise_id, $3)"
            " WHERE id = $1",
            account, house, row["id"] if register.kind == OWN_KIND else None,
        )  # fmt: skip
        target = (account, username, await organisation_of(account))
        await changes.write(occasion, "bound", target, {}, {register.label: row["name"]})
    accounts.forget(account)


async def unbind(occasion: Occasion, username: str, register: Register, record_id: str) -> None:
    """End what `bind` made."""
    async with database.transaction():
        account, row = await _bindable(occasion, username, register, record_id)
        await database.execute(
            "DELETE FROM account_reach WHERE account = $1 AND sort = 'record' AND target = $2",
            account, str(row["id"]),
        )  # fmt: skip
        await database.execute(
            "UPDATE account SET enterprise_id = NULL, organisation = NULL WHERE id = $1 AND (enterprise_id = $2"
            " OR organisation IN (SELECT id FROM organisation WHERE record = $2))",
            account, row["id"],
        )  # fmt: skip
        target = (account, username, await organisation_of(account))
        await changes.write(occasion, "unbound", target, {register.label: row["name"]}, {})
    accounts.forget(account)


async def _bindable(occasion: Occasion, username: str, register: Register, record_id: str) -> tuple[UUID, Any]:
    await powers.hold_tree()
    granter = await powers.granter(occasion.actor)
    row = await database.fetchrow(
        f"SELECT *, {register.name_field} AS name FROM {register.table_name} WHERE id = $1 FOR SHARE",
        parse_id(record_id),
    )
    if row is None or not access.sees(granter.actor, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    if not access.in_scope(granter.actor, row) or granter.actor.role is Role.ENTERPRISE:
        raise Forbidden("这条记录不在您的办理范围内。")
    found = await database.fetchrow("SELECT id, role FROM account WHERE username = $1 AND active FOR UPDATE", username)
    if found is None:
        raise NotFound(f"没有账号“{username[:64]}”，或已停用。")
    if Role(found["role"]) is not Role.ENTERPRISE:
        raise Conflict("只有企业用户可以对应到记录。")
    return found["id"], row


async def _house(register: Register, row: Any) -> str | None:
    """The organisation that stands for the record, set up below its district's unit if there is none."""
    known = await database.fetchval(
        "SELECT id FROM organisation WHERE kind = $1 AND record = $2 AND active", register.kind, row["id"]
    )
    if known is not None:
        return str(known)
    units = [one for one in await tree.offices() if one.active and one.sort in {Sort.DISTRICT, Sort.BUREAU}]
    district = row["district"] or ""
    parent = next((one for one in units if one.district and one.district == district), units[0] if units else None)
    if parent is None:
        return None
    twin = await database.fetchval(
        "SELECT EXISTS (SELECT FROM organisation WHERE parent = $1 AND name = $2 AND active)", parent.id, row["name"]
    )
    name = f"{row['name'][:80]}（{str(row['id'])[:8]}）" if twin else row["name"][:MAX_NAME]
    draft = Organisation(parent=parent.id, sort=Sort.ENTERPRISE, name=name, kind=register.kind, record=str(row["id"]))
    return (await tree.write(draft, parent)).id
