"""What was in force on a day: the current version of a record if it had begun, else the one of the past that had.

Rights are today's: a version of the past is for those who may see the record now, and for the public only if it was
public then and is now.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from registry import access, clock
from registry.access import Actor
from registry.errors import BadRequest
from registry.records_table import table_of
from registry.register import Register
from search import PUBLIC

_WITHDRAWN = "r.withdrawn AND r.merged_into IS NULL"
"""What was taken out of sight, and not into another record."""


class Source(NamedTuple):
    """Rows to read: a table that is called r, what its rows must satisfy, and SQL of whether one is the actor's own."""

    table: str
    condition: str
    owned: str


def day(as_of: date | None) -> date:
    """The day that is asked about; nobody knows what comes."""
    today = clock.today()
    if as_of is not None and as_of > today:
        raise BadRequest(f"日期 {as_of} 还没有到；请填今天或以前的日期。")
    return as_of or today


def now(actor: Actor, register: Register, *, withdrawn: bool) -> Source:
    """What stands, or what was withdrawn, which is shown to those only in whose hands it is."""
    owned = f"coalesce(true{access.owned_sql(actor)}, false)"
    standing = f"{_WITHDRAWN}{access.owned_sql(actor)}" if withdrawn else "NOT r.withdrawn"
    return Source(register.table_name, f"{standing}{access.visible_sql(actor)}", owned)


def on_day(actor: Actor, register: Register, on: str, *, withdrawn: bool) -> tuple[Source, Source]:
    """What was in force on a day (SQL): of the records as they are, and of what they were."""
    current = now(actor, register, withdrawn=withdrawn)
    owned = _today(register, f"true{access.owned_sql(actor)}") if access.owned_sql(actor) else "true"
    standing = f"{_WITHDRAWN} AND {owned}" if withdrawn else "NOT r.withdrawn"
    sight = f"(NOT r.withdrawn OR {current.owned}){access.visible_sql(actor)}"
    seen = "" if owned == "true" else f" AND {_today(register, sight)}"
    return (
        current._replace(condition=f"{current.condition} AND r.began <= {on}"),
        Source(register.past_name, f"{standing} AND r.began <= {on} AND r.ended > {on}{seen}", owned),
    )


def _today(register: Register, condition: str) -> str:
    """SQL of whether the record of a version r satisfies a condition over r as it is today."""
    return (
        "EXISTS (SELECT FROM (SELECT n.id, n.keeper, n.handler, n.district, n.withdrawn,"
        f" CASE WHEN r.visibility = '{PUBLIC}' THEN n.visibility ELSE r.visibility END AS visibility"
        f" FROM {register.table_name} n WHERE n.id = r.id) r WHERE {condition})"
    )


@lru_cache(maxsize=512)
def item(register: Register, sources: tuple[Source, ...], order: str = "", limit: int = 0) -> str:
    """The rows of several sources as one FROM item, with a column `owned`; each is cut to `limit` by its own index."""
    columns = ", ".join(f"r.{column._meta.name}" for column in table_of(register)._meta.columns)  # noqa: SLF001
    cut = f" ORDER BY {order} LIMIT {limit}" if limit else ""
    parts = (
        f"(SELECT {columns}, {source.owned} AS owned FROM {source.table} r WHERE {source.condition}{cut})"
        for source in sources
    )
    return f"({' UNION ALL '.join(parts)})"
