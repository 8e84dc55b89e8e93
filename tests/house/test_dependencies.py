"""What is imported is declared, what is declared is explained, what is locked is what is declared."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.house.sources import ROOT, SHIPPED, foreign, imports, python_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMED_TO_UVICORN = {"httptools", "uvloop"}
"""Never imported by name: uvicorn uses them when they are there."""
COMMANDS = {"import-linter", "mypy", "ruff"}
"""Development tools that are run, not imported."""


def names(requirements: list[str]) -> set[str]:
    """Distribution names of requirement lines."""
    return {re.split(r"[<>=!~\[; ]", one, maxsplit=1)[0].lower() for one in requirements}


RUNTIME = names(PROJECT["dependencies"])
DEVELOPMENT = names(PROJECT["optional-dependencies"]["dev"])


def imported(*folders: str) -> set[str]:
    """Distributions whose modules the files below these folders import."""
    modules = foreign({name for path in python_files(*folders) for name in imports(path)})
    known = packages_distributions()
    return {re.sub(r"[-_.]+", "-", known.get(module, [module])[0]).lower() for module in modules}


def locked(lock: str) -> dict[str, str]:
    """Distribution -> version of a lock file."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"(?m)^([a-z0-9.-]+)==([^ ;\\]+)", "\n".join(lines)))


def test_it_declares_what_the_program_imports_and_nothing_else() -> None:
    assert imported(*SHIPPED) == RUNTIME - NAMED_TO_UVICORN


def test_it_declares_what_tests_and_benchmarks_import_and_nothing_else() -> None:
    assert imported("tests", "bench") - RUNTIME == DEVELOPMENT - COMMANDS


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_it_locks_every_version_with_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    wanted = RUNTIME | {"setuptools"} | (DEVELOPMENT if "dev" in lock else set())
    assert wanted <= set(locked(lock))
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in entry
        assert "--hash=sha256:" in entry
    assert "://" not in text
    assert "--index" not in text


def test_it_locks_the_same_versions_for_the_program_and_for_its_development() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_it_has_the_locked_versions_installed() -> None:
    from importlib.metadata import version

    assert {name: version(name) for name in RUNTIME} == {name: locked("requirements.lock")[name] for name in RUNTIME}


def test_it_explains_every_dependency_and_none_that_is_not_there() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"(?m)^\| `([a-z0-9-]+)` \|", text))
    assert explained == RUNTIME | DEVELOPMENT | {"setuptools"}


def test_it_asks_for_no_newer_python_than_it_says() -> None:
    assert PROJECT["requires-python"] == ">=3.11"
    assert "3.11" in (ROOT / "script" / "environment.sh").read_text(encoding="utf-8")
    assert Path(ROOT / "README.md").read_text(encoding="utf-8").count("3.11") >= 1
