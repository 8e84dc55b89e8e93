"""History: what was done to a record, by whom, when, why. Written with the change; never changed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from registry import database
from registry.access import ANONYMOUS, Actor
from registry.tables import History

ACTS = {
    "filed": "登记",
    "amended": "修改",
    "withdrawn": "撤回",
    "reinstated": "恢复",
    "imported": "名单导入",
    "handed-over": "移交",
    "merged": "并入另一条记录的内容",
    "merged_away": "并入另一条记录",
    "split": "拆开合并",
    "split_off": "从合并中拆出",
    "title_recommend": "称号推荐",
    "title_publicise": "称号公示",
    "title_recognise": "称号认定",
    "title_review": "称号复核",
    "title_update": "称号信息更新",
    "title_change": "称号重大变化",
    "title_revoke": "称号撤销",
    "title_restore": "称号恢复",
    "title_correct": "称号更正",
    "title_undone": "撤回称号办理",
    "attached": "附件",
    "detached": "移除附件",
    "undone": "撤销变更",
    "reverted": "退回旧版",
    "reversed": "撤回导入",
    "redacted": "依法删除",
    "verified": "核实",
    "claimed": "企业认领",
}
"""What each act is called."""


_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Occasion(msgspec.Struct, frozen=True):
    """On what occasion a change is made: who, why, on which request, in which import."""

    actor: Actor
    reason: str = ""
    request_id: str = ""
    batch_id: UUID | None = None


async def write(
    occasion: Occasion,
    kind: str,
    record_id: UUID,
    act: str,
    version: int,
    change: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
) -> None:
    """Append one row; `change` is (before, after), the changed fields only."""
    before, after = (None if side is None else _ENCODER.encode(side).decode() for side in change)
    await History.insert(
        History(
            kind=kind,
            record_id=record_id,
            act=act,
            version=version,
            before=before,
            after=after,
            actor_id=UUID(occasion.actor.id) if occasion.actor.id else None,
            actor_name=occasion.actor.name,
            reason=occasion.reason,
            request_id=occasion.request_id,
            batch_id=occasion.batch_id,
        )
    )


class Entry(msgspec.Struct, frozen=True):
    """One row of a record's history as somebody may read it: private fields, actor and reason only with the right."""

    act: str
    label: str
    at: str
    version: int
    before: dict[str, Any]
    after: dict[str, Any]
    actor: str = ""
    reason: str = ""
    request_id: str = ""


MOST_ENTRIES = 500
"""How many entries one reading gives; `before` a version gives those further back."""


async def read(
    kind: str, record_id: UUID, hidden: frozenset[str], *, inside: bool, before: int | None = None
) -> list[Entry]:
    """A record's history, newest first. `hidden` fields are left out; `inside` readers also learn who and why.

    For others it begins where the record was last made public: what it was before is nobody else's.
    """
    opened = 0 if inside else await _opened(kind, record_id)
    rows = await database.fetch(
        "SELECT id, act, at, version, before::text, after::text, actor_name, reason, request_id FROM history"
        " WHERE kind = $1 AND record_id = $2 AND id >= $3 AND version < coalesce($4, version + 1)"
        f" ORDER BY id DESC LIMIT {MOST_ENTRIES}",
        kind,
        record_id,
        opened,
        before,
    )
    return [_entry(row, hidden, inside=inside, opening=row["id"] == opened) for row in rows]


async def _opened(kind: str, record_id: UUID) -> int:
    """The entry by which the record last became public."""
    found = await database.fetchval(
        "SELECT max(id) FROM history WHERE kind = $1 AND record_id = $2 AND after ->> 'visibility' = 'public'",
        kind,
        record_id,
    )
    return int(found or 0)


def _entry(row: Any, hidden: frozenset[str], *, inside: bool, opening: bool) -> Entry:
    before, after = (_open(row[side], hidden) for side in ("before", "after"))
    told = {"actor": row["actor_name"], "reason": row["reason"], "request_id": row["request_id"]} if inside else {}
    act = row["act"]
    label = ACTS.get(act, act)
    return Entry(act, label, row["at"].isoformat(), row["version"], {} if opening else before, after, **told)


def _open(text: str | None, hidden: frozenset[str]) -> dict[str, Any]:
    fields = msgspec.json.decode(text, type=dict[str, Any]) if text else {}
    return {name: value for name, value in fields.items() if name not in hidden}


SYSTEM = Occasion(msgspec.structs.replace(ANONYMOUS, name="系统"))
"""The occasion of what the program does by itself."""
