"""Parks (园区、产业园、试点地区): where the silver economy gathers, who is there, and what room is left."""

from __future__ import annotations

from plugins import hookimpl
from registry.parks.fields import FIELDS
from registry.parks.rules import check
from registry.register import Register
from registry.titles.companion import TitleCompanion


@hookimpl
def declare_registers() -> list[Register]:
    """The register of parks."""
    return [
        Register(
            kind="park",
            plural="parks",
            label="园区",
            own=FIELDS,
            code_field="code",
            companion=TitleCompanion("park"),
            check=check,
            measure="个",
            columns=("province", "district", "level", "chains", "operator", "area", "vacant_area"),
        )
    ]
