"""Objections and refusals: what rules answer, and how a service says no. HTTP maps them in `registry.problems`."""

from __future__ import annotations

from typing import Any

import msgspec


class Objection(msgspec.Struct, frozen=True):
    """One thing that is wrong, in Chinese, with the words that mend it.

    `field` is the field's name ("" for the record as a whole); `row` is the line of a spreadsheet, counted from 1.
    """

    message: str
    field: str = ""
    label: str = ""
    row: int | None = None
    column: str | None = None


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """A service's no. `status` is the HTTP status, `title` the kind of refusal, `detail` what the person reads.

    `report` tells of many records what was wrong with each, where the refused act was of many.
    """

    status = 400
    title = "请求未被受理"
    code = "refused"
    report: Any = None

    def __init__(self, detail: str, objections: tuple[Objection, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.objections = objections


class Invalid(Refusal):
    """What was sent breaks rules; all objections at once."""

    status = 422
    title = "填报内容有误"
    code = "invalid"

    def __init__(self, objections: list[Objection] | tuple[Objection, ...], detail: str = "") -> None:
        super().__init__(detail or f"有 {len(objections)} 处需要修改。", tuple(objections))


class BadRequest(Refusal):
    """The request itself cannot be understood: a parameter, a cursor, a body."""

    status = 400
    title = "请求格式有误"
    code = "bad-request"


class Unauthenticated(Refusal):
    """Nobody is signed in, or the token is not valid."""

    status = 401
    title = "请先登录"
    code = "unauthenticated"


class Forbidden(Refusal):
    """Signed in, but without the right."""

    status = 403
    title = "没有权限"
    code = "forbidden"


class PasswordDue(Forbidden):
    """Signed in, but a new password must be chosen before anything else."""

    title = "请先设置新密码"
    code = "password-due"


class NotFound(Refusal):
    """No such thing, or not for these eyes: the two are not told apart."""

    status = 404
    title = "未找到"
    code = "not-found"


class Moved(Refusal):
    """What is asked for is one with another record now; `old` and `new` are the ids, as addresses name them."""

    status = 308
    title = "记录已并入另一条"
    code = "moved"

    def __init__(self, old: str, new: str) -> None:
        super().__init__("这条记录已并入另一条，请到新地址办理。")
        self.old = old
        self.new = new


class Conflict(Refusal):
    """The act does not fit the record's present state."""

    status = 409
    title = "与现有记录冲突"
    code = "conflict"


class VersionConflict(Refusal):
    """Somebody else was quicker: the version that was to be changed is no longer the current one."""

    status = 412
    title = "记录已被他人修改"
    code = "version-conflict"


class PreconditionRequired(Refusal):
    """A change must say which version it changes."""

    status = 428
    title = "缺少版本号"
    code = "precondition-required"


class TooLarge(Refusal):
    """More than the product takes in one go."""

    status = 413
    title = "内容过大"
    code = "too-large"


class TooMany(Refusal):
    """Too many attempts; `retry_after` seconds to wait."""

    status = 429
    title = "尝试过于频繁"
    code = "too-many"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """A part that the answer needs cannot be reached just now."""

    status = 503
    title = "服务暂不可用"
    code = "unavailable"
    retry_after = 5
