"""`registry saved`: kept searches of an account."""

from __future__ import annotations

import click

from registry import saved
from registry.app import engine_for
from registry.console import run
from registry.job_cli import actor_named
from registry.saved import Changes, News, Saved
from registry.settings import Settings

AS = click.option("--as", "username", required=True, help="账号。")


@click.group("saved")
def saved_group() -> None:
    """保存的检索与名单筛选。"""


@saved_group.command("list")
@AS
def list_saved(username: str) -> None:
    """列出账号可用的。"""

    async def work(_settings: Settings) -> list[Saved]:
        return await saved.listing(await actor_named(username))

    for one in run(work):
        marks = "".join((f"  新 {one.news}" if one.news else "", "  提醒" if one.alert else "", "  共享" * one.shared))
        click.echo(f"{one.id}  {one.name}  {one.url}{marks}")


@saved_group.command("add")
@click.argument("name")
@click.argument("address")
@click.option("--shared", is_flag=True, help="共享给同事。")
@click.option("--alert", is_flag=True, help="有新记录时提醒。")
@AS
def add_saved(name: str, address: str, username: str, *, shared: bool, alert: bool) -> None:
    """保存，例如：registry saved add 铜梁助浴 '/search?q=助浴&district=铜梁区' --as tongliang"""

    async def work(chosen: Settings) -> Saved:
        changes = Changes(shared=shared, alert=alert)
        return await saved.keep(engine_for(chosen), await actor_named(username), name, address, changes)

    click.echo(str(run(work).id))


@saved_group.command("news")
@click.argument("saved_id")
@click.option("--seen", is_flag=True, help="同时标为看过。")
@AS
def list_news(saved_id: str, username: str, *, seen: bool) -> None:
    """列出新出现的记录。"""

    async def work(_settings: Settings) -> list[News]:
        actor = await actor_named(username)
        found = await saved.news(actor, saved_id)
        if seen:
            await saved.seen(actor, saved_id)
        return found

    for one in run(work):
        click.echo(f"{one.kind_label}  {one.title}  {one.place}  {one.url}")
