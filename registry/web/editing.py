"""Filing and amending by form: all errors at once, nothing typed is lost, and a conflict shows both values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import api, reading, records, taxonomy
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.duplicates import rules
from registry.duplicates.looking import Decided, LookAlike
from registry.errors import Conflict, Forbidden, Invalid, Refusal, VersionConflict
from registry.history import Entry
from registry.register import Register
from registry.web import forms, rendering
from registry.web.forms import Clash, State
from registry.web.record import number


def routes(register: Register) -> list[BaseRouteHandler]:
    """The forms of one register."""
    return [_new(register), _file(register), _edit(register), _amend(register)]


def _new(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/new",
        permission=Permission.RECORD_FILE,
        include_in_schema=False,
        name=f"page-new-{register.plural}",
    )
    async def new_page(request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form; the name may come from a search that found nothing, the district from the officer."""
        fields = forms.fields_of(register, actor_of(request))
        typed = forms.of_record(fields, records.blank(register))
        typed[register.name_field] = str(request.query_params.get("name", ""))[:200]
        if "district" in typed:
            typed["district"] = actor_of(request).district
        if "province" in typed:
            typed["province"] = taxonomy.city().name
        return _form(request, register, State(0, {}, typed))

    return new_page


def _file(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/new",
        permission=Permission.RECORD_FILE,
        include_in_schema=False,
        name=f"page-file-{register.plural}",
    )
    async def file_form(request: Request[Any, Any, Any]) -> Response[Any]:
        """File what the form says."""
        form = await request.form()
        state = forms.of_form(forms.fields_of(register, actor_of(request)), form, 0)
        reason = str(form.get("reason", ""))
        given = {name: value for name, value in state.typed.items() if value not in ("", [])}
        decided = Decided(frozenset(map(str, form.getall("different_from", []))), rules.LIKELY)
        try:
            record_id = await records.file(occasion_of(request, reason), register, given, decided)
        except (Invalid, Conflict, Forbidden) as refusal:
            return _form(request, register, state, refusal=refusal, reason=reason)
        return Redirect(f"/{register.plural}/{record_id}", status_code=303)

    return file_form


def _edit(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/{{record_id:str}}/edit",
        permission=Permission.RECORD_AMEND,
        include_in_schema=False,
        name=f"page-edit-{register.plural}",
    )
    async def edit_page(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[str]:
        """The form with the record as it is."""
        record, typed = await _current(request, register, record_id)
        if not record["owned"]:
            raise Forbidden("这条记录不在您的办理范围内，只能查看。")
        return _form(request, register, State(record["version"], typed, typed), record)

    return edit_page


def _amend(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/edit",
        permission=Permission.RECORD_AMEND,
        include_in_schema=False,
        name=f"page-amend-{register.plural}",
    )
    async def amend_form(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """Write what was changed; when somebody was quicker, show both."""
        form = await request.form()
        record, current = await _current(request, register, record_id)
        fields = forms.fields_of(register, actor_of(request))
        mine = forms.of_form(fields, form, number(form.get("version")))
        reason = str(form.get("reason", ""))
        try:
            await records.amend(occasion_of(request, reason), register, record_id, mine.version, mine.changes())
        except VersionConflict as conflict:
            wars = forms.clashes(mine, current, fields)
            merged = forms.merged(mine, current, record["version"])
            others = await _by_others(request, register, record_id, mine.version)
            context: dict[str, Any] = {"refusal": conflict, "reason": reason, "wars": wars, "others": others}
            return _form(request, register, merged, record, **context)
        except (Invalid, Conflict, Forbidden) as refusal:
            return _form(request, register, mine, record, refusal=refusal, reason=reason)
        return Redirect(f"/{register.plural}/{record_id}", status_code=303)

    return amend_form


async def _current(
    request: Request[Any, Any, Any], register: Register, record_id: str
) -> tuple[dict[str, Any], dict[str, forms.Typed]]:
    """The record as it is, and the same as a form carries it."""
    record = rendering.decoded((await reading.get(actor_of(request), register, record_id)).json)
    return record, forms.of_record(forms.fields_of(register, actor_of(request)), record)


async def _by_others(request: Request[Any, Any, Any], register: Register, record_id: str, version: int) -> list[Entry]:
    """What happened to the record since the version that somebody saw."""
    entries = await api.history_for(actor_of(request), register, record_id)
    return [entry for entry in entries if entry.version > version]


def _form(
    request: Request[Any, Any, Any],
    register: Register,
    state: State,
    record: Mapping[str, Any] | None = None,
    *,
    refusal: Refusal | None = None,
    reason: str = "",
    wars: Mapping[str, Clash] | None = None,
    others: list[Entry] | None = None,
) -> Response[str]:
    """The form as a page; `record` None files a new one."""
    fields = forms.fields_of(register, actor_of(request))
    crumbs = [rendering.Crumb("首页", "/"), rendering.Crumb(f"{register.label}名单", f"/{register.plural}")]
    back = f"/{register.plural}"
    if record is not None:
        back = f"/{register.plural}/{record['id']}"
        crumbs.append(rendering.Crumb(record[register.name_field], back))
    objections = refusal.objections if refusal and not isinstance(refusal, Conflict) else ()
    return rendering.page(
        request,
        "form.html",
        f"修改{register.label}记录" if record else f"登记{register.label}",
        crumbs=crumbs,
        status=refusal.status if refusal else 200,
        register=register,
        record=record,
        state=state,
        groups=forms.groups(register, fields, state, objections, wars or {}),
        refusal=refusal,
        objections=objections,
        elsewhere=_elsewhere(refusal),
        alike=refusal.candidates if isinstance(refusal, LookAlike) else (),
        reason=reason,
        conflict=isinstance(refusal, VersionConflict),
        others=others or [],
        back=back,
    )


def _elsewhere(refusal: Refusal | None) -> str:
    """The page of the record that holds the key already, when a refusal names it."""
    objections = refusal.objections if isinstance(refusal, Conflict) else ()
    return next((one.message for one in objections if one.message.startswith("/")), "")
