"""`registry note`: notes on records, and what waits to be followed up."""

from __future__ import annotations

from datetime import datetime

import click

from registry import console, notes
from registry.console import run
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.notes import FollowUp, Given, Note, Sort
from registry.settings import Settings

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("note")
def note_group() -> None:
    """记录的跟进：走访、电话、会议，与待办。"""


@note_group.command("list")
@click.argument("plural")
@click.argument("record_id")
@AS
def list_notes(plural: str, record_id: str, username: str) -> None:
    """列出一条记录的跟进，最近的在前。"""
    register = console.register_named(plural)

    async def work(_settings: Settings) -> list[Note]:
        return await notes.listing(await actor_named(username), register, record_id)

    for one in run(work):
        due = f"  跟进 {one.follow_up}{'（已办）' if one.done_at else ''}" if one.follow_up else ""
        click.echo(f"{one.happened}  {one.sort.label}  {one.author}  {one.text}{due}")


@note_group.command("add")
@click.argument("plural")
@click.argument("record_id")
@click.argument("text")
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), default=Sort.OTHER.value, show_default=True)
@click.option("--follow-up", type=DAY, help="下次跟进的日期，如 2026-12-01。")
@AS
def add_note(plural: str, record_id: str, text: str, sort: str, follow_up: datetime | None, username: str) -> None:
    """写一条跟进，例如：registry note add enterprises 编号 已走访 --sort visit"""
    register = console.register_named(plural)
    given = Given(text, sort, None, follow_up.date() if follow_up else None)

    async def work(_settings: Settings) -> Note:
        return await notes.add(Occasion(await actor_named(username)), register, record_id, given)

    click.echo(str(run(work).id))


@note_group.command("due")
@AS
def list_due(username: str) -> None:
    """列出待跟进的，最急的在前。"""

    async def work(_settings: Settings) -> list[FollowUp]:
        return await notes.follow_ups(await actor_named(username))

    for one in run(work):
        late = "  已过期" if one.note.overdue else ""
        click.echo(f"{one.note.follow_up}  {one.title}  {one.note.text[:40]}  {one.url}{late}")
