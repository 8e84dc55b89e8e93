"""Write what was compared: new records, changed ones, what hangs on them, history, outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry import access, database, links, outbox, taxonomy, values
from registry.access import Actor
from registry.history import Occasion
from registry.imports import disputing
from registry.imports.staging import merged_columns
from registry.register import Field, Register

BATCH = 2_000
"""Records whose references are derived in one go."""

MANY = 1_000
"""Touched records from which on an import leaves new statistics behind (0.4 s for 100,000)."""


async def apply(register: Register, names: tuple[str, ...], occasion: Occasion, defaults: Mapping[str, Any]) -> None:
    """Write it all: new records, changed ones, what hangs on them, history, outbox."""
    await _insert_new(register, names, defaults, occasion.actor)
    await _update_changed(register, names)
    if register.companion is not None:
        await register.companion.apply()
    await _write_history(register, occasion)
    await disputing.apply(register, occasion)
    await link(register)
    touched = await outbox.write_selected(f"SELECT '{register.kind}', record_id FROM import_touched")
    if touched >= MANY:
        # Until autovacuum comes by, lists would be planned for the table as it was before: ten times slower.
        await database.execute(f"ANALYZE {register.table_name}, {register.past_name}")


async def _insert_new(register: Register, names: tuple[str, ...], defaults: Mapping[str, Any], actor: Actor) -> None:
    """New records; a column without a value takes the default of the import (`visibility`) or of the table."""
    keys = ["name_key", "plain_key", "former_name_keys", "name_sort"]
    given = {name: f"s.{name}" for name in names}
    for field in register.stored:
        if field.type.is_list and field.name in given:
            given[field.name] = f"coalesce(s.{field.name}, '{{}}')"
        elif field.type.is_flag and field.name in given:
            given[field.name] = f"coalesce(s.{field.name}, false)"
        elif field.type.is_rows and field.name in given:
            given[field.name] = f"coalesce(s.{field.name}, '[]')"
    args = list(defaults.values())
    for n, name in enumerate(defaults, 1):
        given[name] = f"coalesce(s.{name}, ${n})" if name in names else f"${n}"
    district, n = given.get("district", "NULL"), len(args) + 1
    given |= _holders(district, n) | _province(given.get("province", "NULL"), district, n + 3)
    columns = ", ".join(("id", *given, *keys))
    selected = ", ".join(("s.record_id", *given.values(), *(f"s.{key}" for key in keys)))
    await database.execute(
        f"INSERT INTO {register.table_name} ({columns}) SELECT {selected} FROM import_stage s"
        " WHERE s.matched = 'new' AND s.objection IS NULL ORDER BY s.group_no",
        *args,
        *access.holders(actor),
        list(taxonomy.vocabulary("districts").entries),
        taxonomy.city().name,
    )


def _holders(district: str, n: int) -> dict[str, str]:
    """`access.placed` as SQL of the two columns, over parameters from `n`: those of `access.holders`."""
    theirs = f"CASE WHEN {district} = ANY(${n}::text[]) THEN NULL ELSE ${n + 1}::uuid END"
    return {"keeper": theirs, "handler": f"${n + 2}::uuid"}


def _province(said: str, district: str, n: int) -> dict[str, str]:
    """What `statement.complete` adds to a single record: the home city where the district is one of its own."""
    return {"province": f"coalesce({said}, CASE WHEN {district} = ANY(${n}::text[]) THEN ${n + 1}::varchar END)"}


async def _update_changed(register: Register, names: tuple[str, ...]) -> None:
    columns = merged_columns(register, names)
    assignments = ", ".join(f"{name} = m.{name}" for name in columns)
    # One update a record: the past keeps what it was before all of the list's words.
    new_version = "version = version + 1, updated_at = now()"
    await database.execute(
        f"UPDATE {register.table_name} r SET {assignments}, {new_version} FROM import_merged m WHERE m.record_id = r.id"
    )
    await database.execute(
        "CREATE TEMP TABLE import_touched ON COMMIT DROP AS"
        " SELECT record_id, max(is_new::int) = 1 AS is_new FROM ("
        " SELECT record_id, true AS is_new FROM import_stage WHERE matched = 'new' AND objection IS NULL"
        " UNION ALL SELECT record_id, false FROM import_merged UNION ALL SELECT record_id, false FROM import_hanging"
        ") x GROUP BY record_id"
    )
    await database.execute(
        f"UPDATE {register.table_name} r SET {new_version} FROM import_touched t WHERE t.record_id = r.id"
        " AND NOT t.is_new AND NOT EXISTS (SELECT FROM import_merged m WHERE m.record_id = r.id)"
    )


async def link(register: Register) -> None:
    """References of the records in `import_touched`, those to what was withdrawn, those to what came after them."""
    if register.references:
        columns = ", ".join(f"r.{field.name}" for field in register.references)
        cursor = await database.connection().cursor(
            f"SELECT r.id, {columns} FROM import_touched t JOIN {register.table_name} r ON r.id = t.record_id"
        )
        while rows := await cursor.fetch(BATCH):
            await links.write(register, {row["id"]: values.of_row(register.references, row) for row in rows})
    rows = await database.fetch(
        f"SELECT r.id, r.withdrawn FROM import_touched t JOIN {register.table_name} r ON r.id = t.record_id"
    )
    for at in range(0, len(rows), BATCH):
        batch = rows[at : at + BATCH]
        if gone := [row["id"] for row in batch if row["withdrawn"]]:
            await links.release(register, gone)
        await links.adopt(register, [row["id"] for row in batch])


async def _write_history(register: Register, occasion: Occasion) -> None:
    """One row a touched record: all it was filed with, or what changed; titles under the companion's name."""
    hanging = register.companion.name if register.companion else "hanging"
    pairs = [f"'{field.name}', {_unless_empty(field)}" for field in register.stored]
    filed = " || ".join(f"jsonb_build_object({', '.join(pairs[at : at + 40])})" for at in range(0, len(pairs), 40))
    await database.execute(
        "INSERT INTO history (kind, record_id, act, version, before, after, actor_id, actor_name, reason, request_id,"
        f" batch_id) SELECT '{register.kind}', r.id, 'imported', r.version,"
        " CASE WHEN h.was IS NULL THEN m.before"
        f" ELSE coalesce(m.before, '{{}}') || jsonb_build_object('{hanging}', h.was) END,"
        f" CASE WHEN t.is_new THEN jsonb_strip_nulls({filed}) ELSE coalesce(m.after, '{{}}') END"
        f" || CASE WHEN h.said IS NULL THEN '{{}}' ELSE jsonb_build_object('{hanging}', h.said) END,"
        " $1, $2, $3, $4, $5"
        f" FROM import_touched t JOIN {register.table_name} r ON r.id = t.record_id"
        " LEFT JOIN import_merged m ON m.record_id = r.id LEFT JOIN import_hanging h ON h.record_id = r.id",
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
        occasion.request_id,
        occasion.batch_id,
    )


def _unless_empty(field: Field) -> str:
    """SQL of a field of r, NULL when nothing is in it."""
    if field.type.is_list:
        return f"nullif(r.{field.name}, '{{}}')"
    if field.type.is_rows:
        return f"nullif(r.{field.name}, '[]')"
    return f"nullif(r.{field.name}, false)" if field.type.is_flag else f"r.{field.name}"
