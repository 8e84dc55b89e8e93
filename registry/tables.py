"""Tables that belong to no single register: people and their sessions, history, outbox."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.columns.indexes import IndexMethod
from piccolo.table import Table


class Account(Table, tablename="account"):
    """A person who signs in. `district` bounds a district officer, `enterprise_id` names an enterprise's own record.

    `organisation` and `scope` say of which rows it is (`registry.actors`). `must_change` demands a new password;
    `allowed_addresses` are the networks it is used from (none: any).
    """

    id = UUID(primary_key=True, default=UUID4())
    username = Varchar(length=64, unique=True)
    display_name = Varchar(length=64)
    role = Varchar(length=32)
    district = Varchar(length=64, default="")
    enterprise_id = UUID(null=True, default=None)
    password_hash = Text()
    active = Boolean(default=True)
    created_at = Timestamptz(default=TimestamptzNow())
    must_change = Boolean(default=False)
    password_set_at = Timestamptz(default=TimestamptzNow())
    allowed_addresses: Array = Array(base_column=Varchar(length=64), default=list)
    locked_at = Timestamptz(null=True, default=None)
    locked_reason = Varchar(length=200, default="")
    organisation = UUID(null=True, default=None)
    scope = Varchar(length=16, default="own")


class Session(Table, tablename="session"):
    """A signed-in browser. Only the SHA-256 of the cookie is kept."""

    token_hash = Varchar(length=64, primary_key=True)
    account = ForeignKey(references=Account)
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()
    client = Varchar(length=200, default="")
    id = UUID(unique=True, default=UUID4())
    address = Varchar(length=64, default="")
    seen_at = Timestamptz(default=TimestamptzNow())


class Token(Table, tablename="token"):
    """A bearer token of a program. Only its SHA-256 is kept."""

    token_hash = Varchar(length=64, primary_key=True)
    account = ForeignKey(references=Account)
    label = Varchar(length=64, default="")
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()


class LoginAttempt(Table, tablename="login_attempt"):
    """A failed sign-in, kept for the throttle: by account name and by client address."""

    id = BigSerial(primary_key=True)
    username = Varchar(length=64, index=True)
    client = Varchar(length=64, index=True)
    at = Timestamptz(default=TimestamptzNow(), index=True)


class History(Table, tablename="history"):
    """What was done to a record: append-only (a trigger holds the line). `before`, `after`: the changed fields."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=32)
    record_id = UUID(index=True, index_method=IndexMethod.btree)
    act = Varchar(length=32)
    version = Integer()
    before = JSONB(null=True, default=None)
    after = JSONB(null=True, default=None)
    actor_id = UUID(null=True, default=None)
    actor_name = Varchar(length=64)
    at = Timestamptz(default=TimestamptzNow())
    reason = Text(default="")
    request_id = Varchar(length=64, default="")
    batch_id = UUID(null=True, default=None)


class Outbox(Table, tablename="outbox"):
    """A record whose document must be brought up to date; written in the transaction of the change, no payload."""

    seq = BigSerial(primary_key=True)
    kind = Varchar(length=32)
    record_id = UUID()
    at = Timestamptz(default=TimestamptzNow())


class Upkeep(Table, tablename="upkeep"):
    """When a daily task last ran; one row a task."""

    task = Varchar(length=64, primary_key=True)
    done_for = Date()
