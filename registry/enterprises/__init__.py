"""Enterprises and care providers (一企一档): the register that the others follow."""

from __future__ import annotations

from plugins import hookimpl
from registry.enterprises.fields import FIELDS
from registry.enterprises.rules import check
from registry.register import Register
from registry.titles.companion import TitleCompanion


@hookimpl
def declare_registers() -> list[Register]:
    """The register of enterprises."""
    return [
        Register(
            kind="enterprise",
            plural="enterprises",
            label="企业",
            own=FIELDS,
            code_field="credit_code",
            companion=TitleCompanion("enterprise", ladder=True),
            check=check,
            measure="家",
            kept_by_office=("chain_leader", "chain_leader_document"),
            claimable=True,
            columns=("credit_code", "tier", "district", "industry", "chains", "founded_on", "registered_capital"),
        )
    ]
