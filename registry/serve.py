"""The processes of a running service: the web process, and beside it a worker that is started again if it dies."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import uvicorn

from registry import database, worker
from registry.app import create_app, engine_for, quiet_libraries
from registry.settings import Settings

log = logging.getLogger("registry.serve")

_WHY_NOT = {errno.EADDRINUSE: "已被其他程序占用", errno.EACCES: "没有权限"}


def run(settings: Settings, listening: socket.socket) -> None:
    """Serve on the loop that uvicorn would choose (uvloop, where it is installed)."""
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
        runner.run(serve(settings, listening))


async def serve(settings: Settings, listening: socket.socket) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); the worker is stopped with it."""
    quiet_libraries()
    config = uvicorn.Config(
        create_app(settings, engine_for(settings)),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    async with _worker_beside():
        await server.serve(sockets=[listening])


class _Server(uvicorn.Server):
    """Ends by returning. uvicorn raises the signal again when it has stopped, which would skip what is left to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM ask for an orderly end."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.handle_exit, sign, None)
        yield


def listen(settings: Settings) -> socket.socket:
    """The listening socket, bound before anything else starts, so that a taken port is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # TCP said by name: asyncio switches Nagle's algorithm off (40 ms an answer) only where it can see that it is TCP.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        why = _WHY_NOT.get(error.errno or 0, error.strerror)
        raise SystemExit(f"端口 {settings.port} 无法使用（{why}）；请用 PORT 环境变量换一个。") from error
    return listening


@contextlib.asynccontextmanager
async def _worker_beside() -> AsyncIterator[None]:
    keeper = asyncio.create_task(_keep_worker())
    try:
        yield
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper


async def _keep_worker() -> None:
    """One worker process at all times; killed, it is replaced, and picks up where the outbox says."""
    while True:
        command = [sys.executable, "-m", "registry.cli", "worker", "--beside", str(os.getpid())]
        # In a session of its own: Ctrl-C reaches it through us, in order, and not in the middle of its start.
        process = await asyncio.create_subprocess_exec(*command, start_new_session=True)
        try:
            code = await process.wait()
            log.warning("worker ended with %s; starting another", code)
            await asyncio.sleep(0.5)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
                await process.wait()


async def work(settings: Settings, beside: int | None) -> None:
    """The worker process: until SIGTERM, SIGINT, or the death of the web process that it works `beside`."""
    quiet_libraries()
    async with database.running(settings):
        task = asyncio.create_task(worker.run(settings, engine_for(settings)))
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, told.set)
        ends = {asyncio.create_task(_orphaned(beside)), asyncio.create_task(told.wait())}
        await asyncio.wait({task, *ends}, return_when=asyncio.FIRST_COMPLETED)
        for one in (task, *ends):
            await _ended(one)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Cancel it and wait for its end; a fault of its own is told."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _orphaned(parent: int | None) -> None:
    """Returns when the parent has gone (kill -9 of the web process): no worker outlives its service unseen."""
    while parent is None or os.getppid() == parent:  # noqa: ASYNC110  (nothing tells an orphan but its parent's number)
        await asyncio.sleep(1)
