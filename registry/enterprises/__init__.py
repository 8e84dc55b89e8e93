"""Enterprises and care providers (一企一档): the register that the others follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from plugins import hookimpl
from registry.enterprises.fields import FIELDS
from registry.enterprises.rules import check, default_as_of
from registry.enterprises.tables import Enterprise
from registry.register import Register
from registry.titles.companion import TitleCompanion


def _dated(values: dict[str, Any], today: date) -> dict[str, Any]:
    """A row of a list with the day it speaks of, where that follows from its title's year."""
    day = default_as_of(values, today)
    return values | {"as_of": day} if day else values


@hookimpl
def declare_registers() -> list[Register]:
    """The register of enterprises."""
    return [
        Register(
            kind="enterprise",
            plural="enterprises",
            label="企业",
            table=Enterprise,
            fields=FIELDS,
            code_field="credit_code",
            companion=TitleCompanion("enterprise"),
            check=check,
            complete=_dated,
        )
    ]


@hookimpl
def declare_tables() -> list[str]:
    """The table of enterprises."""
    return ["registry.enterprises.piccolo_app"]
