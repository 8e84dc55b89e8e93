"""Wording (synonyms, domain words) with its starter list, searches that found nothing, and what the public told."""

from __future__ import annotations

import csv
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from registry import database
from registry.migrating import scripted

ID = "2026-11-25T01:15:00:800002"
VERSION = "1.38.0"
DESCRIPTION = "wording and searches that found nothing"

FORWARDS = """
CREATE SEQUENCE wording_stamp;
CREATE TABLE wording (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(16) NOT NULL,
    words text[] NOT NULL,
    source varchar(300) NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT true,
    stamp bigint NOT NULL DEFAULT nextval('wording_stamp'),
    author varchar(64) NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT wording_kind CHECK (kind IN ('synonym', 'word')),
    CONSTRAINT wording_words CHECK (CASE kind WHEN 'word' THEN cardinality(words) = 1 ELSE cardinality(words) > 1 END)
);
CREATE INDEX wording_by_stamp ON wording (stamp);
CREATE TABLE search_miss (
    key varchar(100) NOT NULL,
    day date NOT NULL,
    inside boolean NOT NULL,
    text varchar(100) NOT NULL,
    times integer NOT NULL DEFAULT 1,
    PRIMARY KEY (key, day, inside)
);
CREATE INDEX search_miss_by_day ON search_miss (day);
CREATE TABLE search_miss_settled (
    key varchar(100) PRIMARY KEY,
    author varchar(64) NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE search_tip (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    text varchar(100) NOT NULL,
    message varchar(300) NOT NULL DEFAULT '',
    district varchar(64) NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now(),
    answer varchar(300) NOT NULL DEFAULT '',
    settled_at timestamptz,
    settled_by varchar(64) NOT NULL DEFAULT ''
);
CREATE INDEX search_tip_open ON search_tip (at) WHERE settled_at IS NULL;
"""

BACKWARDS = """
DROP TABLE search_tip;
DROP TABLE search_miss_settled;
DROP TABLE search_miss;
DROP TABLE wording;
DROP SEQUENCE wording_stamp;
"""

STARTER = Path(__file__).parents[2] / "data" / "wording.csv"


async def _start() -> None:
    """The starter list becomes rows that officers keep from then on."""
    with STARTER.open(encoding="utf-8", newline="") as lines:
        next(lines)
        rows = list(csv.DictReader(lines))
    for row in rows:
        await database.execute(
            "INSERT INTO wording (kind, words, source, author) VALUES ($1, $2, $3, '起步词表')",
            row["kind"],
            row["words"].split("|"),
            row["source"],
        )


async def forwards() -> MigrationManager:
    """The tables, and the starter list in them."""
    manager = scripted(ID, "searching", DESCRIPTION, FORWARDS, BACKWARDS)
    manager.add_raw(_start)
    return manager
