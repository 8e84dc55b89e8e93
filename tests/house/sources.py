"""The program's own source as the tests of this folder read it: files, modules, imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ("plugins", "registry", "search")


@cache
def tracked() -> tuple[str, ...]:
    """Every file that git does not ignore; of an unpacked archive, every file but those made by running."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).exists())
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(str(path) for path in found if path.parts[0] not in {".venv", "var"})


def python_files(*folders: str) -> list[Path]:
    """The Python files below these folders of the checkout."""
    return [ROOT / name for name in tracked() if name.endswith(".py") and name.partition("/")[0] in folders]


def module_name(path: Path) -> str:
    """`registry/titles/__init__.py` -> `registry.titles`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in the file; `from registry import taxonomy` counts as both."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def foreign(names: set[str]) -> set[str]:
    """The top-level packages among these that come from outside the standard library and this project."""
    tops = {name.partition(".")[0] for name in names}
    return tops - sys.stdlib_module_names - {*SHIPPED, "bench", "tests"}
