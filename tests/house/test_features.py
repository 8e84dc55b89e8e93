"""`docs/features.md` has a line for every feature of its groups, and every test that it names is there."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
LINES = re.findall(r"(?m)^\| ([A-Z]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE)
NUMBERS = {"A": 16, "D": 10, "E": 14, "L": 12}


def test_every_number_has_one_line() -> None:
    asked = [f"{group}{n}" for group, most in NUMBERS.items() for n in range(1, most + 1)]
    assert [number for number, *_ in LINES] == asked


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_what_is_done_names_tests_that_are_there_and_what_is_not_a_reason(line: tuple[str, str, str, str]) -> None:
    _, _, state, shown = line
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", shown)
    if state.strip() == "not done":
        assert not named
        assert len(shown.strip()) > 10
        return
    assert state.strip() == "done"
    assert named
    for path, test in named:
        text = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
        assert re.search(rf"(?m)^def {test}\(", text), f"{path} has no {test}"
