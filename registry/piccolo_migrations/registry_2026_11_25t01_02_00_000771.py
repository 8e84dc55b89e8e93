"""Every entry of history is chained to the one before: what is altered, taken out or put in later shows."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:02:00:000771"
VERSION = "1.38.0"
DESCRIPTION = "chain history, and keep a root of each day"

FORWARDS = """
CREATE TABLE history_chain (
    kind text NOT NULL, no bigint NOT NULL, history_id bigint NOT NULL UNIQUE,
    content bytea NOT NULL, digest bytea NOT NULL, PRIMARY KEY (kind, no)
);
CREATE TABLE history_head (kind text PRIMARY KEY, no bigint NOT NULL, digest bytea NOT NULL);
CREATE TABLE history_root (
    day date NOT NULL, kind text NOT NULL, no bigint NOT NULL, digest bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (day, kind)
);
CREATE TABLE import_batch (
    id uuid PRIMARY KEY, kind text NOT NULL, filename text NOT NULL DEFAULT '', actor_id uuid, actor_name text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), reason text NOT NULL DEFAULT '', added int NOT NULL, changed int NOT NULL,
    reverses uuid REFERENCES import_batch (id)
);
CREATE INDEX import_batch_by_time ON import_batch (at DESC, id);
CREATE INDEX import_batch_reversals ON import_batch (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX history_redactions ON history (kind, id) WHERE act = 'redacted';

CREATE FUNCTION history_text(
    id bigint, kind text, record_id uuid, act text, version int, before jsonb, after jsonb, actor_id uuid,
    actor_name text, at timestamptz, reason text, request_id text, batch_id uuid
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_array(
        id, kind, record_id, act, version, before, after, actor_id, actor_name, extract(epoch FROM at), reason,
        request_id, batch_id
    )::text
$$;
CREATE FUNCTION chain_link(state bytea, start bytea, content bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(coalesce(state, start) || content);
END
$$;
CREATE AGGREGATE chained(start bytea, content bytea) (SFUNC = chain_link, STYPE = bytea);

CREATE FUNCTION chain_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named text;
    head history_head%ROWTYPE;
BEGIN
    FOR named IN SELECT DISTINCT e.kind FROM entered e ORDER BY 1 LOOP
        INSERT INTO history_head VALUES (named, 0, sha256(convert_to(named, 'UTF8'))) ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM history_head h WHERE h.kind = named FOR UPDATE;
        INSERT INTO history_chain (kind, no, history_id, content, digest)
        SELECT named, head.no + row_number() OVER w, e.id, e.content, chained(head.digest, e.content) OVER w
        FROM (
            SELECT n.id, sha256(convert_to(history_text(
                n.id, n.kind, n.record_id, n.act, n.version, n.before, n.after, n.actor_id, n.actor_name, n.at,
                n.reason, n.request_id, n.batch_id), 'UTF8')) AS content
            FROM entered n WHERE n.kind = named
        ) e
        WINDOW w AS (ORDER BY e.id);
        UPDATE history_head h SET no = c.no, digest = c.digest
        FROM (SELECT l.no, l.digest FROM history_chain l WHERE l.kind = named ORDER BY l.no DESC LIMIT 1) c
        WHERE h.kind = named;
    END LOOP;
    RETURN NULL;
END
$$;

INSERT INTO history_chain (kind, no, history_id, content, digest)
SELECT e.kind, row_number() OVER w, e.id, e.content, chained(sha256(convert_to(e.kind, 'UTF8')), e.content) OVER w
FROM (
    SELECT h.id, h.kind::text AS kind, sha256(convert_to(history_text(
        h.id, h.kind, h.record_id, h.act, h.version, h.before, h.after, h.actor_id, h.actor_name, h.at, h.reason,
        h.request_id, h.batch_id), 'UTF8')) AS content
    FROM history h
) e
WINDOW w AS (PARTITION BY e.kind ORDER BY e.id);
INSERT INTO history_head SELECT DISTINCT ON (kind) kind, no, digest FROM history_chain ORDER BY kind, no DESC;
INSERT INTO import_batch (id, kind, actor_id, actor_name, at, reason, added, changed)
SELECT batch_id, min(kind), (array_agg(actor_id))[1], min(actor_name), min(at), min(reason),
    count(*) FILTER (WHERE version = 1), count(*) FILTER (WHERE version > 1)
FROM history WHERE batch_id IS NOT NULL GROUP BY batch_id;

CREATE TRIGGER history_is_chained AFTER INSERT ON history REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION chain_history();

CREATE OR REPLACE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
DROP TRIGGER history_is_append_only ON history;
CREATE TRIGGER history_is_append_only BEFORE DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER history_is_only_redacted BEFORE UPDATE ON history
    FOR EACH ROW WHEN (current_setting('registry.redacting', true) IS DISTINCT FROM 'yes'
        OR (OLD.id, OLD.kind, OLD.record_id, OLD.act, OLD.version, OLD.at, OLD.actor_name)
            IS DISTINCT FROM (NEW.id, NEW.kind, NEW.record_id, NEW.act, NEW.version, NEW.at, NEW.actor_name))
    EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER chain_is_append_only BEFORE UPDATE OR DELETE ON history_chain
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER roots_are_append_only BEFORE UPDATE OR DELETE ON history_root
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
"""

BACKWARDS = """
DROP TRIGGER history_is_chained ON history;
DROP TRIGGER history_is_only_redacted ON history;
DROP TRIGGER history_is_append_only ON history;
CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
DROP INDEX history_redactions;
DROP TABLE import_batch;
DROP TABLE history_root;
DROP TABLE history_head;
DROP TABLE history_chain;
DROP FUNCTION chain_history();
DROP AGGREGATE chained(bytea, bytea);
DROP FUNCTION chain_link(bytea, bytea, bytea);
DROP FUNCTION history_text;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "registry", DESCRIPTION, FORWARDS, BACKWARDS)
