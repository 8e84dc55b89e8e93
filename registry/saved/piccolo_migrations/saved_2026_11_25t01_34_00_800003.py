"""Kept searches, what they found anew, and the records written since that wait to be looked at."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:34:00:800003"
VERSION = "1.38.0"
DESCRIPTION = "kept searches"

FORWARDS = """
CREATE TABLE saved_search (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    owner varchar(64) NOT NULL,
    name varchar(80) NOT NULL,
    place varchar(32) NOT NULL,
    asked jsonb NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    alert boolean NOT NULL DEFAULT false,
    broad boolean NOT NULL DEFAULT false,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX saved_search_by_account ON saved_search (account, since);
CREATE INDEX saved_search_shared ON saved_search (since) WHERE shared;
CREATE INDEX saved_search_alerting ON saved_search (id) WHERE alert;
CREATE TABLE saved_hit (
    saved_id uuid NOT NULL REFERENCES saved_search (id) ON DELETE CASCADE,
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    seen boolean NOT NULL,
    PRIMARY KEY (saved_id, kind, record_id)
);
CREATE INDEX saved_hit_unseen ON saved_hit (saved_id, kind) WHERE NOT seen;
CREATE TABLE saved_candidate (
    seq bigserial PRIMARY KEY,
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL
);
CREATE FUNCTION keep_saved_candidates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM saved_search WHERE alert) THEN
        INSERT INTO saved_candidate (kind, record_id) SELECT kind, record_id FROM written;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_keeps_saved_candidates AFTER INSERT ON outbox REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION keep_saved_candidates();
"""

BACKWARDS = """
DROP TRIGGER outbox_keeps_saved_candidates ON outbox;
DROP FUNCTION keep_saved_candidates();
DROP TABLE saved_candidate;
DROP TABLE saved_hit;
DROP TABLE saved_search;
"""


async def forwards() -> MigrationManager:
    """Three tables, and a trigger that loses no write whoever makes it."""
    return scripted(ID, "saved", DESCRIPTION, FORWARDS, BACKWARDS)
