"""Titles (称号/认定): what records of any register hold, for how long, by whose word; tiers derive from them."""

from __future__ import annotations

from datetime import date

from plugins import hookimpl


@hookimpl
def declare_tables() -> list[str]:
    """The table of titles."""
    return ["registry.titles.piccolo_app"]


@hookimpl
def changing_with_the_day(since: date, today: date) -> str:  # noqa: ARG001  (the SQL takes both)
    """Records of which a title began, ran out or ended between the two days."""
    return (
        "SELECT DISTINCT record_kind, record_id FROM title WHERE (valid_from > $1 AND valid_from <= $2)"
        " OR (valid_until >= $1 AND valid_until < $2) OR (ended > $1 AND ended <= $2)"
    )
