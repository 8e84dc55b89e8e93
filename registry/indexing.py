"""Between database and index: documents from current rows, the indexer that empties the outbox, verify and rebuild.

One indexer at a time, by a PostgreSQL advisory lock held for each batch. An outbox row goes only when the engine has
confirmed; killed anywhere, the same rows are read again, and applying a whole document twice changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from functools import cache
from typing import Any
from uuid import UUID

import anyio.from_thread
import anyio.to_thread
import msgspec

from plugins import manager
from registry import clock, database, outbox, reach, taxonomy
from registry.errors import Unavailable
from registry.register import FieldType, Register
from search import Document, SearchEngine, SearchUnavailable

BATCH = 5000
MANY = 20_000
"""Entries from which on the index is built anew, if it holds no more than that: one commit, nothing to replace."""

_LOCK = "silver-registry:indexer"


@contextlib.asynccontextmanager
async def sole_indexer(*, wait: bool) -> AsyncIterator[bool]:
    """Whether this process is the indexer now. The lock lives in a connection of its own and dies with it."""
    lock = await database.engine.get_new_connection()
    try:
        if wait:
            await lock.execute("SELECT pg_advisory_lock(hashtext($1))", _LOCK)
            yield True
        else:
            yield bool(await lock.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", _LOCK))
    finally:
        await lock.close()


async def drain(engine: SearchEngine) -> int:
    """Bring the index up to date with all that waits; how many entries were done, 0 if another indexer is at it."""
    done = 0
    async with sole_indexer(wait=False) as sole:
        if sole:
            done = await _anew_if_many(engine)
        while sole:
            batch = await outbox.waiting(BATCH)
            if not batch.seqs:
                break
            await _apply(engine, batch)
            await outbox.done(batch.seqs)
            done += len(batch.seqs)
    return done


async def _anew_if_many(engine: SearchEngine) -> int:
    """Build the index anew where most of it waits to be written; what is written meanwhile waits for the next batch."""
    waiting, _ = await outbox.backlog()
    if waiting < MANY or waiting < await anyio.to_thread.run_sync(engine.count):
        return 0
    seqs = await outbox.all_seqs()
    await _build(engine, lambda _n: None)
    await outbox.done(seqs)
    return len(seqs)


async def _apply(engine: SearchEngine, batch: outbox.Waiting) -> None:
    documents: list[Document] = []
    removed: list[tuple[str, str]] = []
    for kind, ids in batch.records.items():
        register = manager.registers().get(kind)
        found = [] if register is None else [document(register, row) for row in await _rows(register, ids)]
        present = {found_one.id for found_one in found}
        documents += found
        removed += [(kind, str(one)) for one in ids if str(one) not in present]
    await anyio.to_thread.run_sync(engine.apply, documents, removed)


@cache
def _document_sql(register: Register) -> str:
    """What documents are made of, for the rows that are in the index: the same for one batch and for all."""
    companion = register.companion
    facets = {} if companion is None else companion.facets
    extra = "".join(f", {sql.format(day='$1')} AS facet_{name}" for name, sql in facets.items())
    columns = ", ".join(f"r.{field.name}" for field in register.public)
    return (
        f"SELECT r.id, r.version, r.keeper, r.handler, {columns}{extra} FROM {register.table_name} r"
        " WHERE NOT r.withdrawn AND $1::date IS NOT NULL"
    )


async def _rows(register: Register, ids: Sequence[UUID]) -> Sequence[Any]:
    return await database.fetch(f"{_document_sql(register)} AND r.id = ANY($2::uuid[])", clock.today(), list(ids))


def document(register: Register, row: Any) -> Document:
    """The whole document of a row: public fields only."""
    names = (row[register.name_field], *row[register.former_names_field])
    code = row[register.code_field]
    texts = tuple((str(row[f.name]), f.weight) for f in _texts(register) if row[f.name])
    return Document(
        register.kind,
        str(row["id"]),
        row["version"],
        row[register.name_field],
        names,
        (code,) if code else (),
        texts,
        _facets(register, row),
        reach.record_tokens(row),
    )


@cache
def _texts(register: Register) -> tuple[Any, ...]:
    named = {register.name_field, register.former_names_field, register.code_field}
    return tuple(field for field in register.public if field.weight and field.name not in named)


def _facets(register: Register, row: Any) -> dict[str, tuple[str, ...]]:
    companion = register.companion
    facets = {} if companion is None else {name: tuple(row[f"facet_{name}"]) for name in companion.facets}
    for field in register.public:
        value = row[field.name] if field.facet else None
        if not value:
            continue
        if field.type is FieldType.CODES:
            # A class is found under every class above it.
            vocabulary = taxonomy.vocabulary(field.vocabulary)
            codes = dict.fromkeys(up for code in value for up in (*vocabulary.ancestors(code), code))
            facets[field.facet] = tuple(codes)
        else:
            facets[field.facet] = (str(value),)
    return {name: values for name, values in facets.items() if values}


async def rebuild(engine: SearchEngine, progress: Callable[[int], None] = lambda _n: None) -> int:
    """Build the index anew beside the live one and swap. Changes made meanwhile wait in the outbox and follow.

    A fault while reading ends the build before the swap: the live index stays as it is.
    """
    async with sole_indexer(wait=True):
        return await _build(engine, progress)


async def _build(engine: SearchEngine, progress: Callable[[int], None]) -> int:
    async with aclosing(_batches(progress)) as batches:

        async def following() -> list[Document] | None:
            return await anext(batches, None)

        def documents() -> Iterator[Document]:
            while (batch := anyio.from_thread.run(following)) is not None:
                yield from batch

        return await anyio.to_thread.run_sync(lambda: engine.rebuild(documents()))


async def _batches(progress: Callable[[int], None]) -> AsyncGenerator[list[Document], None]:
    count = 0
    for register in manager.registers().values():
        async for rows in database.stream(_document_sql(register), clock.today(), batch=2000):
            yield [document(register, row) for row in rows]
            count += len(rows)
            progress(count)


class Verdict(msgspec.Struct):
    """How index and database compare. `stale` have another version; entries still waiting explain all three."""

    database: int
    index: int
    missing: list[str]
    stale: list[str]
    extra: list[str]
    waiting: int

    @property
    def agrees(self) -> bool:
        """Whether every record is in the index as it is in the database, and nothing else is."""
        return not (self.missing or self.stale or self.extra)


def _versions_sql(register: Register) -> str:
    return f"SELECT id, version FROM {register.table_name} WHERE NOT withdrawn"


async def verify(engine: SearchEngine) -> Verdict:
    """Compare every record's version with the index."""
    indexed = dict(await anyio.to_thread.run_sync(engine.versions))
    size = len(indexed)
    verdict = Verdict(0, size, [], [], [], (await outbox.backlog())[0])
    for register in manager.registers().values():
        async for rows in database.stream(_versions_sql(register), batch=10_000):
            verdict.database += len(rows)
            for record_id, version in rows:
                found = indexed.pop((register.kind, str(record_id)), None)
                if found is None:
                    verdict.missing.append(f"{register.kind}:{record_id}")
                elif found != version:
                    verdict.stale.append(f"{register.kind}:{record_id}")
    verdict.extra = [f"{kind}:{record_id}" for kind, record_id in indexed]
    return verdict


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """An engine that cannot answer becomes a refusal that says so."""
    try:
        yield
    except SearchUnavailable as unavailable:
        raise Unavailable(f"检索暂不可用：{unavailable}") from unavailable
