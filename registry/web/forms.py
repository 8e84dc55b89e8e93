"""Forms from a register's declaration: what was typed, what was seen, what is wrong, what others wrote meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from registry import access, clock, reading, taxonomy, values
from registry.access import Actor
from registry.errors import Objection
from registry.register import Field, FieldType, Register
from registry.web import showing

BLANK_ROWS = 3
"""Empty lines that a small table offers; after saving there are three more."""

Typed = str | list[str]
"""What a form carries for a field: one text, or the chosen codes."""


class Tick(NamedTuple):
    """One box of a list to choose from; `depth` its level."""

    value: str
    label: str
    chosen: bool
    depth: int


class Clash(NamedTuple):
    """A field that somebody else changed too: what one saw, and what it is now."""

    seen: str
    current: str


class Cell(NamedTuple):
    """One cell of a small table in a form; `options` are the labels to choose from, if it is chosen from a list."""

    column: Field
    name: str
    text: str
    options: list[str]


class Input(NamedTuple):
    """One field of a form. `shape` is text, long, select, ticks, flag, rows or place (a text with suggestions)."""

    field: Field
    shape: str
    text: str
    ticks: list[Tick]
    suggestions: list[str]
    errors: list[str]
    clash: Clash | None
    chosen: str
    rows: Sequence[Sequence[Cell]] = ()


class Group(NamedTuple):
    """Inputs that belong together."""

    label: str
    inputs: list[Input]


class State(NamedTuple):
    """A form between server and browser: `seen` is what the record said when it was made, `typed` what it says now."""

    version: int
    seen: dict[str, Typed]
    typed: dict[str, Typed]

    def changes(self) -> dict[str, Typed]:
        """What was really changed; all else stays as others may have made it meanwhile."""
        return {name: value for name, value in self.typed.items() if value != self.seen.get(name, _empty_like(value))}

    def seen_text(self) -> str:
        """`seen` as the form carries it."""
        return msgspec.json.encode(self.seen).decode()


def _empty_like(value: Typed) -> Typed:
    return [] if isinstance(value, list) else ""


def fields_of(register: Register, actor: Actor) -> tuple[Field, ...]:
    """The fields somebody may fill in on a record in whose scope it is."""
    locked = access.locked_fields(actor, register.kind)
    read = reading.private_fields(actor, register)
    offered = (f for f in register.stored if f.said and f.name not in locked)
    return tuple(f for f in offered if not f.private or f.name in read)


def of_record(fields: Sequence[Field], record: Mapping[str, Any]) -> dict[str, Typed]:
    """A record's values as a form carries them; private ones stand apart in its JSON."""
    known = {**record, **(record.get("private") or {})}
    return {field.name: _typed(field, known.get(field.name)) for field in fields}


def _typed(field: Field, value: Any) -> Typed:
    if field.type is FieldType.CODES:
        return list(value or ())
    if field.type.is_flag:
        return "是" if value else ""
    if field.type is FieldType.CHOICE:
        return str(value or "")
    return showing.written(field, value)


def of_form(fields: Sequence[Field], form: Any, version: int) -> State:
    """What a submitted form carries: a field for which one took what is there now is as one saw it.

    A `seen` that was tampered with counts as nothing seen.
    """
    typed: dict[str, Typed] = {}
    for field in fields:
        if field.type is FieldType.CODES:
            typed[field.name] = [str(value) for value in form.getall(field.name, [])]
        elif field.type.is_rows:
            typed[field.name] = _rows_of_form(field, form)
        else:
            typed[field.name] = str(form.get(field.name, "")).replace("\r\n", "\n")
    seen = _seen(str(form.get("seen", "{}")))
    given_way = {name: seen[name] for name in typed if form.get(f"take.{name}") == "current" and name in seen}
    return State(version, seen, typed | given_way)


def _rows_of_form(field: Field, form: Any) -> str:
    """A small table's inputs as its text form; lines without content are gone."""
    lines = []
    for number in range(values.rows.MOST_ROWS + BLANK_ROWS):
        names = [f"{field.name}.{number}.{column.name}" for column in field.columns]
        if not any(name in form for name in names):
            break
        cells = [" ".join(str(form.get(name, "")).split()) for name in names]
        if any(cells):
            lines.append(values.rows.BETWEEN.join(cells).rstrip(values.rows.BETWEEN))
    return "\n".join(lines)


def _seen(text: str) -> dict[str, Typed]:
    try:
        return msgspec.json.decode(text, type=dict[str, str | list[str]])
    except msgspec.MsgspecError:
        return {}


def merged(mine: State, current: Mapping[str, Typed], version: int) -> State:
    """My changes on top of the record as it is now."""
    return State(version, dict(current), {**current, **mine.changes()})


def clashes(mine: State, current: Mapping[str, Typed], fields: Sequence[Field]) -> dict[str, Clash]:
    """The fields that both changed, each differently."""
    changed = mine.changes()
    return {
        field.name: Clash(readable(field, mine.seen.get(field.name, "")), readable(field, current[field.name]))
        for field in fields
        if field.name in changed
        and current[field.name] != mine.seen.get(field.name)
        and current[field.name] != changed[field.name]
    }


def readable(field: Field, value: Typed) -> str:
    """A form's value in words."""
    if field.vocabulary and value:
        words = taxonomy.vocabulary(field.vocabulary)
        return "、".join(words.label(code) for code in ([value] if isinstance(value, str) else value))
    return value if isinstance(value, str) else "、".join(value)


def groups(
    register: Register,
    fields: Sequence[Field],
    state: State,
    objections: Sequence[Objection],
    wars: Mapping[str, Clash],
) -> list[Group]:
    """The inputs in the order of the record's page."""
    head = {register.name_field, register.code_field, register.former_names_field}
    sections: dict[str, list[Input]] = {
        "名称与代码": [],
        "基本情况": [],
        "产品与业务": [],
        "明细": [],
        "联系方式": [],
        "内部信息": [],
        "数据说明": [],
        "给谁看": [],
    }
    for field in fields:
        said = [one.message for one in objections if one.field == field.name]
        made = input_of(field, state.typed.get(field.name, ""), said, wars.get(field.name))
        sections[_section(field, head)].append(made)
    return [Group(label, inputs) for label, inputs in sections.items() if inputs]


def _section(field: Field, head: set[str]) -> str:
    if field.name in head:
        return "名称与代码"
    if field.private:
        return "联系方式" if field.personal else "内部信息"
    if field.name == "visibility":
        return "给谁看"
    if field.name in showing.STATEMENT or field.name == "synthetic":
        return "数据说明"
    if field.type.is_rows:
        return "明细"
    return "产品与业务" if field.type in {FieldType.CODES, FieldType.LONG_TEXT} else "基本情况"


def input_of(field: Field, value: Typed, errors: list[str], clash: Clash | None = None) -> Input:
    """One field as a form shows it."""
    text = value if isinstance(value, str) else ""
    match field.type:
        case FieldType.CODES:
            return Input(field, "ticks", "", _ticks(field, value), [], errors, clash, readable(field, value))
        case FieldType.CHOICE:
            return Input(field, "select", text, _ticks(field, [text]), [], errors, clash, "")
        case FieldType.FLAG:
            return Input(field, "flag", text, [], [], errors, clash, "")
        case FieldType.LONG_TEXT:
            return Input(field, "long", text, [], [], errors, clash, "")
        case FieldType.ROWS:
            return Input(field, "rows", text, [], [], errors, clash, "", _cells(field, text))
    suggestions = _suggestions(field)
    return Input(field, "place" if suggestions else "text", text, [], suggestions, errors, clash, "")


def _ticks(field: Field, chosen: Typed) -> list[Tick]:
    """The list to choose from; a class named as its only parent is offered once, unless it is what was chosen."""
    words = taxonomy.vocabulary(field.vocabulary)
    return [
        Tick(entry.code, entry.label, entry.code in chosen, len(words.ancestors(entry.code)))
        for entry in words
        if entry.code in chosen or not (entry.parent and words.label(entry.parent) == entry.label)
    ]


def _cells(field: Field, text: str) -> list[list[Cell]]:
    """The text form as cells, with empty lines to fill in."""
    lines = [line.split(values.rows.BETWEEN) for line in text.split("\n") if line]
    return [_row(field, number, cells) for number, cells in enumerate([*lines, *([[]] * BLANK_ROWS)])]


def _row(field: Field, number: int, cells: Sequence[str]) -> list[Cell]:
    padded = [*cells, *([""] * len(field.columns))]
    return [
        Cell(column, f"{field.name}.{number}.{column.name}", padded[at], _options(column, padded[at]))
        for at, column in enumerate(field.columns)
    ]


def _options(column: Field, text: str) -> list[str]:
    """Labels to choose from; what was typed and is none of them stays to be mended."""
    if column.type is not FieldType.CHOICE:
        return []
    labels = [entry.label for entry in taxonomy.vocabulary(column.vocabulary)]
    return labels if not text or text in labels else [text, *labels]


def _suggestions(field: Field) -> list[str]:
    if field.vocabulary == "districts":
        return [place.name for place in taxonomy.districts(clock.today())]
    return []
