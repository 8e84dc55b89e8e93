"""Signing in and out, and the page about oneself."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from registry import accounts, guard, problems
from registry.access import Permission
from registry.api import actor_of
from registry.errors import Refusal
from registry.problems import Problem
from registry.security import signing
from registry.web import preferences, rendering

_RIGHTS = {
    Permission.SEARCH_QUERY: "检索全部公开记录",
    Permission.PRIVATE_READ: "查看本范围记录的联系方式",
    Permission.OWN_AMEND: "填报自己的企业",
    Permission.CLAIM_DECIDE: "审核企业的认领",
    Permission.CONFLICT_DECIDE: "裁定不同说法",
    Permission.RECORD_FILE: "登记新记录",
    Permission.RECORD_AMEND: "修改本范围的记录",
    Permission.RECORD_WITHDRAW: "撤回、恢复本范围的记录",
    Permission.RECORD_IMPORT: "导入名单",
    Permission.RECORD_EXPORT: "导出名单",
    Permission.PERSONAL_READ: "写明用途后查看本范围记录的个人信息原文",
    Permission.AUDIT_READ: "查看操作、登录与查阅日志",
    Permission.SECURITY_MANAGE: "管理账号的登录：下线、锁定、解锁、重置密码",
    Permission.OPERATIONS_READ: "查看运行情况",
    Permission.RECORD_HAND_OVER: "把本范围的记录移交给其他单位",
    Permission.ORGANISATION_MANAGE: "设立、变更本单位下级的单位",
    Permission.ACCOUNT_MANAGE: "开通账号、变更授权，不超出自己的权限",
    Permission.ACCESS_EXPLAIN: "查询某人为何看得到、看不到某条记录",
}
_BUSY = 429


@get("/login", permission=Permission.OPEN, include_in_schema=False)
async def login_page(request: Request[Any, Any, Any]) -> Response[Any]:
    """The form; who is signed in already goes on."""
    onward = preferences.local_path(str(request.query_params.get("next", "/")))
    if actor_of(request).id is not None:
        return Redirect(onward)
    return sign_in_form(request, onward)


def sign_in_form(
    request: Request[Any, Any, Any],
    onward: str,
    *,
    username: str = "",
    told: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response[str]:
    """The form; `told` says why it is shown, `wrong` what was wrong with the last try."""
    context: dict[str, Any] = {"onward": onward, "username": username, "told": told, "wrong": wrong}
    return rendering.page(request, "login.html", "登录", status=status, **context)


@post("/login", permission=Permission.OPEN, include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sign in and go on to where one wanted to be."""
    form = await request.form()
    onward = preferences.local_path(str(form.get("next", "/")))
    username = str(form.get("username", "")).strip()[:64]
    try:
        secret = await signing.sign_in(
            username,
            str(form.get("password", "")),
            guard.address_of(request.scope),
            request.headers.get("user-agent", ""),
            problems.request_id(request),
        )
    except Refusal as refusal:
        response = sign_in_form(request, onward, username=username, wrong=refusal.detail, status=refusal.status)
        if refusal.status == _BUSY:
            response.headers["retry-after"] = str(getattr(refusal, "retry_after", 60))
        return response
    seconds = int(accounts.SESSION_LIFE.total_seconds())
    cookie = preferences.keep(request, guard.COOKIE, secret, seconds)
    return Redirect(onward, status_code=303, cookies=[cookie])


@post("/logout", permission=Permission.OPEN, include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any]) -> Redirect:
    """End the session; the browser forgets the pages and the drafts it kept."""
    secret = request.cookies.get(guard.COOKIE)
    if secret:
        await signing.sign_out(secret, guard.address_of(request.scope), problems.request_id(request))
    gone = preferences.keep(request, guard.COOKIE, "", 0)
    return Redirect("/", status_code=303, cookies=[gone], headers={"clear-site-data": '"cache", "storage"'})


@get("/me", permission=Permission.SESSION_USE, include_in_schema=False)
async def me(request: Request[Any, Any, Any]) -> Response[str]:
    """Who one is here, what one may do, how one likes the pages."""
    actor = actor_of(request)
    rights = [words for permission, words in _RIGHTS.items() if actor.may(permission)]
    return rendering.page(request, "me.html", "我的账号", crumbs=(rendering.Crumb("首页", "/"),), rights=rights)


def problem_page(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """An error as a page, in the same words; who is not signed in may do so on the spot."""
    view = rendering.view_of(request)
    if view.actor.password_due and problem.status == 403:
        return Redirect("/me/password", status_code=303)
    if problem.status == 401:
        onward = view.here if request.method == "GET" else "/"
        return sign_in_form(request, onward, told="这一页需要登录后查看。", status=401)
    return rendering.page(request, "problem.html", problem.title, status=problem.status, problem=problem)
