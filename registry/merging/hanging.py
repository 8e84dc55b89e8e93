"""What hangs on a record and moves with it: titles, references, files, conflicts, claims, accounts and their scope."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from registry import database


class Hanging(NamedTuple):
    """A table whose rows name a record by `kind` (a column, or one kind's name in quotes) and `record`.

    `same`: SQL over m (a row to be moved) and k (one of the record kept): there already, so m stays where it is.
    """

    label: str
    table: str
    kind: str
    record: str
    key: str = "id"
    same: str = "false"
    type: str = "uuid"


HANGING = (
    Hanging(
        "称号",
        "title",
        "record_kind",
        "record_id",
        same="coalesce(nullif(m.kind, ''), m.as_printed) = coalesce(nullif(k.kind, ''), k.as_printed)"
        " AND m.product = k.product AND m.batch = k.batch AND coalesce(m.year, 0) = coalesce(k.year, 0)",
    ),
    Hanging("引用", "link", "to_kind", "to_id", key="seq"),
    Hanging("附件", "attachment", "kind", "record_id"),
    Hanging(
        "不同说法",
        "field_conflict",
        "kind",
        "record_id",
        same="m.field = k.field AND md5(m.said::text) = md5(k.said::text)",
    ),
    Hanging("认领", "record_claim", "kind", "record_id"),
    Hanging("跟进", "note", "kind", "record_id"),
    Hanging("账号", "account", "'enterprise'", "enterprise_id"),
    Hanging("企业组织", "organisation", "kind", "record", same="m.active AND k.active"),
    Hanging(
        "账号范围",
        "account_reach",
        "kind",
        "target",
        key="account",
        same="m.account = k.account AND m.sort = k.sort",
        type="varchar",
    ),
)


async def move(merge_id: UUID, kind: str, from_id: UUID, to_id: UUID) -> None:
    """Let everything hang on another record, and note each row: a split gives it back."""
    for one in HANGING:
        await database.execute(
            f"WITH moved AS (UPDATE {one.table} m SET {one.record} = $3::{one.type}"
            f" WHERE {_of(one, 'm')} = $1 AND m.{one.record} = $2::{one.type} AND NOT EXISTS ("
            f"SELECT FROM {one.table} k WHERE {_of(one, 'k')} = $1 AND k.{one.record} = $3::{one.type} AND {one.same})"
            f" RETURNING m.{one.key}::text AS row_id)"
            f" INSERT INTO record_merge_moved SELECT $4, '{one.table}', row_id FROM moved",
            kind,
            _id(one, from_id),
            _id(one, to_id),
            merge_id,
        )


async def move_back(merge_id: UUID, kind: str, from_id: UUID, to_id: UUID) -> None:
    """Give back what moved with a merge and still hangs where it was moved to."""
    for one in HANGING:
        await database.execute(
            f"UPDATE {one.table} m SET {one.record} = $3::{one.type} FROM record_merge_moved x"
            f" WHERE x.merge_id = $4 AND x.table_name = '{one.table}' AND x.row_id = m.{one.key}::text"
            f" AND {_of(one, 'm')} = $1 AND m.{one.record} = $2::{one.type}",
            kind,
            _id(one, from_id),
            _id(one, to_id),
            merge_id,
        )


async def counts(kind: str, record_id: UUID) -> dict[str, int]:
    """How much hangs on a record, by what it is called; nothing that is not there."""
    found = {}
    for one in HANGING:
        sql = f"SELECT count(*) FROM {one.table} m WHERE {_of(one, 'm')} = $1 AND m.{one.record} = $2::{one.type}"
        if number := int(await database.fetchval(sql, kind, _id(one, record_id))):
            found[one.label] = number
    return found


def _of(one: Hanging, alias: str) -> str:
    return f"{one.kind}::text" if one.kind.startswith("'") else f"{alias}.{one.kind}"


def _id(one: Hanging, record_id: UUID) -> UUID | str:
    return record_id if one.type == "uuid" else str(record_id)


async def forget(kind: str, record_ids: Collection[UUID], fields: Collection[str]) -> None:
    """Take these fields out of what merges remember: the law demands that they be erased."""
    await database.execute(
        "UPDATE record_merge SET before = before - $3::text[], after = after - $3::text[]"
        " WHERE kind = $1 AND (kept_id = ANY($2::uuid[]) OR given_id = ANY($2::uuid[]))",
        kind,
        list(record_ids),
        list(fields),
    )
