"""Who may import whom: the contracts of pyproject.toml, and what import-linter cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from plugins import manager
from tests.house.sources import ROOT, SHIPPED, foreign, imports, module_name, python_files

ROOMS = tuple(name for name in manager.BUILT_IN if name != "registry.titles")
PURE = {"rules.py", "steps.py", "verbs.py", "acts.py"}
RULES = [path for path in python_files("registry", "plugins") if path.name in PURE]


def test_it_keeps_the_contracts_of_the_house() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr
    assert "KEPT" in run.stdout


@pytest.mark.parametrize("room", manager.BUILT_IN)
def test_it_names_a_room_nowhere_but_in_the_list_of_the_host(room: str) -> None:
    """Titles may be read by the rooms that hold them, by what acts on them, and by pages; a register's by nobody."""
    rooms = tuple(one for one in manager.BUILT_IN if one != "registry.titles")
    may = (*rooms, "registry.titling", "registry.web") if room == "registry.titles" else ()
    naming = {
        module_name(path)
        for path in python_files(*SHIPPED)
        if any(name == room or name.startswith(f"{room}.") for name in imports(path))
    }
    assert not {name for name in naming if not name.startswith((room, *may))}


def test_it_says_hook_only_in_the_host() -> None:
    saying = {
        module_name(path)
        for path in python_files(*SHIPPED)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"hook", "PluginManager"}
    }
    assert saying == {"plugins.manager"}


@pytest.mark.parametrize("path", RULES, ids=module_name)
def test_it_keeps_rules_pure(path: Path) -> None:
    room = module_name(path).rpartition(".")[0]
    own = {f"{room}.{part}" for part in ("fields", "kinds", "schemas", "rules", "steps", "verbs")}
    shared = {f"registry.{part}" for part in ("access", "errors", "naming", "register", "taxonomy")}
    modules = {name for name in imports(path) if name.partition(".")[0] in SHIPPED} - {"registry", room}
    assert not {name for name in modules if not name.startswith((*own, *shared))}
    assert not foreign(imports(path))


def test_it_reads_the_environment_in_one_place() -> None:
    reading = {
        module_name(path)
        for path in python_files(*SHIPPED)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    # Two libraries are told by their own variables where to look: Piccolo its configuration, the lock its folder.
    assert reading == {"registry.settings", "registry.database", "registry.embedded"}
