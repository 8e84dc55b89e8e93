"""`registry attachment`: files on records, for people at the machine and for scripts."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from registry import attachments, console
from registry.attachments import Given, Level
from registry.console import run
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.settings import Settings

LEVEL = click.Choice([level.value for level in Level])


@click.group("attachment")
def attachment_group() -> None:
    """记录的附件。"""


@attachment_group.command("list")
@click.argument("plural")
@click.argument("record_id")
@AS
def list_attachments(plural: str, record_id: str, username: str) -> None:
    """列出一条记录的附件，例如：registry attachment list enterprises 编号"""
    register = console.register_named(plural)

    async def work(_settings: Settings) -> list[attachments.Attachment]:
        return await attachments.listing(await actor_named(username), register, record_id)

    for one in run(work):
        click.echo(f"{one.id}  {one.name}  {one.size_label}  {one.level.value}  {one.author}  {one.about}".rstrip())


@attachment_group.command("add")
@click.argument("plural")
@click.argument("record_id")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--level", type=LEVEL, default=Level.OFFICERS.value, show_default=True, help="谁可以查看。")
@click.option("--about", default="", help="说明。")
@click.option("--reason", default="", help="理由，记入历史。")
@AS
def add_attachment(plural: str, record_id: str, file: Path, level: str, about: str, reason: str, username: str) -> None:
    """给一条记录添加附件；类型按内容识别。"""
    register = console.register_named(plural)

    async def work(chosen: Settings) -> attachments.Attachment:
        occasion = Occasion(await actor_named(username), reason)
        return await attachments.attach(chosen, occasion, register, record_id, file, Given(file.name, level, about))

    click.echo(run(work).id)


@attachment_group.command("get")
@click.argument("attachment_id")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="存为；默认用附件的名称存在当前目录。")
@AS
def get_attachment(attachment_id: str, out: Path | None, username: str) -> None:
    """取出一个附件的内容。"""

    async def work(chosen: Settings) -> Path:
        found = await attachments.content(chosen, await actor_named(username), attachment_id)
        return Path(shutil.copyfile(found.path, out or Path(found.attachment.name)))

    click.echo(str(run(work)))


@attachment_group.command("remove")
@click.argument("attachment_id")
@click.option("--reason", required=True, help="理由，记入历史。")
@AS
def remove_attachment(attachment_id: str, reason: str, username: str) -> None:
    """移除一个附件。"""

    async def work(_settings: Settings) -> None:
        await attachments.remove(Occasion(await actor_named(username), reason), attachment_id)

    run(work)
    click.echo("已移除。")


@attachment_group.command("verify")
def verify_attachments() -> None:
    """逐个核对附件的内容与登记的摘要；有缺失或不符时退出码为 1。"""
    faults = run(attachments.verify)
    click.echo("\n".join(faults) or "全部相符。")
    sys.exit(1 if faults else 0)
