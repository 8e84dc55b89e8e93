"""The table of what was done in the program: append-only, a trigger holds the line."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigSerial, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class AuditEntry(Table, tablename="audit_entry"):
    """One thing somebody did. `log` is a `schemas.Log`; `act` the words that people read; `status` that of HTTP."""

    id = BigSerial(primary_key=True)
    at = Timestamptz(default=TimestamptzNow())
    log = Varchar(length=16)
    act = Varchar(length=64)
    actor_id = UUID(null=True, default=None)
    actor_name = Varchar(length=64)
    actor_role = Varchar(length=32)
    address = Varchar(length=64, default="")
    request_id = Varchar(length=64, default="")
    target = Varchar(length=300, default="")
    status = Integer(null=True, default=None)
    detail = JSONB(default="{}")
