"""The catalogue: products and services that an official list or a local one names (目录、指南、清单)."""

from __future__ import annotations

from plugins import hookimpl
from registry.catalogue.fields import FIELDS
from registry.catalogue.rules import check, complete, marks
from registry.register import Register
from registry.titles.companion import TitleCompanion


@hookimpl
def declare_registers() -> list[Register]:
    """The register of listings: one product in one edition of one scheme."""
    return [
        Register(
            kind="listing",
            plural="listings",
            label="目录产品",
            own=FIELDS,
            code_field="certificate_no",
            identity=("scheme", "edition", "enterprise", "model"),
            companion=TitleCompanion("listing"),
            check=check,
            complete=complete,
            completes=("warned_until",),
            marks=marks,
            measure="项",
            columns=("enterprise", "scheme", "edition", "category", "model", "brand", "valid_until"),
        )
    ]
