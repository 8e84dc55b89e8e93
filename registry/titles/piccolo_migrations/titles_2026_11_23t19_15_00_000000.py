"""A title is stated once for a record; lists by tier and the daily sweep are quick."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-23T19:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one row for each title"

FORWARDS = """
CREATE UNIQUE INDEX title_once ON title
    (record_kind, record_id, coalesce(nullif(kind, ''), as_printed), product, batch, coalesce(year, 0));
CREATE INDEX title_by_tier ON title (record_kind, tier, record_id) WHERE tier <> '';
CREATE INDEX title_by_end ON title (valid_until) WHERE valid_until IS NOT NULL;
CREATE INDEX title_by_begin ON title (valid_from) WHERE valid_from IS NOT NULL;
ALTER TABLE title ADD CONSTRAINT title_stage CHECK (stage IN ('publicised', 'recognised', 'revoked', 'unclear'));
ALTER TABLE title ADD CONSTRAINT title_validity CHECK (valid_until >= valid_from);
"""

BACKWARDS = """
ALTER TABLE title DROP CONSTRAINT title_validity;
ALTER TABLE title DROP CONSTRAINT title_stage;
DROP INDEX title_by_begin;
DROP INDEX title_by_end;
DROP INDEX title_by_tier;
DROP INDEX title_once;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "titles", DESCRIPTION, FORWARDS, BACKWARDS)
