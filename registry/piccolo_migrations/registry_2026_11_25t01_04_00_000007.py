"""Accounts that are locked, bound to addresses, or due for a new password; sessions that can be told apart and ended."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:04:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "the security of accounts"

FORWARDS = """
ALTER TABLE account
    ADD COLUMN must_change boolean NOT NULL DEFAULT false,
    ADD COLUMN password_set_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN allowed_addresses varchar(64)[] NOT NULL DEFAULT '{}',
    ADD COLUMN locked_at timestamptz,
    ADD COLUMN locked_reason varchar(200) NOT NULL DEFAULT '';
ALTER TABLE session
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    ADD COLUMN address varchar(64) NOT NULL DEFAULT '',
    ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now();
CREATE TABLE password_past (
    id bigserial PRIMARY KEY,
    account uuid NOT NULL REFERENCES account (id),
    password_hash text NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX password_past_by_account ON password_past (account, id);
CREATE TABLE security_policy (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    min_length integer NOT NULL DEFAULT 10 CHECK (min_length BETWEEN 8 AND 64),
    min_classes integer NOT NULL DEFAULT 3 CHECK (min_classes BETWEEN 1 AND 4),
    passphrase_length integer NOT NULL DEFAULT 15 CHECK (passphrase_length BETWEEN 12 AND 128),
    remembered integer NOT NULL DEFAULT 5 CHECK (remembered BETWEEN 0 AND 24),
    max_age_days integer NOT NULL DEFAULT 180 CHECK (max_age_days BETWEEN 0 AND 3650),
    audit_days integer NOT NULL DEFAULT 1095 CHECK (audit_days BETWEEN 180 AND 36500),
    personal_days integer NOT NULL DEFAULT 0 CHECK (personal_days BETWEEN 0 AND 36500)
);
INSERT INTO security_policy DEFAULT VALUES;
"""

BACKWARDS = """
DROP TABLE security_policy;
DROP TABLE password_past;
ALTER TABLE session DROP COLUMN id, DROP COLUMN address, DROP COLUMN seen_at;
ALTER TABLE account DROP COLUMN must_change, DROP COLUMN password_set_at, DROP COLUMN allowed_addresses,
    DROP COLUMN locked_at, DROP COLUMN locked_reason;
"""


async def forwards() -> MigrationManager:
    """Columns for accounts and sessions, the passwords that were, and the policy."""
    return scripted(ID, "registry", DESCRIPTION, FORWARDS, BACKWARDS)
