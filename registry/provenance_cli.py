"""`registry conflict`, `registry claim`, `registry source`: decide what waits, and see where values come from."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from registry import console, deciding, reading
from registry.claims import service
from registry.console import run
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.provenance import queue, sources

REASON = click.option("--reason", default="", help="理由，记入历史。")
DISTRICT = click.option("--district", default="", help="只列这一区县的。")
JSON = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")


def _say(found: Any) -> None:
    click.echo(msgspec.json.encode(found).decode())


@click.group("conflict")
def conflict_group() -> None:
    """分歧：与已核实或企业自报的内容不同、未能改动记录的说法。"""


@conflict_group.command("list")
@click.option("--kind", default="", help="只列一种记录，如 enterprise。")
@DISTRICT
@click.option("--state", default="pending", type=click.Choice(list(queue.STATES)), show_default=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, queue.MOST))
@AS
@JSON
def list_conflicts(kind: str, district: str, state: str, limit: int, username: str, *, as_json: bool) -> None:
    """列出分歧，最新在前。"""

    async def work(_settings: Any) -> queue.Page:
        return await queue.page(await actor_named(username), queue.Asked(kind, district, state, limit=limit))

    page = run(work)
    if as_json:
        _say(page)
        return
    click.echo(f"{queue.STATES[state]} {page.total} 条")
    for one in page.items:
        click.echo(
            f"  {one.id}  {one.name}  {one.label}：现为 {one.standing}，另说 {one.said}（{one.source or one.actor}）"
        )


@conflict_group.command("accept")
@click.argument("conflict_id", type=int)
@REASON
@AS
def accept(conflict_id: int, reason: str, username: str) -> None:
    """采纳：把记录改为所说的内容。"""

    async def work(_settings: Any) -> int:
        return await deciding.accept(Occasion(await actor_named(username), reason), conflict_id)

    click.echo(f"已采纳，记录为第 {run(work)} 版。")


@conflict_group.command("reject")
@click.argument("conflict_id", type=int)
@REASON
@AS
def reject(conflict_id: int, reason: str, username: str) -> None:
    """维持现有内容；同样的说法不再提请裁定。"""

    async def work(_settings: Any) -> None:
        await deciding.reject(Occasion(await actor_named(username), reason), conflict_id)

    run(work)
    click.echo("已维持现有内容。")


@click.group("claim")
def claim_group() -> None:
    """认领：企业说明某条记录是自己的。"""


@claim_group.command("list")
@click.option("--state", default="pending", type=click.Choice(list(service.STATES)), show_default=True)
@DISTRICT
@AS
@JSON
def list_claims(state: str, district: str, username: str, *, as_json: bool) -> None:
    """列出认领。"""

    async def work(_settings: Any) -> list[service.Claim]:
        return await service.queue(await actor_named(username), state, district)

    found = run(work)
    if as_json:
        _say(found)
        return
    for one in found:
        click.echo(
            f"{one.id}  {one.name}  {one.district}  {one.account}（{one.position}，{one.phone}）：{one.statement}"
        )


@claim_group.command("approve")
@click.argument("claim_id")
@REASON
@AS
def approve(claim_id: str, reason: str, username: str) -> None:
    """通过：该账号此后可填报自己的企业。"""

    async def work(_settings: Any) -> None:
        await service.approve(Occasion(await actor_named(username), reason), claim_id)

    run(work)
    click.echo("已通过。")


@claim_group.command("refuse")
@click.argument("claim_id")
@click.option("--reason", required=True, help="理由，企业会看到。")
@AS
def refuse(claim_id: str, reason: str, username: str) -> None:
    """不予通过。"""

    async def work(_settings: Any) -> None:
        await service.refuse(Occasion(await actor_named(username), reason), claim_id)

    run(work)
    click.echo("已记下，不予通过。")


@click.group("source")
def source_group() -> None:
    """来源：一条记录的每一栏是谁说的。"""


@source_group.command("show")
@click.argument("plural")
@click.argument("record_id")
@AS
@JSON
def show_sources(plural: str, record_id: str, username: str, *, as_json: bool) -> None:
    """列出各栏的来源，例如：registry source show enterprises 编号"""
    register = console.register_named(plural)

    async def work(_settings: Any) -> list[sources.Source]:
        return list((await sources.of_record(await actor_named(username), register, record_id)).values())

    found = run(work)
    if as_json:
        _say(found)
        return
    for one in found:
        told = "  ".join(str(part) for part in (one.source, one.as_of, one.actor, one.batch_id) if part)
        click.echo(f"{one.label}：{one.origin_label}  {told}".rstrip())


@source_group.command("verify")
@click.argument("plural")
@click.argument("record_id")
@click.argument("fields", nargs=-1, required=True)
@REASON
@AS
def verify_fields(plural: str, record_id: str, fields: tuple[str, ...], reason: str, username: str) -> None:
    """核实若干栏目现有的内容，例如：registry source verify enterprises 编号 address website"""
    register = console.register_named(plural)

    async def work(_settings: Any) -> int:
        actor = await actor_named(username)
        version = (await reading.get(actor, register, record_id)).version
        return await deciding.confirm(Occasion(actor, reason), register, record_id, version, fields)

    click.echo(f"已核实，记录为第 {run(work)} 版。")
