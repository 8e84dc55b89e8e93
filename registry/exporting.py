"""Lists as files, written in constant memory: CSV, XLSX, NDJSON. What comes out can be imported again.

An export is a right of its own. It says of itself who made it, when and what for: an XLSX on a sheet “说明”, which the
importer passes over; every file by its number, under which it is logged.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import msgspec

from registry import audit, clock, masking, reading, taxonomy, values
from registry.access import ANONYMOUS, Actor, Permission
from registry.audit import Log
from registry.errors import BadRequest, Forbidden, Invalid, Objection
from registry.exchange import Spooled, content_disposition, csv_chunks, ndjson_chunks, spool_chunks, spool_xlsx
from registry.history import Occasion
from registry.reading import ListQuery
from registry.register import Field, FieldType, Opening, Register

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
}
FORMATS = tuple(MEDIA_TYPES)
LEAST_PURPOSE = 4
MOST_PURPOSE = 200
_PLAIN = {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NAME, FieldType.CREDIT_CODE}
_TYPED = {FieldType.DATE, FieldType.INTEGER, FieldType.DECIMAL}
_CODED = {FieldType.CHOICE, FieldType.CODES}

Batches = AsyncIterator[list[tuple[Any, ...]]]
Tell = Callable[[int, int], None]


class Wanted(msgspec.Struct, frozen=True):
    """Which records, in which order and form, what for. `codes`: values of vocabularies as codes, not as labels.

    `titles`: one row for each title, behind the columns of its record. `as_of`: as they were on that day. `clear`:
    personal data uncovered, for those with the right to it, for a purpose.
    """

    form: str = "xlsx"
    filters: Mapping[str, Sequence[str]] = {}
    sort: str = ""
    purpose: str = ""
    codes: bool = False
    titles: bool = False
    as_of: date | None = None
    clear: bool = False

    @property
    def query(self) -> ListQuery:
        """The list that is exported."""
        return ListQuery(self.filters, self.sort, as_of=self.as_of)


class Export:
    """A finished file on its way out."""

    def __init__(self, spooled: Spooled, form: str, filename: str, number: str, rows: int) -> None:
        self.chunks = spooled.chunks()
        self.media_type = MEDIA_TYPES[form]
        self.filename = filename
        # Said outright: what a route declares of its JSON would go before the media type of the answer.
        self.headers = {"content-type": self.media_type, "content-disposition": content_disposition(filename)}
        self.number = number
        self.rows = rows

    async def write(self, path: Path) -> None:
        """Put it on disk."""
        async with await anyio.open_file(path, "wb") as out:
            async for chunk in self.chunks:
                await out.write(chunk)


class _Mark(NamedTuple):
    """What a file says of itself."""

    number: str
    lines: list[tuple[str, str]]


def columns_for(actor: Actor, register: Register) -> tuple[Field, ...]:
    """The columns an export has for this actor: private ones only with the right, filled only in rows of its scope.

    Closed fields leave by no file, whoever asks.
    """
    private = reading.private_fields(actor, register)
    leaving = (field for field in register.fields if field.opening is not Opening.CLOSED)
    return tuple(field for field in leaving if field.name in private or not field.private)


def check(actor: Actor, register: Register, wanted: Wanted) -> None:
    """Refuse what cannot be exported, before anything is written: a form, a filter, a sort that does not exist."""
    if wanted.form not in FORMATS:
        raise BadRequest(f"format 应为 {'、'.join(FORMATS)} 之一。")
    if len(wanted.purpose) > MOST_PURPOSE:
        raise BadRequest(f"用途最多 {MOST_PURPOSE} 字。")
    if wanted.titles and wanted.as_of is not None:
        raise BadRequest("某一天的名单不能每项称号一行：称号按今天的经过导出。请去掉 titles，或去掉 as_of。")
    if wanted.clear:
        _check_clear(actor, wanted)
    reading.compose_list(actor, register, wanted.query)


def _check_clear(actor: Actor, wanted: Wanted) -> None:
    if not actor.may(Permission.PERSONAL_READ):
        raise Forbidden(f"{actor.role.label}不能导出未遮盖的个人信息。")
    if len(wanted.purpose.strip()) < LEAST_PURPOSE:
        told = f"导出未遮盖的个人信息须写明用途，至少 {LEAST_PURPOSE} 字，如“逐户电话核实”；用途记入查阅日志。"
        raise Invalid([Objection(told, "purpose", "用途")])


def personal_columns(actor: Actor, register: Register) -> list[Field]:
    """The columns with data of persons that an export for this actor has."""
    return [field for _, field in masking.places(register, columns_for(actor, register))]


async def count(actor: Actor, register: Register, wanted: Wanted) -> int:
    """How many records the file will have."""
    return await reading.count(actor, register, wanted.query)


async def export(occasion: Occasion, register: Register, wanted: Wanted, tell: Tell | None = None) -> Export:
    """A list as a file; `tell` learns how many of how many records are written, and may end it by raising."""
    actor = occasion.actor
    check(actor, register, wanted)
    columns = columns_for(actor, register)
    if wanted.titles and register.companion:
        columns += register.companion.columns
    mark = _mark(actor, register, wanted)
    clear = [field for field in personal_columns(actor, register) if wanted.clear]
    shown = frozenset(field.name for field in clear)
    counted = _Counted(reading.stream(actor, register, wanted.query, columns, hanging=wanted.titles, clear=shown))
    if tell is not None:
        counted.tell, counted.total = tell, await count(actor, register, wanted)
    spooled = await _spool(wanted, columns, counted.batches(), mark)
    detail = {
        "编号": mark.number,
        "格式": wanted.form,
        "条数": counted.rows,
        "用途": wanted.purpose,
        "条件": wanted.filters,
    } | ({"时点": wanted.as_of.isoformat()} if wanted.as_of else {})
    await audit.note(occasion, "导出名单", register.plural, detail)
    if clear:
        told = {"purpose": wanted.purpose, "fields": [field.label for field in clear]} | detail
        await audit.note(occasion, "导出个人信息", register.plural, told, log=Log.PERSONAL)
    filename = f"{register.label}名单-{wanted.as_of or clock.today():%Y%m%d}-{mark.number}.{wanted.form}"
    return Export(spooled, wanted.form, filename, mark.number, counted.rows)


async def public(register: Register, form: str) -> Export:
    """Everything open of every public record: the same file for everyone, so it bears nobody's name."""
    columns = columns_for(ANONYMOUS, register)
    rows = reading.stream(ANONYMOUS, register, ListQuery(), columns)
    spooled = await _spool(Wanted(form), columns, rows, _Mark("", []))
    return Export(spooled, form, f"{register.label}公开数据.{form}", "", 0)


class _Counted:
    """Counts the rows that pass, and tells."""

    def __init__(self, source: Batches) -> None:
        self.rows = 0
        self.total = 0
        self.tell: Tell | None = None
        self._source = source

    async def batches(self) -> Batches:
        """The same rows."""
        async for batch in self._source:
            yield batch
            self.rows += len(batch)
            if self.tell is not None:
                self.tell(self.rows, max(self.rows, self.total))


def conditions_told(register: Register, wanted: Wanted) -> str:
    """Which records, in the words of people."""
    told = []
    for name, given in sorted(wanted.filters.items()):
        field = register.by_name.get(name)
        words = taxonomy.vocabulary(field.vocabulary) if field and field.vocabulary else None
        values_told = "、".join(words.label(words.find(one) or one) if words else one for one in given)
        if given:
            told.append(f"{field.label if field else '已撤回'}：{values_told}")
    return "；".join(told) or "全部"


def _mark(actor: Actor, register: Register, wanted: Wanted) -> _Mark:
    number = secrets.token_hex(4)
    lines = [
        ("导出编号", number),
        ("导出人", f"{actor.name}（{actor.role.label}）"),
        ("导出时间", f"{clock.now().astimezone(clock.BEIJING):%Y-%m-%d %H:%M}"),
        ("用途", wanted.purpose or "未注明"),
        ("范围", conditions_told(register, wanted)),
        *([("时点", f"{wanted.as_of} 的情况")] if wanted.as_of else []),
        *([("个人信息", "未遮盖，只可用于上述用途")] if wanted.clear else []),
        ("说明", "本页不会被导入；数据页改好后可直接再导入。请按所注明的用途使用，不要外传。"),
    ]
    return _Mark(number, lines)


async def _spool(wanted: Wanted, columns: Sequence[Field], rows: Batches, mark: _Mark) -> Spooled:
    """The whole file, finished on disk first: a slow client holds no database connection."""
    headed = [(_header(field), field) for field in columns]
    async with _limiter():
        if wanted.form == "xlsx":
            return await spool_xlsx(headed, _spelled(columns, rows, codes=wanted.codes), notes=mark.lines)
        if wanted.form == "csv":
            return await spool_chunks(csv_chunks(headed, _spelled(columns, rows, codes=wanted.codes)))
        return await spool_chunks(ndjson_chunks(headed, rows))


@cache
def _limiter() -> anyio.CapacityLimiter:
    """So many exports are written at once in one process; the next ones wait without a database connection."""
    return anyio.CapacityLimiter(3)


def _header(field: Field) -> str:
    return f"{field.label}（{field.unit}）" if field.unit else field.label


async def _spelled(columns: Sequence[Field], rows: Batches, *, codes: bool) -> Batches:
    """Values as their text, codes as the labels that people read unless codes are wanted; the reader takes both."""
    plain = _PLAIN | _TYPED | (_CODED if codes else set())
    spelled = [(place, field) for place, field in enumerate(columns) if field.type not in plain]
    lists = [place for place, field in enumerate(columns) if codes and field.type is FieldType.CODES]
    async for batch in rows:
        texts = []
        for row in batch:
            cells = list(row)
            for place, field in spelled:
                cells[place] = values.to_text(field, cells[place]) if cells[place] is not None else None
            for place in lists:
                cells[place] = "；".join(cells[place]) if cells[place] is not None else None
            texts.append(tuple(cells))
        yield texts
