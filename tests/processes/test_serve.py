"""The service as people run it: `registry serve` and its worker, killed and stopped."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = pytest.mark.slow


OTHERS = 47 + 5 + 91 + 5
"""Records of the sample city that are not enterprises."""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """One data folder, and the commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.env = {**os.environ, "DATA_DIR": str(folder), "PORT": str(self.port), "DATABASE_URL": ""}
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start and wait until it answers."""
        process = subprocess.Popen([sys.executable, "-m", "registry.cli", *command], env=self.env)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if self.http.get("/readyz").status_code == 200:
                    return process
            except httpx.TransportError:
                time.sleep(0.05)
        process.kill()
        raise AssertionError("the service did not become ready")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "registry.cli", *command],
            env=self.env, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """A data folder prepared by `registry demo`, then stopped."""
    folder = Path(tempfile.mkdtemp(prefix="silver-registry-service-"))
    folder.chmod(0o755)
    made = Service(folder)
    process = made.start("demo")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) in {0, -signal.SIGINT, 130}
    yield made
    made.http.close()
    for left in ours(made):
        left.kill()
    shutil.rmtree(folder, ignore_errors=True)


def ours(service: Service) -> list[psutil.Process]:
    """Processes of this data folder that are still alive."""
    folder = service.env["DATA_DIR"]
    found = []
    for process in psutil.process_iter():
        try:
            at_work = process.environ().get("DATA_DIR") == folder or any(folder in word for word in process.cmdline())
        except psutil.Error:
            continue
        if at_work and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
            found.append(process)
    return found


def wait_until_gone(service: Service, seconds: float = 15) -> list[psutil.Process]:
    """What is left after some seconds."""
    deadline = time.monotonic() + seconds
    while (left := ours(service)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def test_stopping_stops_everything_that_was_started(service: Service) -> None:
    process = service.start("serve")
    assert len(ours(service)) > 2
    process.send_signal(signal.SIGINT)
    process.wait(30)
    assert wait_until_gone(service) == []


def test_a_second_start_answers_within_three_seconds(service: Service) -> None:
    began = time.monotonic()
    process = service.start("demo")
    took = time.monotonic() - began
    process.send_signal(signal.SIGINT)
    process.wait(30)
    # The promise is 3 s (bench/ measures it); twice that on a machine that runs the tests beside it.
    assert took < 6, f"{took:.1f} s"


def workers_of(process: subprocess.Popen[bytes]) -> set[psutil.Process]:
    """The living workers beside a service."""
    found = set()
    for child in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.Error):
            if "worker" in child.cmdline():
                found.add(child)
    return found


def test_a_killed_worker_is_replaced_and_a_killed_service_starts_again(service: Service) -> None:
    process = service.start("serve")
    (worker,) = workers_of(process)
    worker.kill()
    deadline = time.monotonic() + 10
    while not (replaced := workers_of(process) - {worker}) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert replaced
    process.kill()
    process.wait()
    again = service.start("serve")
    assert service.run("index", "verify").returncode == 0
    again.send_signal(signal.SIGTERM)
    again.wait(30)
    assert wait_until_gone(service) == []


def test_commands_work_whether_or_not_the_service_runs(service: Service) -> None:
    alone = service.run("search", "重庆钛业")
    assert (alone.returncode, "共 1 条" in alone.stdout) == (0, True), alone.stderr
    process = service.start("serve")
    beside = service.run("doctor")
    assert (beside.returncode, "一切正常" in beside.stdout) == (0, True), beside.stdout
    token = service.run("token", "issue", "--user", "city").stdout.strip()
    answer = service.http.get("/api/v1/enterprises?format=ndjson", headers={"Authorization": f"Bearer {token}"})
    assert len(answer.text.splitlines()) == 52
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def records(service: Service) -> int:
    """How many records the database holds, as `doctor` counts them."""
    said = re.search(r"企业：(\d+) 条", service.run("doctor").stdout)
    assert said
    return int(said[1])


def test_a_killed_import_leaves_nothing_behind(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    assert service.run("sample", "generate", "--enterprises", "20000", "--out", str(path)).returncode == 0
    process = service.start("serve")
    for pause in (1.5, 2.5, 3.5):
        command = [sys.executable, "-m", "registry.cli", "import", "enterprises", str(path)]
        importing = subprocess.Popen(command, env=service.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        importing.kill()
        importing.wait()
    assert records(service) in {52, 20_052}
    report = service.run("import", "enterprises", str(path), "--json")
    assert report.returncode == 0, report.stderr
    deadline = time.monotonic() + 60
    while service.run("index", "verify").returncode and time.monotonic() < deadline:
        time.sleep(0.5)
    assert records(service) == 20_052
    assert json.loads(service.run("search", "", "--json").stdout)["total"] == 20_052 + OTHERS
    assert service.run("import", "enterprises", str(path)).stdout.startswith(
        "已入库：共 20000 行，新增 0 条，变更 0 条"
    )
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def test_a_killed_database_is_started_again_and_has_lost_nothing(service: Service) -> None:
    process = service.start("serve")
    token = service.run("token", "issue", "--user", "city").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    filed = service.http.post("/api/v1/enterprises", json={"name": "重庆断电之前有限公司"}, headers=headers)
    assert filed.status_code == 201
    pidfile = Path(service.env["DATA_DIR"]) / "postgres" / "postmaster.pid"
    psutil.Process(int(pidfile.read_text().split()[0])).kill()
    lost = service.http.get(filed.headers["location"], headers=headers)
    assert lost.status_code in {200, 503}
    deadline = time.monotonic() + 30
    while (again := service.http.get(filed.headers["location"], headers=headers)).status_code != 200:
        assert again.status_code == 503, again.text
        assert time.monotonic() < deadline
        time.sleep(0.1)
    while service.run("index", "verify").returncode:
        assert time.monotonic() < deadline
    assert json.loads(service.run("search", "断电之前", "--json").stdout)["total"] == 1
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    assert wait_until_gone(service) == []


def test_a_taken_port_is_told_at_once(service: Service) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", service.port))
        taken.listen()
        refused = service.run("serve")
    assert refused.returncode != 0
    assert "PORT" in refused.stderr
