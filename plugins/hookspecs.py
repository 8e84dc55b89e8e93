"""The public contract between the registry and its plugins: everything a plugin may be asked, and nothing else.

Hooks are synchronous and return declarations. `docs/hooks.md` has one heading a hook.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from registry.register import Register

hookspec = pluggy.HookspecMarker("silver_registry")


@hookspec
def declare_registers() -> list[Register]:  # type: ignore[empty-body]  # a specification has no body
    """Called once at start. Each register returned gets its API, pages, import, export, history and search."""


@hookspec
def declare_tables() -> list[str]:  # type: ignore[empty-body]
    """Called before migration. The Piccolo apps returned (dotted names) are migrated in order of their dependencies."""


@hookspec
def changing_with_the_day(since: date, today: date) -> str:  # type: ignore[empty-body]
    """Called when a day begins, with the last day it was called for.

    The SQL returned selects (kind, record_id) of records whose derived values differ between the two days ($1, $2);
    their documents are indexed anew.
    """
