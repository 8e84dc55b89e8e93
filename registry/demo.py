"""The sample city on a fresh machine: migrate, load, open the demo accounts, index, serve."""

from __future__ import annotations

import asyncio
import csv
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import UUID

import click
import xlsxwriter

from plugins import manager
from registry import database, imports, indexing, record_schema, serve
from registry.access import Actor, Permission, Role, Scope
from registry.app import engine_for
from registry.history import Occasion
from registry.organisations import binding, members, tree
from registry.organisations.members import Grant
from registry.organisations.schemas import Organisation, Sort
from registry.sample import SAMPLES, connected
from registry.sample.synthetic import generate
from registry.settings import Settings
from registry.tables import Account

T = TypeVar("T")

LOADER = Actor(Role.ADMINISTRATOR, None, "样例装载")
PASSWORD = "demo-2026-silver"  # noqa: S105  (printed on the screen; for the demo only)
Say = Callable[[str], None]

CHUNK = 50_000
"""Synthetic rows imported in one transaction: bounds memory whatever the number."""


class DemoOffice(NamedTuple):
    """One of the invented organisations; those above come first."""

    name: str
    sort: Sort
    above: str = ""
    district: str = ""


OFFICES = (
    DemoOffice("银发经济工作办公室（演示）", Sort.BUREAU),
    DemoOffice("发展改革委（演示）", Sort.DEPARTMENT, "银发经济工作办公室（演示）"),
    DemoOffice("经济信息委（演示）", Sort.DEPARTMENT, "银发经济工作办公室（演示）"),
    DemoOffice("民政局（演示）", Sort.DEPARTMENT, "银发经济工作办公室（演示）"),
    DemoOffice("铜梁区银发经济专班（演示）", Sort.DISTRICT, "银发经济工作办公室（演示）", "铜梁区"),
    DemoOffice("铜梁区养老服务科（演示）", Sort.DEPARTMENT, "铜梁区银发经济专班（演示）", "铜梁区"),
    DemoOffice("两江新区银发经济专班（演示）", Sort.DISTRICT, "银发经济工作办公室（演示）", "两江新区"),
)


class DemoAccount(NamedTuple):
    """One of the cast. `scope` None is that of the role; `extra` are rights beyond it."""

    username: str
    name: str
    role: Role
    district: str = ""
    office: str = ""
    scope: Scope | None = None
    extra: tuple[str, ...] = ()


CHIEF = tuple(
    right.value
    for right in (
        Permission.ACCOUNT_MANAGE,
        Permission.ORGANISATION_MANAGE,
        Permission.ACCESS_EXPLAIN,
        Permission.SECURITY_MANAGE,
        Permission.AUDIT_READ,
    )
)
CAST = (
    DemoAccount("admin", "系统管理员", Role.ADMINISTRATOR, office="银发经济工作办公室（演示）"),
    DemoAccount("civil", "民政局经办（演示）", Role.MUNICIPAL, office="民政局（演示）", scope=Scope.BELOW),
    DemoAccount("city", "市级经办（演示）", Role.MUNICIPAL, office="银发经济工作办公室（演示）"),
    DemoAccount("chief", "铜梁区管理员（演示）", Role.DISTRICT, "铜梁区", "铜梁区银发经济专班（演示）", extra=CHIEF),
    DemoAccount("tongliang", "铜梁区经办（演示）", Role.DISTRICT, "铜梁区", "铜梁区银发经济专班（演示）"),
    DemoAccount("liangjiang", "两江新区经办（演示）", Role.DISTRICT, "两江新区", "两江新区银发经济专班（演示）"),
    DemoAccount("invest", "招商专员（演示）", Role.INVESTMENT, office="银发经济工作办公室（演示）"),
    DemoAccount("company", "企业用户（演示）", Role.ENTERPRISE),
)
"""Of several with one role, the last is the plain one."""


def run(settings: Settings, enterprises: int) -> None:
    """Prepare what is missing, then serve; a second start finds everything in place."""
    began = time.monotonic()
    listening = serve.listen(settings)
    click.echo("启动数据库……")
    database.configure(settings)
    asyncio.run(_prepare(settings, enterprises))
    click.echo(f"准备完成，用时 {time.monotonic() - began:.1f} 秒。\n")
    click.echo(f"  网页：http://{settings.host}:{settings.port}")
    click.echo("  演示账号（密码均为 " + PASSWORD + "）：")
    for one in CAST:
        click.echo(f"    {one.username:<12}{one.name}")
    click.echo("\n按 Ctrl-C 停止。")
    serve.run(settings, listening)


async def _prepare(settings: Settings, enterprises: int) -> None:
    await database.open_pool(settings.pool_size)
    try:
        await _told("更新数据库结构", record_schema.migrate())
        if await database.fetchval("SELECT NOT EXISTS (SELECT FROM enterprise)"):
            await _told("装入样例城市", load_city(settings))
            if enterprises:
                await _told(f"生成 {enterprises} 家模拟企业", load_generated(settings, enterprises, 1))
        await open_accounts()
        if await database.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
            await _told("建立检索索引", indexing.drain(engine_for(settings)))
    finally:
        await database.close_pool()


async def _told(what: str, work: Awaitable[T]) -> T:
    """Say what is being done, with a dot a second while it lasts."""
    click.echo(f"{what}……", nl=False)
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=1)
        if not task.done():
            click.echo("·", nl=False)
    click.echo(" 完成" if task.exception() is None else " 失败")
    return task.result()


async def load_city(settings: Settings) -> dict[str, imports.Report]:
    """Import the sample city as an officer would: from its lists, through the same checks."""
    occasion = Occasion(LOADER, "装入样例城市")
    return {
        kind: await imports.import_file(
            occasion, manager.registers()[kind], path, path.name, imports.Options(), annotated_dir=settings.uploads_dir
        )
        for kind, path in SAMPLES.items()
    }


async def open_accounts() -> None:
    """The cast of the demo and where it works; what is there already is left as it is."""
    occasion = Occasion(LOADER, "演示")
    places = {office.name: office.id for office in await tree.offices()}
    for office in OFFICES:
        if office.name not in places:
            draft = Organisation(
                name=office.name, sort=office.sort, parent=places.get(office.above), district=office.district
            )
            places[office.name] = await tree.found(occasion, draft)
    for one in CAST:
        if not await Account.exists().where(Account.username == one.username):
            grant = Grant(role=one.role, scope=one.scope, organisation=places.get(one.office), extra=one.extra)
            await members.open_account(occasion, one.username, one.name, PASSWORD, grant, must_change=False)
            if one.role is Role.ENTERPRISE and (own := await _some_enterprise()):
                await binding.bind(occasion, one.username, manager.registers()["enterprise"], str(own))


async def _some_enterprise() -> UUID | None:
    """The record that the demo's enterprise user owns: the first by name."""
    found = await database.fetchval("SELECT id FROM enterprise WHERE NOT withdrawn ORDER BY name_sort, id LIMIT 1")
    return UUID(str(found)) if found else None


def write_generated(out: Path, enterprises: int, seed: int) -> None:
    """Synthetic enterprises as a list in a file."""
    rows = generate(enterprises, seed)
    if out.suffix == ".xlsx":
        _write_xlsx(out, rows)
    else:
        _write_csv(out, rows)


def _write_xlsx(out: Path, rows: Iterator[dict[str, str]]) -> None:
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(out), plain) as book:
        sheet = book.add_worksheet("模拟数据")
        first = next(rows)
        sheet.write_row(0, 0, list(first))
        for number, row in enumerate(itertools.chain([first], rows), 1):
            sheet.write_row(number, 0, list(row.values()))


def _write_csv(out: Path, rows: Iterator[dict[str, str]]) -> None:
    first = next(rows)
    with out.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerows(itertools.chain([first], rows))


async def load_generated(
    settings: Settings, enterprises: int, seed: int, say: Say = lambda _said: None, others: int = 0
) -> int:
    """Import synthetic enterprises, and others that name them, in chunks, and index them; how many were new."""
    new = await _load_rows(settings, "enterprise", generate(enterprises, seed), say)
    for kind, share in connected.SHARES.items():
        new += await _load_rows(settings, kind, connected.generate(kind, int(others * share), seed), say)
    await indexing.drain(engine_for(settings))
    return new


async def _load_rows(settings: Settings, kind: str, rows: Iterator[dict[str, str]], say: Say) -> int:
    register, new = manager.registers()[kind], 0
    settings.uploads_dir.mkdir(parents=True, exist_ok=True)
    path = settings.uploads_dir / "generated.csv"
    while chunk := list(itertools.islice(rows, CHUNK)):
        _write_csv(path, iter(chunk))
        report = await imports.import_file(
            Occasion(LOADER, "生成模拟数据"), register, path, path.name, imports.Options(),
            annotated_dir=settings.uploads_dir,
        )  # fmt: skip
        new += report.new
        say(f"已入库 {new} {register.measure}模拟{register.label}")
    path.unlink(missing_ok=True)
    return new
