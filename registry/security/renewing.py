"""New passwords: one's own, and the one that an administrator gives, which must be changed at the first sign-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from registry import accounts, audit, database, password_policy, passwords, throttle
from registry.audit import Log
from registry.errors import Invalid, Objection, Unauthenticated
from registry.history import Occasion
from registry.password_policy import Policy


async def change_own(occasion: Occasion, old: str, new: str, secret: str = "") -> None:
    """Change one's own password: the old one is demanded, and every session but this one (`secret`) ends."""
    account = await _account(UUID(occasion.actor.id) if occasion.actor.id else None)
    attempt = await throttle.enter(account["username"], f"change:{account['id']}")
    if not await passwords.matches(account["password_hash"], old):
        raise Invalid([Objection("原密码不正确。", "old", "原密码")])
    await throttle.undo(attempt)
    await _replace(occasion, account, new, must_change=False, kept=accounts.digest_of(secret) if secret else "")


async def reset(occasion: Occasion, username: str, new: str, *, must_change: bool = True) -> None:
    """Give an account a new password, which its owner changes at the first sign-in; all its sessions end."""
    found = await database.fetchval("SELECT id FROM account WHERE username = $1 AND active", username)
    if found is None:
        raise Invalid([Objection(f"没有账号“{username}”，或已停用。", "username", "账号")])
    await _replace(occasion, await _account(found), new, must_change=must_change, kept="")


async def _account(account_id: UUID | None) -> Any:
    row = await database.fetchrow(
        "SELECT id, username, password_hash FROM account WHERE id = $1 AND active", account_id
    )
    if row is None:
        raise Unauthenticated("请先登录。")
    return row


async def _replace(occasion: Occasion, account: Any, new: str, *, must_change: bool, kept: str) -> None:
    policy = await password_policy.current()
    if objections := password_policy.objections(policy, new, account["username"]):
        raise Invalid(objections)
    await _refuse_used(policy, account, new)
    digest = await passwords.digest(new)
    async with database.transaction():
        await database.execute(
            "INSERT INTO password_past (account, password_hash) SELECT id, password_hash FROM account WHERE id = $1",
            account["id"],
        )
        await database.execute(
            "UPDATE account SET password_hash = $2, must_change = $3, password_set_at = now() WHERE id = $1",
            account["id"],
            digest,
            must_change,
        )
        await database.execute("DELETE FROM session WHERE account = $1 AND token_hash <> $2", account["id"], kept)
        await throttle.forgive(account["username"])
        act = "重置密码" if must_change else "更换密码"
        await audit.note(occasion, act, f"account/{account['username']}", log=Log.SIGN_IN)
    accounts.forget(account["id"])


async def _refuse_used(policy: Policy, account: Any, new: str) -> None:
    """The password must differ from the present one and from those remembered."""
    past = await database.fetch(
        "SELECT password_hash FROM password_past WHERE account = $1 ORDER BY id DESC LIMIT $2",
        account["id"],
        max(0, policy.remembered - 1),
    )
    for digest in [account["password_hash"], *(row[0] for row in past)] if policy.remembered else []:
        if await passwords.matches(digest, new):
            told = f"不能用最近 {policy.remembered} 次用过的密码，请换一个。"
            raise Invalid([Objection(told, "password", "密码")])
