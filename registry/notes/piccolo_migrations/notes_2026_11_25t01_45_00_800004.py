"""The table of notes."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:45:00:800004"
VERSION = "1.38.0"
DESCRIPTION = "notes"

FORWARDS = """
CREATE TABLE note (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL,
    sort varchar(16) NOT NULL,
    text text NOT NULL,
    happened date NOT NULL,
    follow_up date,
    done_at timestamptz,
    done_by varchar(64) NOT NULL DEFAULT '',
    account uuid,
    author varchar(64) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    removed_at timestamptz,
    CONSTRAINT note_sort CHECK (sort IN ('visit', 'call', 'meeting', 'papers', 'other'))
);
CREATE INDEX note_of_record ON note (kind, record_id, happened) WHERE removed_at IS NULL;
CREATE INDEX note_open ON note (kind, follow_up) WHERE follow_up IS NOT NULL AND done_at IS NULL AND removed_at IS NULL;
"""

BACKWARDS = "DROP TABLE note;"


async def forwards() -> MigrationManager:
    """One row a note."""
    return scripted(ID, "notes", DESCRIPTION, FORWARDS, BACKWARDS)
