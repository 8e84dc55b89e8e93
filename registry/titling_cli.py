"""`registry title`: a record's titles on any day, and the acts of the office on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import click
import msgspec

from registry import database, indexing, naming, reading, titling
from registry.access import Actor
from registry.app import engine_for
from registry.console import register_named, run
from registry.errors import NotFound
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.register import Field, Register
from registry.settings import Settings
from registry.titles import kinds
from registry.titles.verbs import VERBS, Act
from registry.titling import Titles, TitleShown

FILLED = click.option(
    "-f",
    "--field",
    "filled",
    multiple=True,
    metavar="栏目=内容",
    help="如 -f 文号=渝经信〔2025〕9号 -f 日期=2025-05-01。",
)
REASON = click.option("--reason", required=True, help="理由，记入历史。")
Work = Callable[[Actor, str, int], Any]


@click.group("title")
def title_group() -> None:
    """记录的称号：查看某日情形，推荐、公示、认定、复核、更新、变更、撤销、恢复、更正。"""


@title_group.command("list")
@click.argument("plural")
@click.argument("record")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="哪一天的情形；默认今天。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
@AS
def list_titles(plural: str, record: str, on: datetime | None, username: str, *, as_json: bool) -> None:
    """列出一条记录的称号，例如：registry title list enterprises 重庆某某有限公司 --on 2024-05-01"""
    register = register_named(plural)

    async def work(_settings: Settings) -> Titles:
        actor = await actor_named(username)
        return await titling.listing(actor, register, await _record_id(register, record), on.date() if on else None)

    found = run(work)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    click.echo(f"{found.on}  梯次：{found.tier or '无'}")
    for one in found.items:
        click.echo("\n".join(_lines(one)))
    for caution in found.cautions:
        click.echo(f"注意：{caution}")


def _lines(one: TitleShown) -> Iterable[str]:
    marks = ["有效" if one.held else one.stage_label, *([] if one.verified else ["待核实"])]
    valid = f"{one.valid_from or '……'} 至 {one.valid_until or '未载明'}{'（推定）' if one.presumed else ''}"
    words = (one.id, one.label, one.product, str(one.year or ""), one.batch, one.document_no, valid, "、".join(marks))
    yield "  ".join(filter(None, words))
    for step in one.steps:
        yield f"    {step.on or '日期未载明'}  {step.act}  {step.document}  {step.note}".rstrip()


@title_group.command("kinds")
@click.argument("plural")
def list_kinds(plural: str) -> None:
    """列出一个登记簿的记录可有哪些称号，及其依据。"""
    for kind in kinds.of_register(register_named(plural).kind):
        doubt = "" if kind.confirmed else "（待核实）"
        click.echo(f"{kind.code}  {kind.label}  {kind.source}{doubt}")


@title_group.command("give")
@click.argument("plural")
@click.argument("record")
@click.argument("title")
@click.option(
    "--act", type=click.Choice(["recommend", "publicise", "recognise"]), default="recognise", show_default=True
)
@FILLED
@REASON
@AS
def give_title(
    plural: str, record: str, title: str, act: str, filled: tuple[str, ...], reason: str, username: str
) -> None:
    """登记一项称号，例如：registry title give enterprises 某公司 专精特新中小企业 -f 文号=… --reason 市级认定"""
    register = register_named(plural)
    given = _read(filled, titling.fields_of(Act(act), new=True)) | {"title": title}

    async def work(actor: Actor, record_id: str, version: int) -> UUID:
        return await titling.give(Occasion(actor, reason), register, record_id, version, act, given)

    click.echo(f"已登记，称号编号 {_done(register, record, username, work)}。")


@title_group.command("act")
@click.argument("plural")
@click.argument("record")
@click.argument("title_id")
@click.argument("act", type=click.Choice([act.value for act in Act]))
@FILLED
@REASON
@AS
def act_on_title(
    plural: str, record: str, title_id: str, act: str, filled: tuple[str, ...], reason: str, username: str
) -> None:
    """办理一项称号，例如：registry title act enterprises 某公司 编号 revoke -f 撤销缘由=数据造假 --reason 核查"""
    register = register_named(plural)
    given = _read(filled, titling.fields_of(Act(act)))

    async def work(actor: Actor, record_id: str, version: int) -> None:
        await titling.perform(Occasion(actor, reason), register, record_id, version, (title_id, act), given)

    _done(register, record, username, work)
    click.echo(f"已办理{VERBS[Act(act)].label}。")


@title_group.command("correct")
@click.argument("plural")
@click.argument("record")
@click.argument("title_id")
@FILLED
@REASON
@AS
def correct_title(plural: str, record: str, title_id: str, filled: tuple[str, ...], reason: str, username: str) -> None:
    """更正一项称号写错的内容：批次、年度、文号、有效期、来源。"""
    register = register_named(plural)
    given = _read(filled, titling.CORRECTABLE)

    async def work(actor: Actor, record_id: str, version: int) -> None:
        await titling.correct(Occasion(actor, reason), register, record_id, version, title_id, given)

    _done(register, record, username, work)
    click.echo("已更正。")


@title_group.command("undo")
@click.argument("plural")
@click.argument("record")
@click.argument("title_id")
@REASON
@AS
def undo_act(plural: str, record: str, title_id: str, reason: str, username: str) -> None:
    """撤回经办对一项称号的最后一次办理；误登记的称号随之不再列出。"""
    register = register_named(plural)

    async def work(actor: Actor, record_id: str, version: int) -> None:
        await titling.take_back(Occasion(actor, reason), register, record_id, version, title_id)

    _done(register, record, username, work)
    click.echo("已撤回。")


def _done(register: Register, record: str, username: str, work: Work) -> Any:
    """An act on the record as it is now, and the index after it."""

    async def act(settings: Settings) -> Any:
        actor = await actor_named(username)
        record_id = await _record_id(register, record)
        found = await reading.get(actor, register, record_id)
        done = await work(actor, record_id, found.version)
        await indexing.drain(engine_for(settings))
        return done

    return run(act)


def _read(filled: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """Fields named by their label or name."""
    names = {field.label: field.name for field in fields} | {field.name: field.name for field in fields}
    given = {}
    for text in filled:
        label, equals, value = text.partition("=")
        if not equals or label.strip() not in names:
            known = "、".join(field.label for field in fields)
            raise click.UsageError(f"“{text}”应写成 栏目=内容；可用的栏目：{known}。")
        given[names[label.strip()]] = value.strip()
    return given


async def _record_id(register: Register, text: str) -> str:
    """The record that an id, a code or a name means; refused when it is none or not one."""
    try:
        return str(UUID(text))
    except ValueError:
        pass
    rows = await database.fetch(
        f"SELECT id FROM {register.table_name} WHERE NOT withdrawn AND ({register.code_field} = $1 OR plain_key = $2)"
        " LIMIT 2",
        text.strip(),
        naming.name_key(text),
    )
    if len(rows) != 1:
        said = "有多条记录" if rows else f"没有{register.label}"
        raise NotFound(f"{said}“{text[:40]}”；请用记录编号{'' if rows else '、代码或全称'}。")
    return str(rows[0]["id"])
