"""Titles as what hangs on the records of a register: tier on a day, timeline, search facets, list import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from registry import database
from registry.errors import Objection
from registry.register import Field
from registry.titles.fields import TITLE_FIELDS
from registry.titles.rules import title_from_row
from registry.titles.schemas import Title

_HELD = (
    "t.stage = 'recognised' AND (t.valid_from IS NULL OR t.valid_from <= {day})"
    " AND (t.valid_until IS NULL OR t.valid_until >= {day})"
)
"""Held on a day, as in `rules.held_on`: recognised, begun, not run out (an unknown end is to come)."""

_COLUMNS = (
    "kind", "label", "as_printed", "level", "line", "tier", "rung", "product", "batch", "year", "document_no", "stage",
    "status_text", "verified", "district", "valid_from", "valid_until", "presumed", "source",
)  # fmt: skip

_SAME = (
    "coalesce(nullif({a}.kind, ''), {a}.as_printed) = coalesce(nullif({b}.kind, ''), {b}.as_printed)"
    " AND {a}.product = {b}.product AND {a}.batch = {b}.batch AND {a}.year IS NOT DISTINCT FROM {b}.year"
)
"""Two statements speak of the same title of one record: same kind, product, batch and year."""

_TOLD = ("stage", "document_no", "status_text", "valid_from", "valid_until", "district", "source")
"""What a later statement about the same title may change, when it says anything."""


class TitleCompanion:
    """Implements `registry.register.Companion` for the records of one kind."""

    name = "titles"
    columns: tuple[Field, ...] = TITLE_FIELDS

    def __init__(self, kind: str) -> None:
        of_record = f"t.record_kind = '{kind}' AND t.record_id = r.id"
        held = f"{of_record} AND t.rung > 0 AND {_HELD}"
        tier = f"SELECT t.tier FROM title t WHERE {held} ORDER BY t.rung DESC, t.tier LIMIT 1"
        holders = f"SELECT t.record_id FROM title t WHERE t.record_kind = '{kind}' AND t.tier = ANY({{values}})"
        self.kind = kind
        self.derived: Mapping[str, str] = {"tier": tier}
        self.filters: Mapping[str, str] = {"tier": f"(r.id IN ({holders} AND {_HELD}) AND ({tier}) = ANY({{values}}))"}
        listed = ", ".join(f"t.{column}" for column in _COLUMNS if column != "rung")
        self.detail = (
            "SELECT coalesce(json_agg(row_to_json(x)), '[]'::json) FROM"
            f" (SELECT t.id, {listed}, ({_HELD.format(day='$1')}) AS held FROM title t WHERE {of_record}"
            " ORDER BY t.year DESC NULLS LAST, t.valid_from DESC NULLS LAST, t.rung DESC, t.label) x"
        )
        self.facets: Mapping[str, str] = {
            "tier": f"ARRAY({tier})",
            "year": f"ARRAY(SELECT DISTINCT t.year::text FROM title t WHERE {of_record} AND t.year IS NOT NULL)",
            "title": f"ARRAY(SELECT DISTINCT t.label FROM title t WHERE {of_record} AND t.stage <> 'revoked')",
        }

    def read_row(self, values: Mapping[str, Any]) -> tuple[Title | None, list[Objection]]:
        """The title a row of a list speaks of, or None."""
        read = title_from_row(values)
        return (None, read) if isinstance(read, list) else (read, [])

    async def stage(self, rows: Iterable[tuple[int, Title]]) -> None:
        """Copy titles into `import_title`, one row for each distinct title of a group."""
        await database.execute(
            "CREATE TEMP TABLE import_title ON COMMIT DROP AS"
            f" SELECT 0 AS group_no, {', '.join(_COLUMNS)} FROM title WITH NO DATA"
        )
        await database.connection().copy_records_to_table(
            "import_title",
            records=((group, *(getattr(title, column) for column in _COLUMNS)) for group, title in rows),
            columns=["group_no", *_COLUMNS],
        )
        await database.execute(
            "DELETE FROM import_title a USING import_title b WHERE a.ctid < b.ctid AND a.group_no = b.group_no"
            f" AND {_SAME.format(a='a', b='b')}"
        )
        await database.execute("ANALYZE import_title")

    async def compare(self) -> None:
        """Fill `import_hanging` with new titles, and with those of which the list says something else."""
        await database.execute(
            "CREATE TEMP TABLE import_title_change ON COMMIT DROP AS SELECT DISTINCT ON (s.record_id,"
            " coalesce(nullif(p.kind, ''), p.as_printed), p.product, p.batch, p.year)"
            " s.record_id, t.id AS title_id, p AS said"
            " FROM import_title p JOIN import_stage s ON s.group_no = p.group_no AND s.objection IS NULL"
            f" LEFT JOIN title t ON t.record_kind = '{self.kind}' AND t.record_id = s.record_id"
            f" AND {_SAME.format(a='t', b='p')}"
            f" WHERE t.id IS NULL OR {_differs('t', 'p')}"
        )
        await database.execute(
            "INSERT INTO import_hanging (record_id, said) SELECT record_id, jsonb_agg("
            "jsonb_strip_nulls(to_jsonb(said) - 'group_no' - 'rung' || jsonb_build_object('new', title_id IS NULL)))"
            " FROM import_title_change GROUP BY record_id"
        )
        await database.execute("ANALYZE import_hanging")

    async def apply(self) -> None:
        """Insert new titles, bring the known ones up to date."""
        said = ", ".join(f"(c.said).{column}" for column in _COLUMNS)
        told = ", ".join(f"{column} = {_newer('t', '(c.said)', column)}" for column in _TOLD)
        await database.execute(
            f"UPDATE title t SET {told}, verified = t.verified OR (c.said).verified"
            " FROM import_title_change c WHERE c.title_id = t.id"
        )
        await database.execute(
            f"INSERT INTO title (record_kind, record_id, {', '.join(_COLUMNS)})"
            f" SELECT '{self.kind}', c.record_id, {said} FROM import_title_change c WHERE c.title_id IS NULL"
        )


def _said(alias: str, column: str) -> str:
    return f"{alias}.{column} IS NOT NULL" if column.startswith("valid_") else f"{alias}.{column} <> ''"


def _newer(old: str, new: str, column: str) -> str:
    """What the column becomes: an unverified statement fills gaps only, a verified one overrules."""
    return (
        f"CASE WHEN {_said(new, column)} AND ({new}.verified OR NOT {old}.verified OR NOT ({_said(old, column)}))"
        f" THEN {new}.{column} ELSE {old}.{column} END"
    )


def _differs(old: str, new: str) -> str:
    columns = (f"{old}.{column} IS DISTINCT FROM {_newer(old, new, column)}" for column in _TOLD)
    return f"({' OR '.join(columns)} OR ({new}.verified AND NOT {old}.verified))"
