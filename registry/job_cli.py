"""`registry jobs`: what is under way, what came of it, calling it off."""

from __future__ import annotations

import asyncio
import sys

import click
import msgspec

from registry import accounts, clock, jobs
from registry.access import Actor
from registry.console import OPERATOR, run
from registry.jobs import Report, rules
from registry.settings import Settings

AS = click.option("--as", "username", default="", help="以某账号的身份；默认为本机管理员。")


async def actor_named(username: str) -> Actor:
    """The account that a command names, or the machine itself."""
    return await accounts.named(username) if username else OPERATOR


@click.group("jobs")
def jobs_group() -> None:
    """后台任务：导入、导出等。"""


@jobs_group.command("list")
@AS
@click.option("--state", default="", help="只列某一状态：queued、running、done、failed、cancelled。")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
def list_jobs(username: str, state: str, limit: int) -> None:
    """列出任务，最新在前。"""

    async def work(_settings: Settings) -> list[jobs.Job]:
        actor = await actor_named(username)
        states = [state] if state else []
        return await jobs.listing(actor, everyone=not username, states=states, limit=limit)

    now = clock.now()
    for job in run(work):
        click.echo(_line(rules.report(job, now)))


def _line(told: Report) -> str:
    left = f"，约剩 {told.seconds_left} 秒" if told.seconds_left is not None else ""
    running = f" {told.progress:.0%} {told.stage}{left}" if told.state == "running" else ""
    return f"{told.id}  {told.state_label}{running}  {told.label}  {told.owner}"


@jobs_group.command("show")
@click.argument("job_id")
@click.option("--wait", is_flag=True, help="等到任务结束。")
def show(job_id: str, *, wait: bool) -> None:
    """以 JSON 显示一项任务；未成功的退出码为 1。"""
    told = run(lambda _settings: awaited(job_id) if wait else _told(job_id))
    click.echo(msgspec.json.encode(told).decode())
    sys.exit(1 if told.state in {"failed", "cancelled"} else 0)


async def _told(job_id: str) -> Report:
    return rules.report(await jobs.get(OPERATOR, job_id), clock.now())


async def awaited(job_id: str) -> Report:
    """The job when it has ended; how far it is is told meanwhile."""
    said = ""
    while not jobs.State((told := await _told(job_id)).state).ended:
        line = f"{told.progress:4.0%} {told.stage or told.state_label}"
        if line != said:
            click.echo(line, err=True)
        said = line
        await asyncio.sleep(0.5)
    return told


@jobs_group.command("cancel")
@click.argument("job_id")
def cancel(job_id: str) -> None:
    """取消任务：排队中的立即取消，进行中的尽快停下，已做的全部撤回。"""
    click.echo(_line(rules.report(run(lambda _settings: jobs.cancel(OPERATOR, job_id)), clock.now())))


@jobs_group.command("again")
@click.argument("job_id")
def again(job_id: str) -> None:
    """未成功或已取消的任务重新排队。"""
    click.echo(_line(rules.report(run(lambda settings: jobs.again(settings, OPERATOR, job_id)), clock.now())))
