"""`registry wording` and `registry misses`: what searching learns, for people at the machine and for scripts."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

import click

from registry import finding
from registry.app import engine_for
from registry.console import OPERATOR, run
from registry.errors import Conflict
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.searching import misses
from registry.searching import wording as service
from registry.searching.misses import Miss
from registry.searching.wording import Entry, Kind
from registry.settings import Settings

KIND = click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default="synonym", show_default=True)


@click.group()
def wording() -> None:
    """同义词与专业词；改动几秒内在所有进程生效。"""


@wording.command("list")
@click.option("--q", default="", help="在词和出处中查找。")
def list_wording(q: str) -> None:
    """列出全部，最近改动的在前。"""

    async def work(_settings: Settings) -> list[Entry]:
        return await service.listing(q)

    for one in run(work):
        state = "" if one.active else "  （停用）"
        click.echo(f"{one.id}  {one.kind.label}  {'、'.join(one.words)}  {one.source}{state}".rstrip())


@wording.command("add")
@click.argument("words", nargs=-1, required=True)
@KIND
@click.option("--source", default="", help="出处。")
@AS
def add_wording(words: tuple[str, ...], kind: str, source: str, username: str) -> None:
    """添加，例如：registry wording add 适老化 无障碍"""

    async def work(_settings: Settings) -> Entry:
        return await service.add(Occasion(await actor_named(username)), kind, words, source)

    click.echo(str(run(work).id))


@wording.command("set")
@click.argument("entry_id", type=click.UUID)
@click.option("--active/--stopped", default=None, help="启用或停用。")
@click.option("--word", "words", multiple=True, help="改成这些词，可多次给出。")
@AS
def set_wording(entry_id: UUID, active: bool | None, words: tuple[str, ...], username: str) -> None:
    """停用、启用一条，或改词。"""

    async def work(_settings: Settings) -> Entry:
        occasion = Occasion(await actor_named(username))
        return await service.change(occasion, entry_id, words=words or None, active=active)

    changed = run(work)
    click.echo(f"{'、'.join(changed.words)}  {'在用' if changed.active else '停用'}")


@wording.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AS
def import_wording(file: Path, username: str) -> None:
    """从 CSV 添加（表头 kind,words,source；words 用 | 隔开）；已有的跳过。"""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))

    async def work(_settings: Settings) -> int:
        occasion = Occasion(await actor_named(username))
        added = 0
        for row in rows:
            try:
                await service.add(occasion, row["kind"], row["words"].split("|"), row.get("source", ""))
                added += 1
            except Conflict:
                continue
        return added

    click.echo(f"添加 {run(work)} 条，共 {len(rows)} 条。")


@wording.command("try")
@click.argument("query")
def try_wording(query: str) -> None:
    """看一次检索怎样读词，用与不用词表各找到多少条。"""

    async def work(chosen: Settings) -> finding.Tried:
        return await finding.tried(engine_for(chosen), OPERATOR, query)

    found = run(work)
    for word in found.words:
        others = found.others.get(word, ())
        click.echo(f"{word}{' ＝ ' + '、'.join(others) if others else ''}")
    click.echo(f"不用词表 {found.without} 条，用词表 {found.total} 条。")


@click.command("misses")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 365))
@AS
def list_misses(days: int, username: str) -> None:
    """列出找不到的检索，次数多的在前。"""

    async def work(_settings: Settings) -> list[Miss]:
        return await misses.listing(await actor_named(username), days)

    for one in run(work):
        click.echo(f"{one.times} 次  {one.text}  最近 {one.last}")
