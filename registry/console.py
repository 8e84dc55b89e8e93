"""What the commands share: a database while they run, and a refusal told as a sentence with exit code 1."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click

from plugins import manager
from registry import database, settings
from registry.access import Actor, Role
from registry.errors import Objection, Refusal, Unavailable
from registry.register import Register
from registry.settings import Settings

T = TypeVar("T")

OPERATOR = Actor(Role.ADMINISTRATOR, None, "命令行")
"""Who acts when a command is run on the machine itself without naming an account."""


def run(work: Callable[[Settings], Coroutine[Any, Any, T]], *, migrated: bool = True) -> T:
    """Run a command with a database; a refusal becomes a sentence and exit code 1.

    A command that wants tables (`migrated`) makes no database where there is none.
    """
    chosen = settings.read()
    if migrated and not database.exists(chosen):
        raise click.ClickException(f"{chosen.data_dir} 里还没有数据库；请检查 DATA_DIR，或先运行 registry migrate。")

    async def with_database() -> T:
        async with database.running(chosen):
            if migrated and not await database.fetchval("SELECT to_regclass('outbox') IS NOT NULL"):
                raise Unavailable("数据库还没有表；请先运行 registry migrate。")
            return await work(chosen)

    try:
        return asyncio.run(with_database())
    except Refusal as refusal:
        _tell_objections(tuple(one for one in refusal.objections if one.message != refusal.detail))
        raise click.ClickException(refusal.detail) from refusal


def register_named(plural: str) -> Register:
    """The register that a command names; another word is told with those that there are."""
    register = manager.register_for(plural)
    if register is None:
        known = "、".join(one.plural for one in manager.registers().values())
        raise click.UsageError(f"没有登记簿“{plural}”；可用：{known}。")
    return register


def _tell_objections(objections: tuple[Objection, ...]) -> None:
    for one in objections:
        place = f"第 {one.row} 行{f' {one.column} 列' if one.column else ''}：" if one.row else ""
        click.echo(f"  {place}{one.message}", err=True)
