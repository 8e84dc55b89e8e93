"""`docs/adding-a-register.md` is done as it is written: the sixth register keeps the contract of the other five."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "adding-a-register.md").read_text(encoding="utf-8")
ROOM, SAMPLE = re.findall(r"(?s)```python\n(.*?)```", PAGE)
MOST_LINES = 60


def test_a_register_takes_less_than_sixty_lines() -> None:
    assert len((ROOM + SAMPLE).splitlines()) < MOST_LINES


@pytest.mark.slow
def test_what_the_page_says_is_done_and_keeps_the_contract(tmp_path: Path) -> None:
    _install(tmp_path)
    tests = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "training_base_sample",
        "tests/registers",
        "-k",
        "training_base",
    ]
    paths = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [*tests, "-k", "training_base"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 15


def _install(folder: Path) -> None:
    """The room as an installed package with its entry point, and its line of the contract test."""
    (folder / "training_bases").mkdir()
    (folder / "training_bases" / "__init__.py").write_text(ROOM, encoding="utf-8")
    metadata = folder / "training_bases-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: training-bases\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(
        "[silver_registry.plugins]\ntraining_bases = training_bases\n", encoding="utf-8"
    )
    imports = "from tests.registers.samples import _SAID, OWNER, SAMPLES, Sample"
    sample = f'{imports}\n\nSAMPLES["training_base"] = {SAMPLE}'
    (folder / "training_base_sample.py").write_text(sample, encoding="utf-8")
