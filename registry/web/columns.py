"""The page on which somebody says what the columns of a list are; it is remembered for lists with the same header."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry.access import Permission
from registry.api import occasion_of
from registry.errors import Refusal
from registry.imports import mappings
from registry.imports.mappings import Looked
from registry.register import Register
from registry.web import holding, importing, rendering
from registry.web.holding import Held

LEFT_OUT = "-"
"""What the form says for a column that is not to be read."""


class Shown(NamedTuple):
    """A column in the form: what is chosen for it now ("" as its own name says)."""

    number: int
    column: Looked
    chosen: str


def routes(register: Register) -> list[BaseRouteHandler]:
    """Look at the columns, say what they are, take it back."""
    return [_show(register), _save(register), _forget(register)]


def _show(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/import/{{token:str}}/columns",
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        name=f"page-columns-{register.plural}",
    )
    async def columns_page(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """The columns of a held list."""
        return await _page(request, register, Held(token, str(request.query_params.get("filename", ""))[:200]))

    return columns_page


def _save(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/import/{{token:str}}/columns",
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        name=f"page-assign-{register.plural}",
    )
    async def save(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
        """Remember what was chosen, and compare the list anew."""
        form = await request.form()
        held = Held(token, str(form.get("filename", ""))[:200])
        found = await mappings.look(register, holding.present(request, token), held.filename)
        chosen = {str(number): str(form.get(f"column-{number}", "")) for number in range(len(found.columns))}
        headers = [column.header for column in found.columns]
        assigned = {
            header: "" if chosen[str(number)] == LEFT_OUT else chosen[str(number)]
            for number, header in enumerate(headers)
            if chosen[str(number)]
        }
        try:
            await mappings.assign(occasion_of(request), register, str(form.get("name", "")), headers, assigned)
            return await importing.preview_held(request, register, held, {})
        except Refusal as refusal:
            return await _page(request, register, held, refusal=refusal, chosen=chosen, name=str(form.get("name", "")))

    return save


def _forget(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/import/columns/forget",
        permission=Permission.RECORD_IMPORT,
        include_in_schema=False,
        name=f"page-forget-columns-{register.plural}",
    )
    async def forget(request: Request[Any, Any, Any]) -> Redirect:
        """Read such lists by their own headers again."""
        form = await request.form()
        await mappings.forget(occasion_of(request), register, str(form.get("fingerprint", "")))
        return Redirect(f"/{register.plural}/import", status_code=303)

    return forget


async def _page(
    request: Request[Any, Any, Any],
    register: Register,
    held: Held,
    *,
    refusal: Refusal | None = None,
    chosen: dict[str, str] | None = None,
    name: str = "",
) -> Response[str]:
    found = await mappings.look(register, holding.present(request, held.token), held.filename)
    shown = [
        Shown(number, column, (chosen or {}).get(str(number), _now(column)))
        for number, column in enumerate(found.columns)
    ]
    crumbs = [
        rendering.Crumb("首页", "/"),
        rendering.Crumb(f"{register.label}名单", f"/{register.plural}"),
        rendering.Crumb(f"导入{register.label}名单", f"/{register.plural}/import"),
    ]
    return rendering.page(
        request,
        "columns.html",
        "指定各列是什么",
        crumbs=crumbs,
        status=refusal.status if refusal else 200,
        register=register,
        held=held,
        found=found,
        shown=shown,
        fields=[field for field in mappings.fields_of(register) if field.said],
        left_out=LEFT_OUT,
        refusal=refusal,
        name=name or held.filename.rpartition(".")[0],
        action=f"/{register.plural}/import/{quote(held.token)}/columns",
    )


def _now(column: Looked) -> str:
    return LEFT_OUT if column.left_out else column.field
