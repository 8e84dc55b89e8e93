"""One credit code, one record; every sort and filter of the list has its index."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-23T19:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "keys, checks and the indexes of lists"

FORWARDS = """
CREATE UNIQUE INDEX enterprise_credit_code ON enterprise (credit_code) WHERE NOT withdrawn AND credit_code IS NOT NULL;
CREATE INDEX enterprise_by_name ON enterprise (name_sort, id) WHERE NOT withdrawn;
CREATE INDEX enterprise_by_district_name ON enterprise (district, name_sort, id) WHERE NOT withdrawn;
CREATE INDEX enterprise_by_code ON enterprise (coalesce(credit_code, ''), id) WHERE NOT withdrawn;
CREATE INDEX enterprise_by_district ON enterprise (coalesce(district, ''), id) WHERE NOT withdrawn;
CREATE INDEX enterprise_by_founded ON enterprise (coalesce(founded_on, '-infinity'::date), id) WHERE NOT withdrawn;
CREATE INDEX enterprise_by_capital ON enterprise (coalesce(registered_capital, '-Infinity'::numeric), id)
    WHERE NOT withdrawn;
CREATE INDEX enterprise_by_update ON enterprise (updated_at, id) WHERE NOT withdrawn;
CREATE INDEX enterprise_by_industry ON enterprise USING gin (industry);
CREATE INDEX enterprise_renamed ON enterprise (id) WHERE former_name_keys <> '{}';
ALTER TABLE enterprise ADD CONSTRAINT enterprise_visibility CHECK (visibility IN ('public', 'internal'));
ALTER TABLE enterprise ADD CONSTRAINT enterprise_code_length CHECK (length(credit_code) = 18);
"""

BACKWARDS = """
ALTER TABLE enterprise DROP CONSTRAINT enterprise_code_length;
ALTER TABLE enterprise DROP CONSTRAINT enterprise_visibility;
DROP INDEX enterprise_renamed;
DROP INDEX enterprise_by_industry;
DROP INDEX enterprise_by_update;
DROP INDEX enterprise_by_capital;
DROP INDEX enterprise_by_founded;
DROP INDEX enterprise_by_district;
DROP INDEX enterprise_by_code;
DROP INDEX enterprise_by_district_name;
DROP INDEX enterprise_by_name;
DROP INDEX enterprise_credit_code;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "enterprises", DESCRIPTION, FORWARDS, BACKWARDS)
