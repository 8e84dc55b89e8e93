"""The table of jobs, and the indexes by which they are taken up and listed."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:00:00:700001"
VERSION = "1.38.0"
DESCRIPTION = "jobs"

FORWARDS = """
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind varchar(32) NOT NULL,
    label varchar(200) NOT NULL,
    state varchar(16) NOT NULL DEFAULT 'queued',
    account uuid REFERENCES account (id),
    owner varchar(64) NOT NULL,
    reason text NOT NULL DEFAULT '',
    request_id varchar(64) NOT NULL DEFAULT '',
    home varchar(36) NOT NULL,
    given jsonb NOT NULL DEFAULT '{}',
    result jsonb NOT NULL DEFAULT '{}',
    file varchar(255) NOT NULL DEFAULT '',
    stage varchar(200) NOT NULL DEFAULT '',
    share double precision NOT NULL DEFAULT 0,
    error text NOT NULL DEFAULT '',
    cancel_requested boolean NOT NULL DEFAULT false,
    attempt integer NOT NULL DEFAULT 0,
    worker uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    heartbeat_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT job_state CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT job_ended CHECK ((ended_at IS NULL) = (state IN ('queued', 'running')))
);
CREATE INDEX job_waiting ON job (created_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_by_account ON job (account, created_at DESC);
CREATE INDEX job_by_day ON job (created_at DESC);
"""

BACKWARDS = "DROP TABLE job;"


async def forwards() -> MigrationManager:
    """One row a job."""
    return scripted(ID, "jobs", DESCRIPTION, FORWARDS, BACKWARDS)
