"""The command as the tests of this folder run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cluster

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def registry(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the command on an empty register, with something on its standard input."""
    env = {**os.environ, "DATABASE_URL": cluster.copy(), "DATA_DIR": str(tmp_path_factory.mktemp("cli"))}

    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "registry.cli", *words],
            env=env,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each of these starts the program several times: they are no part of a quick look."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)
