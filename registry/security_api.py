"""The routes of sessions and of the security of accounts: /api/v1/sessions, /api/v1/security."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from registry import guard, password_policy
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.errors import BadRequest
from registry.password_policy import Policy
from registry.security import keeping, policy, renewing, sessions
from registry.security.schemas import AccountState, SessionRow, TokenRow

SECURITY = "账号安全"


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


@get(
    "/api/v1/security/accounts/{username:str}/tokens",
    permission=Permission.SECURITY_MANAGE,
    operation_id="list_tokens",
    tags=[SECURITY],
    summary="账号的令牌",
)
async def list_tokens(request: Request[Any, Any, Any], username: FromPath[str]) -> list[TokenRow]:
    """程序用的令牌：备注、签发与到期时间；令牌本身不留存。"""
    return await keeping.tokens(actor_of(request), username)


class Revoked(msgspec.Struct):
    """How many tokens ended."""

    revoked: int


@delete(
    "/api/v1/security/accounts/{username:str}/tokens",
    permission=Permission.SECURITY_MANAGE,
    operation_id="revoke_tokens",
    tags=[SECURITY],
    summary="吊销令牌",
    status_code=200,
)
async def revoke_tokens(
    request: Request[Any, Any, Any], username: FromPath[str], label: FromQuery[str | None] = None
) -> Revoked:
    """全部吊销，或只吊销备注为 label 的；立即失效。"""
    return Revoked(await keeping.revoke_tokens(occasion_of(request), username, label))


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
    list_sessions,
    end_session,
    change_password,
    list_states,
    keep_account,
    list_tokens,
    revoke_tokens,
    bind_account,
    reset_password,
    get_policy,
    set_policy,
]
