"""What an attachment is, to whom it is open, and how much there may be."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec

MOST_BYTES = 20 * 1024 * 1024
"""Of one file."""

MOST_TOGETHER = 200 * 1024 * 1024
"""Of all files of one record."""

MOST_FILES = 100
"""Files of one record, and loose files of one account."""

MOST_ABOUT = 200


class Level(StrEnum):
    """Who may have a file: whoever sees the record; its owner and the officers in charge; these officers only."""

    PUBLIC = "public"
    OWNER = "owner"
    OFFICERS = "officers"

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS = {
    Level.PUBLIC: "公开：看得到记录的人都可下载",
    Level.OWNER: "企业本人和经办人员",
    Level.OFFICERS: "仅本范围经办人员",
}


class Given(NamedTuple):
    """What somebody says of a file: the name it had, who may have it, what it is about."""

    name: str
    level: str = Level.OFFICERS
    about: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """One file. `kind` and `record_id` are the record it hangs on, none while it is loose; `url` gives its content.

    `manageable` says whether the one who asks may change or remove it.
    """

    id: UUID
    kind: str | None
    record_id: UUID | None
    name: str
    type: str
    size: int
    sha256: str
    level: Level
    about: str
    created_at: datetime
    author: str
    manageable: bool
    url: str

    @property
    def level_label(self) -> str:
        """Who may have it, in words."""
        return self.level.label

    @property
    def size_label(self) -> str:
        """Its size as people say it."""
        if self.size < 1024 * 1024:
            return f"{max(1, round(self.size / 1024))} KB"
        return f"{self.size / 1024 / 1024:.1f} MB"
