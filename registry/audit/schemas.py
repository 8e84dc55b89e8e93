"""What the log holds, and what it is asked for."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import msgspec


class Log(StrEnum):
    """Which of the logs an entry belongs to."""

    REQUEST = "request"
    ACT = "act"
    SIGN_IN = "sign_in"
    PERSONAL = "personal"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    Log.REQUEST: "请求日志",
    Log.ACT: "操作日志",
    Log.SIGN_IN: "登录日志",
    Log.PERSONAL: "个人信息查阅日志",
}


class AuditRow(msgspec.Struct, frozen=True):
    """One entry as it is read and exported; `at` is ISO 8601."""

    id: int
    at: str
    log: Log
    act: str
    actor: str
    role: str
    address: str
    request_id: str
    target: str
    status: int | None
    detail: dict[str, Any]


class AuditQuery(msgspec.Struct, frozen=True):
    """What the log is asked for: days are Beijing's, both inclusive; `text` is looked for in the words shown.

    `own` asks for one's own doings only.
    """

    log: Log | None = None
    actor: str = ""
    act: str = ""
    target: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    own: bool = False


class AuditPage(msgspec.Struct, frozen=True):
    """Entries, the newest first; `next_before` is the `before` of the next page (null at the end)."""

    items: list[AuditRow]
    next_before: int | None
