"""What an import's report says of values that a higher word held off, in words."""

from __future__ import annotations

from typing import NamedTuple

from registry.imports import Report
from registry.provenance.rules import Origin
from registry.register import Register
from registry.web import showing


class Line(NamedTuple):
    """A value of the list that changed nothing."""

    row: int
    name: str
    url: str
    label: str
    standing: str
    word: str
    said: str
    asked: bool


def lines(register: Register, report: Report) -> list[Line]:
    """The disputed values of a report."""
    return [
        Line(
            one.row,
            one.name,
            f"/{register.plural}/{one.id}#h-conflicts",
            register.by_name[one.field].label,
            showing.shown(register.by_name[one.field], one.standing),
            Origin(one.origin).label,
            showing.shown(register.by_name[one.field], one.said),
            one.asked,
        )
        for one in report.disputed
    ]
