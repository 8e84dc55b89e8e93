"""Looking after accounts: lock, unlock, end all sessions, bind to addresses, give a new password.

Every act asks whether the account is one that the actor looks after, and whether it can do nothing that the actor
cannot: nobody gains rights by giving somebody a password.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry import accounts, addresses, audit, clock, database, throttle
from registry.access import Actor
from registry.audit import Log, people_sql
from registry.errors import Conflict, Invalid, NotFound, Objection
from registry.history import Occasion
from registry.organisations import members
from registry.security import renewing
from registry.security.schemas import AccountState, TokenRow

MAX_REASON = 200
PAGE = 100

_STATE = """
SELECT a.id, a.username, a.display_name, a.role, a.district, a.active, a.locked_at, a.locked_reason, a.must_change,
    a.password_set_at, a.allowed_addresses,
    (SELECT count(*) FROM login_attempt t WHERE t.username = a.username AND t.at > {since}) AS failures,
    s.sessions, s.seen_at, o.name AS organisation
FROM account a LEFT JOIN organisation o ON o.id = a.organisation LEFT JOIN LATERAL (
    SELECT count(*) AS sessions, max(seen_at) AS seen_at FROM session WHERE account = a.id AND expires_at > now()
) s ON true
"""


async def states(actor: Actor, *, text: str = "", troubled: bool = False, after: str = "") -> list[AccountState]:
    """The accounts one looks after, by name, a page at a time; `troubled` ones are locked or have failed to sign in."""
    mine, args = people_sql(actor, "a.id")
    since = clock.now() - throttle.WINDOW
    args += [since, f"%{text.strip()}%", after]
    n = len(args)
    condition = f"{mine} AND (a.username ILIKE ${n - 1} OR a.display_name ILIKE ${n - 1}) AND a.username > ${n}"
    if troubled:
        failed = f"EXISTS (SELECT FROM login_attempt t WHERE t.username = a.username AND t.at > ${n - 2})"
        condition += f" AND (a.locked_at IS NOT NULL OR {failed})"
    sql = f"{_STATE.format(since=f'${n - 2}')} WHERE {condition} ORDER BY a.username LIMIT {PAGE}"
    return [_state(actor, row) for row in await database.fetch(sql, *args)]


async def state(actor: Actor, username: str) -> AccountState:
    """One account; NotFound if the actor does not look after it."""
    account = await _target(actor, username)
    row = await database.fetchrow(
        f"{_STATE.format(since='$2')} WHERE a.id = $1", account["id"], clock.now() - throttle.WINDOW
    )
    return _state(actor, row)


def _state(actor: Actor, row: Any) -> AccountState:
    locked, seen = (row[name].isoformat() if row[name] else None for name in ("locked_at", "seen_at"))
    return AccountState(
        row["username"],
        row["display_name"],
        row["role"],
        row["organisation"] or row["district"],
        row["active"],
        locked,
        row["locked_reason"],
        row["failures"],
        row["must_change"],
        row["password_set_at"].isoformat(),
        list(row["allowed_addresses"]),
        row["sessions"],
        seen,
        str(row["id"]) == actor.id,
    )


async def _target(actor: Actor, username: str) -> Any:
    mine, args = people_sql(actor, "a.id")
    row = await database.fetchrow(
        f"SELECT a.id, a.username, a.locked_at, a.active FROM account a WHERE {mine} AND a.username = ${len(args) + 1}",
        *args,
        username,
    )
    if row is None:
        raise NotFound("没有这个账号，或它不归您管理。")
    return row


async def _held(occasion: Occasion, username: str) -> Any:
    """The account, if everything it can do is within what the actor can."""
    account = await _target(occasion.actor, username)
    await members.require_manageable(occasion.actor, username)
    return account


async def lock(occasion: Occasion, username: str) -> None:
    """Nobody signs in under the account until it is unlocked; its sessions end, its tokens rest. A reason is needed."""
    account = await _held(occasion, username)
    reason = _reason(occasion)
    async with database.transaction():
        tag = await database.execute(
            "UPDATE account SET locked_at = now(), locked_reason = $2 WHERE id = $1 AND locked_at IS NULL",
            account["id"],
            reason,
        )
        if tag != "UPDATE 1":
            raise Conflict("该账号已经锁定。")
        await database.execute("DELETE FROM session WHERE account = $1", account["id"])
        await _noted(occasion, "锁定账号", username)
    accounts.forget(account["id"])


async def unlock(occasion: Occasion, username: str) -> None:
    """Undo a lock, and forget the failures under the name that keep it from signing in."""
    account = await _held(occasion, username)
    async with database.transaction():
        await database.execute("UPDATE account SET locked_at = NULL, locked_reason = '' WHERE id = $1", account["id"])
        await throttle.forgive(username)
        await _noted(occasion, "解除锁定", username)
    accounts.forget(account["id"])


async def end_sessions(occasion: Occasion, username: str) -> int:
    """End all sessions of an account; how many."""
    account = await _held(occasion, username)
    async with database.transaction():
        gone = await database.fetch("DELETE FROM session WHERE account = $1 RETURNING 1", account["id"])
        await _noted(occasion, "全部强制下线", username, sessions=len(gone))
    accounts.forget(account["id"])
    return len(gone)


async def tokens(actor: Actor, username: str) -> list[TokenRow]:
    """The tokens of an account that one looks after, the newest first."""
    await _target(actor, username)
    return await _tokens(username)


async def own_tokens(actor: Actor) -> list[TokenRow]:
    """One's own tokens."""
    username = await database.fetchval("SELECT username FROM account WHERE id = $1::uuid", actor.id)
    return await _tokens(username) if username else []


async def _tokens(username: str) -> list[TokenRow]:
    rows = await accounts.tokens_of(username)
    return [TokenRow(row["label"], row["created_at"].isoformat(), row["expires_at"].isoformat()) for row in rows]


async def revoke_tokens(occasion: Occasion, username: str, label: str | None = None) -> int:
    """End the tokens of an account, all or those of a label; how many. Invalid if there are none."""
    await _held(occasion, username)
    async with database.transaction():
        gone = await accounts.revoke_tokens(username, label)
        await _noted(occasion, "吊销令牌", username, label=label or "全部", number=gone)
    return gone


async def bind(occasion: Occasion, username: str, lines: Sequence[str]) -> list[str]:
    """Let the account be used from these addresses and networks only (none: from anywhere); as they are kept."""
    account = await _held(occasion, username)
    kept, objections = addresses.networks(lines)
    if objections:
        raise Invalid(objections)
    async with database.transaction():
        await database.execute("UPDATE account SET allowed_addresses = $2 WHERE id = $1", account["id"], kept)
        await _noted(occasion, "限定登录地址", username, addresses=kept)
    accounts.forget(account["id"])
    return kept


async def reset_password(occasion: Occasion, username: str, password: str) -> None:
    """Give the account a password that its owner must change at the first sign-in."""
    await _held(occasion, username)
    await renewing.reset(occasion, username, password)


async def _noted(occasion: Occasion, act: str, username: str, **detail: Any) -> None:
    await audit.note(occasion, act, f"account/{username}", detail, log=Log.SIGN_IN)


def _reason(occasion: Occasion) -> str:
    reason = occasion.reason.strip()
    if 1 <= len(reason) <= MAX_REASON:
        return reason
    told = f"请写明理由，不超过 {MAX_REASON} 字；本人登录时会看到。"
    raise Invalid([Objection(told, "reason", "理由")])
