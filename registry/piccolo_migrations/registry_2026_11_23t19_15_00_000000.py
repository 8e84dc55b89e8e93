"""History is append-only, and quickly read by record."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-23T19:15:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "hold the line on history"

FORWARDS = """
CREATE INDEX history_by_record ON history (kind, record_id, id);
CREATE INDEX history_by_batch ON history (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX session_by_account ON session (account);
CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is append-only';
END
$$;
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();
ALTER TABLE account ADD CONSTRAINT account_role CHECK
    (role IN ('enterprise', 'district', 'municipal', 'investment', 'administrator'));
"""

BACKWARDS = """
ALTER TABLE account DROP CONSTRAINT account_role;
DROP TRIGGER history_is_not_truncated ON history;
DROP TRIGGER history_is_append_only ON history;
DROP FUNCTION history_is_append_only();
DROP INDEX session_by_account;
DROP INDEX history_by_batch;
DROP INDEX history_by_record;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "registry", DESCRIPTION, FORWARDS, BACKWARDS)
