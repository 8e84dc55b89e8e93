"""The routes of jobs: what is under way and what came of it, /api/v1/jobs."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import File

from registry import clock, jobs
from registry.access import Permission
from registry.api import actor_of
from registry.errors import BadRequest
from registry.jobs import Report, rules

TAG = "任务"


class Listed(msgspec.Struct):
    """Jobs, the newest first; `next` is the id to go on from."""

    items: list[Report]
    next: str | None


@get("/api/v1/jobs", permission=Permission.JOB_USE, operation_id="list_jobs", tags=[TAG], summary="任务列表")
async def list_jobs(
    request: Request[Any, Any, Any],
    chosen: Annotated[str, QueryParameter(name="state", description="只列这些状态，多个用逗号分隔")] = "",
    before: FromQuery[str] = "",
    limit: FromQuery[int] = 50,
    everyone: Annotated[bool, QueryParameter(name="all", description="为真时列出所有人的任务（须有管理权）")] = False,
) -> Listed:
    """自己提交的任务，最新在前；状态有 queued、running、done、failed、cancelled；before 给出上一页最后一项的编号。"""
    if not 1 <= limit < jobs.MAX_LISTED:
        raise BadRequest(f"limit 应为 1 至 {jobs.MAX_LISTED - 1} 的整数。")
    states = [one for one in chosen.split(",") if one]
    found = await jobs.listing(actor_of(request), everyone=everyone, states=states, before=before, limit=limit + 1)
    now = clock.now()
    more = len(found) > limit
    return Listed([rules.report(job, now) for job in found[:limit]], found[limit - 1].id if more else None)


@get("/api/v1/jobs/{job_id:str}", permission=Permission.JOB_USE, operation_id="get_job", tags=[TAG], summary="一项任务")
async def get_job(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Report:
    """状态、进度、预计剩余秒数与结果；未结束时每隔一两秒来问一次即可。"""
    return rules.report(await jobs.get(actor_of(request), job_id), clock.now())


@post(
    "/api/v1/jobs/{job_id:str}/cancel",
    permission=Permission.JOB_USE,
    operation_id="cancel_job",
    tags=[TAG],
    summary="取消任务",
    status_code=202,
)
async def cancel_job(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Report:
    """排队中的立即取消；进行中的尽快停下，已做的全部撤回，不会留下一半。"""
    return rules.report(await jobs.cancel(actor_of(request), job_id), clock.now())


@post(
    "/api/v1/jobs/{job_id:str}/again",
    permission=Permission.JOB_USE,
    operation_id="begin_job_again",
    tags=[TAG],
    summary="重新开始任务",
    status_code=202,
)
async def begin_again(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Report:
    """未成功或已取消的任务重新排队，用原来的文件与条件。"""
    job = await jobs.again(request.app.state.settings, actor_of(request), job_id)
    return rules.report(job, clock.now())


@get(
    "/api/v1/jobs/{job_id:str}/file",
    permission=Permission.JOB_USE,
    operation_id="get_job_file",
    tags=[TAG],
    summary="任务生成的文件",
)
async def get_file(request: Request[Any, Any, Any], job_id: FromPath[str]) -> File:
    """导出的名单等；只有提交任务的人可取，保留七天。"""
    actor = actor_of(request)
    job = await jobs.get(actor, job_id)
    return File(jobs.result_file(request.app.state.settings, actor, job), filename=job.file)


ROUTES = [list_jobs, get_job, cancel_job, begin_again, get_file]
