"""Two records side by side: field by field whose value counts, what moves along, and the merge itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import masking, values
from registry.access import Permission
from registry.api import actor_of, covered, occasion_of
from registry.duplicates import deciding
from registry.errors import Refusal
from registry.merging import joining, splitting
from registry.merging.comparing import Compared, compare
from registry.merging.rules import Take, choices
from registry.register import Field, Register
from registry.web import rendering
from registry.web.record import number, past_of

_SIDES = {Take.OWN: "保留的", Take.OTHER: "并入的", Take.BOTH: "两边合起来"}


class Choice(NamedTuple):
    """One way to fill a field: the word of the form, what it is called, the value, whether it is chosen."""

    take: str
    label: str
    text: str
    chosen: bool


class Line(NamedTuple):
    """A field in which the two differ."""

    field: Field
    choices: list[Choice]
    result: str


def routes(register: Register) -> list[BaseRouteHandler]:
    """The page of two records, and what may be done on it."""
    made = (_compare_page, _merge_form, _different, _split, _merged_past)
    return [make(register) for make in made]


def _compare_page(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/{{record_id:str}}/compare/{{other_id:str}}",
        permission=Permission.RECORD_MERGE,
        include_in_schema=False,
        name=f"page-compare-{register.plural}",
    )
    async def compare_page(
        request: Request[Any, Any, Any], record_id: FromPath[str], other_id: FromPath[str]
    ) -> Response[str]:
        """The two as they are, the better value chosen beforehand."""
        found = await compare(actor_of(request), register, record_id, other_id)
        return _page(request, register, found, {})

    return compare_page


def _merge_form(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/compare/{{other_id:str}}",
        permission=Permission.RECORD_MERGE,
        include_in_schema=False,
        name=f"page-merge-{register.plural}",
    )
    async def merge_form(
        request: Request[Any, Any, Any], record_id: FromPath[str], other_id: FromPath[str]
    ) -> Response[Any]:
        """Show what the merge would make; merge when that was confirmed."""
        form = await request.form()
        found = await compare(actor_of(request), register, record_id, other_id)
        if form.get("step") != "merge":
            return _page(request, register, found, form, confirm=form.get("step") == "confirm")
        keep = joining.Seen(record_id, number(form.get("version")))
        give = joining.Seen(other_id, number(form.get("other_version")))
        take = {name: word for name, word in _taken(form).items() if name in found.different}
        try:
            await joining.merge(occasion_of(request, str(form.get("reason", ""))), register, keep, give, take)
        except Refusal as refusal:
            return _page(request, register, found, form, confirm=True, refusal=refusal)
        return Redirect(f"/{register.plural}/{record_id}", status_code=303)

    return merge_form


def _different(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/different/{{other_id:str}}",
        permission=Permission.RECORD_MERGE,
        include_in_schema=False,
        name=f"page-different-{register.plural}",
    )
    async def different(request: Request[Any, Any, Any], record_id: FromPath[str], other_id: FromPath[str]) -> Redirect:
        """Remember that they are two."""
        form = await request.form()
        word = deciding.Word(record_id, False, other_id)
        await deciding.decide(occasion_of(request, str(form.get("reason", ""))), register, word)
        return Redirect(f"/duplicates?kind={register.kind}", status_code=303)

    return different


def _split(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/merges/{{merge_id:str}}/undo",
        permission=Permission.RECORD_MERGE,
        include_in_schema=False,
        name=f"page-split-{register.plural}",
    )
    async def split(request: Request[Any, Any, Any], merge_id: FromPath[str]) -> Redirect:
        """Undo a merge; the record that stands again is shown."""
        form = await request.form()
        given = await splitting.split(occasion_of(request, str(form.get("reason", ""))), register, merge_id)
        return Redirect(f"/{register.plural}/{given}", status_code=303)

    return split


def _merged_past(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/merges/{{merge_id:str}}",
        permission=Permission.RECORD_MERGE,
        include_in_schema=False,
        name=f"page-merged-past-{register.plural}",
    )
    async def merged_past(request: Request[Any, Any, Any], merge_id: FromPath[str]) -> Response[str]:
        """The past of a record that was merged away: both stay."""
        entries = await splitting.history_of(actor_of(request), register, merge_id)
        past = [past_of(register, covered(register, entry)) for entry in entries]
        crumbs = (rendering.Crumb("首页", "/"), rendering.Crumb(f"{register.label}名单", f"/{register.plural}"))
        return rendering.page(request, "merged_past.html", "被并入的记录的经过", crumbs=crumbs, past=past)

    return merged_past


def _taken(form: Mapping[str, Any]) -> dict[str, str]:
    return {name.removeprefix("take."): str(form[name]) for name in form if name.startswith("take.")}


def _page(
    request: Request[Any, Any, Any],
    register: Register,
    found: Compared,
    form: Mapping[str, Any],
    *,
    confirm: bool = False,
    refusal: Refusal | None = None,
) -> Response[str]:
    taken = _taken(form)
    lines = [_line(register, found, name, taken.get(name)) for name in found.different]
    base = f"/{register.plural}"
    crumbs = [
        rendering.Crumb("首页", "/"),
        rendering.Crumb(f"可能重复的{register.label}", f"/duplicates?kind={register.kind}"),
    ]
    return rendering.page(
        request,
        "merge.html" if confirm else "compare.html",
        "确认合并" if confirm else f"对照两条{register.label}记录",
        crumbs=crumbs,
        status=refusal.status if refusal else 200,
        register=register,
        found=found,
        lines=lines,
        same=[(register.by_name[name].label, _shown(register, name, found.own[name])) for name in found.alike],
        url=f"{base}/{found.keep_id}/compare/{found.give_id}",
        swapped=f"{base}/{found.give_id}/compare/{found.keep_id}",
        apart=f"{base}/{found.keep_id}/different/{found.give_id}",
        reason=str(form.get("reason", "")),
        # Kept from the first look to the last step: what somebody changed meanwhile must be looked at again.
        versions=(form.get("version") or found.versions[0], form.get("other_version") or found.versions[1]),
        refusal=refusal,
    )


def _line(register: Register, found: Compared, name: str, wanted: str | None) -> Line:
    field = register.by_name[name]
    ways = choices(field)
    chosen = Take(wanted) if wanted in ways else found.chosen[name]
    told = {take: _shown(register, name, found.valued(field, take)) for take in ways}
    return Line(
        field, [Choice(take.value, _SIDES[take], text, take is chosen) for take, text in told.items()], told[chosen]
    )


def _shown(register: Register, name: str, value: Any) -> str:
    """A value as people read it; data of persons are covered here as everywhere."""
    field = register.by_name[name]
    return "" if value in (None, "", []) else values.display(field, masking.mask(field, value))
