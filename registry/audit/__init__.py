"""The log of what was done in the program: unsafe requests, named acts, signing in, the reading of personal data.

`note` is for everyone: `await audit.note(occasion, "导出名单", "enterprises", {"rows": 120})`.
"""

from __future__ import annotations

from registry.audit.people import WITNESS, people_sql
from registry.audit.reading import entries, file_rows
from registry.audit.retention import forget_before
from registry.audit.schemas import AuditPage, AuditQuery, AuditRow, Log
from registry.audit.writing import Told, append, note

__all__ = [
    "WITNESS",
    "AuditPage",
    "AuditQuery",
    "AuditRow",
    "Log",
    "Told",
    "append",
    "entries",
    "file_rows",
    "forget_before",
    "note",
    "people_sql",
]
