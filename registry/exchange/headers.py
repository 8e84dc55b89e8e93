"""Which row is the header, and which field each of its columns is: as forgiving as the lists that offices send."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from registry.errors import Invalid, Objection, TooLarge
from registry.exchange.assigning import Assigned, Known, fingerprint, header_key
from registry.exchange.cells import letter
from registry.register import Field, FieldType

SEARCHED_ROWS = 20
"""The header stands within these first rows; above it are titles and notes."""

MAX_COLUMNS = 200
ERRORS = "错误说明"
"""Header of the column that `annotate` adds; it is ignored when the file comes back."""

_ORDINALS = frozenset({"序号", "序", "行号", "no", "num", "#"})
_REMARK = re.compile(r"[(\[【〔{<《〈]([^)\]】〕}>》〉]*)[)\]】〕}>》〉]")
_MONEY = re.compile(r"(亿元|百万元|万元|千元|元)$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a read list. `index` counts from 0 (column A) and is also the place in `Row.values`.

    `left_out`: somebody said that it is not to be read.
    """

    index: int
    letter: str
    header: str
    field: Field | None
    left_out: bool = False

    @property
    def is_ordinal(self) -> bool:
        """Whether it only numbers the rows."""
        return self.field is None and (_key(self.header) or self.header) in _ORDINALS

    @property
    def is_errors(self) -> bool:
        """Whether it is the column that `annotate` added."""
        return self.field is None and _key(self.header) == ERRORS


class Header(NamedTuple):
    """A found header: its row (the lower of two), its texts, how many fields it names, its length in cells.

    `assigned` is what somebody said of a header like this one.
    """

    row: int
    texts: list[str]
    score: int
    span: int
    assigned: Assigned | None = None


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _key(text: str) -> str:
    return "".join(c for c in _normal(text) if c.isalnum())


def _bare(text: str) -> str:
    """The key without bracketed remarks: 企业名称（盖章） is 企业名称."""
    return _key(_REMARK.sub("", _normal(text))) or _key(text)


class Matcher:
    """Finds the field that a header text means: by label, alias or name."""

    def __init__(self, fields: Sequence[Field], known: Known | None = None) -> None:
        self.fields = fields
        self.known = known or {}
        self._by_name = {f.name: f for f in fields}
        keys = [f for f in fields if f.required or f.type in {FieldType.NAME, FieldType.CREDIT_CODE}]
        self.keys = keys or list(fields)
        named = [*((f.label, f) for f in fields), *((a, f) for f in fields for a in f.aliases)]
        exact = [*named, *((f.label + f.unit, f) for f in fields), *((f.name, f) for f in fields)]
        self._exact: dict[str, Field] = {}
        for text, field in exact:
            self._exact.setdefault(_key(text), field)
        self._bare = _unambiguous((_bare(text), field) for text, field in named)

    def match(self, text: str) -> Field | None:
        """The field, or None; a remark in brackets counts only where it tells two fields apart."""
        if not text or len(text) > 100:
            return None
        return self._exact.get(_key(text)) or self._bare.get(_bare(text))

    def said(self, text: str, assigned: Assigned | None) -> tuple[Field | None, bool]:
        """The field, as somebody assigned it or as the text says; and whether it was said to be left out."""
        name = (assigned or {}).get(header_key(text)) if text else None
        if name is None or (name and name not in self._by_name):
            return self.match(text), False
        return (self._by_name[name], False) if name else (None, True)

    def score(self, texts: Iterable[str]) -> int:
        """How many fields a row names; 0 if none of them tells which record a row is about."""
        found = {field.name for text in texts if (field := self.match(text))}
        return len(found) if any(field.name in found for field in self.keys) else 0

    def wanted(self) -> str:
        """What to tell a person whose file has no header that we know."""
        keys = "或".join(f"“{field.label}”" for field in self.keys[:4])
        known = "、".join(field.label for field in self.fields)
        return f"表头应有{keys}一列，放在前 {SEARCHED_ROWS} 行内。可识别的列名：{known}。"


def _unambiguous(pairs: Iterable[tuple[str, Field]]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    torn: set[str] = set()
    for key, field in pairs:
        if found.setdefault(key, field) is not field:
            torn.add(key)
    return {key: field for key, field in found.items() if key not in torn}


def find_header(rows: Sequence[tuple[int, list[str]]], matcher: Matcher) -> Header | None:
    """The row that names most fields, or two rows read as one (a group row above) if that names more still."""
    single = [Header(number, texts, matcher.score(texts), len(texts)) for number, texts in rows]
    double = [_two_rows(upper, lower, matcher) for (_, upper), lower in pairwise(rows)]
    best: Header | None = None
    for header in [*single, *double]:
        if (assigned := matcher.known.get(fingerprint(header.texts))) is not None:
            return header._replace(assigned=assigned)
        if header.score > (best.score if best else 0):
            best = header
    return best


def guess_header(rows: Sequence[tuple[int, list[str]]]) -> Header | None:
    """The row that looks most like a header though it names nothing we know: the first with most different texts."""
    best: Header | None = None
    for number, texts in rows:
        told = len({text for text in texts if text and not text.replace(".", "").isdigit()})
        if told > (best.score if best else 1):
            best = Header(number, texts, told, len(texts))
    return best


def _two_rows(upper: list[str], lower: tuple[int, list[str]], matcher: Matcher) -> Header:
    """Where the lower cell is empty (merged downwards) the upper one names the column."""
    number, below = lower
    span = max(len(upper), len(below))
    padded = zip([*upper, *[""] * (span - len(upper))], [*below, *[""] * (span - len(below))], strict=True)
    texts = [low or high for high, low in padded]
    return Header(number, texts, matcher.score(texts), span)


def columns_of(header: Header, matcher: Matcher) -> tuple[Column, ...]:
    """All columns up to the last that has a header.

    Raises `Invalid` when two columns are the same field or a column is in another unit of money, `TooLarge` when there
    are too many.
    """
    used = max(place for place, text in enumerate(header.texts) if text) + 1
    if used > MAX_COLUMNS:
        raise TooLarge(f"表头有 {used} 列，最多 {MAX_COLUMNS} 列。请删去无关的列后再上传。")
    columns = tuple(
        Column(place, letter(place), " ".join(text.split()), *matcher.said(text, header.assigned))
        for place, text in enumerate(header.texts[:used])
    )
    if objections := [*_doubled(columns, header.row), *_other_units(columns, header.row)]:
        raise Invalid(objections, objections[0].message if len(objections) == 1 else "")
    return columns


def _doubled(columns: Sequence[Column], row: int) -> list[Objection]:
    first: dict[str, Column] = {}
    objections = []
    for column in columns:
        if column.field is None:
            continue
        earlier = first.setdefault(column.field.name, column)
        if earlier is not column:
            message = (
                f"{earlier.letter} 列“{earlier.header}”和 {column.letter} 列“{column.header}”"
                f"都是“{column.field.label}”，请只留一列。"
            )
            objections.append(Objection(message, column.field.name, column.field.label, row, column.letter))
    return objections


def _other_units(columns: Sequence[Column], row: int) -> list[Objection]:
    """A column in 元 read as 万元 would be wrong ten thousand times over: refuse it."""
    objections = []
    for column in columns:
        field = column.field
        if field is None or not _MONEY.fullmatch(field.unit):
            continue
        said = [found[1] for remark in _REMARK.findall(_normal(column.header)) if (found := _MONEY.search(remark))]
        if said and said[-1] != field.unit:
            message = (
                f"{column.letter} 列“{column.header}”以{said[-1]}计，“{field.label}”应以{field.unit}计，"
                "请换算后把表头的单位也改过来。"
            )
            objections.append(Objection(message, field.name, field.label, row, column.letter))
    return objections
