"""One PostgreSQL, one Piccolo engine, one pool.

Tables and plain writes go through Piccolo; hot reads and set-based SQL through the functions here.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from registry import embedded
from registry.errors import Unavailable
from registry.settings import Settings

os.environ.setdefault("PICCOLO_CONF", "registry.piccolo_conf")

LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
)
"""What asyncpg raises when the database cannot be reached."""


PATIENCE_SECONDS = 5.0
"""How long a request waits for a connection of the pool before it is told to come back."""

CLOSING_SECONDS = 3.0
"""How long the end of a process waits for the connections that are still in use."""

_CROWDED = "服务正忙，请稍后再试。"

BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
"""What PostgreSQL answers when somebody else holds what is wanted for too long."""


class Transaction(PostgresTransaction):
    """Piccolo's transaction on a connection of the pool."""

    async def get_connection(self) -> Any:
        """Raises TimeoutError when the pool has none to give."""
        pool = self.engine.pool
        return await (pool.acquire(timeout=PATIENCE_SECONDS) if pool else self.engine.get_new_connection())


class Engine(PostgresEngine):
    """Piccolo's engine without its connections at import time: the address is known only when the program starts."""

    async def check_version(self) -> None:
        """Left to `doctor`."""

    async def prep_database(self) -> None:
        """No extensions are needed."""

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """A transaction whose connection is waited for with patience, not for ever."""
        return Transaction(engine=self, allow_nested=allow_nested)

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        try:
            return await super()._run_in_pool(query, args)
        except LOST as lost:
            raise await _gone() from lost


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A pooled connection that costs no round trip on release: nothing here sets session state."""

    def get_reset_query(self) -> str:
        """Nothing to reset."""
        return ""


engine = Engine(config={})


def configure(settings: Settings) -> None:
    """Point the engine at DATABASE_URL, or start the embedded server and point it there."""
    engine.config = address(settings.database_url or embedded.start(settings.postgres_dir))


def exists(settings: Settings) -> bool:
    """Whether there is a database to speak of: looking must not make one."""
    return bool(settings.database_url) or (settings.postgres_dir / "PG_VERSION").exists()


def address(url: str) -> dict[str, Any]:
    """asyncpg's arguments for a database URL (host in the query for a socket)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    found = {
        "host": query.get("host") or parts.hostname,
        "port": parts.port,
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/") or None,
    }
    # JIT costs more than it saves on queries of a millisecond.
    settings = {"jit": "off", "application_name": "silver-registry", "timezone": "UTC"}
    return {key: value for key, value in found.items() if value} | {"server_settings": settings}


async def open_pool(size: int = 10) -> None:
    """Start the pool; the first connection is made at once, so an unreachable database shows here."""
    await engine.start_connection_pool(min_size=1, max_size=size, connection_class=Connection)


async def close_pool() -> None:
    """Give all connections back; what a cancelled wait for one has lost is not waited for for ever."""
    pool = engine.pool
    if pool is None:
        return
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await engine.close_connection_pool()
    except TimeoutError:
        pool.terminate()
        engine.pool = None


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """A configured engine with an open pool, for a command or a process."""
    configure(settings)
    await open_pool(settings.pool_size)
    try:
        yield
    finally:
        await close_pool()


@contextlib.asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """One transaction; a nested one joins it. A lost connection becomes a refusal that says so."""
    try:
        async with engine.transaction():
            yield
    except TimeoutError as waited:
        raise Unavailable(_CROWDED) from waited
    except BUSY as busy:
        raise Unavailable("这些记录正在被他人办理（可能正在导入名单），请稍后再试。") from busy
    except LOST as lost:
        raise await _gone() from lost


async def _gone() -> Unavailable:
    """The refusal that a lost database becomes; no connection from before is used again.

    A connection that broke in the middle of a query may come back to the pool looking whole (nothing is asked of it on
    release); used again, it would fail until its socket is found closed.
    """
    if engine.pool is not None:
        await engine.pool.expire_connections()
    return Unavailable("数据库暂时无法连接，请稍后再试。")


def connection() -> asyncpg.Connection:
    """The connection of the transaction under way, for COPY and set-based statements."""
    current = engine.current_transaction.get()
    if current is None:
        raise RuntimeError("no transaction is under way")
    return current.connection


async def fetch(sql: str, *args: Any) -> Sequence[Any]:
    """Rows, inside the transaction under way if there is one."""
    return cast("Sequence[Any]", await _ask("fetch", sql, args))


async def fetchrow(sql: str, *args: Any) -> Any:
    """One row or None."""
    return await _ask("fetchrow", sql, args)


async def fetchval(sql: str, *args: Any) -> Any:
    """The first value of the first row, or None."""
    return await _ask("fetchval", sql, args)


async def execute(sql: str, *args: Any) -> str:
    """Run a statement; PostgreSQL's command tag comes back."""
    return cast("str", await _ask("execute", sql, args))


async def _ask(method: str, sql: str, args: Sequence[Any]) -> Any:
    current = engine.current_transaction.get()
    try:
        if current is not None:
            return await getattr(current.connection, method)(sql, *args)
        async with _pool().acquire(timeout=PATIENCE_SECONDS) as one:
            return await getattr(one, method)(sql, *args)
    except TimeoutError as waited:
        raise Unavailable(_CROWDED) from waited
    except LOST as lost:
        raise await _gone() from lost


async def execute_script(script: str) -> None:
    """Run several statements at once, inside the transaction under way if there is one (migrations)."""
    current = engine.current_transaction.get()
    if current is not None:
        await current.connection.execute(script)
        return
    lone = await engine.get_new_connection()
    try:
        await lone.execute(script)
    finally:
        await lone.close()


async def stream(sql: str, *args: Any, batch: int = 1000) -> AsyncIterator[list[Any]]:
    """Rows in batches from a cursor of its own read-only transaction: constant memory, one snapshot."""
    try:
        async with (
            _pool().acquire(timeout=PATIENCE_SECONDS) as one,
            one.transaction(isolation="repeatable_read", readonly=True),
        ):
            cursor = await one.cursor(sql, *args)
            while rows := await cursor.fetch(batch):
                yield rows
    except TimeoutError as waited:
        raise Unavailable(_CROWDED) from waited
    except LOST as lost:
        raise await _gone() from lost


def _pool() -> Any:
    if engine.pool is None:
        raise Unavailable("数据库未启动。")
    return engine.pool


async def migrate() -> None:
    """Bring every app's tables up to date; one process at a time, the others wait."""
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415  (only needed here)

    lock = await engine.get_new_connection()
    try:
        await lock.execute("SELECT pg_advisory_lock(hashtext('silver-registry:migrate'))")
        with contextlib.redirect_stdout(io.StringIO()) as said:
            result = await run_forwards(app_name="all")
        if not result.success:
            raise RuntimeError(f"migration failed: {result.message}\n{said.getvalue()}")
    finally:
        await lock.close()
