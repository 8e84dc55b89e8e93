"""People and programs: accounts, sessions, bearer tokens."""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from registry import actors, addresses, clock, database, password_policy, passwords, taxonomy
from registry.access import SCOPES, Actor, Role, Scope
from registry.errors import Forbidden, Invalid, Objection, Unauthenticated
from registry.tables import Account

SESSION_LIFE = timedelta(hours=12)
TOKEN_LIFE = timedelta(days=365)
MAX_NAME = 64
"""Characters of a username, a display name, a token's label: the width of their columns."""
REMEMBERED_SECONDS = 3.0
"""How long a process trusts what it read about a session or token; a kick-out takes at most this long to bite."""


async def create(
    username: str,
    password: str,
    display_name: str,
    role: Role,
    *,
    district: str = "",
    enterprise_id: UUID | None = None,
    organisation: str | None = None,
    must_change: bool = False,
) -> UUID:
    """Open an account; Invalid with everything that is wrong. The district is kept under its full name.

    `must_change` has its owner choose another password at the first sign-in.
    """
    objections = [
        *_name(username, "username", "账号"),
        *_name(display_name, "display_name", "姓名"),
        *password_policy.objections(await password_policy.current(), password, username),
        *_scope(role, district, enterprise_id, clock.today(), placed=organisation is not None),
    ]
    if objections:
        raise Invalid(objections)
    if await Account.exists().where(Account.username == username):
        raise _taken(username)
    account = Account(
        username=username,
        display_name=display_name,
        role=role.value,
        district=taxonomy.vocabulary("districts").find(district) or "",
        enterprise_id=enterprise_id,
        organisation=organisation,
        scope=next(iter(SCOPES[role]), Scope.OWN).value,
        password_hash=await passwords.digest(password),
        must_change=must_change,
    )
    try:
        await Account.insert(account)
    except asyncpg.UniqueViolationError as violation:
        raise _taken(username) from violation
    return UUID(str(account.id))


def _name(text: str, field: str, label: str) -> list[Objection]:
    if text.strip() == text and text.isprintable() and 1 <= len(text) <= MAX_NAME:
        return []
    return [Objection(f"{label}应为 1 至 {MAX_NAME} 个字符，首尾没有空格。", field, label)]


def _scope(role: Role, district: str, enterprise_id: UUID | None, today: date, *, placed: bool) -> list[Objection]:
    """A district officer answers for one district of today; nobody else has one, and only enterprises have a record.

    One who is `placed` in an organisation answers for what the organisation does.
    """
    objections = []
    if role is Role.DISTRICT and (district or not placed):
        objections += _district(district, today)
    elif district:
        objections.append(Objection(f"{role.label}不分区县，只有区县经办才填。", "district", "区县"))
    if enterprise_id is not None and role is not Role.ENTERPRISE:
        objections.append(Objection(f"{role.label}不对应企业，只有企业用户才填。", "enterprise_id", "企业"))
    return objections


def _district(text: str, today: date) -> list[Objection]:
    if not text:
        return [Objection("区县经办须填区县。", "district", "区县")]
    districts = taxonomy.vocabulary("districts")
    place = taxonomy.district(districts.find(text) or "")
    if place is None:
        near = districts.nearest(text)
        hint = f"，是否为{'、'.join(near)}？" if near else "，请填区县全称。"
        return [Objection(f"{taxonomy.city().name}没有“{text[:20]}”这个区县{hint}", "district", "区县")]
    if not taxonomy.district_valid(place.name, today):
        told = f"{place.name}已于{place.valid_to}撤销，现由{place.succeeded_by}管辖，请填现行区县。"
        return [Objection(told, "district", "区县")]
    return []


def _taken(username: str) -> Invalid:
    return Invalid([Objection(f"账号“{username}”已存在。", "username", "账号")])


def _unknown(username: str) -> Invalid:
    return Invalid([Objection(f"没有账号“{username}”，或已停用。", "username", "账号")])


async def close(username: str) -> None:
    """Nobody signs in under the name any more; its sessions and tokens end. Invalid if there is no such account."""
    async with database.transaction():
        account = await database.fetchval(
            "UPDATE account SET active = false WHERE username = $1 AND active RETURNING id", username
        )
        if account is None:
            raise _unknown(username)
        await database.execute("DELETE FROM session WHERE account = $1", account)
        await database.execute("DELETE FROM token WHERE account = $1", account)
    forget(account)


async def everyone() -> list[dict[str, Any]]:
    """All accounts by name, closed ones too, without their passwords."""
    shown = (Account.username, Account.display_name, Account.role, Account.district, Account.enterprise_id)
    rows: list[dict[str, Any]] = await Account.select(*shown, Account.active).order_by(Account.username)
    return rows


async def issue_token(username: str, label: str = "", life: timedelta = TOKEN_LIFE) -> str:
    """A bearer token for a program that acts as this account; shown once, never kept in clear."""
    if len(label) > MAX_NAME:
        raise Invalid([Objection(f"备注最多 {MAX_NAME} 个字符。", "label", "备注")])
    secret = "sr_" + secrets.token_urlsafe(32)
    issued = await database.fetchval(
        "INSERT INTO token (token_hash, account, label, created_at, expires_at)"
        " SELECT $1, id, $2, now(), $3 FROM account WHERE username = $4 AND active FOR SHARE RETURNING 1",
        digest_of(secret),
        label,
        clock.now() + life,
        username,
    )
    if issued is None:
        raise _unknown(username)
    return secret


async def tokens_of(username: str) -> list[Any]:
    """The account's tokens, label, created_at and expires_at, the newest first; of the tokens themselves nothing."""
    sql = "SELECT label, created_at, expires_at FROM token WHERE account = $1 ORDER BY created_at DESC"
    return list(await database.fetch(sql, await _id_of(username)))


async def revoke_tokens(username: str, label: str | None = None) -> int:
    """End the account's tokens, all or those of a label (Invalid if there are none); how many."""
    account = await _id_of(username)
    gone = await database.fetch(
        "DELETE FROM token WHERE account = $1 AND ($2::text IS NULL OR label = $2) RETURNING token_hash", account, label
    )
    if not gone:
        which = f"备注为“{label}”的" if label is not None else ""
        raise Invalid([Objection(f"账号“{username}”没有{which}令牌。", "label", "备注")])
    forget(account)
    return len(gone)


async def _id_of(username: str) -> UUID:
    account = await database.fetchval("SELECT id FROM account WHERE username = $1 AND active", username)
    if account is None:
        raise _unknown(username)
    return UUID(str(account))


def digest_of(secret: str) -> str:
    """What the database keeps of a session or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


class _Known(NamedTuple):
    """What a process remembers of a session or token, and until when."""

    until: float
    actor: Actor
    networks: tuple[addresses.Network, ...]


_remembered: dict[str, _Known] = {}
_MOST_REMEMBERED = 10_000


def forget(account: UUID) -> None:
    """Read anew what this process remembers of an account: something about it has changed."""
    for digest in [digest for digest, known in _remembered.items() if known.actor.id == str(account)]:
        del _remembered[digest]


def forget_secret(digest: str) -> None:
    """Forget one session."""
    _remembered.pop(digest, None)


async def actor_of(secret: str, *, via_cookie: bool, address: str = "") -> Actor:
    """Who a session (cookie) or token (bearer) belongs to; Unauthenticated if it is unknown, expired or closed.

    Forbidden if the account may not be used from the address.
    """
    digest = digest_of(secret)
    known = _remembered.get(digest)
    if known is None or known.until <= time.monotonic() or known.actor.via_cookie is not via_cookie:
        known = await _read_known(digest, via_cookie=via_cookie)
        if len(_remembered) >= _MOST_REMEMBERED:
            _remembered.clear()
        _remembered[digest] = known
    if known.networks and not addresses.allows(known.networks, address):
        raise Forbidden(f"该账号只能在指定的网络地址使用，您现在的地址是 {address}。")
    return known.actor


async def _read_known(digest: str, *, via_cookie: bool) -> _Known:
    table, due = ("session", f"(a.must_change OR {_OVERDUE})") if via_cookie else ("token", "false")
    row = await database.fetchrow(
        f"SELECT {actors.COLUMNS}, a.allowed_addresses, {due} AS due"
        f" FROM account a JOIN {table} s ON s.account = a.id {actors.JOINS}"
        " WHERE s.token_hash = $1 AND s.expires_at > now() AND a.active AND a.locked_at IS NULL",
        digest,
    )
    if row is None:
        raise Unauthenticated("登录已失效，请重新登录。" if via_cookie else "令牌无效或已过期。")
    if via_cookie:
        await database.execute(_SEEN, digest)
    actor = msgspec.structs.replace(actors.of_row(row, via_cookie=via_cookie), password_due=row["due"])
    return _Known(time.monotonic() + REMEMBERED_SECONDS, actor, addresses.parsed(row["allowed_addresses"]))


_OVERDUE = (
    "EXISTS (SELECT FROM security_policy p"
    " WHERE p.max_age_days > 0 AND a.password_set_at < now() - make_interval(days => p.max_age_days))"
)
_SEEN = "UPDATE session SET seen_at = now() WHERE token_hash = $1 AND seen_at < now() - interval '1 minute'"


_STANDING = f"SELECT {actors.COLUMNS} FROM account a {actors.JOINS} WHERE a.active AND a."


async def named(username: str) -> Actor:
    """The actor of an account by its name, for commands run on the machine itself."""
    row = await database.fetchrow(f"{_STANDING}username = $1", username)
    if row is None:
        raise _unknown(username)
    return actors.of_row(row, via_cookie=False)


async def acting(account: UUID) -> Actor:
    """The actor of an account as it stands now, for what it left to be done; Unauthenticated if it was closed."""
    row = await database.fetchrow(f"{_STANDING}id = $1", account)
    if row is None:
        raise Unauthenticated("提交任务的账号已停用。")
    return actors.of_row(row, via_cookie=False)
