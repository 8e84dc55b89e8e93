"""What a note is."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

MOST_TEXT = 4000


class Sort(StrEnum):
    """What the note is about."""

    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    PAPERS = "papers"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS = {
    Sort.VISIT: "走访",
    Sort.CALL: "电话",
    Sort.MEETING: "会议",
    Sort.PAPERS: "材料",
    Sort.OTHER: "其他",
}


class Given(msgspec.Struct, frozen=True):
    """What somebody writes. `happened` is today unless it is said; on `follow_up` somebody is to come back to it."""

    text: str
    sort: str = Sort.OTHER
    happened: date | None = None
    follow_up: date | None = None


class Note(msgspec.Struct, frozen=True):
    """One note. `manageable` says whether the one who asks may change or remove it; `overdue` is as of today."""

    id: UUID
    kind: str
    record_id: UUID
    sort: Sort
    text: str
    happened: date
    follow_up: date | None
    done_at: datetime | None
    done_by: str
    author: str
    created_at: datetime
    edited_at: datetime | None
    manageable: bool
    overdue: bool

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.follow_up is not None and self.done_at is None


class FollowUp(msgspec.Struct, frozen=True):
    """A note that waits, with the record it is on."""

    note: Note
    kind_label: str
    title: str
    place: str
    url: str
