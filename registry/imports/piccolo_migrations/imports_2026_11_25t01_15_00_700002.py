"""The table of columns that somebody assigned."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:15:00:700002"
VERSION = "1.38.0"
DESCRIPTION = "assigned columns"

FORWARDS = """
CREATE TABLE column_mapping (
    register varchar(32) NOT NULL,
    fingerprint varchar(32) NOT NULL,
    name varchar(100) NOT NULL,
    headers jsonb NOT NULL,
    assigned jsonb NOT NULL,
    account uuid,
    owner varchar(64) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    uses integer NOT NULL DEFAULT 0,
    PRIMARY KEY (register, fingerprint)
);
"""

BACKWARDS = "DROP TABLE column_mapping;"


async def forwards() -> MigrationManager:
    """One row for each header of a recurring list."""
    return scripted(ID, "imports", DESCRIPTION, FORWARDS, BACKWARDS)
