"""Synonyms and domain words as officers keep them. Every process reads a change within seconds, without a restart."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry import audit, database
from registry.errors import Conflict, Invalid, NotFound, Objection
from registry.history import Occasion
from search.text import fold
from search.wording import Wording

TRUSTED_SECONDS = 2.0
"""How long a process trusts what it read last: the longest that a change of wording takes to be felt."""

MOST_WORDS = 30
MOST_LETTERS = 40
MOST_ENTRIES = 5000
MOST_SOURCE = 300

_COLUMNS = "id, kind, words, source, active, author, changed_at"


class Kind(StrEnum):
    """Words that find each other, or one word that is not to be cut."""

    SYNONYM = "synonym"
    WORD = "word"

    @property
    def label(self) -> str:
        """What people call it."""
        return {"synonym": "同义词", "word": "专业词"}[self.value]


class Entry(msgspec.Struct, frozen=True):
    """A group of synonyms or a domain word; one that is not active stays on the page and has no effect."""

    id: UUID
    kind: Kind
    words: list[str]
    source: str
    active: bool
    author: str
    changed_at: datetime


class _Known(NamedTuple):
    """What this process knows, of which database, as of when."""

    pool: int
    stamp: int
    until: float
    wording: Wording


_known: list[_Known] = []


async def current() -> Wording:
    """The wording in force; asked of the database at most every two seconds, read anew only when it has changed."""
    pool = id(database.engine.pool)
    known = _known[0] if _known and _known[0].pool == pool else None
    if known is not None and time.monotonic() < known.until:
        return known.wording
    stamp = int(await database.fetchval("SELECT coalesce(max(stamp), 0) FROM wording"))
    wording = known.wording if known is not None and known.stamp == stamp else await _read()
    _known[:] = [_Known(pool, stamp, time.monotonic() + TRUSTED_SECONDS, wording)]
    return wording


async def _read() -> Wording:
    rows = await database.fetch("SELECT kind, words FROM wording WHERE active ORDER BY id")
    groups = [row["words"] for row in rows if row["kind"] == Kind.SYNONYM]
    return Wording(groups, [row["words"][0] for row in rows if row["kind"] == Kind.WORD])


async def listing(text: str = "") -> list[Entry]:
    """All entries, or those with this text in a word or the source; the last changed first."""
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM wording"
        " WHERE $1 = '' OR position(lower($1) in lower(array_to_string(words, '|') || ' ' || source)) > 0"
        f" ORDER BY changed_at DESC, words[1] LIMIT {MOST_ENTRIES}",
        text.strip()[:MOST_LETTERS],
    )
    return [_entry(row) for row in rows]


async def add(occasion: Occasion, kind: str, words: Sequence[str], source: str = "") -> Entry:
    """Add a group or a domain word; Conflict names the entry that already holds all of it."""
    clean = _checked(kind, words, source)
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('silver-registry:wording'))")
        if await database.fetchval("SELECT count(*) FROM wording") >= MOST_ENTRIES:
            raise Conflict(f"词表最多 {MOST_ENTRIES} 条，请先停用并合并。")
        await _refuse_known(kind, clean, None)
        row = await database.fetchrow(
            f"INSERT INTO wording (kind, words, source, author) VALUES ($1, $2, $3, $4) RETURNING {_COLUMNS}",
            kind,
            clean,
            source.strip(),
            occasion.actor.name,
        )
        await audit.note(occasion, f"添加{Kind(kind).label}", "、".join(clean))
    _known.clear()
    return _entry(row)


async def change(
    occasion: Occasion,
    entry_id: UUID,
    *,
    words: Sequence[str] | None = None,
    source: str | None = None,
    active: bool | None = None,
) -> Entry:
    """Change an entry, or stop or resume its effect; what is not given stays."""
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('silver-registry:wording'))")
        old = await database.fetchrow(f"SELECT {_COLUMNS} FROM wording WHERE id = $1", entry_id)
        if old is None:
            raise NotFound("没有这条同义词或专业词。")
        told = old["source"] if source is None else source
        clean = _checked(old["kind"], old["words"] if words is None else words, told)
        await _refuse_known(old["kind"], clean, entry_id)
        row = await database.fetchrow(
            "UPDATE wording SET words = $2, source = $3, active = $4, author = $5, changed_at = now(),"
            f" stamp = nextval('wording_stamp') WHERE id = $1 RETURNING {_COLUMNS}",
            entry_id,
            clean,
            told.strip(),
            old["active"] if active is None else active,
            occasion.actor.name,
        )
        before = {"words": old["words"], "active": old["active"]}
        after = {"words": row["words"], "active": row["active"]}
        label = Kind(old["kind"]).label
        await audit.note(occasion, f"修改{label}", "、".join(clean), {"before": before, "after": after})
    _known.clear()
    return _entry(row)


def split(text: str) -> list[str]:
    """The words that somebody typed in one box: separated by line ends, commas, bars or 、."""
    return [word for part in text.splitlines() for word in _cut(part)]


def _cut(line: str) -> list[str]:
    for separator in "，,、；;|｜/\t":
        line = line.replace(separator, "\n")
    return [word.strip() for word in line.split("\n") if word.strip()]


def _entry(row: Any) -> Entry:
    return Entry(**{**row, "kind": Kind(row["kind"])})


def _checked(kind: str, words: Sequence[str], source: str) -> list[str]:
    """The words, each once however written; Invalid with everything that is wrong."""
    objections: list[Objection] = []
    if kind not in set(Kind):
        objections.append(Objection("类别应为 synonym（同义词）或 word（专业词）。", "kind", "类别"))
    clean = list({fold(word): " ".join(word.split()) for word in reversed(words)}.values())[::-1]
    bad = [word for word in clean if len(fold(word)) < 2 or len(word) > MOST_LETTERS]
    if bad:
        objections.append(Objection(f"“{bad[0][:MOST_LETTERS]}”不行：每个词 2 至 {MOST_LETTERS} 个字。", "words", "词"))
    if kind == Kind.SYNONYM and not 2 <= len(clean) <= MOST_WORDS:
        objections.append(Objection(f"一组同义词应有 2 至 {MOST_WORDS} 个词，一行一个。", "words", "词"))
    if kind == Kind.WORD and len(clean) != 1:
        objections.append(Objection("专业词一次填一个。", "words", "词"))
    if len(source.strip()) > MOST_SOURCE:
        objections.append(Objection(f"出处不超过 {MOST_SOURCE} 字。", "source", "出处"))
    if objections:
        raise Invalid(objections)
    return clean


async def _refuse_known(kind: str, words: Sequence[str], own: UUID | None) -> None:
    """Two entries of which one says all that the other says would only confuse those who keep them."""
    folded = set(map(fold, words))
    rows = await database.fetch("SELECT words FROM wording WHERE kind = $1 AND id IS DISTINCT FROM $2", kind, own)
    for row in rows:
        if folded <= set(map(fold, row["words"])):
            raise Conflict(f"已有这一条：{'、'.join(row['words'])}；请在那一条上修改或启用。")
