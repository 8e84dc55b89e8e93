"""The log: append-only, but for what its time to be kept has run out on."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:05:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "the log of what was done"

FORWARDS = """
CREATE TABLE audit_entry (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    log varchar(16) NOT NULL CHECK (log IN ('request', 'act', 'sign_in', 'personal')),
    act varchar(64) NOT NULL,
    actor_id uuid,
    actor_name varchar(64) NOT NULL,
    actor_role varchar(32) NOT NULL,
    address varchar(64) NOT NULL DEFAULT '',
    request_id varchar(64) NOT NULL DEFAULT '',
    target varchar(300) NOT NULL DEFAULT '',
    status integer,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entry_by_log ON audit_entry (log, id);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, id);
CREATE INDEX audit_entry_by_target ON audit_entry (target varchar_pattern_ops, id);
CREATE INDEX audit_entry_by_time ON audit_entry (at);
CREATE INDEX audit_entry_by_request ON audit_entry (request_id) WHERE request_id <> '';
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The law has network logs kept for six months at least; only older ones may go, and only by the retention act.
    IF TG_OP = 'DELETE' AND current_setting('silver_registry.retention', true) = 'on'
        AND OLD.at < now() - interval '180 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the log is append-only';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""

BACKWARDS = """
DROP TABLE audit_entry;
DROP FUNCTION audit_is_append_only();
"""


async def forwards() -> MigrationManager:
    """The table, its indexes, and the trigger that holds the line."""
    return scripted(ID, "audit", DESCRIPTION, FORWARDS, BACKWARDS)
