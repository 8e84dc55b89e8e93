"""A gathered list against the register, in sets: stage, compare. All in the transaction under way.

`import_stage` holds one row a group; `import_merged` what matched records become; `import_hanging` what is new on them,
as it will be (`said`) and as it was (`was`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry import database, keys, naming, values
from registry.imports.gathering import Gathered
from registry.register import Field, FieldType, Register

ANNEX = "source"
"""The field that follows a statement: it changes only together with others, never alone."""


async def stage(register: Register, gathered: Gathered) -> None:
    """Copy the groups into `import_stage`, with the keys that matching uses."""
    table = register.table_name
    columns = ", ".join(gathered.names)
    await database.execute(
        f"CREATE TEMP TABLE import_stage ON COMMIT DROP AS SELECT 0 AS group_no, 0 AS row_no, {columns},"
        " name_key, plain_key, former_name_keys, name_sort, NULL::uuid AS record_id, NULL::text AS matched,"
        " NULL::text AS objection"
        f" FROM {table} WITH NO DATA"
    )
    await database.connection().copy_records_to_table(
        "import_stage",
        records=_staged(register, gathered),
        columns=["group_no", "row_no", *gathered.names, "name_key", "plain_key", "former_name_keys", "name_sort"],
    )
    await database.execute("CREATE TEMP TABLE import_hanging (record_id uuid, was jsonb, said jsonb) ON COMMIT DROP")
    await database.execute("CREATE INDEX ON import_stage (group_no)")
    await database.execute("ANALYZE import_stage (group_no, name_key)")


def _staged(register: Register, gathered: Gathered) -> Iterator[tuple[Any, ...]]:
    at = {name: place for place, name in enumerate(gathered.names)}
    name_at, former_at = at[register.name_field], at.get(register.former_names_field)
    nested = [(place, register.by_name[name]) for name, place in at.items() if register.by_name[name].type.is_rows]
    for group in gathered.groups:
        name = group.values[name_at]
        former = (group.values[former_at] or ()) if former_at is not None else ()
        said = dict(zip(gathered.names, group.values, strict=True)) if register.identity else {}
        # A group of one row still has the name whose key is known; making keys is the dearest thing here.
        name_key = group.key if len(group.rows) == 1 else keys.match_key(register, name, said)
        former_keys = keys.former_keys(register, said, former)
        cells = list(group.values)
        for place, field in nested:
            cells[place] = values.to_column(field, cells[place])
        yield (group.number, group.row, *cells, name_key, keys.plain(name_key), former_keys, naming.sort_key(name))


async def compare(register: Register, names: tuple[str, ...]) -> None:
    """Fill `import_merged`: what each matched record would become, with before and after of the changed fields.

    An empty cell changes nothing; a statement older than the record's, or without a day where the record has one, fills
    gaps only; a later day alone is a change, since it holds off what is older; a new name comes by code only; what an
    enterprise claimed or an officer verified stays (`registry.imports.disputing`).
    """
    columns = merged_columns(register, names)
    told = [name for name in columns if name in register.by_name]
    pairs = ", ".join(f"('{name}', to_jsonb(r.{name}), to_jsonb(n.{name}))" for name in told)
    selected = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    await database.execute(
        "CREATE TEMP TABLE import_merged ON COMMIT DROP AS"
        " SELECT s.group_no, s.record_id, c.stale, n.*, d.before, d.after"
        f" FROM import_stage s JOIN {register.table_name} r ON r.id = s.record_id"
        f" CROSS JOIN LATERAL ({judged(register, names)}) c"
        f" CROSS JOIN LATERAL (SELECT {selected}) n"
        " CROSS JOIN LATERAL (SELECT jsonb_object_agg(k, was) AS before, jsonb_object_agg(k, becomes) AS after"
        f" FROM (VALUES {pairs}) x(k, was, becomes) WHERE becomes IS DISTINCT FROM was) d"
        f" WHERE s.objection IS NULL AND s.matched <> 'new' AND d.after - '{ANNEX}' <> '{{}}'::jsonb"
    )
    # Without statistics the planner joins these by scanning them once for each row.
    await database.execute("ANALYZE import_merged")


def judged(register: Register, names: tuple[str, ...]) -> str:
    """SQL over s and r of what a statement may do to its record.

    `stale`: fill gaps only; `renaming`: bring another name, and `renamed`: it does, since no higher word stands there;
    `outlived`: its name is a former one; `guarded`: some field holds a higher word.
    """
    stale, outdated, later = _ages() if "as_of" in names else ("false", "false", "false")
    other_name = "s.matched = 'code' AND s.plain_key <> r.plain_key"
    # Only a later day brings a former name back.
    renaming = f"{other_name} AND NOT {stale} AND (NOT s.name_key = ANY(r.former_name_keys) OR {later})"
    return (
        f"SELECT j.*, j.renaming AND NOT r.origins ? '{register.name_field}' AS renamed FROM (SELECT {stale} AS stale,"
        f" {renaming} AS renaming, {other_name} AND {outdated} AS outlived, r.origins <> '{{}}' AS guarded) j"
    )


def _ages() -> tuple[str, str, str]:
    """SQL over s and r: the statement may not overrule; is of an earlier day; is of a later day."""
    return (
        "(r.as_of IS NOT NULL AND (s.as_of IS NULL OR s.as_of < r.as_of))",
        "coalesce(s.as_of < r.as_of, false)",
        "coalesce(s.as_of > r.as_of, false)",
    )


def merged_columns(register: Register, names: tuple[str, ...]) -> dict[str, str]:
    """Column -> SQL of its new value over s (said), r (record), c (`judged`)."""
    name, former = register.name_field, register.former_names_field
    columns = {field: _kept(register, register.by_name[field]) for field in names if field not in {name, former}}
    columns |= {
        column: f"CASE WHEN c.renamed THEN s.{column} ELSE r.{column} END"
        for column in (name, "name_key", "plain_key", "name_sort")
    }
    if register.identity and set(register.identity) <= set(names):
        # Told by its code, a record may get another owner or edition: its key follows.
        said = " AND ".join(f"s.{field} IS NOT NULL AND NOT r.origins ? '{field}'" for field in register.identity)
        columns["name_key"] = (
            f"CASE WHEN c.renamed OR (s.matched = 'code' AND NOT c.stale AND {said})"
            " THEN s.name_key ELSE r.name_key END"
        )
    for column, current, told in (
        (former, name, f"s.{former}" if former in names else "NULL::varchar[]"),
        ("former_name_keys", "name_key", "s.former_name_keys"),
    ):
        known = f"CASE WHEN c.renamed THEN array_remove(r.{column}, s.{current}) ELSE r.{column} END"
        now_former = f"CASE WHEN c.renamed THEN r.{current} WHEN c.outlived THEN s.{current} END"
        added = f"array_append(array_remove(coalesce({told}, '{{}}'::varchar[]), {now_former}), {now_former})"
        unknown = f"SELECT x FROM unnest({added}) x WHERE x IS NOT NULL AND x <> ALL (r.{column})"
        columns[column] = f"{known} || ARRAY({unknown})"
    return columns


def _kept(register: Register, field: Field) -> str:
    """What a field becomes: where a higher word stands, what it was."""
    return f"CASE WHEN c.guarded AND r.origins ? '{field.name}' THEN r.{field.name} ELSE {merged(register, field)} END"


def merged(register: Register, field: Field) -> str:
    """SQL of what a field would become if only lists had spoken of it."""
    name = field.name
    if name == register.name_field:
        return f"CASE WHEN c.renaming THEN s.{name} ELSE r.{name} END"
    if name == register.code_field:
        return f"coalesce(r.{name}, s.{name})"
    if field.type.is_rows:
        keys_of = ", ".join(f"'{column}'" for column in field.row_key)
        later = f"merged_rows(r.{name}, s.{name}, ARRAY[{keys_of}]::text[])"
        gaps = f"merged_rows(coalesce(s.{name}, '[]'), r.{name}, ARRAY[{keys_of}]::text[])"
        return f"CASE WHEN s.{name} IS NULL THEN r.{name} WHEN c.stale THEN {gaps} ELSE {later} END"
    empty = f"r.{name} = '{{}}'" if field.type is FieldType.CODES else f"r.{name} IS NULL"
    return f"CASE WHEN s.{name} IS NOT NULL AND (NOT c.stale OR {empty}) THEN s.{name} ELSE r.{name} END"
