"""What a register declares of one field, and the fields that all registers share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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
    `derived` fields are shown and exported and are ignored when a file comes back; so are those that `follow` from the
    record's other fields, which are stored (`Register.complete` works them out). `default` is a new record's value.
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
    follows: bool = False
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
    def said(self) -> bool:
        """Whether people fill it in; otherwise it is worked out."""
        return not (self.derived or self.follows)

    @property
    def private(self) -> bool:
        """Whether not everyone may read it."""
        return self.opening is not Opening.OPEN


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
