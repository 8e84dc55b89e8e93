"""From the rows of a list to records: every row is read and checked, rows about one record are brought together.

Real lists have no codes and name an enterprise once for each of its titles, so a record is a *group* of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from registry import access, keys, masking, naming, statement, values
from registry.access import Actor, Role
from registry.errors import Objection
from registry.exchange import Table
from registry.history import Occasion
from registry.imports.watching import EACH_ROWS, NOBODY, Watcher
from registry.register import Field, FieldType, Register

YIELDING = frozenset({"source", "as_of", "former_names"})
"""Fields about the statement rather than the record: rows may differ in them without contradicting each other."""


class Group:
    """One record as the list tells of it: merged values, the rows they come from, the key of its first row's name."""

    __slots__ = ("key", "number", "rows", "values")

    def __init__(self, number: int, key: str, row: int, said: list[Any]) -> None:
        self.number = number
        self.key = key
        self.rows = [row]
        self.values = said

    @property
    def row(self) -> int:
        """The first row that speaks of the record."""
        return min(self.rows)


class Gathered:
    """What a list says: groups, what hangs on them, and the objections by row."""

    def __init__(self, register: Register, names: tuple[str, ...], actor: Actor, today: date) -> None:
        self.register = register
        self.names = names
        self.groups: list[Group] = []
        self.hanging: list[tuple[int, Any]] = []
        self.objections: dict[int, list[Objection]] = {}
        self.total = 0
        self._actor = actor
        self._today = today
        self._own = own_district(register, actor)
        self._code_label = register.by_name[register.code_field].label
        self._at = {name: place for place, name in enumerate(names)}
        self._names_of = (register.name_field, register.former_names_field)
        self._by_code: dict[str, Group] = {}
        self._codes: dict[str, tuple[str, ...]] = {}
        self._uncoded: dict[str, Group] = {}
        self._waiting: list[tuple[int, dict[str, Any], Any]] = []

    def take(self, row: int, said: dict[str, Any], objections: list[Objection]) -> None:
        """Read one row: what it says of the record, and of what hangs on it."""
        self.total += 1
        companion = self.register.companion
        item: Any = None
        if companion is not None:
            item, wrong = companion.read_row(said)
            objections = [*objections, *wrong]
        if not objections:
            objections = self._check(said)
        if objections:
            self.objections[row] = [_placed(objection, row) for objection in objections]
            # A refused row still tells that its name belongs to its code.
            if (name := said.get(self.register.name_field)) and (code := said.get(self.register.code_field)):
                self._note_code(keys.match_key(self.register, name, said), code)
            return
        if self.register.code_field in self._at and not said.get(self.register.code_field):
            self._waiting.append((row, said, item))
        else:
            self._join(row, said, item)

    def settle(self) -> None:
        """Place the rows without a code, which may belong to any row with one: to be called after the last row."""
        for row, said, item in self._waiting:
            self._join(row, said, item)
        self._waiting.clear()

    def refuse_group(self, number: int, message: str) -> None:
        """Object to every row of a group."""
        for row in self.groups[number - 1].rows:
            self.objections.setdefault(row, []).append(Objection(message, row=row))

    def _join(self, row: int, said: Mapping[str, Any], item: Any) -> None:
        group = self._group(row, said)
        if group is not None and item is not None:
            self.hanging.append((group.number, item))

    def _check(self, said: Mapping[str, Any]) -> list[Objection]:
        objections = [
            Objection(f"请填写{field.label}。", field.name, field.label)
            for field in self.register.stored
            if field.required and not said.get(field.name)
        ]
        objections += statement.check(self.register, {**self._own, **said} if self._own else said, self._today)
        district = said.get("district")
        known = all(objection.field != "district" for objection in objections)
        row = {"id": None, "district": district}
        if district and known and not access.in_scope(self._actor, row | access.placed(self._actor, row)):
            objections.append(Objection(f"“{district}”不在您的办理范围内。", "district", "区县"))
        return objections

    def _group(self, row: int, said: Mapping[str, Any]) -> Group | None:
        """The group the row belongs to, merged with what it says; None if it contradicts an earlier row."""
        code = said.get(self.register.code_field)
        key = keys.match_key(self.register, said[self.register.name_field], said)
        group = self._by_code.get(code) if code else self._by_name(row, key)
        if row in self.objections:
            return None
        if group is None:
            group = Group(len(self.groups) + 1, key, row, [said.get(name) for name in self.names])
            self.groups.append(group)
        elif not self._merge(group, row, said):
            return None
        self._remember(group, code, key)
        return group

    def _by_name(self, row: int, key: str) -> Group | None:
        """The group of a row without a code: the only one of that name; objects if several codes share the name."""
        codes = self._codes.get(key, ())
        if len(codes) > 1:
            told = f"本表有 {len(codes)} {self.register.measure}同名而代码不同的记录，请填写{self._code_label}。"
            self._refuse(row, told, self.register.name_field)
        return next((self._by_code[code] for code in codes if code in self._by_code), self._uncoded.get(key))

    def _remember(self, group: Group, code: str | None, key: str) -> None:
        if not code:
            self._uncoded.setdefault(key, group)
            return
        self._by_code[code] = group
        self._note_code(key, code)

    def _note_code(self, key: str, code: str) -> None:
        if code not in (known := self._codes.get(key, ())):
            self._codes[key] = (*known, code)

    def _value(self, group: Group, name: str) -> Any:
        return group.values[self._at[name]] if name in self._at else None

    def _merge(self, group: Group, row: int, said: Mapping[str, Any]) -> bool:
        """Fill gaps; a later statement overrules; a contradiction of the same day is refused."""
        newer = self._is_newer(group, said)
        clashes = [] if newer is not None else self._clashes(group, said)
        if clashes:
            named = "、".join(field.label for field in clashes)
            self._refuse(row, f"与第 {group.row} 行是同一{self.register.label}，但{named}不一致。", clashes[0].name)
            return False
        group.rows.append(row)
        self._merge_names(group, said, newer=bool(newer))
        for name, place in self._at.items():
            value = said.get(name)
            if name not in self._names_of and value is not None and (group.values[place] is None or newer):
                group.values[place] = value
        return True

    def _merge_names(self, group: Group, said: Mapping[str, Any], *, newer: bool) -> None:
        """The later name stands, the other one is a former name; former names of all rows are united."""
        name_at, former_at = (self._at[name] for name in self._names_of)
        known, told = group.values[name_at], said[self._names_of[0]]
        former = [*(group.values[former_at] or ()), *(said.get(self._names_of[1]) or ())]
        # A row without a code found the group by its name, so it says nothing new of it.
        if said.get(self.register.code_field) and not self._agree(self._names_of[0], told, known):
            former.append(known if newer else told)
            group.values[name_at] = told if newer else known
            former = [name for name in former if not self._agree(self._names_of[0], name, group.values[name_at])]
        group.values[former_at] = list(dict.fromkeys(former)) or None

    def _is_newer(self, group: Group, said: Mapping[str, Any]) -> bool | None:
        """Whether the row is of a later (True) or earlier (False) day than the group; None if nothing tells."""
        known, new = self._value(group, "as_of"), said.get("as_of")
        return None if known is None or new is None or known == new else bool(new > known)

    def _clashes(self, group: Group, said: Mapping[str, Any]) -> list[Field]:
        return [
            self.register.by_name[name]
            for name, place in self._at.items()
            if name not in YIELDING
            and (name != self.register.name_field or said.get(self.register.code_field))
            and said.get(name) is not None
            and group.values[place] is not None
            and not self._agree(name, said[name], group.values[place])
        ]

    def _agree(self, name: str, one: Any, other: Any) -> bool:
        if name == self.register.name_field:
            return naming.name_key(one) == naming.name_key(other)
        return bool(one == other)

    def _refuse(self, row: int, message: str, field: str) -> None:
        label = self.register.by_name[field].label if field in self.register.by_name else ""
        self.objections[row] = [Objection(message, field, label, row)]


def own_district(register: Register, actor: Actor) -> dict[str, str]:
    """What a new record gets where its row names no district: a district officer's own list is about the own one."""
    return {"district": actor.district} if actor.role is Role.DISTRICT and "district" in register.by_name else {}


def _placed(objection: Objection, row: int) -> Objection:
    return Objection(objection.message, objection.field, objection.label, row, objection.column)


def gather(register: Register, table: Table, occasion: Occasion, today: date, watcher: Watcher = NOBODY) -> Gathered:
    """Read all rows of a list. Blocks for its whole length: run it in a thread."""
    locked = access.locked_fields(occasion.actor, register.kind)
    read = [(c.index, c.field) for c in table.columns if c.field is not None and c.field.name not in locked]
    fields = [field for _, field in read if field.said]
    places = [place for place, field in read if field.said]
    letters = {column.field.name: column.letter for column in table.columns if column.field is not None}
    known = {field.name for field in register.stored}
    follow = ["as_of", register.former_names_field, *register.completes]
    names = tuple(dict.fromkeys([*(f.name for f in fields if f.name in known), *follow]))
    gathered = Gathered(register, names, occasion.actor, today)
    parse = _row_parser(fields, places)
    total = table.length() if watcher is not NOBODY else 0
    for row in table.rows():
        if watcher is not NOBODY and row.number % EACH_ROWS == 0:
            watcher.rows(row.number, total)
        said, objections = parse(row.values)
        gathered.take(row.number, statement.complete(register, said, today), objections)
    gathered.settle()
    for row_no, objections in gathered.objections.items():
        gathered.objections[row_no] = [
            Objection(o.message, o.field, o.label, row_no, letters.get(o.field)) for o in objections
        ]
    return gathered


REPEATING = 4096
"""Distinct texts of a column whose values are kept: the same source or product in 100,000 rows is one object."""


def _repeating(parser: values.Parser) -> values.Parser:
    """A reader that reads the first texts of its column once each; refusals and what is empty are not kept."""
    known: dict[str, Any] = {}

    def read(text: str) -> Any:
        value = known.get(text)
        if value is None:
            value = parser(text)
            if len(known) < REPEATING:
                known[text] = value
        return value

    return read


def _row_parser(
    fields: Sequence[Field], places: Sequence[int]
) -> Callable[[Sequence[str]], tuple[dict[str, Any], list[Objection]]]:
    """A function from a row's texts to its typed values and all objections."""
    parsers = [_repeating(parser) for parser in values.compile_parsers(fields)]
    steps = list(zip([field.name for field in fields], places, parsers, strict=True))
    lists = frozenset(field.name for field in fields if field.type in {FieldType.CODES, FieldType.NAMES})
    personal = frozenset(f.name for f in fields if f.personal or any(column.personal for column in f.columns))

    def parse(cells: Sequence[str]) -> tuple[dict[str, Any], list[Objection]]:
        said: dict[str, Any] = {}
        objections: list[Objection] = []
        for name, place, parser in steps:
            text = cells[place]
            # A covered value of an export that comes back says no more than an empty cell.
            if not text or (name in personal and masking.is_masked(text)):
                continue
            try:
                value = parser(text)
            except values.Unreadable as wrong:
                objections.append(wrong.objection)
                continue
            if value is not None:
                said[name] = list(value) if name in lists else value
        return said, objections

    return parse
