"""Notes on the records of any register: visits, calls, meetings, and what is to be followed up.

A journal for those who look after a record, apart from its history: history says what the record said, a note what
was done around it. Notes are for the officers in whose scope the record is, and for nobody else.
"""

from __future__ import annotations

from registry.notes.schemas import FollowUp, Given, Note, Sort
from registry.notes.service import add, change, finish, follow_ups, listing, listing_of, remove

__all__ = [
    "FollowUp",
    "Given",
    "Note",
    "Sort",
    "add",
    "change",
    "finish",
    "follow_ups",
    "listing",
    "listing_of",
    "remove",
]
