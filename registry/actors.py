"""From an account's row to the actor: what its role, organisation and scope come to, in one query."""

from __future__ import annotations

from typing import Any

from registry.access import Actor, Permission, Role, Scope

COLUMNS = (
    "a.id, a.display_name, a.role, a.district, a.enterprise_id, a.scope, a.permissions, o.id AS organisation,"
    " o.name AS organisation_name, o.district AS organisation_district, w.offices, w.districts, w.records,"
    " w.hidden, w.locked"
)
"""What `of_row` reads, over `account a` and JOINS."""

_OFFICES = (
    "SELECT b.id, b.district FROM organisation b WHERE b.active AND b.sort <> 'enterprise' AND CASE a.scope"
    " WHEN 'below' THEN b.path @> ARRAY[o.id] WHEN 'organisation' THEN b.id = o.id"
    " WHEN 'custom' THEN b.id::text IN"
    " (SELECT g.target FROM account_reach g WHERE g.account = a.id AND g.sort = 'organisation') ELSE false END"
)
_CUSTOM_DISTRICTS = (
    "SELECT g.target FROM account_reach g WHERE a.scope = 'custom' AND g.account = a.id AND g.sort = 'district'"
)
_RECORDS = (
    "SELECT g.target FROM account_reach g WHERE g.account = a.id AND g.sort = 'record'"
    " UNION SELECT o.record::text WHERE o.record IS NOT NULL"
)
_FIELDS = (
    "SELECT f.kind || '.' || f.field FROM field_right f WHERE f.role = a.role"
    " AND (f.organisation IS NULL OR f.organisation = ANY(o.path))"
)
JOINS = (
    "LEFT JOIN organisation o ON o.id = a.organisation AND o.active CROSS JOIN LATERAL ("
    "SELECT coalesce(array_agg(x.id), '{}') AS offices,"
    f" coalesce(array_agg(DISTINCT x.district::text) FILTER (WHERE x.district <> ''), '{{}}')"
    f" || ARRAY({_CUSTOM_DISTRICTS})::text[] AS districts,"
    f" ARRAY({_RECORDS}) AS records, ARRAY({_FIELDS}) AS locked, ARRAY({_FIELDS} AND NOT f.readable) AS hidden"
    f" FROM ({_OFFICES}) x) w"
)
"""To follow `FROM account a`."""


def of_row(row: Any, *, via_cookie: bool) -> Actor:
    """The actor of a row that has COLUMNS. A district given to the account itself goes before its organisation's."""
    own, organisation = row["enterprise_id"], row["organisation"]
    role = Role(row["role"])
    return Actor(
        role,
        str(row["id"]),
        row["display_name"],
        row["district"] or (row["organisation_district"] or "" if role is Role.DISTRICT else ""),
        str(own) if own else None,
        via_cookie,
        str(organisation) if organisation else None,
        row["organisation_name"] or "",
        Scope(row["scope"]),
        tuple(sorted(str(one) for one in row["offices"])),
        tuple(sorted(set(row["districts"]))),
        tuple(sorted(row["records"])),
        frozenset(Permission(name) for name in row["permissions"] if name in _KNOWN),
        frozenset(row["hidden"]),
        frozenset(row["locked"]),
    )


_KNOWN = frozenset(Permission)
