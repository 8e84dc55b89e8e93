"""Who looks on while a list is imported: a person at a terminal, a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.imports import Report

EACH_ROWS = 500
"""After so many rows it is told how far the reading is."""


class Watcher:
    """Is told how far an import is; this one says nothing. What it raises ends the import, nothing went in."""

    def begin(self, stage: str) -> None:
        """A stage begins."""

    def rows(self, done: int, total: int) -> None:
        """So many rows of the list were read; called from a thread."""

    async def settle(self, report: Report) -> None:
        """Everything is written and will be committed next, in the transaction under way."""


NOBODY = Watcher()
