"""The routes of the logs and of the security of accounts: /api/v1/audit, /api/v1/sessions, /api/v1/security."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from registry import audit, audit_files, clock, exporting, guard, password_policy
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.audit import AuditQuery, Log
from registry.encoded import EncodedJSON
from registry.errors import BadRequest
from registry.exchange import content_disposition
from registry.password_policy import Policy
from registry.security import keeping, policy, renewing, sessions
from registry.security.schemas import AccountState, SessionRow

AUDIT = "日志"
SECURITY = "账号安全"


def audit_query(values: dict[str, str]) -> AuditQuery:
    """What a form or URL asks of the log; BadRequest for what cannot be read."""
    log = values.get("log", "")
    if log and log not in set(Log):
        raise BadRequest(f"log 应为 {'、'.join(Log)} 之一。")
    before = values.get("before", "")
    if before and not (before.isascii() and before.isdecimal() and len(before) < 19):
        raise BadRequest("before 应为上一页给出的序号。")
    return AuditQuery(
        Log(log) if log else None,
        values.get("actor", "").strip()[:64],
        values.get("act", "").strip()[:64],
        values.get("target", "").strip()[:300],
        values.get("q", "").strip()[:100],
        _day(values.get("since", "")),
        _day(values.get("until", "")),
        int(before) if before else None,
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"日期“{text[:20]}”应写作 2026-01-31 的样子。") from None


async def _audit_file(request: Request[Any, Any, Any], query: AuditQuery, form: str) -> Response[Any]:
    """The log as a file."""
    made = await audit_files.export(occasion_of(request), query, form)
    label = query.log.label if query.log else "日志"
    headers = {"content-disposition": content_disposition(f"{label}-{clock.today():%Y%m%d}.{form}")}
    return Stream(made.chunks(), media_type=exporting.MEDIA_TYPES[form], headers=headers)


_ASKED = {
    "log": "request、act、sign_in 或 personal；不给则全部",
    "q": "在操作、经办人、对象、网络地址、请求编号中查找的字",
    "actor": "经办人姓名中的字",
    "act": "操作名称，如 强制下线",
    "target": "对象，如 account/city；也可只给前一段",
    "since": "起始日期（含）",
    "until": "截止日期（含）",
    "before": "上一页的 next_before",
    "format": "json、csv、xlsx 或 ndjson",
}


@dataclass
class _AuditOperation(Operation):
    """The operation in OpenAPI, with everything that may be asked."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        self.parameters = [
            Parameter(name=name, param_in="query", description=words, schema=text) for name, words in _ASKED.items()
        ]


@get(
    "/api/v1/audit",
    permission=Permission.AUDIT_READ,
    operation_id="list_audit",
    operation_class=_AuditOperation,
    tags=[AUDIT],
    summary="操作、登录与查阅日志",
    media_type="application/json",
)
async def list_audit(request: Request[Any, Any, Any]) -> Response[Any]:
    """最新在前，一页 50 条；管理员看全部，单位的账号管理员只看本单位人员的。

    format 为文件格式时导出全部符合条件的记录，导出本身也记入日志。
    """
    asked = {name: str(value) for name, value in request.query_params.items()}
    if unknown := [name for name in asked if name not in _ASKED]:
        raise BadRequest(f"没有参数“{unknown[0][:40]}”；可用：{'、'.join(_ASKED)}。")
    query, form = audit_query(asked), asked.get("format") or "json"
    if form == "json":
        return EncodedJSON(msgspec.json.encode(await audit.entries(actor_of(request), query)))
    if form not in exporting.FORMATS:
        raise BadRequest("format 应为 json、csv、xlsx、ndjson 之一。")
    return await _audit_file(request, query, form)


@get(
    "/api/v1/sessions",
    permission=Permission.SESSION_USE,
    operation_id="list_sessions",
    tags=[SECURITY],
    summary="登录列表",
)
async def list_sessions(
    request: Request[Any, Any, Any],
    everyone: Annotated[
        bool, QueryParameter(name="all", description="为真时列出所管账号的全部登录（须有管理权）")
    ] = False,
) -> list[SessionRow]:
    """自己在各处的登录，最近使用的在前。"""
    secret = request.cookies.get(guard.COOKIE, "")
    if everyone:
        guard.require(actor_of(request), Permission.SECURITY_MANAGE)
        return await sessions.everyone(actor_of(request), secret=secret)
    return await sessions.own(actor_of(request), secret)


@delete(
    "/api/v1/sessions/{session_id:str}",
    permission=Permission.SESSION_USE,
    operation_id="end_session",
    tags=[SECURITY],
    summary="结束一个登录",
)
async def end_session(request: Request[Any, Any, Any], session_id: FromPath[str]) -> None:
    """自己的随时可结束；他人的须有管理权，且账号归您管理。"""
    only_own = not actor_of(request).may(Permission.SECURITY_MANAGE)
    await sessions.end(occasion_of(request), session_id, only_own=only_own)


class NewPassword(msgspec.Struct):
    """One's old password and the new one."""

    old: str
    new: str


@post(
    "/api/v1/me/password",
    permission=Permission.PASSWORD_CHANGE,
    operation_id="change_password",
    tags=[SECURITY],
    summary="更换自己的密码",
    status_code=204,
)
async def change_password(request: Request[Any, Any, Any], data: JSONBody[NewPassword]) -> None:
    """须给出原密码；自己在别处的登录随之结束。"""
    await renewing.change_own(occasion_of(request), data.old, data.new, request.cookies.get(guard.COOKIE, ""))


@get(
    "/api/v1/security/accounts",
    permission=Permission.SECURITY_MANAGE,
    operation_id="list_account_states",
    tags=[SECURITY],
    summary="所管账号的安全状况",
)
async def list_states(
    request: Request[Any, Any, Any],
    q: FromQuery[str] = "",
    troubled: Annotated[bool, QueryParameter(description="为真时只列已锁定或近来登录失败的")] = False,
    after: Annotated[str, QueryParameter(description="上一页最后一个账号")] = "",
) -> list[AccountState]:
    """锁定、失败次数、密码时间、允许的地址、在线数；一页 100 个，按账号排序。"""
    return await keeping.states(actor_of(request), text=q, troubled=troubled, after=after)


class Why(msgspec.Struct):
    """The reason of an act."""

    reason: str = ""


@post(
    "/api/v1/security/accounts/{username:str}/{act:str}",
    permission=Permission.SECURITY_MANAGE,
    operation_id="keep_account",
    tags=[SECURITY],
    summary="锁定、解锁、全部下线",
    status_code=200,
)
async def keep_account(
    request: Request[Any, Any, Any], username: FromPath[str], act: FromPath[str], data: JSONBody[Why]
) -> AccountState:
    """act 为 lock（须写 reason）、unlock 或 end-sessions；回答为账号的现状。"""
    acts = {"lock": keeping.lock, "unlock": keeping.unlock, "end-sessions": keeping.end_sessions}
    if act not in acts:
        raise BadRequest(f"没有“{act[:40]}”这一操作；可用：{'、'.join(acts)}。")
    await acts[act](occasion_of(request, data.reason), username)
    return await keeping.state(actor_of(request), username)


class Addresses(msgspec.Struct):
    """Addresses and networks an account may be used from; none: from anywhere."""

    addresses: list[str]


@put(
    "/api/v1/security/accounts/{username:str}/addresses",
    permission=Permission.SECURITY_MANAGE,
    operation_id="bind_account",
    tags=[SECURITY],
    summary="限定登录地址",
)
async def bind_account(
    request: Request[Any, Any, Any], username: FromPath[str], data: JSONBody[Addresses]
) -> AccountState:
    """账号只能从这些地址或网段登录和使用，令牌也一样；空列表为不限。"""
    await keeping.bind(occasion_of(request), username, data.addresses)
    return await keeping.state(actor_of(request), username)


class GivenPassword(msgspec.Struct):
    """A password that its owner will change."""

    password: str


@put(
    "/api/v1/security/accounts/{username:str}/password",
    permission=Permission.SECURITY_MANAGE,
    operation_id="reset_password",
    tags=[SECURITY],
    summary="重置密码",
)
async def reset_password(
    request: Request[Any, Any, Any], username: FromPath[str], data: JSONBody[GivenPassword]
) -> AccountState:
    """本人首次登录时须另设密码；原有登录全部失效。"""
    await keeping.reset_password(occasion_of(request), username, data.password)
    return await keeping.state(actor_of(request), username)


@get(
    "/api/v1/security/policy",
    permission=Permission.SECURITY_POLICY,
    operation_id="get_policy",
    tags=[SECURITY],
    summary="安全策略",
)
async def get_policy() -> Policy:
    """密码长度、字符种类、不得重复的次数、更换期限，日志与个人信息的保存天数。"""
    return await password_policy.current()


@put(
    "/api/v1/security/policy",
    permission=Permission.SECURITY_POLICY,
    operation_id="set_policy",
    tags=[SECURITY],
    summary="修改安全策略",
)
async def set_policy(request: Request[Any, Any, Any], data: JSONBody[dict[str, Any]]) -> Policy:
    """给出要改的项；立即对全部进程生效，修改记入日志。"""
    return await policy.change(occasion_of(request), data)


ROUTES: list[BaseRouteHandler] = [
    list_audit,
    list_sessions,
    end_session,
    change_password,
    list_states,
    keep_account,
    bind_account,
    reset_password,
    get_policy,
    set_policy,
]
