"""What an import did or would do, as pages show it: right after it, and as the result of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from registry import imports
from registry.imports import Report
from registry.register import Register
from registry.web import record, showing

OBJECTIONS_SHOWN = 100


class Line(NamedTuple):
    """A record that the list adds or changes."""

    row: int
    name: str
    url: str
    changes: list[record.Change]
    titles: str


class Confirm(NamedTuple):
    """Where a preview is let in, and what the form carries; no address where it cannot be."""

    url: str = ""
    fields: Mapping[str, str] = {}


def context(
    register: Register, report: Report, filename: str, confirm: Confirm, columns_url: str = ""
) -> dict[str, Any]:
    """What `_import_report.html` asks for, but for the options of the form."""
    annotated = f"/api/v1/{register.plural}/import/{report.batch_id}/annotated" if report.annotated else ""
    return {
        "register": register,
        "report": report,
        "filename": filename,
        "added": [_line(register, change) for change in report.new_records],
        "changed": [_line(register, change) for change in report.changed_records],
        "objections": report.objections[:OBJECTIONS_SHOWN],
        "annotated": annotated,
        "confirm_url": confirm.url,
        "confirm_fields": confirm.fields,
        "columns_url": columns_url,
    }


def _line(register: Register, change: imports.Change) -> Line:
    changes = []
    for name, (before, after) in change.fields.items():
        field = register.by_name.get(name)
        if field is not None:
            changes.append(record.Change(field.label, showing.shown(field, before), showing.shown(field, after)))
    return Line(
        change.row, change.name, f"/{register.plural}/{change.id}", changes, record.hanging_words(change.hanging)
    )
