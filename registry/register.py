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
    STANDARD_NO = "standard_no"
    ROWS = "rows"

    @property
    def is_list(self) -> bool:
        """Whether the column is an array."""
        return self in {FieldType.CODES, FieldType.NAMES}

    @property
    def is_rows(self) -> bool:
        """Whether the column is a JSON array of small rows."""
        return self is FieldType.ROWS

    @property
    def is_flag(self) -> bool:
        """Whether the column is a boolean; nothing said is no."""
        return self is FieldType.FLAG


class Opening(StrEnum):
    """To whom a field is open (开放属性): everyone; those in whose scope the record is; nobody but its keepers.

    A closed field leaves the program by no file, whoever asks.
    """

    OPEN = "open"
    CONDITIONAL = "conditional"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a register: its column, its Chinese label, and everything that follows from it.

    `aliases` are other headers that real lists use for it. `unit` is shown behind numbers (money is 万元).
    `vocabulary` names a list in `registry.taxonomy` (CHOICE: one code, CODES: several). `weight` > 0 puts the text into
    the search index; `opening` says who may read it; `personal` data of a person are masked even then.
    `refers` names the kind of record that the value names, by its name or code. `columns` are those of ROWS, and
    `row_key` the columns by which a row of a list takes the place of one that is there (none: all rows are replaced).
    `derived` fields are shown and exported and are ignored when a file comes back. `default` is a new record's value.
    By a `trait` (phone, address) records are told to look alike (`registry.duplicates`).
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
    opening: Opening = Opening.OPEN
    personal: bool = False
    derived: bool = False
    filter: bool = False
    sort: bool = False
    facet: str = ""
    weight: int = 0
    refers: str = ""
    columns: tuple[Field, ...] = ()
    row_key: tuple[str, ...] = ()
    default: Any = None
    trait: str = ""

    @property
    def private(self) -> bool:
        """Whether not everyone may read it."""
        return self.opening is not Opening.OPEN


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


PLACE: tuple[Field, ...] = (
    Field(
        "province",
        "省份",
        FieldType.CHOICE,
        aliases=("省", "所在省", "所属省份", "省（区、市）", "省市", "province"),
        vocabulary="provinces",
        max_length=32,
        filter=True,
    ),
    Field(
        "district",
        "区县",
        FieldType.TEXT,
        aliases=(
            "所属区县",
            "所在区县",
            "区县（自治县）",
            "所属区域",
            "所在区域",
            "区域",
            "城市",
            "所在地",
            "所在市",
            "属地",
            "推荐单位所在区县",
            "district",
            "city",
        ),
        help="本市填现行区县或功能区全称；外地填城市。",
        vocabulary="districts",
        max_length=64,
        filter=True,
        sort=True,
        facet="district",
    ),
)
"""Where a record belongs: rows are the business of the officers of their district, so every register has these."""

STATEMENT: tuple[Field, ...] = (
    Field(
        "visibility",
        "公开范围",
        FieldType.CHOICE,
        aliases=("公开属性", "visibility"),
        help="“公开”的记录任何人可查；“内部”的只有有权的经办人员可查。",
        vocabulary="visibility",
        max_length=16,
        filter=True,
        default="internal",
    ),
    Field(
        "as_of",
        "数据时点",
        FieldType.DATE,
        aliases=("数据日期", "统计时点", "截止日期", "as_of"),
        help="本条记录所述情况的日期；区县按这一天的区划核对。",
    ),
    Field("source", "来源", aliases=("数据来源", "资料来源", "信息来源", "出处", "source"), max_length=300),
    Field(
        "synthetic",
        "模拟数据",
        FieldType.FLAG,
        aliases=("是否模拟", "synthetic"),
        help="演示和压力测试用的虚构记录填“是”。",
        filter=True,
    ),
)
"""What every record says of itself as a statement: to whom, of which day, from where, and whether it is invented."""


@dataclass(frozen=True, eq=False)
class Register:
    """One kind of record. There is one of each, so it is told by identity: as a key of a cache it costs nothing.

    `own` are the register's own fields, `PLACE` among them; those of the statement follow. `code_field` is the business
    key (统一社会信用代码 for enterprises); where a list has none, the name is, normalised, together with the fields of
    `identity` (a brand's owner: brands of two owners may be called alike). `former_names_field` keeps what the record
    was called before. `check` is the room's pure rule over a whole record: (values, day) -> objections. `complete` adds
    to values what follows from them, in the fields of `completes`. `measure` counts records: 家, 个, 项.
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
    measure: str = "条"
    companion: Companion | None = None
    check: RecordRule = field(default=no_rule)
    complete: Callable[[dict[str, Any], date], dict[str, Any]] = field(default=as_said)

    def __post_init__(self) -> None:
        names = {f.name for f in self.own}
        missing = {self.code_field, self.name_field, self.former_names_field, *(f.name for f in PLACE)} - names
        if missing:
            raise TypeError(f"register {self.kind} lacks the fields {', '.join(sorted(missing))}")

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
