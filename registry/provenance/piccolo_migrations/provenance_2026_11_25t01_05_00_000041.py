"""What was said of a field and did not change it: one row for each value said, so that it is asked about once."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:05:00:000041"
VERSION = "1.38.0"
DESCRIPTION = "conflicts between sources"

FORWARDS = """
CREATE TABLE field_conflict (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL,
    field varchar(64) NOT NULL,
    said jsonb NOT NULL,
    origin varchar(16) NOT NULL CHECK (origin IN ('list', 'claim')),
    source text NOT NULL DEFAULT '',
    as_of date,
    batch_id uuid,
    row_no int,
    actor_id uuid,
    actor_name varchar(64) NOT NULL,
    reason text NOT NULL DEFAULT '',
    said_at timestamptz NOT NULL DEFAULT now(),
    state varchar(16) NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'accepted', 'rejected', 'settled')),
    decided_by uuid,
    decided_name varchar(64) NOT NULL DEFAULT '',
    decided_at timestamptz,
    decided_reason text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX field_conflict_once ON field_conflict (kind, record_id, field, md5(said::text));
CREATE INDEX field_conflict_pending ON field_conflict (kind, record_id) WHERE state = 'pending';
CREATE INDEX field_conflict_by_batch ON field_conflict (batch_id) WHERE batch_id IS NOT NULL;
"""

BACKWARDS = "DROP TABLE field_conflict;"


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "provenance", DESCRIPTION, FORWARDS, BACKWARDS)
