"""Work in a thread that an ending request waits for, so that nothing is taken away under its hands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Batches = AsyncIterator[Sequence[Sequence[Any]]]
"""Rows as they come from the database, some hundred or thousand at a time."""


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run it in a thread; when cancelled meanwhile, wait for its end first."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


@asynccontextmanager
async def closing(batches: Batches) -> AsyncIterator[Batches]:
    """Close the source of the rows (a cursor, a transaction) at once when nobody reads on."""
    try:
        yield batches
    finally:
        close = getattr(batches, "aclose", None)
        if close is not None:
            await close()
