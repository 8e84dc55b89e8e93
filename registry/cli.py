"""The `registry` command: the same services as the web, for people at the machine and for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click
import msgspec

from registry import database, demo, doctor, finding, indexing, operations, record_schema, serve, settings
from registry.account_cli import account, create_account, token
from registry.app import engine_for
from registry.attachment_cli import attachment_group
from registry.console import OPERATOR, run
from registry.duplicate_cli import duplicates_group
from registry.exchange_cli import export_command, import_command, mapping_group, template_command
from registry.finding import FindQuery
from registry.history_cli import history_group
from registry.job_cli import jobs_group
from registry.note_cli import note_group
from registry.organisation_cli import access_group, grant_command, organisation_group
from registry.provenance_cli import claim_group, conflict_group, source_group
from registry.saved_cli import saved_group
from registry.searching_cli import list_misses, wording
from registry.security_cli import ACCOUNT_COMMANDS, audit_group, operations_command, personal_group, session_group
from registry.settings import Settings
from registry.titling_cli import title_group

__all__ = ["create_account", "main"]


@click.group()
def main() -> None:
    """银发经济登记簿。数据位于 DATA_DIR（默认 var/data），或由 DATABASE_URL 指定的 PostgreSQL。"""


@main.command()
def migrate() -> None:
    """把数据库结构更新到当前版本。"""
    run(lambda _settings: record_schema.migrate(), migrated=False)


@main.command("serve")
def serve_command() -> None:
    """启动服务（网页进程与后台索引进程），按 Ctrl-C 停止。"""
    chosen = settings.read()
    listening = serve.listen(chosen)
    database.configure(chosen)
    serve.run(chosen, listening)


@main.command()
@click.option("--beside", type=int, hidden=True, help="随此进程结束（由 serve 给出）。")
def worker(beside: int | None) -> None:
    """只启动后台进程：更新索引、每日维护。"""
    asyncio.run(serve.work(settings.read(), beside))


@main.command("demo")
@click.option("--enterprises", default=0, show_default=True, help="另外生成多少家模拟企业。")
def demo_command(enterprises: int) -> None:
    """装入样例城市与演示账号，建好索引并启动服务。"""
    chosen = settings.read()
    demo.run(chosen, enterprises)


@main.command("doctor")
def doctor_command() -> None:
    """检查配置、数据库、索引与后台进程，用平常话说明。"""
    lines, healthy = asyncio.run(doctor.examine(settings.read()))
    click.echo("\n".join(lines))
    sys.exit(0 if healthy else 1)


@main.command("search")
@click.argument("query")
@click.option("--limit", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def search_command(query: str, limit: int, *, as_json: bool) -> None:
    """检索全部登记簿。"""

    async def work(chosen: Settings) -> finding.FoundHits:
        return await finding.search(engine_for(chosen), OPERATOR, FindQuery(query, limit=limit))

    found = run(work)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    click.echo(f"共 {found.total} 条" + (f"；您要找的是不是“{found.suggestion}”？" if found.suggestion else ""))
    if found.degraded:
        click.echo(f"{found.degraded}以下为直接在数据库中按名称和代码查到的。")
    for hit in found.hits:
        record = json.loads(bytes(hit.record))
        click.echo(f"  {hit.title}  {record.get('district') or ''}  {hit.url}")


@main.group()
def index() -> None:
    """检索索引。"""


@index.command()
def verify() -> None:
    """逐条核对索引与数据库；不一致时退出码为 1。"""
    told = ""

    async def work(chosen: Settings) -> indexing.Verdict:
        nonlocal told
        found = await indexing.verify(engine_for(chosen))
        told = f"数据库 {found.database} 条，索引 {found.index} 条，待更新 {found.waiting} 条。"
        await operations.verified("index", f"检索索引：{told}", sound=found.agrees)
        return found

    verdict = run(work)
    click.echo(told)
    for label, found in (("缺少", verdict.missing), ("过期", verdict.stale), ("多余", verdict.extra)):
        if found:
            click.echo(f"{label} {len(found)} 条：{'、'.join(found[:10])}{'……' if len(found) > 10 else ''}")
    click.echo("一致。" if verdict.agrees else "不一致。")
    sys.exit(0 if verdict.agrees else 1)


@index.command()
def rebuild() -> None:
    """在旁边重建索引，建成后切换；期间检索照常。"""

    async def work(chosen: Settings) -> int:
        engine = engine_for(chosen)
        built = await indexing.rebuild(engine, lambda n: click.echo(f"\r已读取 {n} 条", nl=False, err=True))
        await indexing.drain(engine)
        return built

    click.echo(f"\n索引已重建，共 {run(work)} 条。")


main.add_command(account)
main.add_command(history_group)
main.add_command(duplicates_group)
main.add_command(audit_group)
main.add_command(operations_command)
main.add_command(personal_group)
main.add_command(session_group)
for command in ACCOUNT_COMMANDS:
    account.add_command(command)
main.add_command(token)
main.add_command(organisation_group)
main.add_command(access_group)
account.add_command(grant_command)
main.add_command(jobs_group)
main.add_command(title_group)
main.add_command(import_command)
main.add_command(export_command)
main.add_command(template_command)
main.add_command(mapping_group)
main.add_command(attachment_group)
main.add_command(conflict_group)
main.add_command(claim_group)
main.add_command(source_group)
main.add_command(wording)
main.add_command(note_group)
main.add_command(saved_group)
main.add_command(list_misses)


@main.group()
def sample() -> None:
    """样例与模拟数据。"""


@sample.command()
@click.option("--enterprises", required=True, type=click.IntRange(1, 5_000_000))
@click.option("--others", default=0, type=click.IntRange(0, 5_000_000), help="另加园区、品牌、标准、目录产品共多少条。")
@click.option("--seed", default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写成 CSV 或 XLSX 文件（只有企业）。")
def generate(enterprises: int, others: int, seed: int, out: Path | None) -> None:
    """生成标明“模拟”的企业（统一社会信用代码校验有效），以及提到它们的园区、品牌、标准、目录产品。"""
    if out is not None:
        demo.write_generated(out, enterprises, seed)
        click.echo(f"已写入 {out}。")
        return

    def tell(said: str) -> None:
        click.echo(f"{said}……", err=True)

    async def work(chosen: Settings) -> int:
        return await demo.load_generated(chosen, enterprises, seed, tell, others)

    click.echo(f"已入库 {run(work)} 条模拟记录。")


if __name__ == "__main__":
    main()
