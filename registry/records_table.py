"""The columns that every register's table has."""

from __future__ import annotations

from piccolo.columns import UUID, Array, Boolean, Bytea, Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4


class RecordColumns:
    """Mixed into a register's table: identity, version, standing, and the keys that matching and sorting use.

    `name_key` is the normalised name (`registry.naming.name_key`), `former_name_keys` those of former names;
    `name_sort` is GB18030, whose order is pinyin order for common characters.
    """

    id = UUID(primary_key=True, default=UUID4())
    version = Integer(default=1)
    withdrawn = Boolean(default=False)
    name_key = Varchar(length=200, index=True)
    former_name_keys: Array = Array(base_column=Varchar(length=200), default=list)
    name_sort = Bytea()
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())
