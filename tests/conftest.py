"""The world of the tests: the real program on the real database and index, one copy of a migrated database a module."""

from __future__ import annotations

import asyncio
import atexit
import itertools
import shutil
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import pytest
import uvicorn

from registry import accounts, database, demo, embedded, indexing, record_schema
from registry.app import create_app
from registry.register import Register
from registry.settings import Settings
from search.embedded import EmbeddedEngine

T = TypeVar("T")
TEMPLATE = "registry_template"
_numbers = itertools.count(1)


class Cluster:
    """The embedded PostgreSQL of one test run, with a migrated template that holds the cast's accounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = embedded.start(folder / "postgres")
        asyncio.run(self._make_template())

    def url_of(self, name: str) -> str:
        """The URL of one database of the cluster."""
        return self.url.replace("/postgres?", f"/{name}?")

    async def _make_template(self) -> None:
        await self.execute(f"CREATE DATABASE {TEMPLATE}")
        database.engine.config = database.address(self.url_of(TEMPLATE))
        await database.open_pool(2)
        await record_schema.migrate()
        await demo.open_accounts()
        await database.close_pool()

    async def execute(self, sql: str) -> None:
        """Run a statement in the maintenance database."""
        connection = await asyncpg.connect(**database.address(self.url))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def copy(self) -> str:
        """A new database like the template; its URL."""
        name = f"world_{next(_numbers)}"
        asyncio.run(self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        return self.url_of(name)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """One cluster a run, in a folder made for it."""
    folder = Path(tempfile.mkdtemp(prefix="silver-registry-tests-"))
    folder.chmod(0o755)
    # First in, last out: the folder goes when the server in it, which ends with the process, has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Cluster(folder)


class World:
    """A running service: real HTTP on a free port, its database, its index, and the cast that uses it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = EmbeddedEngine(settings.index_dir)
        database.engine.config = database.address(settings.database_url)
        config = uvicorn.Config(create_app(settings, self.engine), port=0, log_level="warning", access_log=False)
        self._server = uvicorn.Server(config)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._clients: dict[str, httpx.Client] = {}

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
            self.loop = runner.get_loop()
            runner.run(self._serve_until_told())

    async def _serve_until_told(self) -> None:
        task = asyncio.create_task(self._server.serve())
        while not self._server.started and not task.done():  # noqa: ASYNC110  (uvicorn sets no event)
            await asyncio.sleep(0.005)
        self._started.set()
        await task

    def __enter__(self) -> World:
        self._thread.start()
        assert self._started.wait(20), "the server did not start"
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()
        self._server.should_exit = True
        self._thread.join(20)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine of the program's own beside the server, on the same pool."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    def index(self) -> int:
        """Bring the index up to date, as the worker would."""
        return self.run(indexing.drain(self.engine))

    def client(self, username: str = "") -> httpx.Client:
        """A program that acts as one of the cast (`registry.demo.CAST`), or as the public."""
        if username not in self._clients:
            token = self.run(accounts.issue_token(username)) if username else ""
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            self._clients[username] = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        return self._clients[username]


@pytest.fixture(scope="module")
def world(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The service on an empty register of its own."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), database_url=cluster.copy())
    with World(settings) as running:
        yield running


@pytest.fixture(scope="module")
def city(world: World) -> World:
    """The service with the sample city loaded and indexed."""
    world.run(demo.load_city(world.settings))
    world.index()
    return world


@pytest.fixture(scope="session")
def enterprises() -> Register:
    """The register of enterprises."""
    from plugins import manager

    return manager.registers()["enterprise"]


@pytest.fixture
def make_list(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a CSV list for an import."""

    def write(text: str) -> Path:
        path = tmp_path / f"list-{next(_numbers)}.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write
