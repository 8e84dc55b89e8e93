"""`registry account` and `registry token`: who may sign in, and which programs act for whom."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import click

from plugins import manager
from registry import accounts, clock, database, naming
from registry.access import Role
from registry.console import OPERATOR, run
from registry.errors import Invalid, Objection
from registry.history import Occasion
from registry.security import renewing

USER = click.option("--user", "username", required=True, help="账号。")
PASSWORD = click.option(
    "--password", help="密码；他人可在进程列表中看到，最好不写：在终端上提示输入，否则读标准输入的第一行。"
)

FINAL = click.option("--final", is_flag=True, help="密码由本人设定，首次登录时不必另设。")


def _asked(password: str | None) -> str:
    """The password given, typed twice at a terminal, or piped in."""
    if password is not None:
        return password
    if sys.stdin.isatty():
        return str(click.prompt("密码", hide_input=True, confirmation_prompt="再输一次"))
    return sys.stdin.readline().rstrip("\r\n")


@click.group()
def account() -> None:
    """账号。"""


@account.command("create")
@USER
@click.option("--name", required=True, help="显示的姓名或岗位。")
@click.option("--role", type=click.Choice([role.value for role in Role if role is not Role.PUBLIC]), required=True)
@click.option("--district", default="", help="区县经办的区县，须是现行区县。")
@click.option("--enterprise", default="", help="企业用户的企业：记录编号或统一社会信用代码；不给则由企业自己认领。")
@PASSWORD
@FINAL
def create_account(
    username: str, name: str, role: str, district: str, enterprise: str, password: str | None, *, final: bool
) -> None:
    """开通账号；本人首次登录时须另设密码。"""
    secret = _asked(password)

    async def work(_settings: Any) -> None:
        own = await _record_of(enterprise) if enterprise else None
        await accounts.create(
            username, secret, name, Role(role), district=district, enterprise_id=own, must_change=not final
        )

    run(work)
    click.echo(f"账号“{username}”已开通。")


async def _record_of(text: str) -> UUID:
    """The enterprise that an id or a credit code names; Invalid if there is none, or it is withdrawn."""
    register = manager.registers()["enterprise"]
    column, value = _key(text, register.code_field)
    found = await database.fetchval(
        f"SELECT id FROM {register.table_name} WHERE {column} = $1 AND NOT withdrawn", value
    )
    if found is None:
        raise _no_enterprise(f"没有企业“{text[:40]}”，或其记录已撤回。")
    return UUID(str(found))


def _key(text: str, code_field: str) -> tuple[str, UUID | str]:
    """The column that such a text speaks of, and the value to look for."""
    try:
        return "id", UUID(text)
    except ValueError:
        pass
    try:
        return code_field, naming.credit_code(text)
    except naming.BadCode as bad:
        raise _no_enterprise(str(bad)) from bad


def _no_enterprise(message: str) -> Invalid:
    return Invalid([Objection(message, "enterprise_id", "企业")])


@account.command("list")
def list_accounts() -> None:
    """列出账号。"""
    for one in run(lambda _settings: accounts.everyone()):
        scope = one["district"] or one["enterprise_id"] or ""
        state = "" if one["active"] else "已停用"
        words = (one["username"], one["display_name"], Role(one["role"]).label, str(scope), state)
        click.echo("  ".join(filter(None, words)))


@account.command("password")
@USER
@PASSWORD
@FINAL
def change_password(username: str, password: str | None, *, final: bool) -> None:
    """更换密码；该账号须重新登录，令牌不变。"""
    secret = _asked(password)
    run(lambda _settings: renewing.reset(Occasion(OPERATOR), username, secret, must_change=not final))
    click.echo(f"账号“{username}”的密码已更换，原有登录已失效{'' if final else '；首次登录时须另设密码'}。")


@account.command("close")
@USER
def close_account(username: str) -> None:
    """停用账号；其登录与令牌随之失效。"""
    run(lambda _settings: accounts.close(username))
    click.echo(f"账号“{username}”已停用，其登录与令牌已失效。")


@click.group()
def token() -> None:
    """程序用的令牌。"""


@token.command("issue")
@click.option("--user", "username", required=True, help="令牌所代表的账号。")
@click.option("--label", default="", help="用途备注。")
@click.option(
    "--days", default=accounts.TOKEN_LIFE.days, show_default=True, type=click.IntRange(1, 365), help="有效天数。"
)
def issue_token(username: str, label: str, days: int) -> None:
    """签发令牌；只显示这一次。"""
    click.echo(run(lambda _settings: accounts.issue_token(username, label, timedelta(days=days))))


@token.command("list")
@USER
def list_tokens(username: str) -> None:
    """列出账号的令牌（只有备注与期限，令牌本身不留存）。"""
    for one in run(lambda _settings: accounts.tokens_of(username)):
        issued, ends = (one[name].astimezone(clock.BEIJING).date() for name in ("created_at", "expires_at"))
        over = "（已过期）" if one["expires_at"] <= clock.now() else ""
        click.echo(f"{one['label'] or '（无备注）'}  {issued} 签发，{ends} 到期{over}")


@token.command("revoke")
@USER
@click.option("--label", help="只吊销该备注的令牌；不给则全部吊销。")
def revoke_token(username: str, label: str | None) -> None:
    """吊销令牌。"""
    gone = run(lambda _settings: accounts.revoke_tokens(username, label))
    click.echo(f"已吊销 {gone} 个令牌。")
