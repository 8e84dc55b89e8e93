"""Lists in and out of files: reads what offices send (CSV, XLSX, XLS), writes what they work with (and NDJSON).

The room knows fields and refusals, nothing of the database: `reading` gives texts, `registry.values` their meaning.
"""

from __future__ import annotations

from registry.exchange.annotate import annotate
from registry.exchange.assigning import fingerprint, header_key
from registry.exchange.download import content_disposition
from registry.exchange.grouping import Grouped, grouped
from registry.exchange.headers import Column
from registry.exchange.reading import Row, Table, look_at, read_table
from registry.exchange.spool import Spooled
from registry.exchange.textfiles import csv_chunks, ndjson_chunks, spool_chunks
from registry.exchange.workbooks import spool_xlsx

__all__ = [
    "Column",
    "Grouped",
    "Row",
    "Spooled",
    "Table",
    "annotate",
    "content_disposition",
    "csv_chunks",
    "fingerprint",
    "grouped",
    "header_key",
    "look_at",
    "ndjson_chunks",
    "read_table",
    "spool_chunks",
    "spool_xlsx",
]
