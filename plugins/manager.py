"""The typed face over pluggy: the only module that says `hook`."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

import pluggy

from plugins import hookspecs
from registry import site_fields

if TYPE_CHECKING:
    from registry.register import Register

BUILT_IN = (
    "registry.titles",
    "registry.enterprises",
    "registry.parks",
    "registry.brands",
    "registry.standards",
    "registry.catalogue",
)
"""The rooms that are part of the product, in the order in which they are asked."""

ENTRY_POINT = "silver_registry.plugins"


class Host:
    """Holds the plugins and asks them; the order is the built-in rooms, then entry points by name."""

    def __init__(self) -> None:
        self._pm = pluggy.PluginManager("silver_registry")
        self._pm.add_hookspecs(hookspecs)
        # pluggy asks the last registered first.
        self._pm.load_setuptools_entrypoints(ENTRY_POINT)
        for name in reversed(BUILT_IN):
            self._pm.register(import_module(name), name)
        self._pm.check_pending()

    def registers(self) -> list[Register]:
        """Every declared register, in order."""
        answers = cast("list[list[Register]]", self._pm.hook.declare_registers())
        return [register for answer in answers for register in answer]

    def piccolo_apps(self) -> list[str]:
        """The Piccolo apps of all plugins."""
        return [app for answer in self._pm.hook.declare_tables() for app in answer]

    def changing_with_the_day(self, since: date, today: date) -> list[str]:
        """The queries that find records whose derived values changed between two days."""
        return cast("list[str]", self._pm.hook.changing_with_the_day(since=since, today=today))


@cache
def host() -> Host:
    """The one host of this process, made on first use."""
    return Host()


@cache
def registers() -> dict[str, Register]:
    """Registers by kind."""
    return {register.kind: site_fields.extended(register) for register in host().registers()}


def register_for(plural: str) -> Register | None:
    """The register whose URLs begin with this word."""
    return next((r for r in registers().values() if r.plural == plural), None)


def piccolo_apps() -> list[str]:
    """The core's app first, then those of plugins."""
    return [
        "registry.piccolo_app",
        "registry.jobs.piccolo_app",
        "registry.imports.piccolo_app",
        "registry.provenance.piccolo_app",
        "registry.claims.piccolo_app",
        "registry.audit.piccolo_app",
        "registry.attachments.piccolo_app",
        "registry.duplicates.piccolo_app",
        "registry.searching.piccolo_app",
        "registry.notes.piccolo_app",
        "registry.saved.piccolo_app",
        "registry.organisations.piccolo_app",
        "registry.merging.piccolo_app",
        *host().piccolo_apps(),
    ]
