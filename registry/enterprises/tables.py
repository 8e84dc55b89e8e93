"""The table of enterprises."""

from __future__ import annotations

from piccolo.columns import Array, Boolean, Date, Numeric, Text, Varchar
from piccolo.table import Table

from registry.records_table import RecordColumns


class Enterprise(RecordColumns, Table, tablename="enterprise"):
    """One enterprise or care provider (一企一档)."""

    name = Varchar(length=200)
    credit_code = Varchar(length=18, null=True, default=None)
    former_names: Array = Array(base_column=Varchar(length=200), default=list)
    province = Varchar(length=32, null=True, default=None)
    district = Varchar(length=64, null=True, default=None)
    industry: Array = Array(base_column=Varchar(length=8), default=list)
    size_class = Varchar(length=16, null=True, default=None)
    founded_on = Date(null=True, default=None)
    registered_capital = Numeric(digits=(16, 4), null=True, default=None)
    address = Varchar(length=200, null=True, default=None)
    products = Text(null=True, default=None)
    scope = Text(null=True, default=None)
    website = Varchar(length=200, null=True, default=None)
    contact_name = Varchar(length=64, null=True, default=None)
    contact_phone = Varchar(length=32, null=True, default=None)
    visibility = Varchar(length=16, default="internal")
    as_of = Date(null=True, default=None)
    source = Varchar(length=300, null=True, default=None)
    synthetic = Boolean(default=False)
