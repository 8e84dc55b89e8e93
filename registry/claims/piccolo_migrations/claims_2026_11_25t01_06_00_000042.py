"""Who says that a record is its own, on what proof, and what was decided; one claim of an account waits at a time."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:06:00:000042"
VERSION = "1.38.0"
DESCRIPTION = "claims of records by enterprises"

FORWARDS = """
CREATE TABLE record_claim (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(32) NOT NULL,
    record_id uuid NOT NULL,
    account_id uuid NOT NULL REFERENCES account (id),
    account_name varchar(64) NOT NULL,
    position varchar(64) NOT NULL,
    phone varchar(32) NOT NULL,
    statement text NOT NULL,
    proofs uuid[] NOT NULL DEFAULT '{}',
    filed_at timestamptz NOT NULL DEFAULT now(),
    state varchar(16) NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'refused', 'taken_back')),
    decided_by uuid,
    decided_name varchar(64) NOT NULL DEFAULT '',
    decided_at timestamptz,
    decided_reason text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX record_claim_one_waits ON record_claim (account_id) WHERE state = 'pending';
CREATE INDEX record_claim_of_record ON record_claim (kind, record_id);
CREATE INDEX record_claim_pending ON record_claim (filed_at) WHERE state = 'pending';
"""

BACKWARDS = "DROP TABLE record_claim;"


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "claims", DESCRIPTION, FORWARDS, BACKWARDS)
