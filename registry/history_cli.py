"""`registry history`: is it still what was written, who can prove it, and taking back a change or an import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from plugins import manager
from registry import clock, history_chain, operations, personal, undoing
from registry.console import OPERATOR, run
from registry.history import Occasion
from registry.history_chain import Root, Verdict
from registry.imports import batches, reversing
from registry.imports.batches import Batch
from registry.imports.reversing import Kept, Reversal, ReversalRefused
from registry.job_cli import AS, actor_named

REASON = click.option("--reason", required=True, help="理由，记入历史。")


@click.group("history")
def history_group() -> None:
    """历史：核验、链根、撤销变更、撤回导入。"""


def _kind(kind: str) -> str:
    if kind not in manager.registers():
        raise click.UsageError(f"没有登记簿“{kind}”；可用：{'、'.join(manager.registers())}。")
    return kind


@history_group.command()
@click.argument("kind", required=False)
def verify(kind: str | None) -> None:
    """逐条核验历史（KIND 如 enterprise，默认全部）；有不符时指出第一处，退出码为 1。"""
    kinds = [_kind(kind)] if kind else list(manager.registers())

    async def work(_settings: Any) -> list[Verdict]:
        return await operations.verify_history(kinds)

    verdicts = run(work)
    for one in verdicts:
        click.echo(_verdict(one))
    sys.exit(0 if all(one.sound for one in verdicts) else 1)


def _verdict(one: Verdict) -> str:
    label = manager.registers()[one.kind].label
    if one.fault is None:
        return f"{label}：{one.entries} 条，一致，链末 {one.head or '（空）'}"
    fault = one.fault
    place = f"第 {fault.no} 条" if fault.no is not None else "链外"
    known = f"，记录 {fault.record_id}，{fault.act}，{fault.at}" if fault.record_id else ""
    return f"{label}：不符。{place}（历史编号 {fault.history_id}{known}）：{fault.words}"


@history_group.command("roots")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366))
def list_roots(days: int) -> None:
    """取今天的链根并列出最近几天的：抄存后，此前的历史即不可暗改。"""

    async def work(_settings: Any) -> list[Root]:
        await history_chain.take_roots()
        return await history_chain.roots(days)

    for root in run(work):
        click.echo(f"{root.day}  {root.digest}")
        for kind, (number, digest) in root.heads.items():
            click.echo(f"  {kind} {number} {digest}")


@history_group.command("export")
@click.argument("kind")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写入的文件。")
@click.option("--after", default=0, help="从这一条之后。")
@click.option("--purpose", default="离线核验历史", show_default=True, help="用途，记入查阅日志。")
def export_lines(kind: str, out: Path, after: int, purpose: str) -> None:
    """把历史链连同原文写成一行一条的 JSON，不用本系统也能自行核验。"""

    async def work(_settings: Any) -> None:
        await personal.take_out(Occasion(OPERATOR, purpose), "导出历史原文", f"history/{_kind(kind)}")
        with out.open("wb") as file:
            async for chunk in history_chain.lines(_kind(kind), after, texts=True):
                file.write(chunk)

    run(work)
    click.echo(f"已写入 {out}。")


@history_group.command("undo")
@click.argument("kind")
@click.argument("record_id")
@click.argument("version", type=int)
@click.option("--seen", required=True, type=int, help="记录现在的版本。")
@REASON
@AS
def undo_change(*, kind: str, record_id: str, version: int, seen: int, reason: str, username: str) -> None:
    """撤销形成第 VERSION 版的那次变更（以一次新变更恢复原值）。"""
    register = manager.registers()[_kind(kind)]

    async def work(_settings: Any) -> int:
        occasion = Occasion(await actor_named(username), reason)
        return await undoing.undo(occasion, register, record_id, seen, version)

    click.echo(f"已撤销，现为第 {run(work)} 版。")


@history_group.command("revert")
@click.argument("kind")
@click.argument("record_id")
@click.argument("version", type=int)
@click.option("--seen", required=True, type=int, help="记录现在的版本。")
@REASON
@AS
def revert_record(*, kind: str, record_id: str, version: int, seen: int, reason: str, username: str) -> None:
    """把记录的各字段退回到第 VERSION 版（以一次新变更）。"""
    register = manager.registers()[_kind(kind)]

    async def work(_settings: Any) -> int:
        occasion = Occasion(await actor_named(username), reason)
        return await undoing.revert(occasion, register, record_id, seen, version)

    click.echo(f"已退回，现为第 {run(work)} 版。")


@history_group.command("imports")
@AS
def list_imports(username: str) -> None:
    """列出历次导入，最新在前。"""

    async def work(_settings: Any) -> list[Batch]:
        return await batches.listed(await actor_named(username))

    for one in run(work):
        what = f"撤回 {one.reverses}" if one.reverses else one.filename or "（未留文件名）"
        gone = "  已撤回" if one.reversed_by else ""
        day = one.at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{one.id}  {day}  {one.kind}  {one.actor}  新增 {one.added}  变更 {one.changed}  {what}{gone}")


@history_group.command("reverse")
@click.argument("batch_id", type=click.UUID)
@click.option("--partial", is_flag=True, help="导入后又改过的记录不动，其余撤回；默认有这样的记录就什么都不做。")
@click.option("--dry-run", is_flag=True, help="只说会怎样，不写入。")
@click.option("--reason", default="", help="理由，记入历史。")
@AS
def reverse_import(batch_id: UUID, *, partial: bool, dry_run: bool, reason: str, username: str) -> None:
    """撤回一次导入：新增的记录撤回，变更的恢复原值。"""

    async def work(_settings: Any) -> Reversal:
        actor = await actor_named(username)
        batch = await batches.one(actor, batch_id)
        register = manager.registers()[batch.kind]
        try:
            return await reversing.reverse(
                Occasion(actor, reason), register, batch_id, partial=partial, dry_run=dry_run
            )
        except ReversalRefused as refused:
            return refused.report

    report = run(work)
    done = "已撤回" if report.applied else "未写入"
    click.echo(f"{done}：撤回新增 {report.withdrawn} 条，恢复 {report.restored} 条，保留 {report.kept} 条。")
    for kept in report.kept_records:
        click.echo(_kept(kept))
    sys.exit(0 if report.applied or dry_run else 1)


def _kept(one: Kept) -> str:
    return f"  保留 {one.name}（{one.id}）：{one.why}"
