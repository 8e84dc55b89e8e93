"""`registry history` at the machine: verify names the first bad entry; undo, return, reversal, roots, lines."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from registry import database
from registry.naming import synthetic_code
from tests.conftest import Cluster

NAME = "重庆命令行（模拟）有限公司"


class Machine:
    """The command on a database of its own, and that database's keys."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.env = {**os.environ, "DATABASE_URL": url, "DATA_DIR": str(folder)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command."""
        command = [sys.executable, "-m", "registry.cli", *words]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60, check=False)

    def ask(self, sql: str) -> Any:
        """The first value of a statement run as somebody with the keys could, past every trigger."""

        async def work() -> Any:
            connection = await asyncpg.connect(**database.address(self.url))
            try:
                await connection.execute("SET session_replication_role = replica")
                return await connection.fetchval(sql)
            finally:
                await connection.close()

        return asyncio.run(work())

    def load(self, address: str, name: str) -> str:
        """Import a list of one enterprise; the batch comes back."""
        path = self.folder / name
        path.write_text(
            f"企业名称,统一社会信用代码,区县,注册地址,数据时点\n{NAME},{synthetic_code(77)},铜梁区,{address},\n"
        )
        done = self.run("import", "enterprises", str(path), "--json", "--reason", "试用")
        assert done.returncode == 0, done.stdout + done.stderr
        return str(json.loads(done.stdout)["batch_id"])


@pytest.fixture(scope="module")
def machine(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """An enterprise of which two lists have spoken."""
    made = Machine(cluster.copy(), tmp_path_factory.mktemp("history"))
    made.load("一路", "第一批.csv")
    made.load("二路", "第二批.csv")
    return made


def address(machine: Machine) -> object:
    """Where the enterprise is now."""
    return machine.ask("SELECT address FROM enterprise")


def test_a_change_is_undone_a_version_returned_to_and_an_import_taken_back(machine: Machine) -> None:
    record = str(machine.ask("SELECT id FROM enterprise"))
    undone = machine.run("history", "undo", "enterprise", record, "2", "--seen", "2", "--reason", "写错")
    assert "现为第 3 版" in undone.stdout, undone.stderr
    assert address(machine) == "一路"
    late = machine.run("history", "undo", "enterprise", record, "2", "--seen", "2", "--reason", "写错")
    assert late.returncode == 1
    assert "Traceback" not in late.stderr
    returned = machine.run("history", "revert", "enterprise", record, "2", "--seen", "3", "--reason", "没写错")
    assert "现为第 4 版" in returned.stdout, returned.stderr
    assert address(machine) == "二路"
    batch = machine.load("三路", "第三批.csv")
    assert batch in machine.run("history", "imports").stdout
    looked = machine.run("history", "reverse", batch, "--dry-run")
    assert looked.stdout.startswith("未写入：撤回新增 0 条，恢复 1 条"), looked.stderr
    assert machine.run("history", "reverse", batch, "--reason", "误发").stdout.startswith("已撤回")
    assert address(machine) == "二路"
    first = machine.run("history", "imports").stdout.splitlines()[-1].split()[0]
    refused = machine.run("history", "reverse", first, "--reason", "误发")
    assert refused.returncode == 1
    assert NAME in refused.stdout


def test_verify_exits_with_1_and_names_the_first_entry_that_was_altered(machine: Machine, tmp_path: Path) -> None:
    sound = machine.run("history", "verify")
    assert sound.returncode == 0, sound.stderr
    assert "一致" in sound.stdout
    roots = machine.run("history", "roots").stdout.splitlines()
    assert any(line.startswith("  enterprise ") for line in roots)
    out = tmp_path / "chain.ndjson"
    assert machine.run("history", "export", "enterprise", "--out", str(out)).returncode == 0
    assert [json.loads(line)["no"] for line in out.read_text().splitlines()][:2] == [1, 2]
    machine.ask("UPDATE history SET actor_name = '别人' WHERE kind = 'enterprise' AND version > 1")
    broken = machine.run("history", "verify", "enterprise")
    assert broken.returncode == 1
    assert "第 2 条" in broken.stdout
    assert "内容与写入时不符" in broken.stdout
    assert machine.run("history", "verify", "park").returncode == 0
    assert machine.run("history", "verify", "nothing").returncode == 2


def test_an_export_of_a_day_has_what_was_there_on_it(machine: Machine, tmp_path: Path) -> None:
    for day, rows in (("2020-01-01", 0), (str(machine.ask("SELECT began FROM enterprise")), 1)):
        out = tmp_path / f"{day}.csv"
        done = machine.run("export", "enterprises", "--format", "csv", "--as-of", day, "--out", str(out))
        assert f"，{rows} 条，" in done.stdout, done.stderr
