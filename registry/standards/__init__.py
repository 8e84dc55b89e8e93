"""Standards of every level: what is in force, what took whose place, who drafted it."""

from __future__ import annotations

from plugins import hookimpl
from registry.register import Register
from registry.standards.fields import FIELDS
from registry.standards.rules import check, complete, marks
from registry.titles.companion import TitleCompanion


@hookimpl
def declare_registers() -> list[Register]:
    """The register of standards, known by their numbers."""
    return [
        Register(
            kind="standard",
            plural="standards",
            label="标准",
            own=FIELDS,
            code_field="code",
            default_sort="code",
            companion=TitleCompanion("standard"),
            check=check,
            marks=marks,
            complete=complete,
            completes=("standard_kind",),
            measure="项",
            columns=("code", "standard_kind", "state", "published_on", "effective_on", "replaces"),
        )
    ]
