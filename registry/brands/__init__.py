"""Brands of the silver economy: of an industry, a region, a cluster or an enterprise (渝发改规范〔2024〕9号第11项)."""

from __future__ import annotations

from plugins import hookimpl
from registry.brands.fields import FIELDS
from registry.brands.rules import check
from registry.register import Register
from registry.titles.companion import TitleCompanion


@hookimpl
def declare_registers() -> list[Register]:
    """The register of brands: two owners may call theirs alike."""
    return [
        Register(
            kind="brand",
            plural="brands",
            label="品牌",
            own=FIELDS,
            code_field="trademark_no",
            identity=("owner",),
            companion=TitleCompanion("brand"),
            check=check,
            measure="个",
            columns=("owner", "brand_kind", "district", "trademark_no", "founded_on"),
        )
    ]
