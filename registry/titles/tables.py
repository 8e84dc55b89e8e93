"""The table of titles (称号/认定) held by records of any register."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Boolean, Date, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table


class Title(Table, tablename="title"):
    """One title of one record. `tier` and `rung` follow from `kind`; the record's tier on a day is derived."""

    id = UUID(primary_key=True, default=UUID4())
    record_kind = Varchar(length=32)
    record_id = UUID()
    kind = Varchar(length=64, default="")
    label = Varchar(length=200)
    as_printed = Varchar(length=200)
    level = Varchar(length=32, default="")
    line = Varchar(length=32, default="")
    tier = Varchar(length=32, default="")
    rung = SmallInt(default=0)
    product = Varchar(length=200, default="")
    batch = Varchar(length=64, default="")
    year = Integer(null=True, default=None)
    document_no = Varchar(length=100, default="")
    stage = Varchar(length=32)
    status_text = Varchar(length=100, default="")
    verified = Boolean(default=True)
    district = Varchar(length=64, default="")
    valid_from = Date(null=True, default=None)
    valid_until = Date(null=True, default=None)
    presumed = Boolean(default=False)
    source = Text(default="")
    ended = Date(null=True, default=None)
    decided = Boolean(default=False)
    steps = JSONB(default="[]")
    created_at = Timestamptz(default=TimestamptzNow())
