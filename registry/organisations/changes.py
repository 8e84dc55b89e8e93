"""The log of changes to organisations and rights: written with the change, never changed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from registry import database
from registry.history import Occasion

ACTS = {
    "founded": "设立单位",
    "changed": "变更单位",
    "opened": "开通账号",
    "granted": "变更授权",
    "closed": "停用账号",
    "bound": "对应记录",
    "unbound": "解除对应",
    "restricted": "字段权限",
}
"""What each act is called."""

MOST = 200


class Change(msgspec.Struct, frozen=True):
    """One change: what was done to which account or organisation, by whom, why."""

    at: str
    act: str
    label: str
    target: str
    target_name: str
    before: dict[str, Any]
    after: dict[str, Any]
    actor: str
    reason: str


async def write(
    occasion: Occasion,
    act: str,
    target: tuple[UUID | str, str, UUID | str | None],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Append one change; `target` is id, name, and the organisation whose administrators may read of it."""
    differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    sides = ({name: side[name] for name in differing if name in side} for side in (before, after))
    was, becomes = (msgspec.json.encode(side).decode() for side in sides)
    await database.execute(
        "INSERT INTO access_change (act, target, target_name, organisation, before, after, actor_id, actor_name,"
        " reason, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        act,
        *target,
        was,
        becomes,
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
        occasion.request_id,
    )


async def read(administers: frozenset[str] | None, target: str | None = None, limit: int = MOST) -> list[Change]:
    """The newest changes in the organisations administered (None: all), or those to one target."""
    rows = await database.fetch(
        "SELECT at, act, target, target_name, before::text, after::text, actor_name, reason FROM access_change"
        " WHERE ($1::uuid[] IS NULL OR organisation = ANY($1)) AND ($2::uuid IS NULL OR target = $2)"
        " ORDER BY id DESC LIMIT $3",
        None if administers is None else list(administers),
        target,
        min(limit, MOST),
    )
    return [_change(row) for row in rows]


def _change(row: Any) -> Change:
    before, after = (msgspec.json.decode(row[side] or "{}", type=dict[str, Any]) for side in ("before", "after"))
    label = ACTS.get(row["act"], row["act"])
    return Change(
        row["at"].isoformat(), row["act"], label, str(row["target"]), row["target_name"], before, after,
        row["actor_name"], row["reason"],
    )  # fmt: skip
