"""Enterprises and care providers (一企一档): the register that the others follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from plugins import hookimpl
from registry import taxonomy
from registry.enterprises.fields import FIELDS
from registry.enterprises.rules import check, default_as_of
from registry.enterprises.tables import Enterprise
from registry.register import Register
from registry.titles.companion import TitleCompanion


def _completed(values: dict[str, Any], today: date) -> dict[str, Any]:
    """What follows from what was said: the day from the title's year, the province from a district of the home city."""
    day = default_as_of(values, today)
    if day:
        values = values | {"as_of": day}
    if not values.get("province") and taxonomy.district(values.get("district") or ""):
        values = values | {"province": taxonomy.city().name}
    return values


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
            complete=_completed,
        )
    ]


@hookimpl
def declare_tables() -> list[str]:
    """The table of enterprises."""
    return ["registry.enterprises.piccolo_app"]
