"""`registry audit`, `registry session`, `registry account lock`: logs and the security of accounts from the machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from plugins import manager
from registry import audit, audit_files, console, operations, password_policy, personal
from registry.access import Permission, Role
from registry.app import engine_for
from registry.audit import AuditQuery, Log
from registry.console import OPERATOR, run
from registry.errors import Forbidden
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.security import keeping, sessions

LOG = click.option("--log", type=click.Choice([log.value for log in Log]), help="只看哪一种日志。")
SINCE = click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="起始日期（含）。")
UNTIL = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="截止日期（含）。")
TEXT = click.option("--find", "text", default="", help="在操作、经办人、对象、网络地址、请求编号中查找。")
USER = click.option("--user", "username", required=True, help="账号。")


def _query(log: str | None, since: Any, until: Any, text: str) -> AuditQuery:
    days = [moment.date() if moment else None for moment in (since, until)]
    return AuditQuery(Log(log) if log else None, text=text, since=days[0], until=days[1])


@click.group("audit")
def audit_group() -> None:
    """操作、登录与个人信息查阅日志。"""


@audit_group.command("list")
@LOG
@SINCE
@UNTIL
@TEXT
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_entries(log: str | None, since: Any, until: Any, text: str, limit: int) -> None:
    """列出日志，最新在前。"""
    found = run(lambda _settings: audit.entries(OPERATOR, _query(log, since, until, text), limit))
    for row in found.items:
        status = str(row.status or "")
        who = f"{row.actor}（{Role(row.role).label}）"
        click.echo("  ".join(filter(None, (row.at[:19], row.act, who, row.address, row.target, status))))


@audit_group.command("export")
@LOG
@SINCE
@UNTIL
@TEXT
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export_entries(log: str | None, since: Any, until: Any, text: str, out: Path) -> None:
    """导出为文件，格式随扩展名：csv、xlsx 或 ndjson；导出本身也记入日志。"""
    form = out.suffix.removeprefix(".")
    if form not in {"csv", "xlsx", "ndjson"}:
        raise click.UsageError("文件名应以 .csv、.xlsx 或 .ndjson 结尾。")

    async def work(_settings: Any) -> None:
        made = await audit_files.export(Occasion(OPERATOR), _query(log, since, until, text), form)
        with out.open("wb") as file:
            async for chunk in made.chunks():
                file.write(chunk)

    run(work)
    click.echo(f"已写入 {out}。")


@click.group("session")
def session_group() -> None:
    """登录。"""


@session_group.command("list")
@click.option("--user", "username", default="", help="只看一个账号的。")
def list_sessions(username: str) -> None:
    """列出现在的登录。"""
    for one in run(lambda _settings: sessions.everyone(OPERATOR, username)):
        click.echo(f"{one.id}  {one.username}  {one.address or '未记录'}  {one.seen_at[:19]}  {one.agent[:60]}")


@session_group.command("end")
@click.argument("session_id")
def end_session(session_id: str) -> None:
    """强制下线。"""
    run(lambda _settings: sessions.end(Occasion(OPERATOR), session_id))
    click.echo("已下线，三秒内生效。")


@click.command("lock")
@USER
@click.option("--reason", required=True, help="理由；本人登录时会看到。")
def lock_account(username: str, reason: str) -> None:
    """锁定账号；其登录立即失效，令牌停用。"""
    run(lambda _settings: keeping.lock(Occasion(OPERATOR, reason), username))
    click.echo(f"账号“{username}”已锁定。")


@click.command("unlock")
@USER
def unlock_account(username: str) -> None:
    """解除锁定，登录失败次数清零。"""
    run(lambda _settings: keeping.unlock(Occasion(OPERATOR), username))
    click.echo(f"账号“{username}”已解锁。")


@click.command("addresses")
@USER
@click.argument("networks", nargs=-1)
def bind_account(username: str, networks: tuple[str, ...]) -> None:
    """限定账号只能从这些地址或网段使用；不给则不限。"""
    kept = run(lambda _settings: keeping.bind(Occasion(OPERATOR), username, networks))
    click.echo(f"账号“{username}”可从{'、'.join(kept) or '任何地址'}使用。")


@click.command("states")
@click.option("--troubled", is_flag=True, help="只列已锁定或近来登录失败的。")
def list_states(*, troubled: bool) -> None:
    """列出账号的安全状况。"""
    for one in run(lambda _settings: keeping.states(OPERATOR, troubled=troubled)):
        marks = [
            "已停用" if not one.active else "",
            f"已锁定（{one.locked_reason}）" if one.locked_at else "",
            f"近来失败 {one.failures} 次" if one.failures else "",
            "待改初始密码" if one.must_change else "",
            f"限定 {'、'.join(one.allowed_addresses)}" if one.allowed_addresses else "",
        ]
        click.echo("  ".join(filter(None, (one.username, one.name, *marks))) + f"  在线 {one.sessions}")


@click.command("operations")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def operations_command(*, as_json: bool) -> None:
    """队列、索引、任务、数据库与最近的核验；有需要处理的问题时退出码为 1。"""
    told = run(lambda chosen: operations.state(engine_for(chosen)))
    if as_json:
        click.echo(msgspec.json.encode(told).decode())
    else:
        for one in told.queues:
            click.echo(f"{'✗' if one.late else '✓'} {one.label}：{one.waiting}")
        click.echo(f"{'✓' if told.search else '✗'} 检索：索引中 {told.indexed} 条，登记簿约 {told.records} 条")
        for done in told.verified:
            click.echo(f"{'✓' if done.sound else '✗'} {done.at[:19]} {done.words}")
    sys.exit(0 if told.healthy else 1)


@click.group("personal")
def personal_group() -> None:
    """个人信息：按用途查看、依法清除。"""


@personal_group.command("show")
@click.argument("plural")
@click.argument("record_id")
@click.option("--purpose", required=True, help="用途，记入查阅日志。")
@AS
def show_personal(plural: str, record_id: str, purpose: str, username: str) -> None:
    """以原文显示一条记录的个人信息。"""
    register = console.register_named(plural)

    async def work(_settings: Any) -> dict[str, Any]:
        return await personal.reveal(Occasion(await actor_named(username), purpose), register, record_id)

    for name, value in run(work).items():
        click.echo(f"{register.by_name[name].label}：{value if value is not None else '（未填）'}")


@personal_group.command("erase")
@click.argument("plural")
@click.argument("record_id")
@click.option("--version", required=True, type=int, help="记录现在的版本。")
@click.option("--reason", required=True, help="理由，记入历史。")
@click.option("--field", "fields", multiple=True, help="只清除该字段，可重复；默认全部个人信息。")
@AS
def erase_personal(
    plural: str, record_id: str, version: int, reason: str, fields: tuple[str, ...], username: str
) -> None:
    """从现行记录、往期版本和历史中清除，不可恢复；历史链仍可核验。"""
    register = console.register_named(plural)

    async def work(_settings: Any) -> int:
        actor = await actor_named(username)
        if not actor.may(Permission.PERSONAL_ERASE):
            raise Forbidden(f"{actor.role.label}没有此项权限。")
        return await personal.erase(Occasion(actor, reason), register, record_id, version, fields)

    click.echo(f"已清除，现为第 {run(work)} 版。")


@personal_group.command("sweep")
def sweep_personal() -> None:
    """按安全策略清除到期的个人信息与日志；后台进程每天也会做。"""

    async def work(_settings: Any) -> int:
        return await personal.sweep(await password_policy.current(), list(manager.registers().values()))

    click.echo(f"清除了 {run(work)} 条记录的个人信息。")


ACCOUNT_COMMANDS = (lock_account, unlock_account, bind_account, list_states)
