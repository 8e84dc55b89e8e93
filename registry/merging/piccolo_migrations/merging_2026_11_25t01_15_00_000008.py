"""What was merged into what, and which rows moved with it: what a split needs."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:15:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "merges"

FORWARDS = """
CREATE TABLE record_merge (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(32) NOT NULL,
    kept_id uuid NOT NULL,
    given_id uuid NOT NULL,
    given_name text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    actor_id uuid,
    actor_name varchar(64) NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    undone_at timestamptz,
    undone_by varchar(64) NOT NULL DEFAULT ''
);
CREATE INDEX record_merge_kept ON record_merge (kept_id, at);
CREATE UNIQUE INDEX record_merge_given ON record_merge (given_id) WHERE undone_at IS NULL;
CREATE TABLE record_merge_moved (
    merge_id uuid NOT NULL REFERENCES record_merge,
    table_name varchar(64) NOT NULL,
    row_id text NOT NULL,
    PRIMARY KEY (merge_id, table_name, row_id)
);
"""

BACKWARDS = """
DROP TABLE record_merge_moved;
DROP TABLE record_merge;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "merging", DESCRIPTION, FORWARDS, BACKWARDS)
