"""Who may do what, to which rows, and which fields they see. Pure: rights are computed from the actor and the row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from registry import taxonomy
from registry.reach import Reach


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


class Scope(StrEnum):
    """The data scopes (数据范围): which rows an account is concerned with; what it may do with them its role says."""

    ALL = "all"
    BELOW = "below"
    ORGANISATION = "organisation"
    OWN = "own"
    CUSTOM = "custom"

    @property
    def label(self) -> str:
        """What people call it."""
        return _SCOPE_LABELS[self]


_SCOPE_LABELS = {
    Scope.ALL: "全部数据",
    Scope.BELOW: "本单位及下级",
    Scope.ORGANISATION: "仅本单位",
    Scope.OWN: "仅本人",
    Scope.CUSTOM: "自定义",
}

SCOPES: dict[Role, tuple[Scope, ...]] = {
    Role.PUBLIC: (),
    Role.ENTERPRISE: (Scope.OWN,),
    Role.DISTRICT: (Scope.BELOW, Scope.ORGANISATION, Scope.OWN, Scope.CUSTOM),
    Role.MUNICIPAL: (Scope.ALL, Scope.BELOW, Scope.ORGANISATION, Scope.OWN, Scope.CUSTOM),
    Role.INVESTMENT: (Scope.ALL, Scope.BELOW, Scope.ORGANISATION, Scope.CUSTOM),
    Role.ADMINISTRATOR: (Scope.ALL,),
}
"""The scopes an account of the role may have; the first unless another is given."""


class Permission(StrEnum):
    """`resource:action`; every route declares one."""

    ACCESS_EXPLAIN = "access:explain"
    ACCOUNT_MANAGE = "account:manage"
    FIELD_MANAGE = "field:manage"
    ATTACHMENT_ADD = "attachment:add"
    AUDIT_READ = "audit:read"
    CLAIM_DECIDE = "claim:decide"
    CLAIM_FILE = "claim:file"
    CONFLICT_DECIDE = "conflict:decide"
    HISTORY_EXPORT = "history:export"
    HISTORY_READ = "history:read"
    HISTORY_VERIFY = "history:verify"
    INDEX_MANAGE = "index:manage"
    JOB_MANAGE = "job:manage"
    JOB_USE = "job:use"
    MISS_READ = "miss:read"
    NOTE_KEEP = "note:keep"
    OPEN = "open:read"
    OPERATIONS_READ = "operations:read"
    ORGANISATION_MANAGE = "organisation:manage"
    ORGANISATION_READ = "organisation:read"
    PASSWORD_CHANGE = "password:change"  # noqa: S105  (a right, no password)
    PERSONAL_ERASE = "personal:erase"
    PERSONAL_READ = "personal:read"
    OWN_AMEND = "own:amend"
    PRIVATE_READ = "private:read"
    RECORD_AMEND = "record:amend"
    RECORD_EXPORT = "record:export"
    RECORD_FILE = "record:file"
    RECORD_HAND_OVER = "record:hand-over"
    RECORD_IMPORT = "record:import"
    RECORD_MERGE = "record:merge"
    RECORD_READ = "record:read"
    RECORD_UNDO = "record:undo"
    RECORD_WITHDRAW = "record:withdraw"
    SEARCH_KEEP = "search:keep"
    SEARCH_QUERY = "search:query"
    SECURITY_MANAGE = "security:manage"
    SECURITY_POLICY = "security:policy"
    SESSION_USE = "session:use"
    TITLE_DECIDE = "title:decide"
    TITLE_PROPOSE = "title:propose"
    WORDING_MANAGE = "wording:manage"


_EVERYONE = frozenset({Permission.OPEN, Permission.RECORD_READ, Permission.SEARCH_QUERY, Permission.HISTORY_READ})
_SIGNED_IN = _EVERYONE | {Permission.PASSWORD_CHANGE, Permission.SEARCH_KEEP, Permission.SESSION_USE}
_OFFICER = _SIGNED_IN | {
    Permission.ATTACHMENT_ADD,
    Permission.PERSONAL_READ,
    Permission.HISTORY_VERIFY,
    Permission.CLAIM_DECIDE,
    Permission.CONFLICT_DECIDE,
    Permission.JOB_USE,
    Permission.MISS_READ,
    Permission.NOTE_KEEP,
    Permission.ORGANISATION_READ,
    Permission.PRIVATE_READ,
    Permission.RECORD_AMEND,
    Permission.RECORD_EXPORT,
    Permission.RECORD_FILE,
    Permission.RECORD_HAND_OVER,
    Permission.RECORD_IMPORT,
    Permission.RECORD_MERGE,
    Permission.RECORD_UNDO,
    Permission.RECORD_WITHDRAW,
    Permission.TITLE_PROPOSE,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PUBLIC: _EVERYONE,
    Role.ENTERPRISE: _SIGNED_IN
    | {
        Permission.ATTACHMENT_ADD,
        Permission.CLAIM_FILE,
        Permission.OWN_AMEND,
        Permission.PERSONAL_READ,
        Permission.PRIVATE_READ,
    },
    Role.DISTRICT: _OFFICER,
    Role.MUNICIPAL: _OFFICER | {Permission.OPERATIONS_READ, Permission.TITLE_DECIDE, Permission.WORDING_MANAGE},
    Role.INVESTMENT: _SIGNED_IN | {Permission.JOB_USE, Permission.RECORD_EXPORT},
    Role.ADMINISTRATOR: frozenset(Permission),
}

_KEEPERS = frozenset({Role.ENTERPRISE, Role.DISTRICT, Role.MUNICIPAL, Role.ADMINISTRATOR})
"""Who acts on the rows of the scope, and reads their private fields; the others only see them."""


class Actor(msgspec.Struct, frozen=True):
    """Who asks. `district` and `enterprise_id` are those of the account itself; `organisation` is where it belongs.

    What the scope comes to stands in `offices` (organisations whose records it covers), `districts` (those they answer
    for) and `records` (single ones). `extra` are rights beyond the role's; `hidden` and `locked` name fields
    (`kind.field`) that the role neither reads nor writes.
    `password_due` lets a session do nothing before its owner has chosen a new password.
    """

    role: Role = Role.PUBLIC
    id: str | None = None
    name: str = "公众"
    district: str = ""
    enterprise_id: str | None = None
    via_cookie: bool = False
    organisation: str | None = None
    organisation_name: str = ""
    given_scope: Scope | None = None
    offices: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    extra: frozenset[Permission] = frozenset()
    hidden: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    password_due: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the right is held at all; rows are a second question."""
        return permission in GRANTS[self.role] or permission in self.extra

    @property
    def scope(self) -> Scope:
        """The data scope; one that the role cannot have is as good as none given."""
        possible = SCOPES[self.role] or (Scope.OWN,)
        return self.given_scope if self.given_scope in possible else possible[0]


ANONYMOUS = Actor()


@lru_cache(maxsize=4096)
def reach(actor: Actor) -> Reach:
    """The rows an actor is concerned with, and whether they are its own to act on."""
    acts = actor.role in _KEEPERS
    if actor.role is Role.PUBLIC:
        return Reach(False, acts)
    own = (*((actor.enterprise_id,) if actor.enterprise_id and actor.role is Role.ENTERPRISE else ()), *actor.records)
    if actor.role is Role.ENTERPRISE:
        return Reach(False, acts, (), own)
    if actor.scope is Scope.ALL:
        return Reach(True, acts, (), own)
    if actor.scope is Scope.OWN:
        return Reach(False, acts, (), (*own, *((actor.id,) if actor.id else ())))
    direct = (actor.district,) if actor.district and actor.scope is not Scope.CUSTOM else ()
    named = dict.fromkeys((*direct, *actor.districts))
    districts = dict.fromkeys(one for name in named for one in (name, *taxonomy.predecessors(name)))
    return Reach(False, acts, tuple(districts), (*own, *actor.offices))


def districts_of(actor: Actor) -> tuple[str, ...]:
    """The districts an officer answers for, with those that were taken over when they were abolished."""
    return reach(actor).districts


def own_record(actor: Actor) -> str | None:
    """The record that an enterprise user answers for."""
    return actor.enterprise_id if actor.role is Role.ENTERPRISE else None


def in_scope(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether the row is the actor's to act on (and its private fields to read, with the right to)."""
    return reach(actor).owns(row)


def sees(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Whether the row may be shown at all: public rows to everyone, internal ones to those in whose scope they are."""
    return reach(actor).sees(row)


def tokens(actor: Actor) -> tuple[str, ...] | None:
    """The search tokens of the actor; None sees everything. The same rule as `sees`, told to the index."""
    return reach(actor).tokens()


def visible_sql(actor: Actor) -> str:
    """`sees` as SQL over alias r, beginning with AND; $2 and $3 are the values of `scope_values`."""
    return reach(actor).visible_sql()


def owned_sql(actor: Actor) -> str:
    """`in_scope` as SQL over alias r, beginning with AND."""
    return reach(actor).owned_sql()


def scope_values(actor: Actor) -> list[Any]:
    """The districts and the ids that the SQL of rows speaks of."""
    return reach(actor).values()


def hidden_fields(actor: Actor, kind: str) -> frozenset[str]:
    """The private fields of a kind that the actor does not read even on its own rows."""
    return _of_kind(actor.hidden, kind)


def locked_fields(actor: Actor, kind: str) -> frozenset[str]:
    """The fields of a kind that the actor does not write; what one cannot read one cannot write."""
    return _of_kind(actor.locked | actor.hidden, kind)


def _of_kind(names: frozenset[str], kind: str) -> frozenset[str]:
    return frozenset(name.removeprefix(f"{kind}.") for name in names if name.startswith(f"{kind}."))


def placed(actor: Actor, row: Mapping[str, Any]) -> dict[str, Any]:
    """In whose hands a new row falls: its filer's; an organisation that answers for no district keeps what it files."""
    districts, keeper, handler = holders(actor)
    return {"keeper": None if row["district"] in districts else keeper, "handler": handler}


def holders(actor: Actor) -> tuple[list[str], str | None, str | None]:
    """What `placed` decides by: districts whose rows need no keeper, the keeper of all others, the handler."""
    keeps = actor.organisation in reach(actor).ids and not actor.district
    return list(reach(actor).districts), actor.organisation if keeps else None, actor.id
