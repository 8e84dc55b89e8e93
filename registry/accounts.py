"""People and programs: passwords, sessions, bearer tokens, the throttle on sign-in."""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import anyio.to_thread
import argon2

from registry import clock, database
from registry.access import Actor, Role
from registry.errors import Invalid, Objection, TooMany, Unauthenticated
from registry.tables import Account, LoginAttempt, Session, Token

SESSION_LIFE = timedelta(hours=12)
TOKEN_LIFE = timedelta(days=365)
THROTTLE_WINDOW = timedelta(minutes=15)
MOST_FAILURES_BY_NAME = 5
MOST_FAILURES_BY_CLIENT = 30
"""An office shares one address, so an address may fail more often than a name before it has to wait."""
MIN_PASSWORD = 10
REMEMBERED_SECONDS = 3.0
"""How long a process trusts what it read about a session or token; a kick-out takes at most this long to bite."""


@cache
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher()


@cache
def _decoy() -> str:
    """A hash to check against when there is no such account, so that time does not tell who has one."""
    return _hasher().hash(secrets.token_hex(16))


async def create(
    username: str,
    password: str,
    display_name: str,
    role: Role,
    *,
    district: str = "",
    enterprise_id: UUID | None = None,
) -> UUID:
    """Open an account; Invalid if the name is taken or the password too short."""
    if len(password) < MIN_PASSWORD:
        raise Invalid([Objection(f"密码至少 {MIN_PASSWORD} 位。", "password", "密码")])
    if await Account.exists().where(Account.username == username):
        raise Invalid([Objection(f"账号“{username}”已存在。", "username", "账号")])
    digest = await anyio.to_thread.run_sync(_hasher().hash, password)
    account = Account(
        username=username,
        display_name=display_name,
        role=role.value,
        district=district,
        enterprise_id=enterprise_id,
        password_hash=digest,
    )
    await Account.insert(account)
    return UUID(str(account.id))


async def sign_in(username: str, password: str, client: str, agent: str = "") -> str:
    """A new session's secret, for the cookie. TooMany when throttled, Unauthenticated for a wrong name or password."""
    await _throttle(username, client)
    account = (
        await Account.select(Account.id, Account.password_hash)
        .where(
            (Account.username == username) & (Account.active == True)  # noqa: E712  (Piccolo builds SQL from ==)
        )
        .first()
    )
    digest = account["password_hash"] if account else _decoy()
    right = await anyio.to_thread.run_sync(_verify, digest, password)
    if not account or not right:
        await LoginAttempt.insert(LoginAttempt(username=username[:64], client=client[:64]))
        raise Unauthenticated("账号或密码不正确。")
    await LoginAttempt.delete().where(LoginAttempt.username == username)
    secret = secrets.token_urlsafe(32)
    session = Session(
        token_hash=digest_of(secret), account=account["id"], expires_at=clock.now() + SESSION_LIFE, client=agent[:200]
    )
    await Session.insert(session)
    return secret


def _verify(digest: str, password: str) -> bool:
    try:
        return _hasher().verify(digest, password)
    except argon2.exceptions.VerificationError:
        return False


async def _throttle(username: str, client: str) -> None:
    """Count recent failures by name and by address; say how long to wait."""
    since = clock.now() - THROTTLE_WINDOW
    row = await database.fetchrow(
        "SELECT count(*) FILTER (WHERE username = $1), count(*) FILTER (WHERE client = $2), min(at)"
        " FROM login_attempt WHERE at > $3 AND (username = $1 OR client = $2)",
        username[:64],
        client[:64],
        since,
    )
    if row[0] >= MOST_FAILURES_BY_NAME or row[1] >= MOST_FAILURES_BY_CLIENT:
        wait = max(1, int((row[2] - since).total_seconds()))
        raise TooMany(f"登录失败次数过多，请 {-(-wait // 60)} 分钟后再试。", wait)


async def sign_out(secret: str) -> None:
    """End a session."""
    await Session.delete().where(Session.token_hash == digest_of(secret))
    _remembered.pop(digest_of(secret), None)


async def issue_token(username: str, label: str = "") -> str:
    """A bearer token for a program that acts as this account; shown once, never kept in clear."""
    account = await Account.select(Account.id).where(Account.username == username).first()
    if account is None:
        raise Invalid([Objection(f"没有账号“{username}”。", "username", "账号")])
    secret = "sr_" + secrets.token_urlsafe(32)
    token = Token(token_hash=digest_of(secret), account=account["id"], label=label, expires_at=clock.now() + TOKEN_LIFE)
    await Token.insert(token)
    return secret


def digest_of(secret: str) -> str:
    """What the database keeps of a session or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


_remembered: dict[str, tuple[float, Actor]] = {}
_MOST_REMEMBERED = 10_000


async def actor_of(secret: str, *, via_cookie: bool) -> Actor:
    """Who a session (cookie) or token (bearer) belongs to; Unauthenticated if it is unknown, expired or closed."""
    digest = digest_of(secret)
    known = _remembered.get(digest)
    if known is not None and known[0] > time.monotonic() and known[1].via_cookie is via_cookie:
        return known[1]
    actor = await _read_actor(digest, via_cookie=via_cookie)
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[digest] = (time.monotonic() + REMEMBERED_SECONDS, actor)
    return actor


async def _read_actor(digest: str, *, via_cookie: bool) -> Actor:
    table = "session" if via_cookie else "token"
    row = await database.fetchrow(
        "SELECT a.id, a.display_name, a.role, a.district, a.enterprise_id FROM account a"
        f" JOIN {table} s ON s.account = a.id WHERE s.token_hash = $1 AND s.expires_at > now() AND a.active",
        digest,
    )
    if row is None:
        raise Unauthenticated("登录已失效，请重新登录。" if via_cookie else "令牌无效或已过期。")
    return _actor(row, via_cookie=via_cookie)


def _actor(row: Any, *, via_cookie: bool) -> Actor:
    own = row["enterprise_id"]
    return Actor(
        Role(row["role"]), str(row["id"]), row["display_name"], row["district"], str(own) if own else None, via_cookie
    )


async def named(username: str) -> Actor:
    """The actor of an account by its name, for commands run on the machine itself."""
    row = await database.fetchrow(
        "SELECT id, display_name, role, district, enterprise_id FROM account WHERE username = $1 AND active", username
    )
    if row is None:
        raise Invalid([Objection(f"没有账号“{username}”。", "username", "账号")])
    return _actor(row, via_cookie=False)
