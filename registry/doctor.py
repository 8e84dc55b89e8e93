"""`registry doctor`: what is configured, reachable and behind, in plain words."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from plugins import manager
from registry import database, indexing, outbox
from registry.app import engine_for
from registry.errors import Refusal
from registry.settings import Settings
from search import SearchUnavailable

OLDEST_HEALTHY_SECONDS = 60
LEAST_FREE_BYTES = 1_000_000_000


async def examine(settings: Settings) -> tuple[list[str], bool]:
    """The lines of the report, and whether all is well."""
    lines: list[str] = []
    healthy = True
    async with aclosing(_findings(settings)) as findings:
        async for good, line in findings:
            lines.append(f"{'✓' if good else '✗'} {line}")
            healthy = healthy and good
    lines.append("一切正常。" if healthy else "有需要处理的问题，见上面标 ✗ 的行。")
    return lines, healthy


async def _findings(settings: Settings) -> AsyncGenerator[tuple[bool, str]]:
    yield True, f"数据目录：{settings.data_dir}"
    yield _disk(settings)
    if not database.exists(settings):
        yield False, "数据库：数据目录里还没有；请检查 DATA_DIR，或运行 registry migrate"
        return
    where = "DATABASE_URL 指定的 PostgreSQL" if settings.database_url else "随程序启动的 PostgreSQL（在数据目录内）"
    try:
        async with database.running(settings):
            version = await database.fetchval("SHOW server_version")
            yield True, f"数据库：{where}，版本 {version}，可以连接"
            async for finding in _contents(settings):
                yield finding
    except (*database.LOST, Refusal, RuntimeError) as fault:
        yield False, f"数据库：{where}，无法连接（{fault}）"


def _disk(settings: Settings) -> tuple[bool, str]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data_dir).free
    return free > LEAST_FREE_BYTES, f"磁盘剩余 {free / 1e9:.1f} GB"


async def _contents(settings: Settings) -> AsyncIterator[tuple[bool, str]]:
    if not await database.fetchval("SELECT to_regclass('outbox') IS NOT NULL"):
        yield False, "数据库还没有表；请运行 registry migrate"
        return
    for register in manager.registers().values():
        count = await database.fetchval(f"SELECT count(*) FROM {register.table_name} WHERE NOT withdrawn")
        yield True, f"{register.label}：{count} 条"
    waiting, seconds = await outbox.backlog()
    behind = f"{waiting} 条待更新，最早的已等 {seconds:.0f} 秒" if waiting else "没有待更新的记录"
    advice = "；请确认服务或 registry worker 正在运行" if seconds > OLDEST_HEALTHY_SECONDS else ""
    yield seconds <= OLDEST_HEALTHY_SECONDS, f"索引更新：{behind}{advice}"
    yield await _index(settings)


async def _index(settings: Settings) -> tuple[bool, str]:
    try:
        verdict = await indexing.verify(engine_for(settings))
    except SearchUnavailable as unavailable:
        return False, f"检索索引：{unavailable}"
    wrong = len(verdict.missing) + len(verdict.stale) + len(verdict.extra)
    if wrong <= verdict.waiting:
        return True, f"检索索引：{verdict.index} 条，" + ("与数据库一致" if not wrong else "差异均在等待更新")
    return False, f"检索索引：有 {wrong} 条与数据库不一致；请运行 registry index rebuild"
