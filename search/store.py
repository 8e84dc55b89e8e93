"""The index on disk: generations side by side, a pointer to the live one, one writer, any number of reading processes.

- `root/current`: {"generation": "generation-000003", "schema": 1}, replaced atomically
- `root/generation-000003`: a tantivy index
- `root/writer.lock`: held by the one that writes; the kernel lets go of it when its process dies
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import msgspec
import tantivy

from search import SearchUnavailable
from search.fields import SCHEMA_VERSION, register_tokenizers, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

APPLY_HEAP = 64_000_000
REBUILD_HEAP = 128_000_000
"""Bytes the writer may fill before it flushes a segment: a million documents become a handful of segments."""

KEPT_ANSWERS = 1024
"""Answers kept for one state of the index; broad queries are the slow ones, and they are also those that repeat."""

ATTEMPTS = 5
"""A generation may be removed between reading the pointer and opening it; the next look finds its successor."""

REBUILD = "请运行 registry index rebuild 重建索引。"


T = TypeVar("T")


class Pointer(msgspec.Struct, frozen=True):
    """Which generation is live, and which version of the fields it was built with."""

    generation: str
    schema: int


class plain_words:  # noqa: N801  (reads as a phrase: with plain_words(...))
    """Turn whatever tantivy raises into `SearchUnavailable`; `doing` is what could not be done, in Chinese.

    Its panics (a damaged file) come as an exception class that cannot be imported and is not an `Exception`.
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, (ValueError, OSError)) or (kind is not None and kind.__name__ == "PanicException"):
            msg = f"{self._doing}失败，索引可能已损坏：{REBUILD}（{error}）"
            raise SearchUnavailable(msg) from error


class Snapshot:
    """One state of the index: what a search sees from beginning to end, and the answers already given on it."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self.searcher = searcher
        self._answers: dict[str, Any] = {}
        self.kinds = dict(searcher.terms_with_prefix("kind", ""))

    def remember(self, question: str, answer: Callable[[], T]) -> T:
        """The answer to a question, worked out once for as long as the index does not change."""
        known = self._answers.get(question)
        if known is None:
            if len(self._answers) >= KEPT_ANSWERS:
                self._answers.clear()
            known = self._answers[question] = answer()
        return cast("T", known)


class Store:
    """The folder of one index. Reading is safe from many threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._pointer_file = root / "current"
        self._opening = Lock()
        self._index: tantivy.Index | None = None
        self._live: Path | None = None
        self._snapshot: Snapshot | None = None
        self._seen: tuple[object, object] = (None, None)

    def snapshot(self) -> Snapshot | None:
        """The last committed state, whichever process committed it; None while there is no index."""
        if self._signature() != self._seen or self._snapshot is None:
            with self._opening:
                self._refresh()
        return self._snapshot

    def _signature(self) -> tuple[object, object]:
        """Changes with every swap and with every commit: two stat calls, about 3 µs."""
        return _stat(self._pointer_file), self._live and _stat(self._live / "meta.json")

    def _refresh(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            pointer = self.pointer()
            live = self._root / pointer.generation if pointer else None
            if live != self._live:
                self._live, self._index = live, None
            seen = self._signature()
            if seen == self._seen and self._snapshot is not None:
                return
            try:
                with plain_words("打开检索索引"):
                    self._snapshot = self._open(live) if live else None
            except SearchUnavailable:
                self._index = self._snapshot = None
                if attempt == ATTEMPTS or self.pointer() == pointer:
                    raise
            else:
                self._seen = seen
                return

    def _open(self, live: Path) -> Snapshot:
        if self._index is None:
            self._index = tantivy.Index.open(str(live))
            self._index.config_reader("manual")
        self._index.reload()
        return Snapshot(self._index.searcher())

    def pointer(self) -> Pointer | None:
        """Which generation is live; None when there is none yet.

        Raises `SearchUnavailable` when the pointer cannot be read or names an index of another version.
        """
        try:
            pointer = msgspec.json.decode(self._pointer_file.read_bytes(), type=Pointer)
        except FileNotFoundError:
            return None
        except (msgspec.MsgspecError, OSError) as error:
            msg = f"检索索引的指针文件 {self._pointer_file.name} 无法读取：{REBUILD}"
            raise SearchUnavailable(msg) from error
        if pointer.schema != SCHEMA_VERSION:
            msg = f"检索索引的版本是 {pointer.schema}，程序需要 {SCHEMA_VERSION}：{REBUILD}"
            raise SearchUnavailable(msg)
        return pointer

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Hold the right to write; raises `SearchUnavailable` at once when another thread or process holds it."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / "writer.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                msg = "另一个进程正在写检索索引，请稍后再试。"
                raise SearchUnavailable(msg) from error
            yield

    def writable(self) -> Path:
        """The live generation's folder, made (empty) when there is none. Only under `only_writer`."""
        pointer = self.pointer()
        return self._root / pointer.generation if pointer else self.publish(self.fresh())

    def fresh(self) -> Path:
        """A new, empty generation that nobody reads yet. Only under `only_writer`."""
        last = max((int(path.name[-6:]) for path in self._generations()), default=0)
        folder = self._root / f"generation-{last + 1:06d}"
        folder.mkdir()
        with plain_words("新建检索索引"):
            tantivy.Index(schema(), str(folder))
        return folder

    def publish(self, folder: Path) -> Path:
        """Make a generation the live one and remove the others; readers that hold them open keep what they have."""
        new = self._root / "current.new"
        with new.open("wb") as file:
            file.write(msgspec.json.encode(Pointer(folder.name, SCHEMA_VERSION)))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._pointer_file)
        _sync_folder(self._root)
        for path in self._generations():
            if path != folder:
                shutil.rmtree(path, ignore_errors=True)
        return folder

    def _generations(self) -> list[Path]:
        return list(self._root.glob("generation-[0-9][0-9][0-9][0-9][0-9][0-9]"))


@contextmanager
def writing(folder: Path, heap: int) -> Iterator[tantivy.IndexWriter]:
    """A writer that commits at the end, or takes everything back; it lives no longer than the block."""
    with plain_words("打开检索索引的写入器"):
        _forget_unfinished(folder)
        index = tantivy.Index.open(str(folder))
        register_tokenizers(index)
        writer = index.writer(heap, 1)
    try:
        yield writer
        with plain_words("写入检索索引"):
            writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        # Merging happens after a commit, in the writer's threads: a writer that is merely dropped never merges.
        writer.wait_merging_threads()


def _forget_unfinished(folder: Path) -> None:
    """Remove the lists of deletions that a killed writer left: of a commit that never was, so nobody reads them.

    The next commit takes the same number, and would find its file there already.
    """
    committed = json.loads((folder / "meta.json").read_bytes())["opstamp"]
    for path in folder.glob("*.del"):
        number = path.name.split(".")[-2]
        if number.isdecimal() and int(number) > committed:
            path.unlink(missing_ok=True)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
