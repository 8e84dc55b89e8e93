"""What a register declares of itself.

The machinery (records, exchange, search, pages) reads the declaration; a room adds only its own rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from piccolo.table import Table

    from registry.errors import Objection


class FieldType(StrEnum):
    """How a value is read from a cell or a form, kept, and shown."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    CREDIT_CODE = "credit_code"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    CODES = "codes"
    NAMES = "names"
    FLAG = "flag"

    @property
    def is_list(self) -> bool:
        """Whether the column is an array."""
        return self in {FieldType.CODES, FieldType.NAMES}

    @property
    def is_flag(self) -> bool:
        """Whether the column is a boolean; nothing said is no."""
        return self is FieldType.FLAG


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a register: its column, its Chinese label, and everything that follows from it.

    `aliases` are other headers that real lists use for it. `unit` is shown behind numbers (money is 万元).
    `vocabulary` names a list in `registry.taxonomy` (CHOICE: one code, CODES: several). `weight` > 0 puts the text into
    the search index; `private` keeps it out of index, public page and export unless the reader has the right.
    `derived` fields are shown and exported and are ignored when a file comes back. `since` is shown to people as help.
    """

    name: str
    label: str
    type: FieldType = FieldType.TEXT
    aliases: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    vocabulary: str = ""
    max_length: int = 200
    required: bool = False
    private: bool = False
    derived: bool = False
    filter: bool = False
    sort: bool = False
    facet: str = ""
    weight: int = 0


class Companion(Protocol):
    """What hangs on the records of any register and is kept by another room: titles, say.

    SQL is over alias `r` (the record); `{day}` and `{values}` stand for parameters. `derived` gives an expression for
    derived fields, `filters` a condition for filtering by them, `detail` a JSON array of all that hangs on the record,
    `facets` an expression of type text[] for each search facet.
    """

    name: str
    columns: tuple[Field, ...]
    derived: Mapping[str, str]
    filters: Mapping[str, str]
    detail: str
    facets: Mapping[str, str]

    def read_row(self, values: Mapping[str, Any]) -> tuple[Any, list[Objection]]:
        """What a row of an imported list says of it (None if nothing), and what is wrong with it."""

    async def stage(self, rows: Iterable[tuple[int, Any]]) -> None:
        """Put (group number, item) aside in the transaction under way; `import_stage` says which record a group is."""

    async def compare(self) -> None:
        """Fill `import_hanging` (record_id, was, said: jsonb arrays) with what of the staged is new or different.

        What contradicts itself is objected to in `import_stage`.
        """

    async def apply(self) -> None:
        """Write what `compare` found, for records that are still in `import_hanging`."""


RecordRule = Callable[[Mapping[str, Any], date], "list[Objection]"]


def no_rule(_values: Mapping[str, Any], _today: date) -> list[Objection]:
    """The rule of a register that has none beyond its fields."""
    return []


def as_said(values: dict[str, Any], _today: date) -> dict[str, Any]:
    """The completion of a register that adds nothing to what a row says."""
    return values


@dataclass(frozen=True, eq=False)
class Register:
    """One kind of record. There is one of each, so it is told by identity: as a key of a cache it costs nothing.

    `code_field` is the business key (统一社会信用代码 for enterprises); where a list has none, `name_field` normalised
    by `registry.naming.name_key` is. `former_names_field` keeps what the record was called before.
    `check` is the room's pure rule over a whole record: (values, day) -> objections. `complete` adds to values what
    follows from them (the day a row of a list speaks of).
    """

    kind: str
    plural: str
    label: str
    table: type[Table]
    fields: tuple[Field, ...]
    code_field: str
    name_field: str = "name"
    former_names_field: str = "former_names"
    default_sort: str = "name"
    companion: Companion | None = None
    check: RecordRule = field(default=no_rule)
    complete: Callable[[dict[str, Any], date], dict[str, Any]] = field(default=as_said)

    @cached_property
    def table_name(self) -> str:
        """The table's name in SQL."""
        return str(self.table._meta.tablename)  # noqa: SLF001  (Piccolo's documented place for it)

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
    def sorts(self) -> tuple[str, ...]:
        """Names that `sort=` takes; each may be led by `-`."""
        return tuple(f.name for f in self.fields if f.sort)
