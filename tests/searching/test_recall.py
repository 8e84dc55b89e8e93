"""How much is found with and without the starter list, on the measured set; and that nothing foreign comes along."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from registry.taxonomy import DATA
from search import Query, SearchEngine
from search.embedded import EmbeddedEngine
from search.wording import NONE, Wording
from tests.search.samples import enterprise
from tests.searching.recall import DOCUMENTS, QUERIES

FOREIGN = {"重庆汽车零部件有限公司", "重庆钢构有限公司", "重庆火锅底料有限公司"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """An engine that holds the documents of the set."""
    made = EmbeddedEngine(tmp_path_factory.mktemp("recall"))
    made.apply(enterprise(title, texts=((text, 3),) if text else ()) for title, text in DOCUMENTS.items())
    return made


@pytest.fixture(scope="module")
def starter() -> Wording:
    """The starter list as it is shipped."""
    with (DATA / "wording.csv").open(encoding="utf-8", newline="") as lines:
        next(lines)
        rows = list(csv.DictReader(lines))
    assert all(row["source"] for row in rows)
    groups = [row["words"].split("|") for row in rows if row["kind"] == "synonym"]
    return Wording(groups, [row["words"] for row in rows if row["kind"] == "word"])


def found(engine: SearchEngine, text: str, wording: Wording) -> list[str]:
    """The titles found, in order."""
    return [hit.title for hit in engine.search(Query(text, access=None, limit=100, wording=wording)).hits]


def recall(engine: SearchEngine, wording: Wording) -> float:
    """The share of what must be found that is found, over all queries."""
    wanted = sum(len(titles) for _, titles in QUERIES)
    return sum(len(titles & set(found(engine, text, wording))) for text, titles in QUERIES) / wanted


def test_the_starter_list_finds_what_the_words_alone_do_not(engine: SearchEngine, starter: Wording) -> None:
    without, with_it = recall(engine, NONE), recall(engine, starter)
    assert without <= 0.35, without
    assert with_it >= 0.95, with_it


@pytest.mark.parametrize("text", [text for text, _ in QUERIES])
def test_nothing_that_was_found_before_is_lost_and_nothing_foreign_comes_along(
    engine: SearchEngine, starter: Wording, text: str
) -> None:
    before, now = set(found(engine, text, NONE)), set(found(engine, text, starter))
    assert before <= now
    assert not (now - before) & FOREIGN


def test_what_was_typed_comes_before_what_means_the_same(tmp_path: Path, starter: Wording) -> None:
    made = EmbeddedEngine(tmp_path)
    made.apply([enterprise("重庆甲安宁疗护中心"), enterprise("重庆乙临终关怀站")])
    assert found(made, "临终关怀", starter) == ["重庆乙临终关怀站", "重庆甲安宁疗护中心"]
    assert found(made, "安宁疗护", starter) == ["重庆甲安宁疗护中心", "重庆乙临终关怀站"]


def test_what_means_the_same_is_marked(engine: SearchEngine, starter: Wording) -> None:
    [hit] = engine.search(Query("防走丢", access=None, wording=starter)).hits
    assert ("防走失", True) in hit.highlights["text"]


def test_totals_and_counts_go_with_it(engine: SearchEngine, starter: Wording) -> None:
    answer = engine.search(Query("临终关怀", facets=("kind",), access=None, limit=1, wording=starter))
    assert (answer.total, answer.facets) == (2, {"kind": {"enterprise": 2}})
