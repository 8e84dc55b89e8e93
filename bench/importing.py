"""The import of a large list with checks, history and index, against openpyxl merely reading the file; in turn."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench import processes
from bench.figures import Figure, megabytes, ratios, spread
from bench.world import World, filled_before, made_list, say

GOAL_BYTES = 400 * 1024 * 1024
_READ = """
import sys, openpyxl
for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets:
    for row in sheet.iter_rows(values_only=True):
        for value in row: pass
"""


class Run(NamedTuple):
    """One import: seconds in all and by stage; bytes of the process, and of it with the processes it started."""

    seconds: float
    stages: dict[str, float]
    alone: int
    together: int


def measure(world: World, rounds: int, _seconds: float) -> list[Figure]:
    """Every round into an empty database; the last one's becomes the world's own, if it has none yet."""
    path = made_list(world)
    last = None if filled_before(world) else max(2, rounds // 2) - 1
    rounds = max(2, rounds // 2)
    runs: list[Run] = []
    reads: list[float] = []
    for number in range(rounds):
        say(f"import, round {number + 1} of {rounds}")
        reads.append(_read(path))
        runs.append(_import(world, path, None if number == last else number))
    seconds = [run.seconds for run in runs]
    ratio = ratios(reads, seconds)
    peak = max(run.together for run in runs)
    stages = {name: statistics.median(run.stages[name] for run in runs) for name in runs[0].stages}
    return [
        Figure(
            f"import of {world.enterprises:,} rows (XLSX)",
            f"{spread(seconds, '.1f')} s",
            f"openpyxl reads: {spread(reads, '.1f')} s",
            f"{spread(ratio)} ×",
            "≥ 1.00 × as fast",
            statistics.median(ratio) >= 1,
            {"import": seconds, "openpyxl": reads, "stages": stages},
        ),
        Figure("… its stages", "; ".join(f"{name} {value:.1f} s" for name, value in stages.items())),
        Figure(
            "… its peak memory",
            f"{megabytes(peak)} with the processes it starts",
            f"{megabytes(max(run.alone for run in runs))} alone",
            goal=f"≤ {megabytes(GOAL_BYTES)}",
            met=peak <= GOAL_BYTES,
            details={"alone": [run.alone for run in runs], "together": [run.together for run in runs]},
        ),
    ]


def _read(path: Path) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _READ, str(path)], check=True)
    return time.perf_counter() - began


def _import(world: World, path: Path, number: int | None) -> Run:
    """Into a database of its own, or (None) into the world's; a run counts only if index and database agree."""
    env = world.env
    if number is not None:
        name = f"round_{number}"
        world.statement(f"CREATE DATABASE {name}")
        env = {
            "DATABASE_URL": world.url().replace("/postgres?", f"/{name}?"),
            "DATA_DIR": str(world.settings.data_dir / name),
        }
    world.run("migrate", env=env)
    run = _timed(path, env)
    world.run("index", "verify", env=env)
    if number is not None:
        world.statement(f"DROP DATABASE {name}")
        shutil.rmtree(env["DATA_DIR"], ignore_errors=True)
    return run


def _timed(path: Path, env: dict[str, str]) -> Run:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "registry.cli", "import", "enterprises", str(path)],
        cwd=processes.ROOT, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    with processes.Watch(process.pid) as watch:
        heard = [("start", began), *((line.decode().strip(" …\n"), time.perf_counter()) for line in process.stderr)]
        code = process.wait()
    ended = time.perf_counter()
    if code:
        raise RuntimeError(f"the import ended with {code}: {heard[-1][0]}")
    ends = [moment for _, moment in heard[1:]] + [ended]
    stages = {_STAGES.get(name, name): end - at for (name, at), end in zip(heard, ends, strict=True)}
    return Run(ended - began, stages, watch.alone, watch.together)


_STAGES = {
    "读取文件": "read",
    "逐行检查": "check",
    "与库中记录比对": "copy, match, compare",
    "写入": "write",
    "更新检索索引": "index",
}
"""What the command says as it begins each stage."""
