"""Keys by which look-alikes meet, the pairs found, and the decisions on them."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:05:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "look-alikes"

FORWARDS = """
CREATE TABLE lookalike_key (
    kind varchar(32) NOT NULL,
    key text COLLATE "C" NOT NULL,
    record_id uuid NOT NULL,
    coded boolean NOT NULL
);
CREATE UNIQUE INDEX lookalike_key_once ON lookalike_key (kind, key, record_id) INCLUDE (coded);
CREATE INDEX lookalike_key_of ON lookalike_key (record_id);
CREATE TABLE lookalike_due (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL
);
CREATE TABLE lookalike_pair (
    kind varchar(32) NOT NULL,
    one_id uuid NOT NULL,
    other_id uuid NOT NULL,
    score smallint NOT NULL,
    reasons text[] NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, one_id, other_id),
    CHECK (one_id < other_id)
);
CREATE INDEX lookalike_pair_by_score ON lookalike_pair (kind, score DESC, one_id, other_id);
CREATE INDEX lookalike_pair_of_other ON lookalike_pair (other_id);
CREATE TABLE lookalike_decision (
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL,
    incoming text NOT NULL,
    same boolean NOT NULL,
    actor_id uuid,
    actor_name varchar(64) NOT NULL,
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, incoming, record_id)
);
CREATE INDEX lookalike_decision_of ON lookalike_decision (record_id);
CREATE FUNCTION mark_lookalikes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lookalike_due (kind, record_id) SELECT TG_TABLE_NAME, id FROM written;
    RETURN NULL;
END
$$;
"""

BACKWARDS = """
DROP FUNCTION mark_lookalikes() CASCADE;
DROP TABLE lookalike_decision;
DROP TABLE lookalike_pair;
DROP TABLE lookalike_due;
DROP TABLE lookalike_key;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "duplicates", DESCRIPTION, FORWARDS, BACKWARDS)
