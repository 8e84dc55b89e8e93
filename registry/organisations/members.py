"""Accounts in organisations: open, grant, close. Every act is checked on its target, before and after.

What one may do is read anew in the transaction, and what the target can do is read back when it is written: a grant
that reaches beyond its granter is rolled back, however it came about.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from registry import access, accounts, clock, database, taxonomy
from registry.access import Actor, Permission, Role, Scope
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Objection
from registry.history import Occasion
from registry.organisations import changes, powers, tree
from registry.organisations.rules import GRANTABLE, fits_role, within
from registry.organisations.schemas import Granter


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What an account is given. `offices` and `districts` are those of a custom scope; `district` one of its own."""

    role: Role
    scope: Scope | None = None
    organisation: str | None = None
    district: str = ""
    offices: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its administrators see it; `records` are those it is bound to, as (kind, id)."""

    id: str
    username: str
    display_name: str
    role: Role
    role_label: str
    scope: Scope
    scope_label: str
    organisation: str | None
    organisation_name: str
    district: str
    offices: tuple[str, ...]
    districts: tuple[str, ...]
    extra: tuple[str, ...]
    records: tuple[tuple[str, str], ...]
    active: bool


_SELECT = (
    "SELECT a.id, a.username, a.display_name, a.role, a.scope, a.organisation, o.name AS organisation_name, a.district,"
    " a.permissions, a.active, a.enterprise_id, o.path, (SELECT coalesce(jsonb_agg(jsonb_build_array(g.sort, g.kind,"
    " g.target) ORDER BY g.target), '[]')::text FROM account_reach g WHERE g.account = a.id) AS reach"
    " FROM account a LEFT JOIN organisation o ON o.id = a.organisation"
)


async def listing(actor: Actor, organisation: str | None = None) -> list[Member]:
    """The accounts that are the actor's to manage, by name: all, or those of one organisation."""
    granter = await powers.granter(actor)
    rows = await database.fetch(
        f"{_SELECT} WHERE ($1::uuid[] IS NULL OR a.organisation = ANY($1))"
        " AND ($2::uuid IS NULL OR a.organisation = $2)"
        " ORDER BY a.active DESC, o.name NULLS FIRST, a.username LIMIT 1000",
        None if granter.administers is None else list(granter.administers),
        organisation,
    )
    return [_member(row) for row in rows]


async def get(actor: Actor, username: str) -> Member:
    """One account; NotFound for those that are not the actor's to manage."""
    granter = await powers.granter(actor)
    row = await database.fetchrow(f"{_SELECT} WHERE a.username = $1", username)
    if row is None or not granter.runs(str(row["organisation"]) if row["organisation"] else None):
        raise _unknown(username)
    return _member(row)


def _unknown(username: str) -> NotFound:
    return NotFound(f"没有账号“{username[:64]}”，或它不归您管理。")


def _member(row: Any) -> Member:
    reach = msgspec.json.decode(row["reach"], type=list[tuple[str, str, str]])
    role, scope = Role(row["role"]), Scope(row["scope"])
    return Member(
        id=str(row["id"]),
        username=row["username"],
        display_name=row["display_name"],
        role=role,
        role_label=role.label,
        scope=scope,
        scope_label=scope.label,
        organisation=str(row["organisation"]) if row["organisation"] else None,
        organisation_name=row["organisation_name"] or "",
        district=row["district"],
        offices=tuple(target for sort, _, target in reach if sort == "organisation"),
        districts=tuple(target for sort, _, target in reach if sort == "district"),
        extra=tuple(row["permissions"]),
        records=tuple((kind, target) for sort, kind, target in reach if sort == "record"),
        active=row["active"],
    )


async def open_account(
    occasion: Occasion, username: str, display_name: str, password: str, grant: Grant, *, must_change: bool = True
) -> str:
    """Open an account in an organisation; its id comes back. Its owner chooses another password at first."""
    async with database.transaction():
        await powers.hold_tree()
        granter = await powers.granter(occasion.actor)
        powers.require(granter, Permission.ACCOUNT_MANAGE)
        await _refuse_nowhere(grant)
        account = await accounts.create(
            username,
            password,
            display_name,
            grant.role,
            district=grant.district,
            organisation=grant.organisation,
            must_change=must_change,
        )
        await _write(account, grant)
        await _recheck(granter, account, grant)
        target = (account, username, grant.organisation)
        await changes.write(occasion, "opened", target, {}, await _told(account))
    return str(account)


async def regrant(occasion: Occasion, username: str, grant: Grant) -> None:
    """Give an account another role, scope or place. A reason is demanded; nobody changes their own."""
    if not occasion.reason.strip():
        raise Invalid([Objection("请写明授权变更的理由，它会记入变更记录。", "reason", "理由")])
    async with database.transaction():
        granter, account = await _held(occasion, username)
        powers.require(granter, Permission.ACCOUNT_MANAGE)
        await _refuse_nowhere(grant)
        before = await _told(account)
        await _write(account, grant)
        await _recheck(granter, account, grant)
        after = await _told(account)
        if after != before:
            await changes.write(occasion, "granted", (account, username, grant.organisation), before, after)
    accounts.forget(account)


async def close(occasion: Occasion, username: str) -> None:
    """Nobody signs in under the name any more; its sessions and tokens end."""
    async with database.transaction():
        granter, account = await _held(occasion, username)
        powers.require(granter, Permission.ACCOUNT_MANAGE)
        before = await _told(account)
        await accounts.close(username)
        await _refuse_no_administrator()
        target = (account, username, await organisation_of(account))
        await changes.write(occasion, "closed", target, before, before | {"状态": "停用"})


async def require_manageable(actor: Actor, username: str) -> UUID:
    """The account's id, if everything it can do is within what the actor can: for resets of passwords and the like."""
    async with database.transaction():
        _, account = await _held(Occasion(actor), username)
    return account


async def _held(occasion: Occasion, username: str) -> tuple[Granter, UUID]:
    """The account, locked; refused if it is one's own, or if it can do anything that one cannot."""
    await powers.hold_tree()
    granter = await powers.granter(occasion.actor)
    account = await database.fetchval("SELECT id FROM account WHERE username = $1 AND active FOR UPDATE", username)
    target = await powers.of_account(account) if account else None
    if target is None or not granter.runs(target.organisation):
        raise _unknown(username)
    if str(account) == occasion.actor.id:
        raise Forbidden("不能更改自己的授权，请由上级办理。")
    if objections := within(target, await _with_records(granter, account)):
        raise Forbidden(f"该账号的权限超出您的管理范围：{objections[0].message}", tuple(objections))
    return granter, account


async def _with_records(granter: Granter, account: UUID) -> Granter:
    """The granter, with those of the account's single records that it reaches itself."""
    reached = await powers.reached(granter.actor, await powers.records_of(account))
    return msgspec.structs.replace(granter, records=reached)


async def _write(account: UUID, grant: Grant) -> None:
    scope = grant.scope or next(iter(access.SCOPES[grant.role]), Scope.OWN)
    await database.execute(
        "UPDATE account SET role = $2, scope = $3, organisation = $4, district = $5, permissions = $6::varchar[]"
        " WHERE id = $1",
        account, grant.role.value, scope.value, grant.organisation,
        taxonomy.vocabulary("districts").find(grant.district) or "", sorted(set(grant.extra)),
    )  # fmt: skip
    await database.execute("DELETE FROM account_reach WHERE account = $1 AND sort <> 'record'", account)
    if scope is Scope.CUSTOM:
        await _write_custom(account, grant)


async def _refuse_nowhere(grant: Grant) -> None:
    """What cannot even be written: an account of the public, or in a place that there is not."""
    if grant.role is Role.PUBLIC:
        raise Invalid([Objection("公众不需要账号。", "role", "角色")])
    if grant.role is Role.DISTRICT and not (grant.organisation or grant.district):
        raise Invalid([Objection("区县经办须属于一个区县单位。", "organisation", "单位")])
    if grant.organisation is not None and not (await tree.get(grant.organisation)).active:
        raise Invalid([Objection("该单位已停用，请另选。", "organisation", "单位")])


async def _write_custom(account: UUID, grant: Grant) -> None:
    known = {one.id for one in await tree.offices() if one.active}
    if any(one not in known for one in grant.offices):
        raise Invalid([Objection("自定义范围中有不存在或已停用的单位。", "custom", "自定义范围")])
    await database.execute(
        "INSERT INTO account_reach (account, sort, target) SELECT $1::uuid, 'organisation', unnest($2::text[])"
        " UNION SELECT $1::uuid, 'district', unnest($3::text[])",
        account,
        list(grant.offices),
        list(grant.districts),
    )


async def _recheck(granter: Granter, account: UUID, grant: Grant) -> None:
    """What the account can do now that it is written: everything wrong with it at once."""
    target = await powers.of_account(account)
    if target is None:  # its role is none, or it was closed meanwhile
        raise Conflict("该账号已停用。")
    unknown = [Objection(f"没有权限“{one[:40]}”。", "extra", "另加权限") for one in grant.extra if one not in GRANTABLE]
    custom = (*grant.offices, *grant.districts)
    scope = grant.scope or target.scope
    objections = [*unknown, *fits_role(target, scope, custom, clock.today())]
    objections += within(target, await _with_records(granter, account))
    if objections:
        raise Invalid(objections)
    await _refuse_no_administrator()


async def _refuse_no_administrator() -> None:
    """Somebody must be left who may do everything."""
    if not await database.fetchval(
        "SELECT EXISTS (SELECT FROM account WHERE role = 'administrator' AND active)"
        " OR NOT EXISTS (SELECT FROM account WHERE role = 'administrator')"
    ):
        raise Conflict("这是最后一名系统管理员，不能停用或改任。")


async def organisation_of(account: UUID) -> UUID | None:
    """Where an account belongs."""
    found: UUID | None = await database.fetchval("SELECT organisation FROM account WHERE id = $1", account)
    return found


async def _told(account: UUID) -> dict[str, Any]:
    """A grant as the log of changes keeps it, in words."""
    one = _member(await database.fetchrow(f"{_SELECT} WHERE a.id = $1", account))
    names = {office.id: office.name for office in await tree.offices()} if one.offices else {}
    return powers.told(
        {
            "角色": one.role_label,
            "数据范围": one.scope_label,
            "单位": one.organisation_name,
            "区县": one.district,
            "自定义单位": [names.get(office, office) for office in one.offices],
            "自定义区县": list(one.districts),
            "另加权限": [GRANTABLE.get(Permission(name), name) for name in one.extra],
        }
    )
