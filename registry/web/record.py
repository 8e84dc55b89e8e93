"""The page of one record (一企一档): who is it, where does it stand, what is due, what it offers, its past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import api, clock, links, reading, records
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.attachments import Level
from registry.errors import Refusal
from registry.history import Entry
from registry.parameters import day_of
from registry.register import Field, FieldType, Register
from registry.titles.schemas import STAGE_LABELS
from registry.web import (
    chart,
    files,
    hands,
    network,
    notes,
    origins,
    personal,
    references,
    rendering,
    showing,
    standing,
)
from registry.web.lookalikes import section as merging_section
from registry.web.showing import Fact, Urls

TITLES_SHOWN = 10
PAST_SHOWN = 3

_ACTS = {"withdraw": records.withdraw, "reinstate": records.reinstate}


class Change(NamedTuple):
    """One field of a history entry."""

    label: str
    before: str
    after: str


class Past(NamedTuple):
    """One entry of the record's past, ready to be read."""

    entry: Entry
    changes: list[Change]


class Groups(NamedTuple):
    """A record's facts in the order of the questions people ask."""

    offers: list[Fact]
    tables: list[Fact]
    papers: list[Fact]
    gaps: list[str]
    statement: list[Fact]
    private: list[Fact]


def routes(register: Register) -> list[BaseRouteHandler]:
    """The record's page, and the two acts that need no form of their own."""
    return [_page(register), *(_act(register, act) for act in _ACTS)]


def _page(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/{{record_id:str}}",
        permission=Permission.RECORD_READ,
        include_in_schema=False,
        name=f"page-one-{register.plural}",
    )
    async def record_page(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[str]:
        """One record."""
        return await show(request, register, record_id)

    return record_page


def _act(register: Register, act: str) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/{act}",
        permission=Permission.RECORD_WITHDRAW,
        include_in_schema=False,
        name=f"page-{act}-{register.plural}",
    )
    async def perform(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Withdraw or reinstate; what was wrong is said on the page itself."""
        form = await request.form()
        reason, version = str(form.get("reason", "")), number(form.get("version"))
        try:
            await _ACTS[act](occasion_of(request, reason), register, record_id, version)
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await show(request, register, record_id, refusal, reason)
        return Redirect(f"/{register.plural}/{record_id}", status_code=303)

    return perform


def number(text: Any) -> int:
    """A version from a form; what is none fits no version."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0


async def show(
    request: Request[Any, Any, Any],
    register: Register,
    record_id: str,
    refusal: Refusal | None = None,
    reason: str = "",
    revealed: Mapping[str, Any] | None = None,
) -> Response[str]:
    """The record's page, with a refused act's reason still in its place; `revealed` are personal data in clear."""
    actor = actor_of(request)
    as_of = day_of(request)
    found = await reading.get(actor, register, record_id, as_of)
    record = rendering.decoded(found.json)
    if revealed:
        record["private"] |= revealed
    # Nothing is done to what was.
    record["owned"] = record["owned"] and as_of is None
    titles = record.get("titles") or []
    today = as_of or clock.today()
    lines = [standing.title_line(title, today) for title in titles]
    entries = await api.history_for(actor, register, record_id)
    found_links = await links.of(actor, register, UUID(record_id))
    near = references.groups(found_links)
    past = [past_of(register, entry) for entry in entries]
    return rendering.page(
        request,
        "record.html",
        record[register.name_field],
        crumbs=_crumbs(register),
        status=refusal.status if refusal else 200,
        register=register,
        record=record,
        code=record.get(register.code_field) or "",
        former=record.get(register.former_names_field) or [],
        place=showing.fact(register.by_name["district"], record) if "district" in register.by_name else None,
        marks=showing.marks(register, record),
        groups=_groups(register, record, references.urls(found_links)),
        references=near,
        network=network.network(record[register.name_field], near),
        standing=standing.standing(record, today) if "tier" in register.by_name else None,
        deadlines=standing.deadlines(titles, today),
        chart=chart.chart(titles, today),
        titles=lines[:TITLES_SHOWN],
        more_titles=lines[TITLES_SHOWN:],
        past=past[:PAST_SHOWN],
        more_past=past[PAST_SHOWN:],
        owned=record["owned"],
        as_of=as_of,
        now_url=f"/{register.plural}/{record_id}",
        files=await files.section(request, register, record),
        origins=origins.NOTHING if as_of else await origins.section(request, register, record),
        personal=await personal.section(request, register, record, shown=bool(revealed)),
        notes=await notes.section(request, register, record),
        merging=None if as_of else await merging_section(request, register, record),
        hands=hands.NOTHING if as_of else await hands.section(request, register, record),
        refusal=refusal,
        reason=reason,
    )


def _crumbs(register: Register) -> tuple[rendering.Crumb, ...]:
    return (rendering.Crumb("首页", "/"), rendering.Crumb(f"{register.label}名单", f"/{register.plural}"))


def _groups(register: Register, record: Mapping[str, Any], urls: Urls) -> Groups:
    """Codes and long texts tell what it offers, small tables and private fields stand apart, all else is its papers."""
    head = {register.name_field, register.code_field, register.former_names_field, "district", "visibility"}
    public = [field for field in register.public if field.name not in head and not field.type.is_flag]
    offers = [f for f in public if f.type in {FieldType.CODES, FieldType.LONG_TEXT}]
    tables = [f for f in public if f.type.is_rows]
    papers = [f for f in public if f not in offers and f not in tables and f.name not in showing.STATEMENT]
    statement = [f for f in public if f.name in showing.STATEMENT]
    hidden = record.get("private") or {}
    private = [f for f in register.stored if f.private and f.name in hidden]
    return Groups(
        [fact for fact in _facts(offers, record) if fact.text],
        [fact for fact in _facts(tables, record, urls) if fact.text],
        [fact for fact in _facts(papers, record, urls) if fact.text],
        [fact.label for fact in _facts((*offers, *tables, *papers), record) if not fact.text],
        [fact for fact in _facts(statement, record) if fact.text],
        _facts(private, hidden),
    )


def _facts(fields: Sequence[Field], record: Mapping[str, Any], urls: Urls = showing.NO_URLS) -> list[Fact]:
    return [showing.fact(field, record, urls) for field in fields]


def past_of(register: Register, entry: Entry) -> Past:
    """What an entry changed, field by field; what hangs on the record (titles) as words."""
    names = dict.fromkeys((*entry.before, *entry.after))
    changes = [_change(register, name, entry) for name in names if name != "withdrawn"]
    return Past(entry, [change for change in changes if change.before != change.after])


_HANDS = {"keeper": "主管单位", "handler": "经办人"}


def _change(register: Register, name: str, entry: Entry) -> Change:
    field = register.by_name.get(name)
    if field is not None:
        return Change(field.label, *(showing.shown(field, side.get(name)) for side in (entry.before, entry.after)))
    if name in _HANDS:
        return Change(_HANDS[name], *(str(side.get(name) or "") for side in (entry.before, entry.after)))
    if name == "attachment":
        return Change("附件", *(_file_words(side.get(name)) for side in (entry.before, entry.after)))
    if name == "merged":
        return Change("并入的记录", *((side.get(name) or {}).get("name", "") for side in (entry.before, entry.after)))
    return Change("称号", hanging_words(entry.before.get(name)), hanging_words(entry.after.get(name)))


def _file_words(told: Any) -> str:
    """A file of a history entry: its name where everyone may have it, else the beginning of its digest."""
    if not isinstance(told, dict):
        return ""
    level = Level(told["level"]).label
    return f"{told.get('name') or told['sha256'][:12]}（{level}）{told.get('about', '')}"


def hanging_words(items: Any) -> str:
    """Titles of a history entry or an import's report, in words."""
    if not isinstance(items, list):
        return ""
    return "；".join(map(_title_words, items))


def _title_words(title: Mapping[str, Any]) -> str:
    """Everything a later statement may have changed, so that a change is seen."""
    stage = STAGE_LABELS.get(title.get("stage", ""), "")
    begins, ends = title.get("valid_from") or "", title.get("valid_until") or ""
    presumed = "（推定）" if title.get("presumed") else ""
    valid = f"有效期 {begins or '未载明'} 至 {ends or '未载明'}{presumed}" if begins or ends else ""
    words = (title.get("label", ""), _year(title), title.get("batch", ""), stage, title.get("document_no", ""), valid)
    return " ".join(filter(None, words))


def _year(title: Mapping[str, Any]) -> str:
    return f"{title['year']} 年" if title.get("year") else ""
