"""Taking a whole import back: new records are withdrawn, changed ones become what they were, titles with them.

Set-based, by a new change of each record. What was changed since is not overwritten: it is reported, and unless the
caller takes the rest, nothing is done at all.
"""

from __future__ import annotations

import contextlib
from uuid import UUID, uuid4

import msgspec

from registry import access, clock, database, holding, keys, outbox, reading, values
from registry.access import Actor
from registry.errors import Conflict, Invalid, Objection, VersionConflict
from registry.history import Occasion
from registry.history_redaction import ERASED
from registry.imports import applying, batches, matching
from registry.provenance import conflicts
from registry.register import Register

SHOWN = 200
"""How many records that were kept a report spells out."""


class Kept(msgspec.Struct, frozen=True):
    """A record that is left as it is, and why."""

    id: str
    name: str
    why: str


class Reversal(msgspec.Struct):
    """What taking an import back did, or would do. `withdrawn`, `restored`, `kept` count records."""

    batch_id: str
    of: str
    applied: bool
    dry_run: bool
    withdrawn: int = 0
    restored: int = 0
    kept: int = 0
    kept_records: list[Kept] = []


class ReversalRefused(Conflict):
    """Nothing was taken back because records were changed since; the report says which."""

    def __init__(self, report: Reversal) -> None:
        super().__init__(f"有 {report.kept} 条记录在导入之后又有变更，未撤回任何内容；可先逐条处理，或只撤回其余记录。")
        self.report: Reversal = report


class _NotApplied(Exception):  # noqa: N818
    """Rolls a dry run back."""


async def reverse(
    occasion: Occasion, register: Register, batch_id: UUID, *, partial: bool = False, dry_run: bool = False
) -> Reversal:
    """Take an import back. Raises ReversalRefused if something was changed since and `partial` is not set."""
    if not dry_run:
        _require_reason(occasion)
    occasion = msgspec.structs.replace(occasion, batch_id=uuid4())
    report = Reversal(str(occasion.batch_id), str(batch_id), applied=False, dry_run=dry_run)
    with contextlib.suppress(_NotApplied):
        async with database.transaction():
            await _compare(occasion, register, batch_id, None)
            await _tell(register, occasion.actor, report)
            report.applied = not dry_run and (partial or not report.kept) and report.withdrawn + report.restored > 0
            if not report.applied:
                raise _NotApplied
            await _write(register, occasion)
            await conflicts.drop(batch_id)
            counts = (report.withdrawn, report.restored)
            await batches.note(occasion, register, "", counts, batch_id)
    if not dry_run and not report.applied:
        raise ReversalRefused(report) if report.kept else Conflict("这次导入已全部撤回，没有可撤回的内容。")
    return report


async def reverse_one(occasion: Occasion, register: Register, batch_id: UUID, record_id: UUID, version: int) -> int:
    """Take back what an import did to one record that is still at `version`; the new version comes back."""
    _require_reason(occasion)
    async with database.transaction():
        await _compare(occasion, register, batch_id, record_id)
        row = await database.fetchrow(
            f"SELECT r.version, u.why FROM {register.table_name} r LEFT JOIN undo u ON u.record_id = r.id"
            " WHERE r.id = $1",
            record_id,
        )
        if row["version"] != version:
            raise VersionConflict(f"您看到的是第 {version} 版，现已是第 {row['version']} 版；请对照后重新提交。")
        if row["why"]:
            raise Conflict(f"不能撤销这次导入：{row['why']}。请直接修改这条记录。")
        await _write(register, occasion)
        await conflicts.drop(batch_id, record_id)
    return version + 1


def _require_reason(occasion: Occasion) -> None:
    if not occasion.reason.strip():
        raise Invalid([Objection("请写明撤回的理由，它会记入历史。", "reason", "理由")])
    holding.refuse_long_reason(occasion)


async def _compare(occasion: Occasion, register: Register, batch_id: UUID, only: UUID | None) -> None:
    await matching.hold_names(register)
    await _gather(register, batch_id, only)
    await _contest(register, occasion)


async def _gather(register: Register, batch_id: UUID, only: UUID | None) -> None:
    """What the batch did to each record (or to one), and the record locked as it stands."""
    hanging = register.companion.name if register.companion else "hanging"
    await database.execute(
        "CREATE TEMP TABLE undo ON COMMIT DROP AS SELECT h.record_id, h.version, h.version = 1 AS is_new,"
        f" coalesce(h.before, '{{}}') - '{hanging}' AS before, h.after - '{hanging}' AS after, NULL::text AS why"
        f" FROM history h JOIN {register.table_name} r ON r.id = h.record_id"
        " WHERE h.kind = $1 AND h.batch_id = $2 AND h.act = 'imported' AND NOT (h.version = 1 AND r.withdrawn)"
        " AND ($3::uuid IS NULL OR h.record_id = $3) AND NOT EXISTS (SELECT FROM history x JOIN import_batch b"
        " ON b.id = x.batch_id WHERE b.reverses = $2 AND x.record_id = h.record_id)",
        register.kind,
        batch_id,
        only,
    )
    await database.execute(
        "CREATE TEMP TABLE undo_hanging ON COMMIT DROP AS SELECT h.record_id,"
        f" coalesce(h.before -> '{hanging}', '[]') AS was, h.after -> '{hanging}' AS said, false AS contested"
        " FROM history h JOIN undo u ON u.record_id = h.record_id AND u.version = h.version AND NOT u.is_new"
        f" WHERE h.kind = $1 AND h.batch_id = $2 AND h.after ? '{hanging}'",
        register.kind,
        batch_id,
    )
    await database.execute("ANALYZE undo")
    touched = f"SELECT FROM {register.table_name} WHERE id IN (SELECT record_id FROM undo) FOR UPDATE"
    await database.execute(f"SELECT count(*) FROM ({touched}) x")


_LATER = (
    "SELECT count(*) AS number FROM history x LEFT JOIN import_batch b ON b.id = x.batch_id WHERE x.record_id = r.id"
    " AND x.version > o.version AND b.reverses IS NULL AND NOT EXISTS (SELECT FROM history y JOIN import_batch z"
    " ON z.id = y.batch_id AND z.reverses = x.batch_id WHERE y.record_id = x.record_id)"
)
"""Later changes of record r, without those of lists that were taken back, and without taking them back."""


async def _contest(register: Register, occasion: Occasion) -> None:
    """Say of each record that may not be taken back why; what is as it was already is left out."""
    table = register.table_name
    if register.companion is not None:
        await register.companion.contest()
    await database.execute(
        f"UPDATE undo u SET why = CASE WHEN NOT coalesce(true{access.owned_sql(occasion.actor)}, false)"
        " THEN '不在您的办理范围内'"
        " WHEN u.before ?| $4::text[] THEN '其中有您无权填写的内容'"
        " WHEN r.merged_into IS NOT NULL THEN '已并入另一条记录'"
        " WHEN r.withdrawn AND NOT u.is_new THEN '已撤回，请先恢复'"
        " WHEN u.is_new AND later.number > 0 THEN '导入后又有 ' || later.number || ' 次变更'"
        f" WHEN EXISTS (SELECT FROM jsonb_each(u.before) x WHERE x.value = to_jsonb('{ERASED}'::text))"
        " THEN '原来的内容已依法删除'"
        " WHEN NOT u.is_new AND EXISTS (SELECT FROM jsonb_each(u.after) x WHERE to_jsonb(r) -> x.key NOT IN"
        " (x.value, u.before -> x.key)) THEN '导入所改的内容后来又改过'"
        " WHEN EXISTS (SELECT FROM undo_hanging h WHERE h.record_id = r.id AND h.contested)"
        " THEN '导入的称号后来又有变更' END"
        f" FROM {table} r JOIN undo o ON o.record_id = r.id CROSS JOIN LATERAL ({_LATER}) later"
        f" WHERE r.id = u.record_id AND {reading.PARAMETERS}",
        clock.today(),
        *access.scope_values(occasion.actor),
        list(access.locked_fields(occasion.actor, register.kind)),
    )
    await database.execute(
        f"DELETE FROM undo u USING {table} r WHERE r.id = u.record_id AND u.why IS NULL AND NOT u.is_new AND NOT EXISTS"
        " (SELECT FROM jsonb_each(u.before) x WHERE to_jsonb(r) -> x.key IS DISTINCT FROM x.value)"
        " AND NOT EXISTS (SELECT FROM undo_hanging h WHERE h.record_id = r.id)"
    )


async def _tell(register: Register, actor: Actor, report: Reversal) -> None:
    """Count them; what is kept is named to those only who may see it."""
    counts = await database.fetchrow(
        "SELECT count(*) FILTER (WHERE why IS NULL AND is_new) AS withdrawn, count(why) AS kept,"
        " count(*) FILTER (WHERE why IS NULL AND NOT is_new) AS restored FROM undo"
    )
    report.withdrawn, report.restored, report.kept = counts["withdrawn"], counts["restored"], counts["kept"]
    rows = await database.fetch(
        f"SELECT r.id, r.{register.name_field} AS name, u.why FROM undo u JOIN {register.table_name} r"
        f" ON r.id = u.record_id WHERE u.why IS NOT NULL AND {reading.PARAMETERS}{access.visible_sql(actor)}"
        f" ORDER BY r.name_sort, r.id LIMIT {SHOWN}",
        clock.today(),
        *access.scope_values(actor),
    )
    report.kept_records = [Kept(str(row["id"]), row["name"], row["why"]) for row in rows]


async def _write(register: Register, occasion: Occasion) -> None:
    """The records, their keys and references, what hangs on them, history, outbox."""
    table = register.table_name
    await database.execute(
        "CREATE TEMP TABLE import_touched ON COMMIT DROP AS"
        " SELECT record_id, false AS is_new FROM undo WHERE why IS NULL"
    )
    await database.execute(
        "DELETE FROM undo_hanging h WHERE NOT EXISTS (SELECT FROM import_touched t WHERE t.record_id = h.record_id)"
    )
    columns = ", ".join(f"{field.name} = n.{field.name}" for field in register.stored)
    await database.execute(
        f"UPDATE {table} r SET {columns}, withdrawn = u.is_new, version = r.version + 1, updated_at = now()"
        f" FROM undo u JOIN {table} x ON x.id = u.record_id CROSS JOIN LATERAL jsonb_populate_record(x, u.before) n"
        " WHERE r.id = x.id AND u.why IS NULL"
    )
    await _name_anew(register)
    if register.companion is not None:
        await register.companion.restore()
    await _write_history(register, occasion)
    await applying.link(register)
    touched = await outbox.write_selected(f"SELECT '{register.kind}', record_id FROM import_touched")
    if touched >= applying.MANY:
        await database.execute(f"ANALYZE {table}")


async def _name_anew(register: Register) -> None:
    """The keys of records that have their old name again, which nobody else may have taken meanwhile."""
    naming = [register.name_field, register.former_names_field, register.code_field, *register.identity]
    rows = await database.fetch(
        f"SELECT r.* FROM {register.table_name} r JOIN undo u ON u.record_id = r.id"
        " WHERE u.why IS NULL AND NOT u.is_new AND u.before ?| $1",
        naming,
    )
    made = [(row["id"], keys.of(register, values.of_row(register.stored, row))) for row in rows]
    if not made:
        return
    columns = ", ".join(f"{name} = ${n}" for n, name in enumerate(made[0][1], 2))
    await database.connection().executemany(
        f"UPDATE {register.table_name} SET {columns} WHERE id = $1",
        [(record_id, *key.values()) for record_id, key in made],
    )
    code = register.code_field
    taken = await database.fetchrow(
        f"SELECT o.{register.name_field} AS name FROM {register.table_name} r JOIN {register.table_name} o"
        f" ON o.id <> r.id AND NOT o.withdrawn AND (o.{code} = r.{code} OR (o.name_key = r.name_key"
        f" AND (o.{code} IS NULL OR r.{code} IS NULL))) WHERE r.id = ANY($1::uuid[]) LIMIT 1",
        [record_id for record_id, _ in made],
    )
    if taken is not None:
        raise Conflict(f"原来的名称或代码已登记在另一条记录“{taken['name']}”上，未撤回任何内容；请先处理那条记录。")


async def _write_history(register: Register, occasion: Occasion) -> None:
    hanging = register.companion.name if register.companion else "hanging"
    await database.execute(
        "INSERT INTO history (kind, record_id, act, version, before, after, actor_id, actor_name, reason, request_id,"
        f" batch_id) SELECT '{register.kind}', r.id, 'reversed', r.version,"
        " CASE WHEN u.is_new THEN '{\"withdrawn\": false}' ELSE u.after"
        f" || CASE WHEN h.said IS NULL THEN '{{}}' ELSE jsonb_build_object('{hanging}', h.said) END END,"
        " CASE WHEN u.is_new THEN '{\"withdrawn\": true}' ELSE u.before"
        f" || CASE WHEN h.said IS NULL THEN '{{}}' ELSE jsonb_build_object('{hanging}', h.was) END END,"
        " $1, $2, $3, $4, $5 FROM undo u"
        f" JOIN {register.table_name} r ON r.id = u.record_id LEFT JOIN undo_hanging h ON h.record_id = r.id"
        " WHERE u.why IS NULL",
        occasion.actor.id,
        occasion.actor.name,
        occasion.reason,
        occasion.request_id,
        occasion.batch_id,
    )
