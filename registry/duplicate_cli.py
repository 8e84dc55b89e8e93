"""`registry duplicates`: finding look-alikes, merging two records, splitting them, telling them apart."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from registry import console
from registry.console import run
from registry.duplicates import deciding, keeping, looking
from registry.duplicates.looking import Queue
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.merging import joining, splitting
from registry.merging.comparing import compare
from registry.merging.splitting import Merge
from registry.reading import parse_id
from registry.register import Register

REASON = click.option("--reason", required=True, help="理由，记入历史。")


def _register(_context: Any, _parameter: Any, plural: str) -> Register:
    return console.register_named(plural)


REGISTER = click.argument("register", metavar="PLURAL", callback=_register)


@click.group("duplicates")
def duplicates_group() -> None:
    """可能重复的记录：查找、合并、拆开、注明不是同一条。"""


@duplicates_group.command()
@REGISTER
@AS
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, looking.MOST), help="列出多少对。")
@click.option("--again", is_flag=True, help="全部重新比对，而不只是改动过的。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def find(register: Register, username: str, limit: int, *, again: bool, as_json: bool) -> None:
    """比对整个登记簿，列出很像的成对记录，例如：registry duplicates find enterprises"""

    async def work(_settings: Any) -> Queue:
        if again:
            await keeping.mark_all(register)
        while await keeping.catch_up(register, keeping.BATCH):
            pass
        return await looking.queue(await actor_named(username), register, limit)

    found = run(work)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    click.echo(f"{found.total} 对待判断。")
    for pair in found.pairs:
        click.echo(f"{pair.score}  {pair.one.name}  ≈  {pair.other.name}  （{'；'.join(pair.reasons)}）")
        click.echo(f"    {pair.one.id}  {pair.other.id}")


@duplicates_group.command()
@REGISTER
@click.argument("keep")
@click.argument("give")
@REASON
@AS
@click.option("--take", multiple=True, metavar="栏目=own|other|both", help="逐栏说明取哪一边；不说明的取较好的值。")
def merge(register: Register, keep: str, give: str, reason: str, username: str, take: tuple[str, ...]) -> None:
    """把记录 GIVE 并入记录 KEEP；GIVE 的编号此后指到 KEEP。"""
    chosen = dict(_pair(one) for one in take)

    async def work(_settings: Any) -> str:
        actor = await actor_named(username)
        found = await compare(actor, register, keep, give)
        sides = (joining.Seen(found.keep_id, found.versions[0]), joining.Seen(found.give_id, found.versions[1]))
        return str(await joining.merge(Occasion(actor, reason), register, *sides, chosen))

    click.echo(f"已合并；如需拆开：registry duplicates split {register.plural} {run(work)} --reason …")


def _pair(text: str) -> tuple[str, str]:
    name, equals, word = text.partition("=")
    if not equals:
        raise click.UsageError(f"“{text}”应写成 栏目=own、栏目=other 或 栏目=both。")
    return name, word


@duplicates_group.command("merges")
@REGISTER
@click.argument("record_id")
def list_merges(register: Register, record_id: str) -> None:
    """列出并入某条记录的记录。"""

    async def work(_settings: Any) -> list[Merge]:
        return await splitting.merges_of(register, parse_id(record_id))

    for one in run(work):
        undone = f"，已由{one.undone_by}拆开" if one.undone_at else ""
        click.echo(f"{one.id}  {one.given_name}  {one.at[:10]}  {one.actor}  {one.reason}{undone}")


@duplicates_group.command()
@REGISTER
@click.argument("merge_id")
@REASON
@AS
def split(register: Register, merge_id: str, reason: str, username: str) -> None:
    """拆开一次合并；合并以后另外改过的栏目不动。"""

    async def work(_settings: Any) -> str:
        return str(await splitting.split(Occasion(await actor_named(username), reason), register, merge_id))

    click.echo(f"已拆开；恢复的记录：{run(work)}。")


@duplicates_group.command()
@REGISTER
@click.argument("one")
@click.argument("other")
@REASON
@AS
def differ(register: Register, one: str, other: str, reason: str, username: str) -> None:
    """注明两条记录不是同一条，以后不再列出。"""

    async def work(_settings: Any) -> None:
        occasion = Occasion(await actor_named(username), reason)
        await deciding.decide(occasion, register, deciding.Word(one, False, other))

    run(work)
    click.echo("已记下，以后不再列出。")
