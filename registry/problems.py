"""Every error as RFC 9457 problem+json, in Chinese, from one place; pages get the same words as a page."""

from __future__ import annotations

import logging
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from registry.duplicates.looking import Candidate, LookAlike
from registry.errors import Conflict, Moved, Objection, Refusal, TooMany, Unavailable

log = logging.getLogger("registry")

MEDIA_TYPE = "application/problem+json"

_WORDS = {
    400: ("请求格式有误", "请求无法识别，请检查参数。"),
    401: ("请先登录", "请先登录。"),
    403: ("没有权限", "没有权限，或页面已过期；请刷新后重试。"),
    404: ("未找到", "没有这个地址。"),
    405: ("方法不适用", "该地址不支持这种请求方法。"),
    413: ("内容过大", "上传内容超过限制。"),
    415: ("格式不支持", "不支持这种内容格式。"),
    429: ("尝试过于频繁", "请求过于频繁，请稍后再试。"),
    503: ("服务暂不可用", "服务暂不可用，请稍后再试。"),
}


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457, with all objections in `errors`; for an act on many its `report`, for look-alikes the `candidates`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str = ""
    errors: tuple[Objection, ...] = ()
    report: Any = None
    candidates: tuple[Candidate, ...] = ()


def of_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Problem:
    """The problem a service's refusal becomes."""
    return Problem(
        f"urn:silver-registry:{refusal.code}",
        refusal.title,
        refusal.status,
        refusal.detail,
        request.url.path,
        request_id(request),
        refusal.objections,
        refusal.report,
        refusal.candidates if isinstance(refusal, LookAlike) else (),
    )


def of_http(request: Request[Any, Any, Any], error: HTTPException) -> Problem:
    """The problem an error of the HTTP layer becomes; its English words stay inside, the field names come out."""
    status = error.status_code
    title, detail = _WORDS.get(status, ("请求未被受理", "请求未被受理。"))
    errors: tuple[Objection, ...] = ()
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        errors = tuple(_parameter(item) for item in error.extra if isinstance(item, dict))
    return Problem("about:blank", title, status, detail, request.url.path, request_id(request), errors)


def _parameter(item: dict[str, Any]) -> Objection:
    name = str(item.get("key", ""))[:80]
    if name in {"", "data"}:
        return Objection("请求正文的格式不合要求：登记和修改用 JSON 对象，导入名单用 multipart 字段 file。", "file")
    return Objection(f"参数“{name}”的值不合要求。", name)


def of_fault(request: Request[Any, Any, Any]) -> Problem:
    """A fault of ours: logged with its request id, told without its insides."""
    detail = "系统出错，已记录；请稍后再试，或把请求编号告诉管理员。"
    return Problem("about:blank", "系统内部错误", 500, detail, request.url.path, request_id(request))


def request_id(request: Request[Any, Any, Any]) -> str:
    """The id that the middleware gave the request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def respond(request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str] | None = None) -> Response[Any]:
    """The problem as JSON, or as a page for a browser that asks for one."""
    wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    page = request.app.state.get("problem_page")
    if wants_page and page is not None:
        body: Response[Any] = page(request, problem)
        body.headers.update(headers or {})
        return body
    return Response(
        msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers or {}
    )


def _on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, (TooMany, Unavailable)) else {}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, Moved) and refusal.old not in request.url.path:
        # Named in the body: the same address again would lead nowhere else.
        return _on_refusal(request, Conflict(refusal.detail))
    if isinstance(refusal, Moved):
        headers |= _onward(request, refusal)
    return respond(request, of_refusal(request, refusal), headers)


def _onward(request: Request[Any, Any, Any], moved: Moved) -> dict[str, str]:
    """The same address with the new id; kept by nobody, since what was merged may be split again."""
    query = request.scope["query_string"].decode("latin-1")
    path = request.url.path.replace(moved.old, moved.new)
    return {"Location": f"{path}?{query}" if query else path, "Cache-Control": "no-store"}


def _on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if error.status_code >= 500:
        return _on_fault(request, error)
    headers = {key: value for key, value in (error.headers or {}).items() if key.lower() == "allow"}
    return respond(request, of_http(request, error), headers)


def _on_fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.error("fault in request %s", request_id(request), exc_info=error)
    return respond(request, of_fault(request))


def _on_bad_value(request: Request[Any, Any, Any], error: asyncpg.DataError) -> Response[Any]:
    """A value PostgreSQL cannot take (a NUL character, a number out of range) is the sender's, not a fault of ours."""
    log.warning("bad value in request %s: %s", request_id(request), error)
    title, detail = _WORDS[400]
    return respond(request, Problem("about:blank", title, 400, detail, request.url.path, request_id(request)))


HANDLERS: ExceptionHandlersMap = {
    Refusal: _on_refusal,
    HTTPException: _on_http,
    asyncpg.DataError: _on_bad_value,
    Exception: _on_fault,
}
