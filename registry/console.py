"""What the commands share: a database while they run, and a refusal told as a sentence with exit code 1."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from registry import database, settings
from registry.errors import Objection, Refusal
from registry.settings import Settings

T = TypeVar("T")


def run(work: Callable[[Settings], Coroutine[Any, Any, T]]) -> T:
    """Run a command with a database; a refusal becomes a sentence and exit code 1."""

    async def with_database() -> T:
        async with database.running(settings.read()):
            return await work(settings.read())

    try:
        return asyncio.run(with_database())
    except Refusal as refusal:
        _tell_objections(refusal.objections)
        raise click.ClickException(refusal.detail) from refusal


def _tell_objections(objections: tuple[Objection, ...]) -> None:
    for one in objections:
        place = f"第 {one.row} 行{f' {one.column} 列' if one.column else ''}：" if one.row else ""
        click.echo(f"  {place}{one.message}", err=True)
