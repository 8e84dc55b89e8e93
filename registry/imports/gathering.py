"""From the rows of a list to records: every row is read and checked, rows about one record are brought together.

Real lists have no codes and name an enterprise once for each of its titles, so a record is a *group* of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from registry import access, naming, values
from registry.access import Actor
from registry.errors import Objection
from registry.exchange import Table
from registry.history import Occasion
from registry.register import Field, FieldType, Register

YIELDING = frozenset({"source", "as_of", "former_names"})
"""Fields about the statement rather than the record: rows may differ in them without contradicting each other."""


class Group:
    """One record as the list tells of it: merged values, the rows they come from."""

    __slots__ = ("number", "row", "values")

    def __init__(self, number: int, row: int, said: list[Any]) -> None:
        self.number = number
        self.row = row
        self.values = said


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
        self._at = {name: place for place, name in enumerate(names)}
        self._by_code: dict[str, Group] = {}
        self._by_name: dict[str, list[Group]] = {}

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
            return
        group = self._group(row, said)
        if group is not None and item is not None:
            self.hanging.append((group.number, item))

    def _check(self, said: Mapping[str, Any]) -> list[Objection]:
        objections = [
            Objection(f"请填写{field.label}。", field.name, field.label)
            for field in self.register.stored
            if field.required and not said.get(field.name)
        ]
        objections += self.register.check(said, self._today)
        district = said.get("district")
        if district and not access.in_scope(self._actor, {"district": district, "id": None}):
            objections.append(Objection(f"“{district}”不在您的办理范围内。", "district", "区县"))
        return objections

    def _group(self, row: int, said: Mapping[str, Any]) -> Group | None:
        """The group the row belongs to, merged with what it says; None if it contradicts an earlier row."""
        code, key = said.get(self.register.code_field), naming.name_key(said[self.register.name_field])
        same_name = self._by_name.get(key, [])
        group = self._by_code.get(code) if code else None
        if group is None:
            open_ones = [g for g in same_name if code is None or self._code(g) is None]
            if len(open_ones) > 1:
                self._refuse(row, f"本表有 {len(open_ones)} 家同名而代码不同的记录，请填写统一社会信用代码。", "name")
                return None
            group = open_ones[0] if open_ones else None
        if group is None:
            group = Group(len(self.groups) + 1, row, [said.get(name) for name in self.names])
            self.groups.append(group)
        elif not self._merge(group, row, said):
            return None
        self._remember(group, code, key)
        return group

    def _remember(self, group: Group, code: str | None, key: str) -> None:
        if code:
            self._by_code[code] = group
        if group not in (known := self._by_name.setdefault(key, [])):
            known.append(group)

    def _code(self, group: Group) -> str | None:
        code: str | None = self._value(group, self.register.code_field)
        return code

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
        for name, place in self._at.items():
            value = said.get(name)
            if value is not None and (group.values[place] is None or newer):
                group.values[place] = value
        return True

    def _is_newer(self, group: Group, said: Mapping[str, Any]) -> bool | None:
        """Whether the row is of a later (True) or earlier (False) day than the group; None if nothing tells."""
        known, new = self._value(group, "as_of"), said.get("as_of")
        return None if known is None or new is None or known == new else bool(new > known)

    def _clashes(self, group: Group, said: Mapping[str, Any]) -> list[Field]:
        return [
            self.register.by_name[name]
            for name, place in self._at.items()
            if name not in YIELDING
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


def _placed(objection: Objection, row: int) -> Objection:
    return Objection(objection.message, objection.field, objection.label, row, objection.column)


def gather(register: Register, table: Table, occasion: Occasion, today: date) -> Gathered:
    """Read all rows of a list. Blocks for its whole length: run it in a thread."""
    read = [(column.index, column.field) for column in table.columns if column.field is not None]
    fields = [field for _, field in read if not field.derived]
    places = [place for place, field in read if not field.derived]
    letters = {column.field.name: column.letter for column in table.columns if column.field is not None}
    known = {field.name for field in register.stored}
    names = tuple(
        dict.fromkeys([*(f.name for f in fields if f.name in known), *(("as_of",) if "as_of" in known else ())])
    )
    gathered = Gathered(register, names, occasion.actor, today)
    parse = _row_parser(fields, places)
    for row in table.rows():
        said, objections = parse(row.values)
        gathered.take(row.number, register.complete(said, today), objections)
    for row_no, objections in gathered.objections.items():
        gathered.objections[row_no] = [
            Objection(o.message, o.field, o.label, row_no, letters.get(o.field)) for o in objections
        ]
    return gathered


def _row_parser(
    fields: Sequence[Field], places: Sequence[int]
) -> Callable[[Sequence[str]], tuple[dict[str, Any], list[Objection]]]:
    """A function from a row's texts to its typed values and all objections."""
    steps = list(zip([field.name for field in fields], places, values.compile_parsers(fields), strict=True))
    lists = frozenset(field.name for field in fields if field.type in {FieldType.CODES, FieldType.NAMES})

    def parse(cells: Sequence[str]) -> tuple[dict[str, Any], list[Objection]]:
        said: dict[str, Any] = {}
        objections: list[Objection] = []
        for name, place, parser in steps:
            text = cells[place]
            if not text:
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
