"""A record held still for an act: the lock, the scope, the version, the reason, and what every act leaves behind."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from registry import access, clock, database, history, keys, outbox, reading
from registry.errors import Conflict, Forbidden, Invalid, NotFound, Objection, VersionConflict
from registry.history import Occasion
from registry.records_table import table_of
from registry.register import Register

MAX_REASON = 500
PATIENCE_MS = 5000
"""How long an act waits for a list that is being written, before it asks the person to try again."""


def require_scope(occasion: Occasion, row: Mapping[str, Any]) -> None:
    """Refuse a row that is not the actor's to act on."""
    if not access.in_scope(occasion.actor, row):
        district = occasion.actor.district or "本单位"
        raise Forbidden(f"只能办理{district}范围内的记录。")


def require_reason(occasion: Occasion) -> None:
    """Refuse a change of which nobody says why."""
    if not occasion.reason.strip():
        raise Invalid([Objection("请写明修改理由，它会记入历史。", "reason", "理由")])
    refuse_long_reason(occasion)


def refuse_long_reason(occasion: Occasion) -> None:
    """Refuse a reason that no column keeps."""
    if len(occasion.reason) > MAX_REASON:
        raise Invalid([Objection(f"理由不超过 {MAX_REASON} 字。", "reason", "理由")])


async def locked(occasion: Occasion, register: Register, record_id: str, version: int) -> Mapping[str, Any]:
    """The current row, locked; refused if it is not there, not the actor's, or no longer at `version`."""
    row = await database.fetchrow(
        f"SELECT * FROM {register.table_name} WHERE id = $1 FOR UPDATE", reading.parse_id(record_id)
    )
    if row is None or not access.sees(occasion.actor, row):
        raise NotFound(f"没有这条{register.label}记录，或它未公开。")
    if row["merged_into"] is not None:
        await reading.lead_on(occasion.actor, register, record_id)
    require_scope(occasion, row)
    if row["version"] != version:
        raise VersionConflict(f"您看到的是第 {version} 版，现已是第 {row['version']} 版；请对照后重新提交。")
    return dict(row)


async def update(register: Register, record_id: UUID, changes: Mapping[str, Any]) -> None:
    """Write columns of one record."""
    table = table_of(register)
    by_name = {column._meta.name: column for column in table._meta.columns}  # noqa: SLF001
    await table.update({by_name[name]: value for name, value in changes.items()}).where(by_name["id"] == record_id)


async def note(
    occasion: Occasion,
    register: Register,
    record_id: UUID,
    act: tuple[str, int],
    change: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
) -> None:
    """History and outbox of one act: (name, version), (before, after)."""
    await history.write(occasion, register.kind, record_id, act[0], act[1], change)
    await outbox.write(register.kind, record_id)


async def refuse_taken_key(occasion: Occasion, register: Register, record: Mapping[str, Any], own: UUID | None) -> None:
    """A code is held by one record only; so is a name, among records of which one has no code to tell them apart."""
    name_key = keys.match_key(register, record[register.name_field], record)
    # Until the commit nobody else files this name.
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", f"{register.names_lock}:{name_key}")
    taken = await database.fetchrow(
        f"SELECT * FROM {register.table_name} WHERE NOT withdrawn AND id IS DISTINCT FROM $3"
        f" AND ({register.code_field} = $1"
        f" OR (name_key = $2 AND ($1::text IS NULL OR {register.code_field} IS NULL)))"
        f" ORDER BY {register.code_field} = $1 DESC NULLS LAST LIMIT 1",
        record[register.code_field],
        name_key,
        own,
    )
    if taken is not None:
        raise _taken(register, taken if access.sees(occasion.actor, taken) else None)


@contextlib.asynccontextmanager
async def acting(register: Register) -> AsyncIterator[None]:
    """The transaction of one act: it does not run beside an import, which holds all names from matching to commit.

    The lock comes before any row's, as in the import, so that the two never wait for each other.
    """
    async with database.transaction(), _refusing_duplicates(register):
        await database.execute(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
        await database.execute("SELECT pg_advisory_xact_lock_shared(hashtext($1))", register.names_lock)
        yield


def _taken(register: Register, row: Mapping[str, Any] | None) -> Conflict:
    """The refusal; it names the other record only to those who may see it."""
    if row is None:
        return Conflict(f"该{register.label}已由其他单位登记为内部记录，请与市级经办联系。")
    message = f"已有同一{register.label}的记录“{row[register.name_field]}”，请在该记录上修改。"
    return Conflict(message, (Objection(f"/{register.plural}/{row['id']}", register.code_field),))


@contextlib.asynccontextmanager
async def held(
    occasion: Occasion, register: Register, record_id: str, version: int
) -> AsyncIterator[Mapping[str, Any]]:
    """A record's row, held still at `version` for an act on what hangs on it (a title); a reason is demanded."""
    require_reason(occasion)
    async with acting(register):
        row = await locked(occasion, register, record_id, version)
        if row["withdrawn"]:
            raise Conflict("该记录已撤回，不能修改；请先恢复。")
        yield row


async def mark(
    occasion: Occasion,
    register: Register,
    row: Mapping[str, Any],
    act: str,
    change: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
) -> int:
    """What hangs on a held record has changed: its next version, history and outbox; the new version comes back."""
    version = int(row["version"]) + 1
    await update(register, row["id"], {"version": version, "updated_at": clock.now()})
    await note(occasion, register, row["id"], (act, version), change)
    return version


@contextlib.asynccontextmanager
async def _refusing_duplicates(register: Register) -> AsyncIterator[None]:
    """The database has the last word when two file the same code at once."""
    try:
        yield
    except asyncpg.UniqueViolationError as violation:
        label = register.by_name[register.code_field].label
        raise Conflict(
            f"{label}已登记在另一条记录上。", (Objection("已被占用。", register.code_field, label),)
        ) from violation
