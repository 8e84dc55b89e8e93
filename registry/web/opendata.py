"""The page of open data: which lists anyone may take away whole, and which of their fields are open to whom."""

from __future__ import annotations

from typing import Any, NamedTuple

from litestar import Request, Response, get

from plugins import manager
from registry import bulk
from registry.access import Permission
from registry.register import Field, Opening, Register
from registry.web import rendering

OPENINGS = {Opening.OPEN: "公开", Opening.CONDITIONAL: "有条件公开", Opening.CLOSED: "不公开"}


class Dataset(NamedTuple):
    """One register as a data set."""

    register: Register
    files: list[tuple[str, str]]
    fields: list[tuple[Field, str]]


@get("/open", permission=Permission.OPEN, include_in_schema=False)
async def open_data(request: Request[Any, Any, Any]) -> Response[str]:
    """Every register with its bulk files and the openness of its fields."""
    datasets = [_dataset(register) for register in manager.registers().values()]
    return rendering.page(
        request, "opendata.html", "开放数据", crumbs=(rendering.Crumb("首页", "/"),), datasets=datasets
    )


def _dataset(register: Register) -> Dataset:
    files = [(form.upper(), f"/api/v1/{register.plural}/bulk.{form}") for form in bulk.FORMS]
    return Dataset(register, files, [(field, OPENINGS[field.opening]) for field in register.fields])
