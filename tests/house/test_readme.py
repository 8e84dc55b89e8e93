"""The README and the other pages tell the truth: layout, commands, options, accounts, environment, links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

from registry import cli, demo, settings
from tests.conftest import World
from tests.house.sources import ROOT, SHIPPED, module_name, python_files, tracked

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
BLOCKS = re.findall(r"(?ms)^```(\w*)\n(.*?)^```", README)
SHELL = [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]
COMMANDS = [line for line in SHELL if line.startswith("registry ")]
CALLS = [line for line in SHELL if line.startswith("curl ")]
[LAYOUT] = [text for language, text in BLOCKS if not language]


def entries(indent: str) -> set[str]:
    """The names that the layout block lists at an indent: several in a line, one space apart, two before the words."""
    lines = re.findall(rf"(?m)^{indent}(?! )(\S+(?: \S+)*)", LAYOUT)
    return {name.rstrip("/") for line in lines for name in line.split(" ")}


def test_it_lists_every_file_and_folder_at_the_top() -> None:
    assert entries("") == {name.partition("/")[0] for name in tracked()}


def test_it_lists_every_part_of_the_product() -> None:
    parts = {name.split("/")[1] for name in tracked() if name.startswith("registry/")}
    assert entries("  ") == parts - {"__init__.py", "py.typed"}


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words of a command line lead to, and the words left over."""
    command: click.Command = cli.main
    while isinstance(command, click.Group):
        word = words.pop(0)
        assert word in command.commands, f"no command {word}"
        command = command.commands[word]
    return command, words


@pytest.mark.parametrize("line", COMMANDS)
def test_it_shows_commands_that_exist_with_their_options(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    command, words = resolve(shlex.split(line, comments=True)[1:])
    if command is cli.create_account:
        words += ["--password", "x"]
    command.make_context(str(command.name), words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_it_names_commands_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"`(?:\.venv/bin/)?registry ([a-z][^`]*)`", text):
        for last in line.split()[-1].split("|"):
            resolve([*line.split()[:-1], last] if "|" in line else line.split())


@pytest.mark.parametrize("line", CALLS)
def test_it_shows_calls_that_answer(line: str, city: World) -> None:
    words = shlex.split(line)
    [address] = [word for word in words if word.startswith("http")]
    path = address.removeprefix("http://127.0.0.1:8000")
    client = city.client("city" if "-H" in words else "")
    if "-F" not in words:
        answer = client.get(path)
    else:
        exported = client.get("/api/v1/enterprises?format=xlsx").content
        answer = client.post(path, files={"file": ("list.xlsx", exported)})
        # An export is a valid import, and changes nothing.
        assert (answer.json()["rejected"], answer.json()["new"], answer.json()["changed"]) == (0, 0, 0)
    assert answer.status_code == 200, answer.text


def test_it_tells_of_every_demo_account_and_their_password() -> None:
    assert set(re.findall(r"(?m)^\| `([a-z]+)` \|", README)) == {one.username for one in demo.CAST}
    assert f"`{demo.PASSWORD}`" in README


def test_it_tells_of_every_variable_of_the_environment() -> None:
    read = set(re.findall(r'env(?:\.get\(|, )"([A-Z_]+)"', Path(settings.__file__).read_text(encoding="utf-8")))
    rows = re.findall(r"(?m)^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", README)
    # The scripts read PYTHON, everything else is the program's.
    assert set(re.findall(r"[A-Z_]+", " ".join(rows))) == read | {"PYTHON"}
    chosen = settings.read({})
    assert f"`{chosen.port}`, `{chosen.host}`" in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert urlsplit(link).scheme or (page.parent / link).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_names_of_modules_and_files_are_real(page: Path) -> None:
    """`registry.x.y` is a module or something in one; `a/b.py` is a file."""
    text = page.read_text(encoding="utf-8").partition("## Decided differently")[0]
    modules = {module_name(file) for file in python_files(*SHIPPED)}
    for name in re.findall(r"`((?:registry|plugins|search)(?:\.\w+)+)`", text):
        assert {name, name.rpartition(".")[0]} & modules, name
    for name in re.findall(r"`((?:registry|plugins|search|script|tests|docs)/[\w./-]+)`", text):
        assert (ROOT / name).exists(), name
