"""The rule of rows, said three times: in Python for a row, in SQL for lists, as tokens for search and its counts.

A row must have id, keeper, handler, district, visibility. Whoever changes one of the three changes all
(tests/access/test_one_rule_three_times.py holds them together).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from search import PUBLIC

_HOLDERS = ("id", "keeper", "handler")

NAMED = "coalesce($2::text[]::text, $3::uuid[]::text, '') IS NOT NULL"
"""Always true; names the parameters of the scope in a query whose conditions may not (PostgreSQL wants each named)."""

_COVERED = (
    "(r.keeper IS NULL AND r.district = ANY($2::text[]))"
    " OR r.id = ANY($3::uuid[]) OR r.keeper = ANY($3::uuid[]) OR r.handler = ANY($3::uuid[])"
)


class Reach(NamedTuple):
    """What a data scope comes to: everything, or districts (rows that nobody else keeps) and ids of three sorts.

    An id is that of the record itself, of the organisation that keeps it, or of the account that handles it: ids are
    unique across all tables, so one list tells all. `acts`: the rows are one's own to act on, not only to see.
    """

    everything: bool
    acts: bool
    districts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def covers(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is in the scope. A row that an organisation keeps is no longer its district's."""
        if self.everything or any(str(row[name]) in self.ids for name in _HOLDERS if row[name] is not None):
            return True
        return row["keeper"] is None and row["district"] in self.districts

    def owns(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is there to be acted on."""
        return self.acts and self.covers(row)

    def sees(self, row: Mapping[str, Any]) -> bool:
        """Whether the row may be shown at all."""
        return row["visibility"] == PUBLIC or self.covers(row)

    def visible_sql(self) -> str:
        """`sees` over alias r, beginning with AND; $2 and $3 are the `values`."""
        return "" if self.everything else f" AND (r.visibility = '{PUBLIC}' OR {_COVERED})"

    def owned_sql(self) -> str:
        """`owns` over alias r, beginning with AND."""
        if not self.acts:
            return " AND false"
        return "" if self.everything else f" AND ({_COVERED})"

    def values(self) -> list[Any]:
        """What the SQL speaks of."""
        return [list(self.districts), list(self.ids)]

    def tokens(self) -> tuple[str, ...] | None:
        """`sees` as tokens, of which a row must have one; None sees everything."""
        if self.everything:
            return None
        return (PUBLIC, *(f"district:{name}" for name in self.districts), *(f"held:{one}" for one in self.ids))


def record_tokens(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The tokens of those who may find the row."""
    district = (f"district:{row['district']}",) if row["district"] and row["keeper"] is None else ()
    holders = (f"held:{row[name]}" for name in _HOLDERS if row[name] is not None)
    return (*((PUBLIC,) if row["visibility"] == PUBLIC else ()), *district, *holders)
