"""Which record each group of a list speaks of: by code, else by name or former name; the rest are new.

Works on `import_stage` in the transaction under way, and holds the matched records to its end.
"""

from __future__ import annotations

from registry import access, database, reach
from registry.errors import Conflict
from registry.history import Occasion
from registry.register import Register
from search import PUBLIC


async def hold_names(register: Register) -> None:
    """Keep others from filing or renaming records of this kind until the commit: names have no unique index."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtext($1))", register.names_lock)


async def match(register: Register, occasion: Occasion) -> None:
    """Find the record each group speaks of, lock it, and object to those that may not be touched.

    Raises Conflict when a record ceased to be the one meant before it could be locked.
    """
    table, code = register.table_name, register.code_field
    if code not in await _staged_columns():
        await database.execute(f"ALTER TABLE import_stage ADD COLUMN {code} text")
    await database.execute(
        f"UPDATE import_stage s SET record_id = r.id, matched = 'code' FROM {table} r"
        f" WHERE r.{code} = s.{code} AND NOT r.withdrawn"
    )
    await _match_by_name(register)
    await _match_by_decision(register)
    # From here to the commit nobody else changes these records: what is compared is what will be changed.
    await database.execute(
        f"SELECT count(*) FROM (SELECT FROM {table} r WHERE r.id IN (SELECT record_id FROM import_stage) FOR UPDATE) x"
    )
    await _refuse_strays(table, code)
    await _object_to_withdrawn(table, code)
    await _object_to_strangers(register, occasion)
    await _object_to_rivals(register)
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


async def _match_by_name(register: Register) -> None:
    """A name matches a record without a code, or any record if the row has none; current names before former ones."""
    table, code, label = register.table_name, register.code_field, register.by_name[register.code_field].label
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
        f" objection = CASE WHEN n > 1 THEN '库中有 ' || n || ' 条同名记录，请填写{label}。' END"
        " FROM best WHERE best.group_no = s.group_no"
    )


async def _match_by_decision(register: Register) -> None:
    """What a person said to be a record is that record, unless both have a code and it was not said of that code."""
    table, code, kind = register.table_name, register.code_field, register.kind
    if not await database.fetchval("SELECT EXISTS (SELECT FROM lookalike_decision WHERE kind = $1 AND same)", kind):
        return
    ways = " UNION ".join(
        f"SELECT s.group_no, r.id FROM import_stage s JOIN lookalike_decision d"
        f" ON d.kind = '{kind}' AND d.same AND d.incoming = {incoming}"
        f" JOIN {table} r ON r.id = d.record_id AND NOT r.withdrawn"
        f" WHERE s.record_id IS NULL AND s.objection IS NULL{fits}"
        for incoming, fits in (
            (f"'code:' || s.{code}", ""),
            ("'name:' || s.name_key", f" AND (s.{code} IS NULL OR r.{code} IS NULL)"),
            ("'name:' || split_part(s.name_key, '|', 1)", f" AND (s.{code} IS NULL OR r.{code} IS NULL)"),
        )
    )
    await database.execute(
        "UPDATE import_stage s SET record_id = d.id, matched = 'decided'"
        f" FROM (SELECT group_no, (array_agg(id))[1] AS id FROM ({ways}) w GROUP BY group_no HAVING count(*) = 1) d"
        " WHERE d.group_no = s.group_no"
    )


async def _refuse_strays(table: str, code: str) -> None:
    """A record may have got another code or name between the match and its lock: it is not the one meant any more."""
    strayed = await database.fetchval(
        f"SELECT s.row_no FROM import_stage s JOIN {table} r ON r.id = s.record_id"
        " WHERE s.matched <> 'decided'"
        f" AND NOT coalesce(s.{code} = r.{code}, r.name_key = s.name_key OR s.name_key = ANY(r.former_name_keys))"
        " LIMIT 1"
    )
    if strayed is not None:
        raise Conflict(f"导入期间记录被他人修改（第 {strayed} 行），整表未导入，请重试。")


async def _object_to_withdrawn(table: str, code: str) -> None:
    """Three joins, not one with OR: each can be hashed."""
    unknown = f"SELECT s.group_no FROM import_stage s JOIN {table} r ON s.record_id IS NULL AND r.withdrawn"
    await database.execute(
        "UPDATE import_stage s SET objection = '该记录已撤回；如需恢复，请在列表中筛选“已撤回”后办理。' FROM ("
        f"SELECT s.group_no FROM import_stage s JOIN {table} r ON r.id = s.record_id AND r.withdrawn"
        f" UNION {unknown} AND r.{code} = s.{code}"
        f" UNION {unknown} AND s.{code} IS NULL AND r.name_key = s.name_key"
        ") w WHERE w.group_no = s.group_no AND s.objection IS NULL"
    )


async def _object_to_strangers(register: Register, occasion: Occasion) -> None:
    """A district's list may not touch another district's record, nor learn where an internal one is kept."""
    await database.execute(
        f"UPDATE import_stage s SET objection = CASE WHEN r.visibility = '{PUBLIC}'"
        f" THEN '该{register.label}登记在“' || coalesce(r.district, '未填区县') || '”，不在您的办理范围内。'"
        f" ELSE '该{register.label}已由其他单位登记为内部记录，请与市级经办联系。' END"
        f" FROM {register.table_name} r WHERE r.id = s.record_id AND $1::date IS NULL AND NOT"
        f" coalesce(true{access.owned_sql(occasion.actor)}, false)"
        f" AND {reach.NAMED}",
        None,
        *access.scope_values(occasion.actor),
    )


async def _object_to_rivals(register: Register) -> None:
    """Two codes of the list claim one record that has none: only a person can say whose it is."""
    code, label = register.code_field, register.by_name[register.code_field].label
    await database.execute(
        "UPDATE import_stage s SET objection ="
        f" '库中已有一条未填{label}的同名记录，本表同名的却有 ' || d.n || ' 个代码：请先在该记录上补填代码。'"
        f" FROM (SELECT record_id, count(DISTINCT {code}) AS n FROM import_stage WHERE objection IS NULL"
        f" AND matched = 'name' AND {code} IS NOT NULL GROUP BY record_id HAVING count(DISTINCT {code}) > 1) d"
        f" WHERE s.record_id = d.record_id AND s.{code} IS NOT NULL AND s.objection IS NULL"
    )


async def _object_to_doubles() -> None:
    """Two groups of one list that turn out to be one record (by code and by former name): it must be said once."""
    await database.execute(
        "UPDATE import_stage s SET objection ="
        " '与第 ' || f.row_no || ' 行指同一条记录（曾用名或代码相同），请合并为一行。'"
        " FROM (SELECT record_id, min(row_no) AS row_no FROM import_stage"
        " WHERE record_id IS NOT NULL AND objection IS NULL GROUP BY record_id HAVING count(*) > 1) f"
        " WHERE s.record_id = f.record_id AND s.row_no <> f.row_no AND s.objection IS NULL"
    )
