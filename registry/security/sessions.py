"""Who is signed in, and ending it: one's own sessions, and those of the people whose accounts one looks after."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from registry import accounts, audit, database
from registry.access import Actor
from registry.audit import Log, people_sql
from registry.errors import NotFound
from registry.history import Occasion
from registry.security.schemas import SessionRow

MOST = 500
_COLUMNS = "s.id, a.username, a.display_name, s.client, s.address, s.created_at, s.seen_at, s.expires_at, s.token_hash"


async def own(actor: Actor, secret: str = "") -> list[SessionRow]:
    """One's own sessions, the last used first; the one of `secret` is marked."""
    return await _read("a.id = $1::uuid", [actor.id], secret)


async def everyone(actor: Actor, username: str = "", secret: str = "") -> list[SessionRow]:
    """The sessions of all people whose accounts the actor looks after, or of one of them."""
    mine, args = people_sql(actor, "a.id")
    if username:
        args.append(username)
        mine += f" AND a.username = ${len(args)}"
    return await _read(mine, args, secret)


async def _read(condition: str, args: list[Any], secret: str) -> list[SessionRow]:
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM session s JOIN account a ON a.id = s.account"
        f" WHERE s.expires_at > now() AND {condition} ORDER BY s.seen_at DESC LIMIT {MOST}",
        *args,
    )
    current = accounts.digest_of(secret) if secret else ""
    return [_row(row, current) for row in rows]


def _row(row: Any, current: str) -> SessionRow:
    return SessionRow(
        str(row["id"]),
        row["username"],
        row["display_name"],
        row["client"],
        row["address"],
        row["created_at"].isoformat(),
        row["seen_at"].isoformat(),
        row["expires_at"].isoformat(),
        current=row["token_hash"] == current,
    )


async def end(occasion: Occasion, session_id: str, *, only_own: bool = False) -> None:
    """End a session; NotFound if there is none, or it is not among those the actor may end."""
    mine, args = people_sql(occasion.actor, "a.id")
    if only_own:
        mine, args = "a.id = $1::uuid", [occasion.actor.id]
    async with database.transaction():
        row = await database.fetchrow(
            f"DELETE FROM session s USING account a WHERE a.id = s.account AND s.id = ${len(args) + 1} AND {mine}"
            " RETURNING s.token_hash, a.id, a.username, s.address",
            *args,
            _id(session_id),
        )
        if row is None:
            raise NotFound("没有这个登录，或它已经结束。")
        act = "结束自己的登录" if str(row["id"]) == occasion.actor.id else "强制下线"
        await audit.note(occasion, act, f"account/{row['username']}", {"from": row["address"]}, log=Log.SIGN_IN)
    accounts.forget_secret(row["token_hash"])


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("没有这个登录，或它已经结束。") from None
