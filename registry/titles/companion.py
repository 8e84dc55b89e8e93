"""Titles as what hangs on the records of a register: tier on a day, timeline, search facets, list import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry import database
from registry.errors import Objection
from registry.register import Field
from registry.titles import reversing
from registry.titles.fields import DERIVED_FIELDS, TITLE_FIELDS
from registry.titles.rules import (
    BY_YEAR,
    DECIDED,
    FROM_STATED,
    STAGES,
    STATED,
    UNSAID,
    identity,
    merged,
    title_from_row,
)
from registry.titles.schemas import ENDED, IN_FORCE, STAGE_LABELS, Title
from registry.titles.shelf import COLUMNS, NOT_TOLD, column_value


def _listed(stages: Iterable[str]) -> str:
    return ", ".join(f"'{stage}'" for stage in stages)


_HELD = (
    f"(t.stage IN ({_listed(IN_FORCE)}) OR t.ended > {{day}}) AND (t.valid_from IS NULL OR t.valid_from <= {{day}})"
    " AND (t.valid_until IS NULL OR t.valid_until >= {day})"
)
"""Held on a day, as in `rules.held_on`: in force or not yet ended, begun, not run out (an unknown end is to come)."""

_SAME = (
    "coalesce(nullif({a}.kind, ''), {a}.as_printed) = coalesce(nullif({b}.kind, ''), {b}.as_printed)"
    " AND {a}.product = {b}.product AND {a}.batch = {b}.batch AND {a}.year IS NOT DISTINCT FROM {b}.year"
)
"""Two statements speak of the same title of one record: same kind, product, batch and year."""

_FIRM = (
    "CASE WHEN {t}.decided THEN {decided}"
    " WHEN {t}.valid_from IS NULL AND {t}.valid_until IS NULL THEN {unsaid} WHEN NOT {t}.presumed THEN {stated}"
    " WHEN {t}.valid_from IS NOT DISTINCT FROM make_date({t}.year, 1, 1) THEN {by_year} ELSE {from_stated} END"
)
"""`rules.firmness`."""

_WEIGHED = (
    "SELECT {lifts} AS lifts,"
    " {lifts} OR (NOT t.decided AND p.stage = t.stage AND (p.verified OR NOT t.verified)) AS overrules,"
    " {firm_p} AS firm, {firm_t} AS firm_known"
)
"""What a statement p is worth against the known title t (all NULL when there is none): `rules.lifts` and the like."""


_STEPS = (
    "CASE WHEN p.steps <> '[]' AND (c.lifts OR p.stage = t.stage) AND (c.overrules OR t.steps = '[]') THEN p.steps"
    " WHEN c.lifts AND t.steps <> '[]' THEN t.steps || jsonb_build_array(jsonb_strip_nulls("
    "jsonb_build_object('act', p.stage, 'document', nullif(p.document_no, '')))) ELSE coalesce(t.steps, '[]') END"
)
"""The steps of two statements, as in `steps.joined`."""

_EXPORTED = {
    "title": "t.as_printed",
    "title_batch": "t.batch",
    "title_year": "t.year",
    "title_document": "t.document_no",
    "title_status": "t.status_text",
    "title_from": "t.valid_from",
    "title_until": "t.valid_until",
    "title_presumed": "t.presumed",
    "title_steps": "t.steps",
    "title_district": "t.district",
    "title_source": "t.source",
    "title_id": "t.id::text",
}
"""What a list says of a title in each of its columns: reading it again gives the same title."""

SHOWN = 5
"""How many of its differences from officers' decisions a list is told one by one."""


class TitleCompanion:
    """Implements `registry.register.Companion` for the records of one kind; those of a `ladder` stand on a tier."""

    name = "titles"
    columns: tuple[Field, ...] = TITLE_FIELDS

    def __init__(self, kind: str, *, ladder: bool = False) -> None:
        of_record = f"t.record_kind = '{kind}' AND t.record_id = r.id"
        held = f"{of_record} AND t.rung > 0 AND {_HELD}"
        tier = f"SELECT t.tier FROM title t WHERE {held} ORDER BY t.rung DESC, t.tier LIMIT 1"
        holders = f"SELECT t.record_id FROM title t WHERE t.record_kind = '{kind}' AND t.tier = ANY({{values}})"
        self.kind = kind
        by_tier = f"(r.id IN ({holders} AND {_HELD}) AND ({tier}) = ANY({{values}}))"
        self.derived_fields: tuple[Field, ...] = DERIVED_FIELDS if ladder else ()
        self.derived: Mapping[str, str] = {"tier": tier} if ladder else {}
        self.filters: Mapping[str, str] = {"tier": by_tier} if ladder else {}
        listed = ", ".join(f"t.{column}" for column in COLUMNS if column != "rung")
        self.detail = (
            "SELECT coalesce(json_agg(row_to_json(x)), '[]'::json) FROM"
            f" (SELECT t.id, {listed}, ({_HELD.format(day='$1')}) AS held FROM title t WHERE {of_record}"
            " ORDER BY t.year DESC NULLS LAST, t.valid_from DESC NULLS LAST, t.rung DESC, t.label) x"
        )
        self.facets: Mapping[str, str] = ({"tier": f"ARRAY({tier})"} if ladder else {}) | {
            "year": f"ARRAY(SELECT DISTINCT t.year::text FROM title t WHERE {of_record} AND t.year IS NOT NULL)",
            "title": f"ARRAY(SELECT DISTINCT t.label FROM title t WHERE {of_record} AND t.stage <> 'revoked')",
        }
        self.joined = f"LEFT JOIN title t ON {of_record}"
        self.exported: Mapping[str, str] = _EXPORTED

    def read_row(self, values: Mapping[str, Any]) -> tuple[Title | None, list[Objection]]:
        """The title a row of a list speaks of, or None."""
        read = title_from_row(values)
        return (None, read) if isinstance(read, list) else (read, [])

    async def stage(self, rows: Iterable[tuple[int, Title]]) -> None:
        """Copy titles into `import_title`, one row for each distinct title of a group."""
        await database.execute(
            "CREATE TEMP TABLE import_title ON COMMIT DROP AS"
            f" SELECT 0 AS group_no, {', '.join(COLUMNS)} FROM title WITH NO DATA"
        )
        await database.connection().copy_records_to_table(
            "import_title",
            records=((group, *(column_value(title, column) for column in COLUMNS)) for group, title in _distinct(rows)),
            columns=["group_no", *COLUMNS],
        )
        await database.execute("ANALYZE import_title")

    async def compare(self) -> list[str]:
        """Fill `import_hanging` with new titles, and with what becomes of those of which the list says something else.

        Statements whose validities contradict each other are objected to on the record's rows. What comes back tells
        of titles that an officer decided and the list has otherwise: they stay as they are.
        """
        becoming = _merged_columns()
        columns = ", ".join(f"{becoming.get(column, _kept(column))} AS {column}" for column in COLUMNS)
        differs = " OR ".join(f"n.{column} IS DISTINCT FROM t.{column}" for column in becoming if column != "source")
        row = f"to_jsonb({{}}) - ARRAY[{_listed(NOT_TOLD)}]"
        await database.execute(
            "CREATE TEMP TABLE import_title_change ON COMMIT DROP AS"
            " SELECT s.record_id, t.id IS NULL AS is_new, coalesce(t.id, gen_random_uuid()) AS id, n.*,"
            f" {row.format('t')} AS was"
            " FROM import_title p JOIN import_stage s ON s.group_no = p.group_no AND s.objection IS NULL"
            f" LEFT JOIN title t ON t.record_kind = '{self.kind}' AND t.record_id = s.record_id"
            f" AND {_SAME.format(a='t', b='p')}"
            f" CROSS JOIN LATERAL ({_weighed()}) c CROSS JOIN LATERAL (SELECT {columns}) n"
            f" WHERE t.id IS NULL OR {differs}"
        )
        await _object_to_reversed()
        await database.execute(
            "INSERT INTO import_hanging (record_id, was, said) SELECT c.record_id,"
            " jsonb_agg(jsonb_strip_nulls(c.was) ORDER BY c.id) FILTER (WHERE NOT is_new),"
            f" jsonb_agg(jsonb_strip_nulls({row.format('c')} - 'was' - 'is_new') ORDER BY c.id)"
            " FROM import_title_change c JOIN import_stage s USING (record_id) WHERE s.objection IS NULL"
            " GROUP BY c.record_id"
        )
        await database.execute("ANALYZE import_hanging")
        return await self._overruled()

    async def _overruled(self) -> list[str]:
        """What the list says against officers' decisions."""
        rows = await database.fetch(
            "SELECT s.row_no, t.label, t.stage, p.stage AS said, t.valid_until, p.valid_until AS said_until,"
            " count(*) OVER () AS number"
            " FROM import_title p JOIN import_stage s ON s.group_no = p.group_no AND s.objection IS NULL"
            f" JOIN title t ON t.record_kind = '{self.kind}' AND t.record_id = s.record_id"
            f" AND {_SAME.format(a='t', b='p')}"
            f" WHERE t.decided AND p.verified AND ({_higher()} OR (t.stage = 'revoked' AND p.stage <> t.stage)"
            " OR (NOT p.presumed AND p.valid_until IS NOT NULL AND p.valid_until IS DISTINCT FROM t.valid_until))"
            f" ORDER BY s.row_no LIMIT {SHOWN}"
        )
        if not rows:
            return []
        told = "；".join(map(_difference, rows))
        more = "等" if rows[0]["number"] > len(rows) else ""
        mend = "如以名单为准，请在该记录的称号页办理。"
        return [f"{rows[0]['number']} 项称号由经办办理过，名单的说法不同，未改动：{told}{more}。{mend}"]

    async def apply(self) -> None:
        """Insert new titles, bring the known ones up to date; only on records that are still in `import_hanging`."""
        told = ", ".join(f"{column} = c.{column}" for column in _merged_columns())
        kept = "JOIN import_hanging h USING (record_id)"
        await database.execute(
            f"UPDATE title t SET {told} FROM import_title_change c {kept} WHERE c.id = t.id AND NOT c.is_new"
        )
        await database.execute(
            f"INSERT INTO title (id, record_kind, record_id, {', '.join(COLUMNS)})"
            f" SELECT c.id, '{self.kind}', record_id, {', '.join(f'c.{column}' for column in COLUMNS)}"
            f" FROM import_title_change c {kept} WHERE c.is_new"
        )

    async def contest(self) -> None:
        """Mark in `undo_hanging` the records of which a title is no longer as it was `said`."""
        await reversing.contest()

    async def restore(self) -> None:
        """Let the titles of the records in `undo_hanging` be as they were; those that were not there go."""
        await reversing.restore(COLUMNS)


def _distinct(rows: Iterable[tuple[int, Title]]) -> Iterator[tuple[int, Title]]:
    """One title for all rows of a group that speak of the same one (as in `_SAME`)."""
    found: dict[tuple[Any, ...], Title] = {}
    for group, title in rows:
        key = (group, *identity(title))
        known = found.get(key)
        found[key] = title if known is None else merged(known, title)
    return ((key[0], title) for key, title in found.items())


def _difference(row: Any) -> str:
    known, said = (STAGE_LABELS[row[side]] for side in ("stage", "said"))
    if known == said:
        known, said = f"有效至{row['valid_until'] or '未载明'}", f"有效至{row['said_until']}"
    return f"第 {row['row_no']} 行“{row['label']}”经办：{known}，名单：{said}"


def _higher() -> str:
    ranks = f"'{{{','.join(STAGES)}}}'::text[]"
    return f"array_position({ranks}, p.stage::text) > array_position({ranks}, t.stage::text)"


def _weighed() -> str:
    lifts = (
        f"(t.id IS NULL OR (NOT t.decided AND ((p.verified AND NOT t.verified AND t.stage IN ({_listed(ENDED)}))"
        f" OR ((p.verified OR NOT t.verified) AND {_higher()}))))"
    )
    names = {"unsaid": UNSAID, "by_year": BY_YEAR, "from_stated": FROM_STATED, "stated": STATED, "decided": DECIDED}
    return _WEIGHED.format(lifts=lifts, firm_p=_FIRM.format(t="p", **names), firm_t=_FIRM.format(t="t", **names))


def _merged_columns() -> dict[str, str]:
    """Column -> SQL of what it becomes, as in `rules.merged`, over p (said), t (known), c (weighed)."""
    firmer = "(c.firm > c.firm_known OR (c.firm = c.firm_known AND c.overrules))"

    def dated(column: str, least: int) -> str:
        known = f"CASE WHEN c.firm_known >= {least} THEN t.{column} END"
        said = f"CASE WHEN c.firm >= {least} THEN p.{column} END"
        return f"CASE WHEN {firmer} THEN coalesce(p.{column}, {known}) ELSE coalesce(t.{column}, {said}) END"

    def by_stage(same: str, column: str) -> str:
        return f"CASE WHEN p.stage = t.stage THEN {same} WHEN c.lifts THEN p.{column} ELSE t.{column} END"

    return {
        "stage": "CASE WHEN c.lifts THEN p.stage ELSE t.stage END",
        "status_text": by_stage(_first_said("status_text"), "status_text"),
        "verified": by_stage("p.verified OR t.verified", "verified"),
        "document_no": _first_said("document_no"),
        "district": _first_said("district"),
        "valid_from": dated("valid_from", FROM_STATED),
        "valid_until": dated("valid_until", STATED),
        "presumed": f"CASE WHEN {firmer} THEN p.presumed ELSE t.presumed END",
        "source": _first_said("source"),
        "ended": by_stage("coalesce(t.ended, p.ended)", "ended"),
        "steps": _STEPS,
    }


def _first_said(column: str) -> str:
    return (
        f"CASE WHEN c.overrules THEN coalesce(nullif(p.{column}, ''), t.{column}, '')"
        f" ELSE coalesce(nullif(t.{column}, ''), p.{column}) END"
    )


def _kept(column: str) -> str:
    return f"CASE WHEN t.id IS NULL THEN p.{column} ELSE t.{column} END"


async def _object_to_reversed() -> None:
    """What one list says of the begin and another of the end may not fit: no row may break the table's own check."""
    await database.execute(
        "UPDATE import_stage s SET objection = '称号“' || c.label || '”的有效期起' || c.valid_from"
        " || '晚于有效期止' || c.valid_until || '（与库中或本表其他行合并后），请核对。'"
        " FROM import_title_change c"
        " WHERE c.record_id = s.record_id AND c.valid_until < c.valid_from AND s.objection IS NULL"
    )
