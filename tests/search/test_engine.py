"""The index as a thing that lives: replaced, rebuilt, shared by processes, killed, damaged."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from search import Query, SearchEngine, SearchUnavailable
from search.embedded import EmbeddedEngine
from tests.search.samples import enterprise, titles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from search import Document


def test_it_answers_nothing_before_there_is_an_index(engine: SearchEngine) -> None:
    assert engine.search(Query("银龄", facets=("district",))).facets == {"district": {}}
    assert (engine.search(Query("")).total, engine.count(), engine.versions(), engine.suggest("银", None)) == (
        0,
        0,
        {},
        [],
    )


def test_it_replaces_whole_documents_and_removes_them(engine: SearchEngine) -> None:
    engine.apply([enterprise("旧名", "更旧", id_="1", version=1), enterprise("别家", id_="2", version=4)])
    engine.apply([enterprise("新名", id_="1", version=2)])
    assert (titles(engine, "旧"), titles(engine, "新名")) == ([], ["新名"])
    assert engine.versions() == {("enterprise", "1"): 2, ("enterprise", "2"): 4}
    engine.apply([], [("enterprise", "1"), ("brand", "2"), ("enterprise", "unknown")])
    assert engine.versions() == {("enterprise", "2"): 4}
    assert engine.count() == 1


def test_it_keeps_the_last_of_two_versions_in_one_batch(engine: SearchEngine) -> None:
    engine.apply([enterprise("先", id_="1", version=1), enterprise("后", id_="1", version=2)])
    assert (engine.count(), engine.versions()) == (1, {("enterprise", "1"): 2})


def test_it_tells_kinds_and_odd_ids_apart(engine: SearchEngine) -> None:
    engine.apply(
        [
            enterprise("甲", id_="a:b", kind="x"),
            enterprise("乙", id_="b", kind="x:a"),
            enterprise("丙", id_="", kind="y"),
        ]
    )
    engine.apply([], [("x", "a:b")])
    assert set(engine.versions()) == {("x:a", "b"), ("y", "丙")}


def test_it_applies_all_of_a_batch_or_nothing(engine: SearchEngine) -> None:
    engine.apply([enterprise("原有")])

    def broken() -> Iterator[Document]:
        yield enterprise("一半")
        msg = "the source broke off"
        raise RuntimeError(msg)

    with pytest.raises(RuntimeError):
        engine.apply(broken())
    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    assert titles(engine, "") == ["原有"]
    engine.apply([enterprise("后来")])
    assert engine.count() == 2


def test_it_rebuilds_and_swaps(engine: SearchEngine) -> None:
    engine.apply([enterprise("旧")])
    assert engine.rebuild(enterprise(f"新{i}") for i in range(50)) == 50
    assert (engine.count(), titles(engine, "旧"), len(titles(engine, "新"))) == (50, [], 50)
    assert engine.rebuild([]) == 0
    assert engine.search(Query("")).total == 0


def test_it_leaves_one_generation_behind(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    for _ in range(3):
        engine.rebuild([enterprise("银龄")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "generation-000003", "writer.lock"]


def test_it_sees_the_commits_and_swaps_of_others_at_its_next_search(tmp_path: Path) -> None:
    writer, reader = EmbeddedEngine(tmp_path), EmbeddedEngine(tmp_path)
    for i in range(1, 6):
        writer.apply([enterprise(f"银龄{i}")])
        assert reader.count() == len(titles(reader, "银龄")) == i
    for i in range(1, 4):
        writer.rebuild([enterprise(f"康养{i}")])
        assert titles(reader, "") == [f"康养{i}"]


def test_it_sees_what_another_process_wrote(tmp_path: Path) -> None:
    reader = EmbeddedEngine(tmp_path)
    assert reader.count() == 0
    program = """
import sys, pathlib
from search.embedded import EmbeddedEngine
from tests.search.samples import enterprise
getattr(EmbeddedEngine(pathlib.Path(sys.argv[1])), sys.argv[2])([enterprise(sys.argv[3])])
"""
    for verb, name in (("apply", "银龄"), ("rebuild", "康养"), ("apply", "颐养")):
        subprocess.run([sys.executable, "-c", program, str(tmp_path), verb, name], check=True)
        assert name in titles(reader, name)


def test_it_answers_many_threads_while_it_is_rebuilt(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.rebuild(enterprise(f"银龄{i}") for i in range(20))

    def ask(number: int) -> int:
        # Every answer comes from one state, old or new: 20 documents either way.
        return engine.search(Query("银龄", limit=number % 30)).total

    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(ask, n) for n in range(300)]
        for turn in range(5):
            engine.rebuild(enterprise(f"银龄{turn}{i}") for i in range(20))
            answers += [pool.submit(ask, n) for n in range(100)]
        assert {answer.result() for answer in answers} == {20}


def test_it_says_so_when_another_writes(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)

    def while_writing() -> Iterator[Document]:
        with pytest.raises(SearchUnavailable, match="另一个进程正在写"):
            EmbeddedEngine(tmp_path).apply([enterprise("乙")])
        yield enterprise("甲")

    assert engine.rebuild(while_writing()) == 1
    EmbeddedEngine(tmp_path).apply([enterprise("乙")])
    assert engine.count() == 2


WRITER = """
import sys, pathlib
from search.embedded import EmbeddedEngine
from tests.search.samples import enterprise
engine = EmbeddedEngine(pathlib.Path(sys.argv[1]))
start = max(engine.versions().values(), default=0)
for version in range(start + 1, start + 10000):
    documents = [enterprise(f"银龄{i}", version=version) for i in range(30)]
    if version % 7:
        engine.apply(documents)
    else:
        engine.rebuild(documents)
    sys.stdout.write(f"{version}\\n")
    sys.stdout.flush()
"""


def test_it_loses_nothing_confirmed_when_the_writer_is_killed(tmp_path: Path) -> None:
    reader = EmbeddedEngine(tmp_path)
    for turn in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            confirmed = int(writer.stdout.readline())
            time.sleep(0.05 + 0.07 * turn)
            os.kill(writer.pid, signal.SIGKILL)
            for line in writer.stdout:
                confirmed = int(line) if line.endswith("\n") else confirmed
        versions = set(reader.versions().values())
        # One batch is one commit: all thirty documents are of one version, the confirmed one or the next.
        assert len(versions) == 1
        assert versions <= {confirmed, confirmed + 1}
        assert reader.count() == len(titles(reader, "银龄")) == 30
    EmbeddedEngine(tmp_path).apply([enterprise("后来")])
    assert reader.count() == 31


def test_it_refuses_an_index_of_another_version_until_it_is_rebuilt(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.apply([enterprise("银龄")])
    pointer = json.loads((tmp_path / "current").read_text())
    (tmp_path / "current").write_text(json.dumps(pointer | {"schema": 0}))
    for act in (
        lambda: engine.search(Query("银龄")),
        engine.count,
        engine.versions,
        lambda: engine.apply([enterprise("乙")]),
    ):
        with pytest.raises(SearchUnavailable, match="registry index rebuild"):
            act()
    engine.rebuild([enterprise("银龄")])
    assert engine.count() == 1


@pytest.mark.parametrize("damage", ["pointer", "meta", "missing", "truncated", "zeroed"])
def test_it_says_in_plain_words_that_an_index_is_damaged(tmp_path: Path, damage: str) -> None:
    EmbeddedEngine(tmp_path).rebuild(enterprise(f"银龄{i}", texts=(("养老服务", 3),)) for i in range(300))
    generation = tmp_path / "generation-000001"
    if damage == "pointer":
        (tmp_path / "current").write_bytes(b"\xff\x00")
    elif damage == "meta":
        (generation / "meta.json").write_text("{")
    for path in generation.glob("*.*"):
        if path.name.startswith(".") or path.suffix == ".json":
            continue
        if damage == "missing":
            path.unlink()
        elif damage == "truncated":
            os.truncate(path, path.stat().st_size // 2)
        elif damage == "zeroed":
            path.write_bytes(bytes(path.stat().st_size))
    engine = EmbeddedEngine(tmp_path)
    with pytest.raises(SearchUnavailable, match="重建"):
        engine.search(Query("银龄"))
    assert engine.rebuild([enterprise("银龄")]) == 1
    assert titles(engine, "银龄") == ["银龄"]


def test_it_finds_its_way_back_when_the_folder_vanishes(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    engine.apply([enterprise("银龄")])
    assert engine.count() == 1
    (tmp_path / "index").rename(tmp_path / "gone")
    assert engine.count() == 0
    engine.apply([enterprise("康养")])
    assert titles(engine, "") == ["康养"]


def test_it_goes_on_where_a_killed_writer_left_deletions_of_a_commit_that_never_was(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    engine.apply([enterprise("银龄", version=1)])
    (generation,) = tmp_path.glob("generation-*")
    meta = json.loads((generation / "meta.json").read_text())
    segment = meta["segments"][0]["segment_id"].replace("-", "")
    left = [generation / f"{segment}.{meta['opstamp'] + n}.del" for n in range(1, 6)]
    for path in left:
        path.write_bytes(b"half")
    engine.apply([enterprise("银龄", version=2)])
    assert set(engine.versions().values()) == {2}
    assert not any(path.exists() and path.read_bytes() == b"half" for path in left)
