"""How values of a record stand on a page: by their field's declaration, and as honest about places as the law is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from registry import clock, taxonomy, values
from registry.register import Field, FieldType, Register
from search import PUBLIC

STATEMENT = frozenset({"source", "as_of"})
"""Fields about the statement itself; they stand below the papers, not among them."""

ABOLISHED = "已撤销的区划"
NO_URLS: Mapping[tuple[str, str], str] = {}

_LADDER_STEPS = {"innovative": 1, "srdi": 2, "giant": 3, "champion": 4}


class Fact(NamedTuple):
    """One field of a record, ready to be read. `url` where the text leads, `note` what must be known with it."""

    name: str
    label: str
    text: str
    note: str = ""
    url: str = ""
    items: tuple[str, ...] = ()
    number: bool = False
    short: bool = False
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


class Cell(NamedTuple):
    """A cell of a small table: what it says, and the record it names."""

    text: str
    url: str = ""
    number: bool = False


Urls = Mapping[tuple[str, str], str]
"""Where a reference leads: (field, what was printed) -> the record's page."""


def typed(field: Field, value: Any) -> Any:
    """A value of the record's JSON as the type that the field keeps."""
    if value is None:
        return None
    match field.type:
        case FieldType.DATE if isinstance(value, str):
            return date.fromisoformat(value)
        case FieldType.DECIMAL | FieldType.INTEGER:
            return Decimal(str(value))
    return value


def shown(field: Field, value: Any) -> str:
    """A value of the record's JSON as people read it."""
    kept = typed(field, value)
    return "" if kept in (None, "", []) else values.display(field, kept)


def written(field: Field, value: Any) -> str:
    """A value of the record's JSON as a form carries it: typing it in again gives the same."""
    kept = typed(field, value)
    return "" if kept in (None, "", []) else values.to_text(field, kept)


def fact(field: Field, record: Mapping[str, Any], urls: Urls = NO_URLS) -> Fact:
    """One field of a record."""
    value = record.get(field.name)
    if field.type.is_rows:
        return _table(field, value or (), urls)
    text = shown(field, value)
    items = _items(field, value) if field.type.is_list else ()
    url = web_address(text) if field.name == "website" else urls.get((field.name, text), "")
    note = place_note(text) if field.vocabulary == "districts" else ""
    return Fact(field.name, field.label, text, note, url, items, field.type in {FieldType.DECIMAL, FieldType.INTEGER})


def cell(field: Field, record: Mapping[str, Any]) -> Fact:
    """One field of a record in a table, where days stand in columns."""
    made = fact(field, record)
    if field.type is not FieldType.DATE or not made.text:
        return made
    return made._replace(text=str(record[field.name]), short=True)


def _table(field: Field, rows: Sequence[Mapping[str, Any]], urls: Urls) -> Fact:
    """A small table with the columns that say something."""
    columns = [column for column in field.columns if any(row.get(column.name) not in (None, "") for row in rows)]
    lines = tuple(tuple(_cell_of(field, column, row.get(column.name), urls) for column in columns) for row in rows)
    text = f"{len(rows)} 行" if rows else ""
    return Fact(field.name, field.label, text, heads=tuple(column.label for column in columns), rows=lines)


def _cell_of(field: Field, column: Field, value: Any, urls: Urls) -> Cell:
    kept = typed(column, value)
    number = column.type in {FieldType.DECIMAL, FieldType.INTEGER}
    if kept in (None, ""):
        return Cell("", number=number)
    text = str(value) if column.unit == "年" or column.type is FieldType.DATE else values.display(column, kept)
    return Cell(text, urls.get((field.name, text), "") if column.refers else "", number)


def _items(field: Field, value: Any) -> tuple[str, ...]:
    if not field.vocabulary:
        return tuple(value or ())
    words = taxonomy.vocabulary(field.vocabulary)
    return tuple(words.label(code) for code in value or ())


def web_address(text: str) -> str:
    """The link of a web address as it was filed; a bare domain is reached by https."""
    if not text or text.lower().startswith(("http://", "https://")):
        return text
    return f"https://{text}"


def place_note(name: str | None) -> str:
    """What has become of an abolished district: “2025-11-06 撤销，现属两江新区”; "" for one that exists."""
    place = taxonomy.district(name or "")
    if place is None or place.valid_to is None or place.valid_to >= clock.today():
        return ""
    return f"{place.valid_to} 撤销，现属{place.succeeded_by}"


def region(name: str) -> str:
    """The part of the city a district lies in; abolished ones stand together, whatever is elsewhere in none."""
    place = taxonomy.district(name)
    if place is None:
        return ""
    return ABOLISHED if place_note(name) else place.region


def marks(register: Register, record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(style, words) of what must be known about a record before anything else."""
    found = [("quiet", field.label) for field in register.public if field.type.is_flag and record.get(field.name)]
    if record.get("visibility", PUBLIC) != PUBLIC:
        found.append(("inside", "内部"))
    found += [("act", words) for words in register.marks(record, clock.today())]
    if record.get("withdrawn"):
        found.append(("act", "已撤回"))
    return found


def tier_label(code: str | None) -> str:
    """A tier's name."""
    return taxonomy.vocabulary("tiers").label(code) if code else ""


def steps(tier: str | None) -> int:
    """How many of the ladder's four steps a tier fills; 0 for what is not on it."""
    return _LADDER_STEPS.get(tier or "", 0)


def moment(at: str | datetime) -> str:
    """A moment of the record's JSON in Beijing time, to the minute."""
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    return moment.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")


_BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "MicroMessenger": "微信", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "HarmonyOS": "鸿蒙",
    "Android": "Android",
    "iPhone": "iPhone",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def agent(text: str) -> str:
    """A browser's long name as people know it; a program's as it is."""
    found = [next((label for key, label in names.items() if key in text), "") for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or text[:40] or "未知"
