"""Every stage of a title: its dated steps, the day on which it ended, and whether an officer decided it."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:10:00:310001"
VERSION = "1.38.0"
DESCRIPTION = "the stages of a title"

FORWARDS = """
ALTER TABLE title ADD COLUMN ended date;
ALTER TABLE title ADD COLUMN decided boolean NOT NULL DEFAULT false;
ALTER TABLE title ADD COLUMN steps jsonb NOT NULL DEFAULT '[]';
CREATE INDEX title_by_ended ON title (ended) WHERE ended IS NOT NULL;
ALTER TABLE title DROP CONSTRAINT title_stage;
ALTER TABLE title ADD CONSTRAINT title_stage CHECK (stage IN ('unclear', 'recommended', 'publicised', 'recognised',
    'updated', 'changed', 'reviewed', 'expired', 'revoked'));
"""

BACKWARDS = """
ALTER TABLE title DROP CONSTRAINT title_stage;
UPDATE title SET stage = CASE WHEN stage = 'recommended' THEN 'unclear' WHEN stage = 'expired' THEN 'revoked'
    ELSE 'recognised' END WHERE stage NOT IN ('publicised', 'recognised', 'revoked', 'unclear');
ALTER TABLE title ADD CONSTRAINT title_stage CHECK (stage IN ('publicised', 'recognised', 'revoked', 'unclear'));
ALTER TABLE title DROP COLUMN steps;
ALTER TABLE title DROP COLUMN decided;
ALTER TABLE title DROP COLUMN ended;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "titles", DESCRIPTION, FORWARDS, BACKWARDS)
