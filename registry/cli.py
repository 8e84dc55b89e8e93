"""The `registry` command: the same services as the web, for people at the machine and for scripts."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click
import msgspec

from plugins import manager
from registry import database, demo, doctor, finding, imports, indexing, record_schema, serve, settings
from registry.account_cli import account, create_account, token
from registry.app import engine_for
from registry.attachment_cli import attachment_group
from registry.console import OPERATOR, run
from registry.finding import FindQuery
from registry.history import Occasion
from registry.history_cli import history_group
from registry.imports.watching import Watcher
from registry.job_cli import actor_named, jobs_group
from registry.register import Register
from registry.security_cli import ACCOUNT_COMMANDS, audit_group, session_group
from registry.settings import Settings

__all__ = ["create_account", "main"]


def _register(plural: str) -> Register:
    register = manager.register_for(plural)
    if register is None:
        known = "、".join(one.plural for one in manager.registers().values())
        raise click.UsageError(f"没有登记簿“{plural}”；可用：{known}。")
    return register


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


@main.command("import")
@click.argument("plural")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只比对，不写入。")
@click.option("--partial", is_flag=True, help="有误的行跳过，其余入库；默认有误则整表不入库。")
@click.option("--internal", is_flag=True, help="新记录设为内部，不对公众公开。")
@click.option("--as", "username", default="", help="以某账号的权限导入。")
@click.option("--reason", default="", help="导入理由，记入历史。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告。")
def import_command(
    plural: str, file: Path, *, dry_run: bool, partial: bool, internal: bool, username: str, reason: str, as_json: bool
) -> None:
    """导入名单，例如：registry import enterprises 名单.xlsx --dry-run"""
    register = _register(plural)
    options = imports.Options(dry_run, partial, "internal" if internal else "public")

    async def work(chosen: Settings) -> imports.Report:
        actor = await actor_named(username)
        try:
            report = await imports.import_file(
                Occasion(actor, reason), register, file, file.name, options,
                annotated_dir=chosen.uploads_dir, watcher=_Saying(),
            )  # fmt: skip
        except imports.ImportRejected as rejected:
            report = rejected.report
        if report.applied:
            _say("更新检索索引")
            await indexing.drain(engine_for(chosen))
        if report.annotated:
            report.annotated = str(imports.annotated_path(chosen.uploads_dir, report.batch_id, Occasion(actor)))
        return report

    report = run(work)
    click.echo(msgspec.json.encode(report).decode() if as_json else _spelled(report))
    sys.exit(1 if report.rejected and not report.applied and not dry_run else 0)


def _say(stage: str) -> None:
    click.echo(f"{stage}……", err=True)


class _Saying(Watcher):
    """Says at the terminal what is being done."""

    def begin(self, stage: str) -> None:
        _say(stage)


def _spelled(report: imports.Report) -> str:
    """A report for reading."""
    done = "已入库" if report.applied else ("预览，未写入" if report.dry_run else "未入库")
    counts = f"新增 {report.new} 条，变更 {report.changed} 条，无变化 {report.same} 条，有误 {report.rejected} 行"
    lines = [f"{done}：共 {report.rows} 行，{counts}。"]
    for change in report.changed_records:
        fields = "；".join(f"{name}：{was} → {becomes}" for name, (was, becomes) in change.fields.items())
        titles = "；".join(f"称号：{one.get('label', '')}" for one in change.hanging)
        lines.append(f"  变更 第 {change.row} 行 {change.name}：{'；'.join(part for part in (fields, titles) if part)}")
    for one in report.objections:
        column = f" {one.column} 列" if one.column else ""
        lines.append(f"  有误 第 {one.row} 行{column}：{one.message}")
    lines += [f"  {note}" for note in report.notes]
    if report.annotated:
        lines.append(f"错误标注表：{report.annotated}")
    return "\n".join(lines)


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
    for hit in found.hits:
        record = json.loads(bytes(hit.record))
        click.echo(f"  {hit.title}  {record.get('district') or ''}  {hit.url}")


@main.group()
def index() -> None:
    """检索索引。"""


@index.command()
def verify() -> None:
    """逐条核对索引与数据库；不一致时退出码为 1。"""
    verdict = run(lambda chosen: indexing.verify(engine_for(chosen)))
    click.echo(f"数据库 {verdict.database} 条，索引 {verdict.index} 条，待更新 {verdict.waiting} 条。")
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
main.add_command(audit_group)
main.add_command(session_group)
for command in ACCOUNT_COMMANDS:
    account.add_command(command)
main.add_command(token)
main.add_command(jobs_group)
main.add_command(attachment_group)


@main.group()
def sample() -> None:
    """样例与模拟数据。"""


@sample.command()
@click.option("--enterprises", required=True, type=click.IntRange(1, 5_000_000))
@click.option("--seed", default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写成 CSV 或 XLSX 文件，而不入库。")
def generate(enterprises: int, seed: int, out: Path | None) -> None:
    """生成标明“模拟”的企业（统一社会信用代码校验有效）。"""
    if out is not None:
        demo.write_generated(out, enterprises, seed)
        click.echo(f"已写入 {out}。")
        return

    async def work(chosen: Settings) -> int:
        return await demo.load_generated(chosen, enterprises, seed, _say)

    click.echo(f"已入库 {run(work)} 家模拟企业。")


if __name__ == "__main__":
    main()
