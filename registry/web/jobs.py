"""The jobs page (任务中心): what one has under way and had done, each with a page of its own."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from plugins import manager
from registry import clock, exchange_jobs, imports, jobs
from registry.access import Actor, Permission
from registry.api import actor_of, occasion_of
from registry.errors import Refusal
from registry.jobs import Job, Report, State, rules
from registry.uploads import visibility
from registry.web import import_report, rendering, sameness

LIMIT = 30
_TABS = (("", "全部"), ("queued,running", "未结束"), ("done", "已完成"), ("failed,cancelled", "未成功和已取消"))


class Line(NamedTuple):
    """A job in the list: as it is told, its outcome in a few words, and what may be done with it."""

    told: Report
    outcome: str
    download: str
    cancels: bool
    begins: bool


@get("/jobs", permission=Permission.JOB_USE, include_in_schema=False)
async def jobs_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The list, the newest first."""
    actor = actor_of(request)
    state, before = (str(request.query_params.get(name, "")) for name in ("state", "before"))
    everyone = request.query_params.get("all") == "1" and actor.may(Permission.JOB_MANAGE)
    states = [one for one in state.split(",") if one]
    found = await jobs.listing(actor, everyone=everyone, states=states, before=before, limit=LIMIT + 1)
    asked = {"state": state, "all": "1" if everyone else ""}
    lines = [line(actor, job) for job in found[:LIMIT]]
    more = rendering.query_url("/jobs", {**asked, "before": found[LIMIT - 1].id}) if len(found) > LIMIT else ""
    tabs = [(rendering.query_url("/jobs", {**asked, "state": key}), label, key == state) for key, label in _TABS]
    template = "_jobs.html" if rendering.wants_fragment(request) else "jobs.html"
    return rendering.page(
        request,
        template,
        "任务中心",
        crumbs=[rendering.Crumb("首页", "/")],
        lines=lines,
        tabs=tabs,
        everyone=everyone,
        managing=actor.may(Permission.JOB_MANAGE),
        others_url=rendering.query_url("/jobs", {**asked, "all": "" if everyone else "1"}),
        next_url=more,
        first_url=rendering.query_url("/jobs", asked) if before else "",
        live=any(not State(one.told.state).ended for one in lines),
    )


@get("/jobs/{job_id:str}", permission=Permission.JOB_USE, include_in_schema=False)
async def job_page(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[str]:
    """One job: how far it is, or what came of it."""
    return await _page(request, await jobs.get(actor_of(request), job_id))


@post("/jobs/{job_id:str}/cancel", permission=Permission.JOB_USE, include_in_schema=False)
async def cancel(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Any]:
    """Call it off."""
    try:
        await jobs.cancel(actor_of(request), job_id)
    except Refusal as refusal:
        return await _page(request, await jobs.get(actor_of(request), job_id), refusal)
    return Redirect(f"/jobs/{job_id}", status_code=303)


@post("/jobs/{job_id:str}/again", permission=Permission.JOB_USE, include_in_schema=False)
async def again(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Any]:
    """Begin anew what failed or was called off."""
    try:
        await jobs.again(request.app.state.settings, actor_of(request), job_id)
    except Refusal as refusal:
        return await _page(request, await jobs.get(actor_of(request), job_id), refusal)
    return Redirect(f"/jobs/{job_id}", status_code=303)


@post("/jobs/{job_id:str}/confirm", permission=Permission.RECORD_IMPORT, include_in_schema=False)
async def confirm(request: Request[Any, Any, Any], job_id: FromPath[str]) -> Response[Any]:
    """Let in what a preview in the background looked at."""
    form = await request.form()
    occasion = occasion_of(request, str(form.get("reason", ""))[:500])
    looked = await jobs.get(occasion.actor, job_id)
    register = manager.registers().get(str(looked.given.get("register", "")))
    try:
        if register is not None:
            await sameness.remember(occasion, register, form)
        job = await exchange_jobs.confirm_import(
            request.app.state.settings,
            occasion,
            job_id,
            partial=form.get("partial") == "1",
            visibility=visibility(str(form.get("visibility") or "public")),
        )
    except Refusal as refusal:
        return await _page(request, await jobs.get(actor_of(request), job_id), refusal)
    return Redirect(f"/jobs/{job.id}", status_code=303)


def line(actor: Actor, job: Job) -> Line:
    """A job as a line of the list."""
    download = f"/api/v1/jobs/{job.id}/file" if job.file and jobs.own(actor, job) else ""
    told = msgspec.structs.replace(rules.report(job, clock.now()), result={})
    begins = rules.may_begin_again(job.state) and jobs.own(actor, job)
    return Line(told, _outcome(job), download, rules.may_cancel(job.state), begins)


def _outcome(job: Job) -> str:
    """What came of it, in a few words."""
    report = job.result.get("report")
    if report is not None and job.state is State.DONE:
        counts = f"新增 {report['new']:,}，变更 {report['changed']:,}，有误 {report['rejected']:,} 行"
        return f"{'已入库' if report['applied'] else '预览，未写入'}：{counts}"
    if "rows" in job.result:
        return f"{job.result['rows']:,} 条"
    return job.error


async def _page(request: Request[Any, Any, Any], job: Job, refusal: Refusal | None = None) -> Response[str]:
    fragment = rendering.wants_fragment(request)
    return rendering.page(
        request,
        "_job.html" if fragment else "job.html",
        job.label,
        crumbs=[rendering.Crumb("首页", "/"), rendering.Crumb("任务中心", "/jobs")],
        status=refusal.status if refusal else 200,
        one=line(actor_of(request), job),
        ended=job.state.ended,
        reason=job.reason,
        refusal=refusal,
        **({} if fragment else _report(actor_of(request), job)),
    )


def _report(actor: Actor, job: Job) -> dict[str, Any]:
    """The report of an import, with the way to let a preview in."""
    register = manager.registers().get(str(job.given.get("register", "")))
    if job.kind != exchange_jobs.IMPORT or "report" not in job.result or register is None:
        return {"report": None}
    report = msgspec.convert(job.result["report"], imports.Report)
    given = msgspec.convert(job.given, exchange_jobs.ImportGiven)
    looked = report.dry_run and job.state is State.DONE and jobs.own(actor, job)
    confirm_at = import_report.Confirm(f"/jobs/{job.id}/confirm" if looked else "")
    columns = f"/{register.plural}/import/{given.held}/columns?filename={quote(given.filename)}"
    told = import_report.context(register, report, given.filename, confirm_at, columns if looked and given.held else "")
    options = {"partial": given.options.partial, "visibility": given.options.visibility}
    return told | options | {"begin_url": f"/{register.plural}/import"}


ROUTES = [jobs_page, job_page, cancel, again, confirm]
