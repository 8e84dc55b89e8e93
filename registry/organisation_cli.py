"""`registry organisation`, `registry access`, `registry account grant`: units, rights and why, from the machine."""

from __future__ import annotations

import sys
from typing import Any

import click

from plugins import manager
from registry.access import Role, Scope
from registry.console import OPERATOR, run
from registry.errors import BadRequest
from registry.history import Occasion
from registry.job_cli import AS, actor_named
from registry.organisations import explaining, handing, members, tree
from registry.organisations.explaining import Explanation
from registry.organisations.members import Grant
from registry.organisations.rules import GRANTABLE
from registry.organisations.schemas import Organisation, Sort
from registry.register import Register

REASON = click.option("--reason", default="", help="理由，记入变更记录。")


def _spoken_of(text: str) -> tuple[Register, str]:
    """The record that `enterprises/<编号>` names."""
    plural, _, record_id = text.strip("/").rpartition("/")
    register = manager.register_for(plural)
    if register is None:
        known = "、".join(one.plural for one in manager.registers().values())
        raise BadRequest(f"记录应写成“登记簿/编号”，登记簿为：{known}。")
    return register, record_id


@click.group("organisation")
def organisation_group() -> None:
    """单位树。"""


@organisation_group.command("list")
def list_organisations() -> None:
    """列出单位，下级缩进。"""
    for one in run(lambda _settings: tree.offices()):
        state = "" if one.active else "  已停用"
        click.echo(f"{'  ' * one.depth}{one.name}  {one.sort.label}  {one.district}{state}  {one.id}")


@organisation_group.command("found")
@click.option("--name", required=True, help="名称。")
@click.option("--sort", type=click.Choice([one.value for one in Sort]), default=Sort.DEPARTMENT.value, help="类别。")
@click.option("--parent", default="", help="上级单位的名称或编号；市级单位可不给。")
@click.option("--district", default="", help="区县单位负责的区县。")
@REASON
def found(name: str, sort: str, parent: str, district: str, reason: str) -> None:
    """设立单位。"""

    async def work(_settings: Any) -> str:
        above = (await tree.named(parent)).id if parent else None
        draft = Organisation(name=name, sort=Sort(sort), parent=above, district=district)
        return await tree.found(Occasion(OPERATOR, reason), draft)

    click.echo(run(work))


@click.command("grant")
@click.option("--user", "target", required=True, help="账号。")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.PUBLIC]))
@click.option("--scope", type=click.Choice([scope.value for scope in Scope]), help="数据范围；默认按角色。")
@click.option("--organisation", default="", help="所属单位的名称或编号。")
@click.option("--district", default="", help="没有所属单位的区县经办所负责的区县。")
@click.option("--office", "offices", multiple=True, help="自定义范围中的单位，可重复。")
@click.option("--in-district", "districts", multiple=True, help="自定义范围中的区县，可重复。")
@click.option("--extra", multiple=True, type=click.Choice([one.value for one in GRANTABLE]), help="另加权限，可重复。")
@click.option("--reason", required=True, help="理由，记入变更记录。")
@AS
def grant_command(  # noqa: PLR0913, PLR0917  (one option each)
    target: str, role: str, scope: str | None, organisation: str, district: str, offices: tuple[str, ...],
    districts: tuple[str, ...], extra: tuple[str, ...], reason: str, username: str,
) -> None:  # fmt: skip
    """变更授权：角色、数据范围、单位与另加权限，整体替换。"""

    async def work(_settings: Any) -> None:
        actor = await actor_named(username)
        grant = Grant(
            role=Role(role), scope=Scope(scope) if scope else None, district=district,
            organisation=(await tree.named(organisation)).id if organisation else None,
            offices=tuple([(await tree.named(one)).id for one in offices]), districts=districts, extra=extra,
        )  # fmt: skip
        await members.regrant(Occasion(actor, reason), target, grant)

    run(work)
    click.echo(f"账号“{target}”的授权已变更。")


@click.group("access")
def access_group() -> None:
    """权限：为何看得到、看不到；移交。"""


@access_group.command("explain")
@click.argument("record")
@click.option("--user", "username", default="", help="账号；不给则为公众。")
def explain_command(record: str, username: str) -> None:
    """某账号对某条记录能做什么、为什么，例如：registry access explain enterprises/编号；看不到时退出码为 1。"""

    async def work(_settings: Any) -> Explanation:
        register, record_id = _spoken_of(record)
        return await explaining.explain(OPERATOR, username, register, record_id)

    found = run(work)
    click.echo(f"{found.account}（{found.role}，{found.scope}）与“{found.record}”：")
    for one in found.verdicts:
        click.echo(f"{'能' if one.allowed else '不能'}  {one.label}")
        for why in one.reasons:
            click.echo(f"    {'✓' if why.holds else '✗'} {why.text}")
    sys.exit(0 if found.verdicts[0].allowed else 1)


@access_group.command("hand-over")
@click.argument("record")
@click.option("--to", "keeper", default="", help="接收单位的名称或编号；不给则交还所在区县。")
@click.option("--handler", default="", help="经办人的账号。")
@click.option("--reason", required=True, help="理由，记入历史。")
@AS
def hand_over_command(record: str, keeper: str, handler: str, reason: str, username: str) -> None:
    """移交一条记录。"""

    async def work(_settings: Any) -> None:
        register, record_id = _spoken_of(record)
        actor = await actor_named(username)
        to = (await tree.named(keeper)).id if keeper else None
        await handing.hand_over(Occasion(actor, reason), register, record_id, None, to, handler)

    run(work)
    click.echo("已移交。")
