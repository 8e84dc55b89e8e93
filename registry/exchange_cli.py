"""`registry import`, `export`, `template`, `mapping`: lists in and out, at once or in the background."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
import msgspec

from registry import console, exchange_jobs, exporting, imports, indexing
from registry.app import engine_for
from registry.console import OPERATOR, run
from registry.exchange.templating import write_template
from registry.exporting import Wanted
from registry.history import Occasion
from registry.imports import mappings
from registry.imports.watching import Watcher
from registry.job_cli import AS, actor_named
from registry.jobs import Job
from registry.register import Register
from registry.settings import Settings


@click.command("import")
@click.argument("plural")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只比对，不写入。")
@click.option("--partial", is_flag=True, help="有误的行跳过，其余入库；默认有误则整表不入库。")
@click.option("--internal", is_flag=True, help="新记录设为内部，不对公众公开。")
@click.option("--as", "username", default="", help="以某账号的权限导入。")
@click.option("--reason", default="", help="导入理由，记入历史。")
@click.option("--background", is_flag=True, help="排队交给后台进程，只输出任务编号（registry jobs show 查看）。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告。")
def import_command(  # noqa: PLR0913  (one for each option)
    plural: str,
    file: Path,
    *,
    dry_run: bool,
    partial: bool,
    internal: bool,
    username: str,
    reason: str,
    background: bool,
    as_json: bool,
) -> None:
    """导入名单，例如：registry import enterprises 名单.xlsx --dry-run"""
    register = console.register_named(plural)
    options = imports.Options(dry_run, partial, "internal" if internal else "public")
    if background:
        click.echo(
            run(lambda chosen: _queued(chosen, register, file, options, Occasion(OPERATOR, reason), username)).id
        )
        return

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


async def _queued(
    chosen: Settings, register: Register, file: Path, options: imports.Options, occasion: Occasion, username: str
) -> Job:
    occasion = msgspec.structs.replace(occasion, actor=await actor_named(username))
    return await exchange_jobs.submit_import(chosen, occasion, register, file, file.name, options)


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
    for row in report.alike:
        named = "；".join(f"{one.name}（{one.score} 分，{one.id}）" for one in row.candidates)
        lines.append(f"  很像 第 {row.row} 行 {row.name} ≈ {named}")
    for one in report.objections:
        column = f" {one.column} 列" if one.column else ""
        lines.append(f"  有误 第 {one.row} 行{column}：{one.message}")
    lines += [f"  {note}" for note in report.notes]
    if report.annotated:
        lines.append(f"错误标注表：{report.annotated}")
    return "\n".join(lines)


@click.command("export")
@click.argument("plural")
@click.option("--format", "form", type=click.Choice(exporting.FORMATS), default="xlsx", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件；后台导出时不用。")
@click.option("--where", multiple=True, metavar="字段=值", help="条件，可多次给出，例如 --where district=铜梁区。")
@click.option("--sort", default="", help="排序，前面加 - 为倒序。")
@click.option("--purpose", default="", help="用途，写入文件并记入日志。")
@click.option("--codes", is_flag=True, help="写代码而不写文字。")
@click.option("--titles", is_flag=True, help="每项称号一行，带出其经过。")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="那一天的名单。")
@click.option("--clear", is_flag=True, help="个人信息不遮盖；须写明用途，记入查阅日志。")
@click.option("--background", is_flag=True, help="排队交给后台进程，只输出任务编号。")
@AS
def export_command(  # noqa: PLR0913  (one for each option)
    plural: str,
    *,
    form: str,
    out: Path | None,
    where: tuple[str, ...],
    sort: str,
    purpose: str,
    codes: bool,
    titles: bool,
    as_of: datetime | None,
    clear: bool,
    background: bool,
    username: str,
) -> None:
    """导出名单，例如：registry export enterprises --out 名单.xlsx --purpose 季度通报"""
    register = console.register_named(plural)
    wanted = Wanted(form, _conditions(where), sort, purpose, codes, titles, as_of.date() if as_of else None, clear)

    async def work(chosen: Settings) -> str:
        occasion = Occasion(await actor_named(username), purpose)
        if background:
            return (await exchange_jobs.submit_export(chosen, occasion, register, wanted)).id
        made = await exporting.export(occasion, register, wanted)
        path = out or Path(made.filename)
        await made.write(path)
        return f"已写入 {path}，{made.rows} 条，导出编号 {made.number}。"

    click.echo(run(work))


def _conditions(where: tuple[str, ...]) -> dict[str, list[str]]:
    """Conditions as filters; a field given twice takes either value."""
    filters: dict[str, list[str]] = {}
    for condition in where:
        name, found, value = condition.partition("=")
        if not found:
            raise click.UsageError(f"条件“{condition}”应写成 字段=值。")
        filters.setdefault(name, []).append(value)
    return filters


@click.command("template")
@click.argument("plural")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件（XLSX）。")
def template_command(plural: str, out: Path) -> None:
    """写出导入模板：带下拉列表、批注和示例。"""
    register = console.register_named(plural)
    write_template(out, register.label, mappings.fields_of(register))
    click.echo(f"已写入 {out}。")


@click.group("mapping")
def mapping_group() -> None:
    """保存过的列对应：同样表头的名单下次照此读取。"""


@mapping_group.command("list")
@click.argument("plural")
def list_mappings(plural: str) -> None:
    """列出一个登记簿保存过的列对应。"""
    register = console.register_named(plural)
    for one in run(lambda _settings: mappings.listing(register)):
        told = "，".join(f"{header}→{field or '不读入'}" for header, field in one.assigned.items())
        click.echo(f"{one.fingerprint}  {one.name}  {one.owner}  用过 {one.uses} 次  {told}")


@mapping_group.command("save")
@click.argument("plural")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--column", "columns", multiple=True, required=True, metavar="列名=字段", help="可多次给出；“列名=”为不读入。"
)
@click.option("--name", default="", help="这种名单叫什么。")
@AS
def save_mapping(plural: str, file: Path, columns: tuple[str, ...], name: str, username: str) -> None:
    """记住一份名单各列是什么，例如：registry mapping save enterprises 名单.xlsx --column 主体=name"""
    register = console.register_named(plural)
    given = {header: values[0] for header, values in _conditions(columns).items()}

    async def work(_settings: Settings) -> str:
        occasion = Occasion(await actor_named(username))
        found = await mappings.look(register, file, file.name)
        return await mappings.assign(occasion, register, name, [one.header for one in found.columns], given)

    click.echo(f"已保存，编号 {run(work)}。")


@mapping_group.command("forget")
@click.argument("plural")
@click.argument("fingerprint")
@AS
def forget_mapping(plural: str, fingerprint: str, username: str) -> None:
    """删除一项列对应。"""
    register = console.register_named(plural)

    async def work(_settings: Settings) -> None:
        await mappings.forget(Occasion(await actor_named(username)), register, fingerprint)

    run(work)
    click.echo("已删除。")
