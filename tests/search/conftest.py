"""The engines under contract, each on a real index of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from search import Document, SearchEngine
from search.embedded import EmbeddedEngine
from tests.search.names import NAMES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """An engine with an empty index: every engine must answer the contract tests alike."""
    assert request.param == "embedded"
    return EmbeddedEngine(tmp_path / "index")


@pytest.fixture(scope="module", params=["embedded"])
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """An engine that holds the real names; read only."""
    assert request.param == "embedded"
    engine = EmbeddedEngine(tmp_path_factory.mktemp("city"))
    engine.rebuild(Document("enterprise", f"{i:03d}", 1, name, (name,)) for i, name in enumerate(NAMES))
    return engine
