"""Titles on pages: those of a record on any day, one with its steps and acts, and the form that gives a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from registry import api, clock, reading, titling
from registry.access import Actor, Permission
from registry.api import actor_of, occasion_of
from registry.errors import Conflict, Forbidden, Invalid, VersionConflict
from registry.history import Entry
from registry.register import Register
from registry.titles import kinds
from registry.titles.schemas import Verb
from registry.titles.verbs import VERBS, Act
from registry.titling import TitleShown
from registry.titling_api import day_of
from registry.web import rendering, standing, title_forms
from registry.web.rendering import Crumb
from registry.web.standing import StepLine
from registry.web.title_forms import NOTHING, Asked, Task

_FIRST = (Act.RECOGNISE, Act.PUBLICISE, Act.RECOMMEND)
"""The acts by which a title may begin, the most frequent first."""


def routes(register: Register) -> list[BaseRouteHandler]:
    """The pages of titles of one register's records; none where there are no titles."""
    if register.companion is None:
        return []
    return [_all(register), _new(register), _give(register), _one(register), _act(register)]


def _path(register: Register) -> str:
    return f"/{register.plural}/{{record_id:str}}/titles"


def _all(register: Register) -> BaseRouteHandler:
    @get(
        _path(register),
        permission=Permission.RECORD_READ,
        include_in_schema=False,
        name=f"page-titles-{register.plural}",
    )
    async def titles_page(
        request: Request[Any, Any, Any], record_id: FromPath[str], on: FromQuery[str] = ""
    ) -> Response[str]:
        """A record's titles as they stood on a day."""
        day = day_of(on.strip())
        record = await _record(request, register, record_id)
        found = await titling.listing(actor_of(request), register, record_id, day)
        return rendering.page(
            request,
            "titles.html",
            f"称号：{record[register.name_field]}",
            crumbs=_crumbs(register, record),
            register=register,
            record=record,
            found=found,
            past=found.on != clock.today(),
            lines=[standing.shown_line(title, found.on) for title in found.items],
            may_give=_may_give(request, record),
        )

    return titles_page


def _new(register: Register) -> BaseRouteHandler:
    @get(
        f"{_path(register)}/new",
        permission=Permission.TITLE_PROPOSE,
        include_in_schema=False,
        name=f"page-new-title-{register.plural}",
    )
    async def new_title_page(
        request: Request[Any, Any, Any], record_id: FromPath[str], act: FromQuery[str] = ""
    ) -> Response[str]:
        """The form of a new title, by the act that it begins with."""
        record = await _owned(request, register, record_id)
        return await _new_form(request, register, record, act, NOTHING)

    return new_title_page


def _give(register: Register) -> BaseRouteHandler:
    @post(
        f"{_path(register)}/new",
        permission=Permission.TITLE_PROPOSE,
        include_in_schema=False,
        name=f"page-give-title-{register.plural}",
    )
    async def give_form(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Give the title; what was wrong is said at the fields, and nothing typed is lost."""
        form = await request.form()
        act = str(form.get("act", ""))
        fields = titling.fields_of(Act(act), new=True) if act in VERBS else ()
        asked = title_forms.asked(form, fields)
        occasion, version = occasion_of(request, asked.reason), title_forms.version(form)
        try:
            title_id = await titling.give(occasion, register, record_id, version, act, title_forms.given(asked))
        except (Invalid, Conflict, Forbidden, VersionConflict) as refusal:
            record = await _owned(request, register, record_id)
            return await _new_form(request, register, record, act, asked._replace(refusal=refusal))
        return Redirect(f"/{register.plural}/{record_id}/titles/{title_id}", status_code=303)

    return give_form


def _one(register: Register) -> BaseRouteHandler:
    @get(
        f"{_path(register)}/{{title_id:str}}",
        permission=Permission.RECORD_READ,
        include_in_schema=False,
        name=f"page-title-{register.plural}",
    )
    async def title_page(
        request: Request[Any, Any, Any], record_id: FromPath[str], title_id: FromPath[str], act: FromQuery[str] = ""
    ) -> Response[str]:
        """One title: its steps, and the form of the act that was chosen."""
        return await _show(request, register, record_id, title_id, act, NOTHING)

    return title_page


def _act(register: Register) -> BaseRouteHandler:
    @post(
        f"{_path(register)}/{{title_id:str}}",
        permission=Permission.TITLE_PROPOSE,
        include_in_schema=False,
        name=f"page-act-title-{register.plural}",
    )
    async def act_form(
        request: Request[Any, Any, Any], record_id: FromPath[str], title_id: FromPath[str]
    ) -> Response[Any]:
        """Take the title further, or correct it."""
        form = await request.form()
        act = str(form.get("act", ""))
        asked = title_forms.asked(form, title_forms.fields_of(act))
        occasion, version = occasion_of(request, asked.reason), title_forms.version(form)
        try:
            if act == titling.UNDO:
                await titling.take_back(occasion, register, record_id, version, title_id)
                return Redirect(f"/{register.plural}/{record_id}/titles", status_code=303)
            if act == title_forms.CORRECT:
                await titling.correct(occasion, register, record_id, version, title_id, dict(asked.typed))
            else:
                await titling.perform(occasion, register, record_id, version, (title_id, act), title_forms.given(asked))
        except (Invalid, Conflict, Forbidden, VersionConflict) as refusal:
            return await _show(request, register, record_id, title_id, act, asked._replace(refusal=refusal))
        return Redirect(f"/{register.plural}/{record_id}/titles/{title_id}", status_code=303)

    return act_form


async def _record(request: Request[Any, Any, Any], register: Register, record_id: str) -> dict[str, Any]:
    return rendering.decoded((await reading.get(actor_of(request), register, record_id)).json)


async def _owned(request: Request[Any, Any, Any], register: Register, record_id: str) -> dict[str, Any]:
    record = await _record(request, register, record_id)
    if not record["owned"]:
        raise Forbidden("这条记录不在您的办理范围内，只能查看。")
    return record


def _may_give(request: Request[Any, Any, Any], record: Mapping[str, Any]) -> bool:
    return bool(record["owned"] and not record["withdrawn"] and actor_of(request).may(Permission.TITLE_PROPOSE))


def _crumbs(register: Register, record: Mapping[str, Any], *more: Crumb) -> list[Crumb]:
    base = f"/{register.plural}"
    name = str(record[register.name_field])
    return [Crumb("首页", "/"), Crumb(f"{register.label}名单", base), Crumb(name, f"{base}/{record['id']}"), *more]


async def _new_form(
    request: Request[Any, Any, Any], register: Register, record: Mapping[str, Any], act: str, asked: Asked
) -> Response[str]:
    actor = actor_of(request)
    base = f"/{register.plural}/{record['id']}/titles"
    open_acts = [one for one in _FIRST if titling.may(actor, one)]
    chosen = next((one for one in open_acts if one == act), open_acts[0])
    found = await titling.listing(actor, register, str(record["id"]))
    return rendering.page(
        request,
        "title_new.html",
        "登记称号",
        crumbs=_crumbs(register, record, Crumb("称号", base)),
        status=asked.refusal.status if asked.refusal else 200,
        register=register,
        record=record,
        tasks=[Task(str(one), VERBS[one].label, f"{base}/new?act={one}") for one in open_acts],
        sheet=title_forms.sheet(
            chosen, VERBS[chosen], titling.fields_of(chosen, new=True), asked, title_forms.suggested(register)
        ),
        cautions=found.cautions,
        asked=asked,
        back=base,
    )


async def _show(
    request: Request[Any, Any, Any], register: Register, record_id: str, title_id: str, act: str, asked: Asked
) -> Response[str]:
    """A title's page; a chosen act has its form open, with what was typed in it."""
    actor = actor_of(request)
    record = await _record(request, register, record_id)
    title = await titling.one(actor, register, record_id, title_id)
    base = f"/{register.plural}/{record_id}/titles"
    entries = [entry for entry in await api.history_for(actor, register, record_id) if _speaks_of(entry, title_id)]
    tasks = _tasks(actor, title, f"{base}/{title_id}", entries) if record["owned"] and not record["withdrawn"] else []
    return rendering.page(
        request,
        "title.html",
        title.label,
        crumbs=_crumbs(register, record, Crumb("称号", base)),
        status=asked.refusal.status if asked.refusal else 200,
        register=register,
        record=record,
        one=standing.shown_line(title, clock.today()),
        shown=title,
        kind=kinds.kinds().get(title.kind),
        steps=[_cited(step) for step in standing.shown_line(title, clock.today()).steps],
        tasks=tasks,
        sheet=title_forms.open_sheet(title, act, asked) if any(task.act == act for task in tasks) else None,
        asked=asked,
        entries=entries,
    )


def _tasks(actor: Actor, title: TitleShown, page: str, entries: Sequence[Entry]) -> list[Task]:
    """What the reader may do with a title: its acts, a correction, and taking back the last act."""
    found = [(str(act), VERBS[act].label) for act in title.acts]
    if actor.may(Permission.TITLE_DECIDE):
        found.append((title_forms.CORRECT, title_forms.CORRECTION.label))
    if entries and titling.may_take_back(actor, entries[0].act):
        found.append((titling.UNDO, title_forms.TAKING_BACK.label))
    return [Task(act, label, f"{page}?act={act}#act") for act, label in found]


def _cited(step: StepLine) -> tuple[StepLine, Verb | None]:
    """A step with the verb that leads to it."""
    return step, next((verb for verb in VERBS.values() if verb.step == step.act), None)


def _speaks_of(entry: Entry, title_id: str) -> bool:
    told = entry.after.get("titles") or []
    return isinstance(told, list) and any(one.get("id") == title_id for one in told)
