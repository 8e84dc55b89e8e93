"""Organisations as a tree, what accounts reach and may, rights on single fields, and every change of these."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry.migrating import scripted

ID = "2026-11-25T01:12:00:000300"
VERSION = "1.38.0"
DESCRIPTION = "organisations, scopes, field rights"

FORWARDS = """
CREATE TABLE organisation (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    parent uuid REFERENCES organisation,
    path uuid[] NOT NULL,
    sort varchar(16) NOT NULL CHECK (sort IN ('bureau', 'department', 'district', 'enterprise')),
    name varchar(100) NOT NULL,
    district varchar(64) NOT NULL DEFAULT '',
    kind varchar(32) NOT NULL DEFAULT '',
    record uuid,
    active boolean NOT NULL DEFAULT true,
    version int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (path[array_upper(path, 1)] = id),
    CHECK (parent IS NULL OR parent = path[array_upper(path, 1) - 1]),
    CHECK ((record IS NULL) = (kind = ''))
);
CREATE INDEX organisation_path ON organisation USING gin (path);
CREATE UNIQUE INDEX organisation_name ON organisation (parent, name) NULLS NOT DISTINCT WHERE active;
CREATE UNIQUE INDEX organisation_record ON organisation (kind, record) WHERE active AND record IS NOT NULL;

ALTER TABLE account ADD COLUMN organisation uuid REFERENCES organisation;
ALTER TABLE account ADD COLUMN scope varchar(16) NOT NULL DEFAULT 'own'
    CHECK (scope IN ('all', 'below', 'organisation', 'own', 'custom'));
ALTER TABLE account ADD COLUMN permissions varchar(64)[] NOT NULL DEFAULT '{}';
UPDATE account SET scope = CASE role
    WHEN 'district' THEN 'below' WHEN 'enterprise' THEN 'own' ELSE 'all' END;
CREATE INDEX account_organisation ON account (organisation);

CREATE TABLE account_reach (
    account uuid NOT NULL REFERENCES account,
    sort varchar(16) NOT NULL CHECK (sort IN ('organisation', 'district', 'record')),
    target varchar(64) NOT NULL,
    kind varchar(32) NOT NULL DEFAULT '',
    PRIMARY KEY (account, sort, target)
);
CREATE INDEX account_reach_target ON account_reach (target);

CREATE TABLE field_right (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    role varchar(32) NOT NULL,
    organisation uuid REFERENCES organisation,
    kind varchar(32) NOT NULL,
    field varchar(64) NOT NULL,
    readable boolean NOT NULL
);
CREATE UNIQUE INDEX field_right_of ON field_right (role, organisation, kind, field) NULLS NOT DISTINCT;

CREATE TABLE access_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    act varchar(32) NOT NULL,
    target uuid NOT NULL,
    target_name varchar(128) NOT NULL,
    organisation uuid,
    before jsonb,
    after jsonb,
    actor_id uuid,
    actor_name varchar(64) NOT NULL,
    reason text NOT NULL DEFAULT '',
    request_id varchar(64) NOT NULL DEFAULT ''
);
CREATE INDEX access_change_target ON access_change (target, id);
CREATE TRIGGER access_change_is_append_only BEFORE UPDATE OR DELETE ON access_change
    FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
"""

BACKWARDS = """
DROP TABLE access_change;
DROP TABLE field_right;
DROP TABLE account_reach;
ALTER TABLE account DROP COLUMN permissions;
ALTER TABLE account DROP COLUMN scope;
ALTER TABLE account DROP COLUMN organisation;
DROP TABLE organisation;
"""


async def forwards() -> MigrationManager:
    """What Piccolo cannot say."""
    return scripted(ID, "organisations", DESCRIPTION, FORWARDS, BACKWARDS)
