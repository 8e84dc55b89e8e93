"""What was last verified, with what outcome: the operations page shows it."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:45:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "what was last verified"

FORWARDS = """
CREATE TABLE verification (
    subject varchar(64) PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    sound boolean NOT NULL,
    words text NOT NULL
);
"""

BACKWARDS = """
DROP TABLE verification;
"""


async def forwards() -> MigrationManager:
    """One row for each thing that is verified."""
    return scripted(ID, "registry", DESCRIPTION, FORWARDS, BACKWARDS)
