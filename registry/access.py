"""Who may do what, to which rows, and which fields they see. Pure: rights are computed from the actor and the row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from registry import taxonomy
from search import PUBLIC


class Role(StrEnum):
    """The cast."""

    PUBLIC = "public"
    ENTERPRISE = "enterprise"
    DISTRICT = "district"
    MUNICIPAL = "municipal"
    INVESTMENT = "investment"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """What people call it."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.PUBLIC: "公众",
    Role.ENTERPRISE: "企业用户",
    Role.DISTRICT: "区县经办",
    Role.MUNICIPAL: "市级经办",
    Role.INVESTMENT: "招商专员",
    Role.ADMINISTRATOR: "系统管理员",
}


class Permission(StrEnum):
    """`resource:action`; every route declares one."""

    HISTORY_READ = "history:read"
    INDEX_MANAGE = "index:manage"
    JOB_MANAGE = "job:manage"
    JOB_USE = "job:use"
    OPEN = "open:read"
    OPERATIONS_READ = "operations:read"
    PRIVATE_READ = "private:read"
    RECORD_AMEND = "record:amend"
    RECORD_EXPORT = "record:export"
    RECORD_FILE = "record:file"
    RECORD_IMPORT = "record:import"
    RECORD_READ = "record:read"
    RECORD_WITHDRAW = "record:withdraw"
    SEARCH_QUERY = "search:query"
    SESSION_USE = "session:use"


_EVERYONE = frozenset({Permission.OPEN, Permission.RECORD_READ, Permission.SEARCH_QUERY, Permission.HISTORY_READ})
_SIGNED_IN = _EVERYONE | {Permission.SESSION_USE}
_OFFICER = _SIGNED_IN | {
    Permission.JOB_USE,
    Permission.PRIVATE_READ,
    Permission.RECORD_AMEND,
    Permission.RECORD_EXPORT,
    Permission.RECORD_FILE,
    Permission.RECORD_IMPORT,
    Permission.RECORD_WITHDRAW,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PUBLIC: _EVERYONE,
    Role.ENTERPRISE: _SIGNED_IN | {Permission.PRIVATE_READ},
    Role.DISTRICT: _OFFICER,
    Role.MUNICIPAL: _OFFICER | {Permission.OPERATIONS_READ},
    Role.INVESTMENT: _SIGNED_IN | {Permission.JOB_USE, Permission.RECORD_EXPORT},
    Role.ADMINISTRATOR: frozenset(Permission),
}

_SEE_ALL = frozenset({Role.MUNICIPAL, Role.INVESTMENT, Role.ADMINISTRATOR})
_ACT_ON_ALL = frozenset({Role.MUNICIPAL, Role.ADMINISTRATOR})


class Actor(msgspec.Struct, frozen=True):
    """Who asks. `district` bounds a district officer; `enterprise_id` is an enterprise user's own record."""

    role: Role = Role.PUBLIC
    id: str | None = None
    name: str = "公众"
    district: str = ""
    enterprise_id: str | None = None
    via_cookie: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the role carries the right at all; rows are a second question."""
        return permission in GRANTS[self.role]


ANONYMOUS = Actor()


def districts_of(actor: Actor) -> tuple[str, ...]:
    """The districts a district officer answers for: its own and those it took over when they were abolished."""
    if actor.role is not Role.DISTRICT or not actor.district:
        return ()
    return (actor.district, *taxonomy.predecessors(actor.district))


def own_record(actor: Actor) -> str | None:
    """The record that an enterprise user answers for."""
    return actor.enterprise_id if actor.role is Role.ENTERPRISE else None


def in_scope(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether the row is the actor's to act on (and its private fields to read, with the right to)."""
    if actor.role in _ACT_ON_ALL:
        return True
    own = own_record(actor)
    return row["district"] in districts_of(actor) or (own is not None and str(row["id"]) == own)


def sees(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether the row may be shown at all: public rows to everyone, internal ones to those in whose scope they are."""
    return row["visibility"] == PUBLIC or actor.role in _SEE_ALL or in_scope(actor, row)


def tokens(actor: Actor) -> tuple[str, ...] | None:
    """The search tokens of the actor; None sees everything. The same rule as `sees`, told to the index."""
    if actor.role in _SEE_ALL:
        return None
    own = own_record(actor)
    mine = (f"record:{own}",) if own else ()
    return (PUBLIC, *(f"district:{name}" for name in districts_of(actor)), *mine)


def record_tokens(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The tokens of those who may find the row."""
    district = (f"district:{row['district']}",) if row["district"] else ()
    return (*((PUBLIC,) if row["visibility"] == PUBLIC else ()), *district, f"record:{row['id']}")


def visible_sql(actor: Actor) -> str:
    """`sees` as SQL over alias r, beginning with AND; $2 and $3 are the values of `scope_values`."""
    return "" if actor.role in _SEE_ALL else f" AND (r.visibility = '{PUBLIC}' OR {_MINE})"


def owned_sql(actor: Actor) -> str:
    """`in_scope` as SQL over alias r, beginning with AND."""
    return "" if actor.role in _ACT_ON_ALL else f" AND ({_MINE})"


_MINE = "r.district = ANY($2::text[]) OR r.id = $3::uuid"


def scope_values(actor: Actor) -> list[Any]:
    """The districts and the own record that the SQL of rows speaks of."""
    return [list(districts_of(actor)), own_record(actor)]
