"""What declared registers stand on: their remembered shape, references between records, and what versions were before."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T00:50:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "declared registers, links, the past"

FORWARDS = """
CREATE TABLE record_schema (kind varchar(32) PRIMARY KEY, digest varchar(64) NOT NULL);
CREATE TABLE link (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_kind varchar(32) NOT NULL,
    from_id uuid NOT NULL,
    field varchar(64) NOT NULL,
    place int NOT NULL,
    to_kind varchar(32) NOT NULL,
    printed text NOT NULL,
    to_key text NOT NULL,
    to_code text,
    to_id uuid,
    began date,
    ended date
);
CREATE INDEX link_from ON link (from_kind, from_id);
CREATE INDEX link_to ON link (to_kind, to_id) WHERE to_id IS NOT NULL;
CREATE INDEX link_open_by_key ON link (to_kind, to_key) WHERE to_id IS NULL;
CREATE INDEX link_open_by_code ON link (to_kind, to_code) WHERE to_id IS NULL AND to_code IS NOT NULL;
CREATE FUNCTION keep_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.began := least(coalesce(NEW.as_of, today), today);
    ELSIF NEW.version IS DISTINCT FROM OLD.version THEN
        NEW.began := greatest(OLD.began, CASE
            WHEN NEW.as_of IS DISTINCT FROM OLD.as_of THEN least(coalesce(NEW.as_of, today), today) ELSE today END);
        EXECUTE format('INSERT INTO %1$I SELECT * FROM jsonb_populate_record(NULL::%1$I, $1)', TG_TABLE_NAME || '_past')
            USING to_jsonb(OLD) || jsonb_build_object('ended', NEW.began);
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION merged_rows(old jsonb, said jsonb, keys text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN said IS NULL OR said = '[]' THEN old WHEN keys = '{}' THEN said ELSE (
        SELECT coalesce(jsonb_agg(x.one ORDER BY x.part, x.n), '[]') FROM (
            SELECT coalesce(s.one, o.one) AS one, 1 AS part, o.n
            FROM jsonb_array_elements(old) WITH ORDINALITY o(one, n)
            LEFT JOIN LATERAL (
                SELECT s.one FROM jsonb_array_elements(said) s(one)
                WHERE NOT EXISTS (SELECT FROM unnest(keys) k WHERE s.one -> k IS DISTINCT FROM o.one -> k) LIMIT 1
            ) s ON true
            UNION ALL
            SELECT s.one, 2, s.n FROM jsonb_array_elements(said) WITH ORDINALITY s(one, n)
            WHERE NOT EXISTS (
                SELECT FROM jsonb_array_elements(old) o(one)
                WHERE NOT EXISTS (SELECT FROM unnest(keys) k WHERE s.one -> k IS DISTINCT FROM o.one -> k)
            )
        ) x
    ) END
$$;
"""

BACKWARDS = """
DROP FUNCTION merged_rows(jsonb, jsonb, text[]);
DROP FUNCTION keep_the_past();
DROP TABLE link;
DROP TABLE record_schema;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "registry", DESCRIPTION, FORWARDS, BACKWARDS)
