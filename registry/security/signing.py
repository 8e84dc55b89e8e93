"""Signing in and out. Every try is in the sign-in log, with its outcome, under the account it was for."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from registry import accounts, addresses, audit, clock, database, passwords, throttle
from registry.access import ANONYMOUS, Actor, Role
from registry.audit import Log, Told
from registry.errors import Forbidden, Refusal, TooMany, Unauthenticated


class Visit(NamedTuple):
    """Where a sign-in comes from."""

    address: str
    agent: str = ""
    request_id: str = ""


async def sign_in(username: str, password: str, client: str, agent: str = "", request_id: str = "") -> str:
    """A new session's secret, for the cookie.

    TooMany when throttled, Unauthenticated for a wrong name or password; who knows the password is told, by Forbidden,
    that the account is locked or not to be used from here.
    """
    visit = Visit(client, agent, request_id)
    account = await database.fetchrow(
        "SELECT id, username, display_name, role, district, password_hash, allowed_addresses, locked_at, locked_reason"
        " FROM account WHERE username = $1 AND active",
        username,
    )
    try:
        secret = await _admit(account, username, password, visit)
    except Refusal as refusal:
        if not isinstance(refusal, TooMany) or await _is_news(refusal, visit, username):
            await _log(visit, account, username, _OUTCOMES.get(type(refusal), "登录失败"), refusal.detail)
        raise
    await throttle.succeed(username, client)
    return secret


async def _is_news(refusal: TooMany, visit: Visit, username: str) -> bool:
    """Whether being held off is worth an entry: once a minute, so that hammering does not fill the log."""
    if refusal.retry_after == passwords.RETRY_SECONDS:
        return False
    known = await database.fetchval(
        "SELECT EXISTS (SELECT FROM audit_entry WHERE target = $1 AND act = $2 AND address = $3"
        " AND at > now() - interval '1 minute')",
        f"account/{username}",
        _OUTCOMES[TooMany],
        visit.address,
    )
    return not known


_OUTCOMES: dict[type[Refusal], str] = {TooMany: "登录受限", Forbidden: "登录被拒"}


async def _admit(account: Any, username: str, password: str, visit: Visit) -> str:
    attempt = await throttle.enter(username, visit.address)
    try:
        right = await passwords.matches(account["password_hash"] if account else None, password)
    except TooMany:
        await throttle.undo(attempt)
        raise
    if not right:
        raise Unauthenticated("账号或密码不正确。")
    _refuse_barred(account, visit.address)
    secret = secrets.token_urlsafe(32)
    async with database.transaction():
        if not await _open_session(account, secret, visit):
            raise Unauthenticated("账号或密码不正确。")
        await _log(visit, account, username, "登录", "")
    return secret


def _refuse_barred(account: Any, address: str) -> None:
    if account["locked_at"] is not None:
        why = f"（{account['locked_reason']}）" if account["locked_reason"] else ""
        raise Forbidden(f"该账号已被锁定{why}，请联系本单位的账号管理员解锁。")
    if not addresses.allows(addresses.parsed(account["allowed_addresses"]), address):
        raise Forbidden(f"该账号只能在指定的网络地址登录，您现在的地址是 {address}；请换到办公网络，或联系账号管理员。")


async def _open_session(account: Any, secret: str, visit: Visit) -> bool:
    """Whether the account still stood as it was checked; the lock lets no session slip past a closing."""
    opened = await database.fetchval(
        "INSERT INTO session (token_hash, account, created_at, expires_at, client, address)"
        " SELECT $1, id, now(), $2, $3, $6 FROM account"
        " WHERE id = $4 AND active AND locked_at IS NULL AND password_hash = $5 FOR SHARE RETURNING 1",
        accounts.digest_of(secret),
        clock.now() + accounts.SESSION_LIFE,
        visit.agent[:200],
        account["id"],
        account["password_hash"],
        visit.address[:64],
    )
    return opened is not None


async def sign_out(secret: str, client: str = "", request_id: str = "") -> None:
    """End a session."""
    digest = accounts.digest_of(secret)
    async with database.transaction():
        account = await database.fetchrow(
            "DELETE FROM session s USING account a WHERE s.token_hash = $1 AND a.id = s.account"
            " RETURNING a.id, a.username, a.display_name, a.role, a.district",
            digest,
        )
        if account is not None:
            await _log(Visit(client, "", request_id), account, account["username"], "退出", "")
    accounts.forget_secret(digest)


async def _log(visit: Visit, account: Any, username: str, act: str, why: str) -> None:
    actor = ANONYMOUS
    if account is not None:
        actor = Actor(Role(account["role"]), str(account["id"]), account["display_name"], account["district"])
    detail = {name: value for name, value in (("agent", visit.agent[:200]), ("why", why)) if value}
    told = Told(f"account/{username}", visit.address, visit.request_id, None, detail)
    await audit.append(Log.SIGN_IN, act, actor, told)
