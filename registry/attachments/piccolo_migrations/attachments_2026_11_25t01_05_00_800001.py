"""The table of attachments."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:05:00:800001"
VERSION = "1.38.0"
DESCRIPTION = "attachments"

FORWARDS = """
CREATE TABLE attachment (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(32),
    record_id uuid,
    name varchar(160) NOT NULL,
    type varchar(8) NOT NULL,
    size bigint NOT NULL,
    sha256 char(64) NOT NULL,
    level varchar(16) NOT NULL,
    about varchar(200) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    account uuid,
    author varchar(64) NOT NULL,
    removed_at timestamptz,
    CONSTRAINT attachment_level CHECK (level IN ('public', 'owner', 'officers')),
    CONSTRAINT attachment_bound CHECK ((kind IS NULL) = (record_id IS NULL))
);
CREATE INDEX attachment_of_record ON attachment (kind, record_id, created_at) WHERE removed_at IS NULL;
CREATE INDEX attachment_loose ON attachment (account, created_at) WHERE kind IS NULL AND removed_at IS NULL;
CREATE INDEX attachment_by_content ON attachment (sha256);
"""

BACKWARDS = "DROP TABLE attachment;"


async def forwards() -> MigrationManager:
    """One row a file on a record."""
    return scripted(ID, "attachments", DESCRIPTION, FORWARDS, BACKWARDS)
