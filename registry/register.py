"""What a register declares of itself.

The machinery (records, exchange, search, pages) reads the declaration; a room adds only its own rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from registry.field import PLACE, STATEMENT, Field, FieldType, Opening

if TYPE_CHECKING:
    from registry.errors import Objection

__all__ = [
    "PLACE",
    "STATEMENT",
    "Companion",
    "Field",
    "FieldType",
    "Marks",
    "Opening",
    "RecordRule",
    "Register",
    "as_said",
    "no_marks",
    "no_rule",
]


class Companion(Protocol):
    """What hangs on the records of any register and is kept by another room: titles, say.

    SQL is over alias `r` (the record); `{day}` and `{values}` stand for parameters. `derived` gives an expression for
    derived fields, `filters` a condition for filtering by them, `detail` a JSON array of all that hangs on the record,
    `facets` an expression of type text[] for each search facet. `joined` joins what hangs on a record to it, one row
    each, and `exported` says what its `columns` then hold.
    """

    name: str
    columns: tuple[Field, ...]
    derived_fields: tuple[Field, ...]
    derived: Mapping[str, str]
    filters: Mapping[str, str]
    detail: str
    facets: Mapping[str, str]
    joined: str
    exported: Mapping[str, str]

    def read_row(self, values: Mapping[str, Any]) -> tuple[Any, list[Objection]]:
        """What a row of an imported list says of it (None if nothing), and what is wrong with it."""

    async def stage(self, rows: Iterable[tuple[int, Any]]) -> None:
        """Put (group number, item) aside in the transaction under way; `import_stage` says which record a group is."""

    async def compare(self) -> list[str]:
        """Fill `import_hanging` (record_id, was, said: jsonb arrays) with what of the staged is new or different.

        What contradicts itself is objected to in `import_stage`; what comes back are notes for the report.
        """

    async def apply(self) -> None:
        """Write what `compare` found, for records that are still in `import_hanging`."""

    async def contest(self) -> None:
        """Set `contested` in `undo_hanging` (record_id, was, said, contested) where it is no longer as `said`."""

    async def restore(self) -> None:
        """Let what hangs on the records of `undo_hanging` be as it `was`."""


RecordRule = Callable[[Mapping[str, Any], date], "list[Objection]"]


def no_rule(_values: Mapping[str, Any], _today: date) -> list[Objection]:
    """The rule of a register that has none beyond its fields."""
    return []


def as_said(values: dict[str, Any], _today: date) -> dict[str, Any]:
    """The completion of a register that adds nothing to what a row says."""
    return values


Marks = Callable[[Mapping[str, Any], date], "list[str]"]


def no_marks(_record: Mapping[str, Any], _today: date) -> list[str]:
    """The marks of a register whose records need none."""
    return []


def _is_personal(field: Field) -> bool:
    return field.personal or any(column.personal for column in field.columns)


def _can_be_guessed(field: Field) -> bool:
    """Whether lists or search answer by the field: then its values could be tried out one by one."""
    return bool(field.filter or field.sort or field.facet or field.weight)


@dataclass(frozen=True, eq=False)
class Register:
    """One kind of record. There is one of each, so it is told by identity: as a key of a cache it costs nothing.

    `own` are the register's own fields, `PLACE` among them; those of the statement follow. `code_field` is the business
    key (统一社会信用代码 for enterprises); where a list has none, the name is, normalised, together with the fields of
    `identity` (a brand's owner: brands of two owners may be called alike). `former_names_field` keeps what the record
    was called before. `check` is the room's pure rule over a whole record: (values, day) -> objections. `complete` adds
    to values what follows from them, in the fields of `completes`. `marks` are words that people must read with a
    record, wherever it is shown: an open recall, an unverified source. `measure` counts records: 家, 个, 项. `columns`
    are what a list shows until somebody chooses others.
    A `claimable` record may be claimed by the enterprise it speaks of, which then edits its own part
    (`registry.provenance.rules.own_part`) but for the fields `kept_by_office`.
    """

    kind: str
    plural: str
    label: str
    own: tuple[Field, ...]
    code_field: str
    name_field: str = "name"
    former_names_field: str = "former_names"
    identity: tuple[str, ...] = ()
    default_sort: str = "name"
    completes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    measure: str = "条"
    kept_by_office: tuple[str, ...] = ()
    claimable: bool = False
    companion: Companion | None = None
    check: RecordRule = field(default=no_rule)
    complete: Callable[[dict[str, Any], date], dict[str, Any]] = field(default=as_said)
    marks: Marks = field(default=no_marks)

    def __post_init__(self) -> None:
        names = {f.name for f in self.own}
        missing = {self.code_field, self.name_field, self.former_names_field, *(f.name for f in PLACE)} - names
        if missing:
            raise TypeError(f"register {self.kind} lacks the fields {', '.join(sorted(missing))}")
        # Personal data are in no list, no index and no public page; the machinery covers private fields only.
        if bare := [f.name for f in self.own if _is_personal(f) and (not f.private or _can_be_guessed(f))]:
            raise TypeError(f"register {self.kind} has personal fields that are open or asked for: {', '.join(bare)}")

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields: the own ones, those of the statement, those that follow from what hangs on the record."""
        derived = self.companion.derived_fields if self.companion else ()
        return (*self.own, *STATEMENT, *derived)

    @property
    def table_name(self) -> str:
        """The table's name in SQL."""
        return self.kind

    @property
    def past_name(self) -> str:
        """The table of what records were before, one row a version."""
        return f"{self.kind}_past"

    @cached_property
    def references(self) -> tuple[Field, ...]:
        """The fields that name records, in this register or another; of ROWS, those with such a column."""
        return tuple(f for f in self.stored if f.refers or any(column.refers for column in f.columns))

    @property
    def names_lock(self) -> str:
        """The advisory lock on the register's names: an import holds it alone, single acts share it."""
        return f"silver-registry:names:{self.kind}"

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by column name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """The fields that are columns of the table."""
        return tuple(f for f in self.fields if not f.derived)

    @cached_property
    def public(self) -> tuple[Field, ...]:
        """The stored fields that anyone may read."""
        return tuple(f for f in self.stored if not f.private)

    @cached_property
    def private_names(self) -> frozenset[str]:
        """The names of the stored fields that not everyone may read."""
        return frozenset(f.name for f in self.stored if f.private)

    @cached_property
    def sorts(self) -> tuple[str, ...]:
        """Names that `sort=` takes; each may be led by `-`."""
        return tuple(f.name for f in self.fields if f.sort)
