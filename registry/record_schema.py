"""The tables of the registers, brought to what is declared: made, given new columns and indexes; nothing is dropped.

A register needs no migration of its own. What was declared last is remembered by its digest: a start costs one query.
Beside each table stands that of the past (`Register.past_name`): a trigger puts there what a version was when the next
one comes, with the day on which it ended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from plugins import manager
from registry import database
from registry.records_table import sort_expression, table_of
from registry.register import FieldType, Register

_TEXTS = {FieldType.TEXT, FieldType.NAME, FieldType.CHOICE, FieldType.CREDIT_CODE, FieldType.STANDARD_NO}


async def migrate() -> None:
    """Bring everything up to date: tables of the apps by their migrations, those of the registers by declaration."""
    await database.migrate()
    for register in manager.registers().values():
        await _ensure(register)


async def _ensure(register: Register) -> None:
    script = "\n".join(f"{statement};" for statement in statements(register))
    digest = hashlib.sha256(script.encode()).hexdigest()
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('silver-registry:record-schema'))")
        known = await database.fetchval("SELECT digest FROM record_schema WHERE kind = $1", register.kind)
        if known != digest:
            await database.execute_script(script)
            await database.execute(
                "INSERT INTO record_schema (kind, digest) VALUES ($1, $2)"
                " ON CONFLICT (kind) DO UPDATE SET digest = excluded.digest",
                register.kind,
                digest,
            )


def statements(register: Register) -> Iterator[str]:
    """Every statement, each of which may be run again."""
    table, past = register.table_name, register.past_name
    columns = [column.ddl for column in table_of(register)._meta.columns]  # noqa: SLF001  (Piccolo's documented place)
    yield f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(columns)})"
    for ddl in columns:
        yield f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {ddl.replace(' PRIMARY KEY', '')}"
    yield f"CREATE TABLE IF NOT EXISTS {past} (LIKE {table}, ended date)"
    for ddl in columns:
        yield f"ALTER TABLE {past} ADD COLUMN IF NOT EXISTS {ddl.replace(' PRIMARY KEY', '')}"
    yield from _indexes(register)
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_keeps_its_past BEFORE INSERT OR UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION keep_the_past()"
    )
    yield from _lookalikes(table)
    yield f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_visibility"
    yield f"ALTER TABLE {table} ADD CONSTRAINT {table}_visibility CHECK (visibility IN ('public', 'internal'))"


def _lookalikes(table: str) -> Iterator[str]:
    """Whoever writes records has their look-alikes searched anew; a changed declaration, of all of them."""
    for act in ("INSERT", "UPDATE"):
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_{act.lower()}_marks_lookalikes AFTER {act} ON {table}"
            " REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION mark_lookalikes()"
        )
    yield f"INSERT INTO lookalike_due (kind, record_id) SELECT '{table}', id FROM {table}"


def _indexes(register: Register) -> Iterator[str]:
    """One code, one record; every sort and filter of the list has its index, today's and that of a day."""
    table, standing = register.table_name, "WHERE NOT withdrawn"
    code = register.code_field
    yield (
        f"CREATE UNIQUE INDEX IF NOT EXISTS {table}_code ON {table} ({code}) WHERE NOT withdrawn AND {code} IS NOT NULL"
    )
    yield f"CREATE INDEX IF NOT EXISTS {table}_by_key ON {table} (name_key)"
    yield f"CREATE INDEX IF NOT EXISTS {table}_by_plain_key ON {table} (plain_key)"
    yield f"CREATE INDEX IF NOT EXISTS {table}_renamed ON {table} (id) WHERE former_name_keys <> '{{}}'"
    yield f"CREATE INDEX IF NOT EXISTS {table}_by_update ON {table} (updated_at, id) {standing}"
    yield f"CREATE INDEX IF NOT EXISTS {table}_by_keeper ON {table} (keeper) WHERE keeper IS NOT NULL"
    for field in register.stored:
        if field.filter and field.type is FieldType.CODES:
            yield f"CREATE INDEX IF NOT EXISTS {table}_of_{field.name} ON {table} USING gin ({field.name})"
    yield from _orders(register, table)
    yield from _days(register)


def _days(register: Register) -> Iterator[str]:
    """What was in force on a day: found in the list's order where it was much, by the day where it was little."""
    table, past = register.table_name, register.past_name
    yield f"CREATE INDEX IF NOT EXISTS {table}_by_day ON {table} (began)"
    yield f"CREATE INDEX IF NOT EXISTS {past}_by_id ON {past} (id, began)"
    yield f"CREATE INDEX IF NOT EXISTS {past}_by_day ON {past} (began)"
    yield f"CREATE INDEX IF NOT EXISTS {past}_by_end ON {past} (ended)"
    yield from _orders(register, past)


def _orders(register: Register, table: str) -> Iterator[str]:
    """The orders of a list, also within what a filter chooses."""
    standing = "WHERE NOT withdrawn"
    yield f"CREATE INDEX IF NOT EXISTS {table}_by_name ON {table} (name_sort, id) {standing}"
    for field in register.stored:
        if field.sort and field.name != register.name_field:
            yield (
                f"CREATE INDEX IF NOT EXISTS {table}_sort_{field.name}"
                f" ON {table} ({sort_expression(field, field.name)}, id) {standing}"
            )
        if field.filter and field.type in _TEXTS and field.name != "visibility":
            columns = f"({field.name}, name_sort, id)"
            yield f"CREATE INDEX IF NOT EXISTS {table}_of_{field.name} ON {table} {columns} {standing}"
