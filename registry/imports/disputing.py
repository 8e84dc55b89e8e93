"""What a list says against a higher word: it changes nothing, is told in the report, and kept until somebody decides.

`import_conflict` holds one row a field of a matched record that the list would have changed, had not an enterprise
claimed its value or an officer verified it; `known` is what became of the same value when it was said before.
"""

from __future__ import annotations

from typing import Any

import msgspec

from registry import database, masking
from registry.history import Occasion
from registry.imports.staging import judged, merged
from registry.provenance import conflicts, rules
from registry.register import Field, FieldType, Register


class Dispute(msgspec.Struct, frozen=True):
    """A value of the list that stands against a higher word; `asked` is false where it was refused before."""

    row: int
    id: str
    name: str
    field: str
    standing: Any
    origin: str
    said: Any
    asked: bool


async def compare(register: Register, names: tuple[str, ...]) -> None:
    """Fill `import_conflict`, as `rules.weigh` does for a single act."""
    fields = [field for field in rules.guarded(register) if field.name in names and field.name != register.code_field]
    pairs = ", ".join(
        f"('{field.name}', {_json(field, f's.{field.name}')}, {_json(field, f'r.{field.name}')},"
        f" {_json(field, merged(register, field))})"
        for field in fields
    )
    source = "coalesce(s.source, '')" if "source" in names else "''"
    as_of = "s.as_of" if "as_of" in names else "NULL::date"
    await database.execute(
        "CREATE TEMP TABLE import_conflict ON COMMIT DROP AS"
        " SELECT s.record_id, s.row_no, x.field, x.standing, x.said, r.origins ->> x.field AS origin,"
        f" {source} AS source, {as_of} AS as_of, k.state AS known"
        f" FROM import_stage s JOIN {register.table_name} r ON r.id = s.record_id AND r.origins <> '{{}}'"
        f" CROSS JOIN LATERAL ({judged(register, names)}) c"
        f" CROSS JOIN LATERAL (VALUES {pairs}) x(field, said, standing, becoming)"
        f" LEFT JOIN field_conflict k ON k.kind = '{register.kind}' AND k.record_id = s.record_id"
        " AND k.field = x.field AND md5(k.said::text) = md5(x.said::text)"
        " WHERE s.objection IS NULL AND s.matched <> 'new' AND r.origins ? x.field"
        " AND x.becoming IS DISTINCT FROM x.standing"
    )


def _json(field: Field, sql: str) -> str:
    return f"to_jsonb(trim_scale({sql}))" if field.type is FieldType.DECIMAL else f"to_jsonb({sql})"


async def told(register: Register, most: int) -> tuple[int, list[Dispute], list[str]]:
    """How many values wait for a decision, the first of all that changed nothing, and what the report says of them."""
    counts = await database.fetchrow(
        "SELECT count(*) FILTER (WHERE known IS DISTINCT FROM 'rejected') AS asked,"
        " count(*) FILTER (WHERE known = 'rejected') AS refused FROM import_conflict"
    )
    rows = await database.fetch(
        f"SELECT x.row_no, x.record_id, r.{register.name_field} AS name, x.field, x.standing::text, x.origin,"
        " x.said::text, x.known IS DISTINCT FROM 'rejected' AS asked"
        f" FROM import_conflict x JOIN {register.table_name} r ON r.id = x.record_id ORDER BY x.row_no LIMIT {most}"
    )
    asked, refused = counts["asked"], counts["refused"]
    notes = []
    if asked:
        notes.append(f"{asked} 处与已核实或企业自报的内容不同：库中内容未改动，已列为分歧，待经办人员裁定。")
    if refused:
        notes.append(f"{refused} 处与以前裁定不采纳的说法相同：未改动，也不再提请裁定。")
    return asked, [_dispute(register, row) for row in rows], notes


def _dispute(register: Register, row: Any) -> Dispute:
    field = register.by_name[row["field"]]
    standing, said = (masking.mask(field, msgspec.json.decode(row[side] or "null")) for side in ("standing", "said"))
    return Dispute(
        row["row_no"], str(row["record_id"]), row["name"], row["field"], standing, row["origin"], said, row["asked"]
    )


async def apply(register: Register, occasion: Occasion) -> None:
    """Keep what waits for a decision."""
    await conflicts.note_selected(
        occasion,
        register.kind,
        "SELECT record_id, field, said, source, as_of, row_no FROM import_conflict",
    )
