"""A gathered list against the register, in sets: match, compare, apply. All in the transaction under way.

`import_stage` holds one row a group; `import_merged` what matched records become; `import_hanging` what is new on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from registry import access, database, naming, outbox
from registry.history import Occasion
from registry.imports.gathering import Gathered
from registry.register import Field, FieldType, Register

ANNEX = ("source", "as_of")
"""Fields that follow a statement: they change only together with others, never alone."""


async def stage(register: Register, gathered: Gathered) -> None:
    """Copy the groups into `import_stage`, with the keys that matching uses."""
    table = register.table_name
    columns = ", ".join(gathered.names)
    await database.execute(
        f"CREATE TEMP TABLE import_stage ON COMMIT DROP AS SELECT 0 AS group_no, 0 AS row_no, {columns}, name_key,"
        " former_name_keys, name_sort, NULL::uuid AS record_id, NULL::text AS matched, NULL::text AS objection"
        f" FROM {table} WITH NO DATA"
    )
    await database.connection().copy_records_to_table(
        "import_stage",
        records=_staged(register, gathered),
        columns=["group_no", "row_no", *gathered.names, "name_key", "former_name_keys", "name_sort"],
    )
    await database.execute("CREATE INDEX ON import_stage (group_no)")
    await database.execute("ANALYZE import_stage (group_no, name_key)")


def _staged(register: Register, gathered: Gathered) -> Iterator[tuple[Any, ...]]:
    at = {name: place for place, name in enumerate(gathered.names)}
    name_at, former_at = at[register.name_field], at.get(register.former_names_field)
    for group in gathered.groups:
        name = group.values[name_at]
        former = (group.values[former_at] or ()) if former_at is not None else ()
        keys = (naming.name_key(name), [naming.name_key(was) for was in former], naming.sort_key(name))
        yield (group.number, group.row, *group.values, *keys)


async def match(register: Register, occasion: Occasion) -> None:
    """Find the record each group speaks of: by code, else by name or former name; the rest are new."""
    table, code = register.table_name, register.code_field
    if register.code_field not in await _staged_columns():
        await database.execute(f"ALTER TABLE import_stage ADD COLUMN {code} text")
    await database.execute(
        f"UPDATE import_stage s SET record_id = r.id, matched = 'code' FROM {table} r"
        f" WHERE r.{code} = s.{code} AND NOT r.withdrawn"
    )
    await _match_by_name(table, code)
    # From here to the commit nobody else changes these records: what is compared is what will be changed.
    await database.execute(
        f"SELECT count(*) FROM (SELECT FROM {table} r WHERE r.id IN (SELECT record_id FROM import_stage) FOR UPDATE) x"
    )
    await _object_to_withdrawn(table, code)
    await _object_to_strangers(table, occasion)
    await _object_to_doubles()
    await database.execute(
        "UPDATE import_stage SET record_id = gen_random_uuid(), matched = 'new'"
        " WHERE record_id IS NULL AND objection IS NULL"
    )
    # Until here record_id was mostly NULL: by those statistics every join on it would be planned for no rows at all.
    await database.execute("ANALYZE import_stage (record_id, matched, objection)")


async def _staged_columns() -> set[str]:
    rows = await database.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'import_stage'::regclass AND attnum > 0 AND NOT attisdropped"
    )
    return {row[0] for row in rows}


async def _match_by_name(table: str, code: str) -> None:
    """A name matches a record without a code, or any record if the row has none; current names before former ones."""
    await database.execute(
        "WITH known AS ("
        f" SELECT s.group_no, r.id, 1 AS place FROM import_stage s JOIN {table} r ON r.name_key = s.name_key"
        f" WHERE s.record_id IS NULL AND NOT r.withdrawn AND (s.{code} IS NULL OR r.{code} IS NULL)"
        " UNION"
        " SELECT s.group_no, r.id, 2 FROM import_stage s JOIN"
        f" (SELECT id, {code}, unnest(former_name_keys) AS was FROM {table} WHERE NOT withdrawn"
        " AND former_name_keys <> '{}') r ON r.was = s.name_key"
        f" WHERE s.record_id IS NULL AND (s.{code} IS NULL OR r.{code} IS NULL)"
        "), best AS ("
        " SELECT group_no, (array_agg(id))[1] AS id, count(*) AS n FROM known k"
        " WHERE place = (SELECT min(place) FROM known b WHERE b.group_no = k.group_no) GROUP BY group_no"
        ") UPDATE import_stage s SET record_id = CASE WHEN n = 1 THEN best.id END, matched = 'name',"
        " objection = CASE WHEN n > 1 THEN '库中有 ' || n || ' 条同名记录，请填写统一社会信用代码。' END"
        " FROM best WHERE best.group_no = s.group_no"
    )


async def _object_to_withdrawn(table: str, code: str) -> None:
    """Three joins, not one with OR: each can be hashed."""
    unknown = f"SELECT s.group_no FROM import_stage s JOIN {table} r ON s.record_id IS NULL AND r.withdrawn"
    await database.execute(
        "UPDATE import_stage s SET objection = '该记录已撤回；如需恢复，请在其页面办理。' FROM ("
        f"SELECT s.group_no FROM import_stage s JOIN {table} r ON r.id = s.record_id AND r.withdrawn"
        f" UNION {unknown} AND r.{code} = s.{code}"
        f" UNION {unknown} AND s.{code} IS NULL AND r.name_key = s.name_key"
        ") w WHERE w.group_no = s.group_no AND s.objection IS NULL"
    )


async def _object_to_strangers(table: str, occasion: Occasion) -> None:
    """A district's list may not touch another district's record."""
    await database.execute(
        "UPDATE import_stage s SET objection ="
        " '该企业登记在“' || coalesce(r.district, '未填区县') || '”，不在您的办理范围内。'"
        f" FROM {table} r WHERE r.id = s.record_id AND $1::date IS NULL AND NOT"
        f" coalesce(true{access.owned_sql(occasion.actor)}, false)"
        " AND coalesce($2::text[]::text, $3::uuid::text, '') IS NOT NULL",
        None,
        *access.scope_values(occasion.actor),
    )


async def _object_to_doubles() -> None:
    """Two groups of one list that turn out to be one record (by code and by former name): it must be said once."""
    await database.execute(
        "UPDATE import_stage s SET objection ="
        " '与第 ' || f.row_no || ' 行指同一条记录（曾用名或代码相同），请合并为一行。'"
        " FROM (SELECT record_id, min(row_no) AS row_no FROM import_stage WHERE record_id IS NOT NULL"
        " GROUP BY record_id HAVING count(*) > 1) f"
        " WHERE s.record_id = f.record_id AND s.row_no <> f.row_no"
    )


async def compare(register: Register, names: tuple[str, ...]) -> None:
    """Fill `import_merged`: what each matched record would become, with before and after of the changed fields.

    An empty cell changes nothing; a statement older than the record's fills gaps only; a new name comes by code only.
    """
    columns = _merged_columns(register, names)
    told = [name for name in columns if name in register.by_name]
    pairs = ", ".join(f"('{name}', to_jsonb(r.{name}), to_jsonb(n.{name}))" for name in told)
    stale = "coalesce(s.as_of < r.as_of, false)" if "as_of" in names else "false"
    renamed = (
        f"(s.matched = 'code' AND s.name_key <> r.name_key AND NOT {stale}"
        " AND NOT s.name_key = ANY(r.former_name_keys))"
    )
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    annex = ", ".join(f"'{name}'" for name in ANNEX)
    await database.execute(
        "CREATE TEMP TABLE import_merged ON COMMIT DROP AS"
        " SELECT s.group_no, s.record_id, r.version + 1 AS version, n.*, d.before, d.after"
        f" FROM import_stage s JOIN {register.table_name} r ON r.id = s.record_id"
        f" CROSS JOIN LATERAL (SELECT {stale} AS stale, {renamed} AS renamed) c"
        f" CROSS JOIN LATERAL (SELECT {selected}) n"
        " CROSS JOIN LATERAL (SELECT jsonb_object_agg(k, was) AS before, jsonb_object_agg(k, becomes) AS after"
        f" FROM (VALUES {pairs}) x(k, was, becomes) WHERE becomes IS DISTINCT FROM was) d"
        f" WHERE s.objection IS NULL AND s.matched <> 'new' AND d.after - ARRAY[{annex}]::text[] <> '{{}}'::jsonb"
    )
    await database.execute("CREATE TEMP TABLE import_hanging (record_id uuid, said jsonb) ON COMMIT DROP")
    # Without statistics the planner joins these by scanning them once for each row.
    await database.execute("ANALYZE import_merged")


def _merged_columns(register: Register, names: tuple[str, ...]) -> dict[str, str]:
    """Column -> SQL of its new value over s (said), r (record), c (stale, renamed)."""
    name, former = register.name_field, register.former_names_field
    columns = {field: _merged(register, register.by_name[field]) for field in names if field not in {name, former}}
    columns |= {
        column: f"CASE WHEN c.renamed THEN s.{column} ELSE r.{column} END" for column in (name, "name_key", "name_sort")
    }
    listed = {former: f"s.{former}" if former in names else "NULL::varchar[]", "former_name_keys": "s.former_name_keys"}
    for column, current in ((former, name), ("former_name_keys", "name_key")):
        columns[column] = (
            f"r.{column} || ARRAY(SELECT x FROM unnest(coalesce({listed[column]}, '{{}}'::varchar[])"
            f" || CASE WHEN c.renamed THEN ARRAY[r.{current}] ELSE '{{}}'::varchar[] END) x"
            f" WHERE x <> ALL (r.{column}))"
        )
    return columns


def _merged(register: Register, field: Field) -> str:
    name = field.name
    if name == register.code_field:
        return f"coalesce(r.{name}, s.{name})"
    empty = f"r.{name} = '{{}}'" if field.type is FieldType.CODES else f"r.{name} IS NULL"
    return f"CASE WHEN s.{name} IS NOT NULL AND (NOT c.stale OR {empty}) THEN s.{name} ELSE r.{name} END"


async def apply(register: Register, names: tuple[str, ...], occasion: Occasion, defaults: Mapping[str, Any]) -> None:
    """Write it all: new records, changed ones, what hangs on them, history, outbox."""
    await _insert_new(register, names, defaults)
    await _update_changed(register, names)
    if register.companion is not None:
        await register.companion.apply()
    await _write_history(register, names, occasion)
    await outbox.write_selected(f"SELECT '{register.kind}', record_id FROM import_touched")


async def _insert_new(register: Register, names: tuple[str, ...], defaults: Mapping[str, Any]) -> None:
    """New records; a column without a value takes the default of the import (`visibility`) or of the table."""
    keys = ["name_key", "former_name_keys", "name_sort"]
    given = {name: f"s.{name}" for name in names}
    for field in register.stored:
        if field.type.is_list and field.name in given:
            given[field.name] = f"coalesce(s.{field.name}, '{{}}')"
        elif field.type.is_flag and field.name in given:
            given[field.name] = f"coalesce(s.{field.name}, false)"
    args = list(defaults.values())
    for n, name in enumerate(defaults, 1):
        given[name] = f"coalesce(s.{name}, ${n})" if name in names else f"${n}"
    columns = ", ".join(("id", *given, *keys))
    selected = ", ".join(("s.record_id", *given.values(), *(f"s.{key}" for key in keys)))
    await database.execute(
        f"INSERT INTO {register.table_name} ({columns}) SELECT {selected} FROM import_stage s"
        " WHERE s.matched = 'new' AND s.objection IS NULL ORDER BY s.group_no",
        *args,
    )


async def _update_changed(register: Register, names: tuple[str, ...]) -> None:
    columns = _merged_columns(register, names)
    assignments = ", ".join(f"{name} = m.{name}" for name in columns)
    await database.execute(
        f"UPDATE {register.table_name} r SET {assignments} FROM import_merged m WHERE m.record_id = r.id"
    )
    await database.execute(
        "CREATE TEMP TABLE import_touched ON COMMIT DROP AS"
        " SELECT record_id, max(is_new::int) = 1 AS is_new FROM ("
        " SELECT record_id, true AS is_new FROM import_stage WHERE matched = 'new' AND objection IS NULL"
        " UNION ALL SELECT record_id, false FROM import_merged UNION ALL SELECT record_id, false FROM import_hanging"
        ") x GROUP BY record_id"
    )
    await database.execute(
        f"UPDATE {register.table_name} r SET version = version + 1, updated_at = now() FROM import_touched t"
        " WHERE t.record_id = r.id AND NOT t.is_new"
    )


async def _write_history(register: Register, names: tuple[str, ...], occasion: Occasion) -> None:
    """One row a touched record: all it was filed with, or what changed; titles under the companion's name."""
    hanging = register.companion.name if register.companion else "hanging"
    filed = ", ".join(f"'{field.name}', r.{field.name}" for field in register.stored if field.name in names)
    await database.execute(
        "INSERT INTO history (kind, record_id, act, version, before, after, actor_id, actor_name, reason, request_id,"
        f" batch_id) SELECT '{register.kind}', r.id, 'imported', r.version, m.before,"
        f" CASE WHEN t.is_new THEN jsonb_strip_nulls(jsonb_build_object({filed})) ELSE coalesce(m.after, '{{}}') END"
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
