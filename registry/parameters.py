"""What a list or a record is asked for in its URL: filters, and the day that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request
from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from registry import reading
from registry.errors import BadRequest
from registry.register import Register

AS_OF = "as_of"
"""The parameter that asks for a list or a record as it was on a day."""

_LIST_PARAMETERS = frozenset({"sort", "limit", "cursor", "format", "purpose", "codes", "titles", AS_OF})


def filters_of(request: Request[Any, Any, Any], register: Register) -> dict[str, list[str]]:
    """Every query parameter that is not the list's own is a filter; an unknown one is refused."""
    chosen: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in _LIST_PARAMETERS:
            chosen.setdefault(name, []).extend(part for part in str(value).split(",") if part)
    known = {field.name for field in register.fields if field.filter} | {reading.WITHDRAWN}
    if unknown := [name for name in chosen if name not in known]:
        raise BadRequest(f"不能按“{unknown[0][:40]}”筛选；可用：{'、'.join(sorted(known))}。")
    return chosen


def day_of(request: Request[Any, Any, Any]) -> date | None:
    """The day as of which something is asked for; None for now."""
    given = str(request.query_params.get(AS_OF, "")).strip()
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadRequest(f"日期“{given[:20]}”无法识别，请写成 2025-06-30。") from None


@dataclass
class AsOfOperation(Operation):
    """An operation that may be asked about a day."""

    def __post_init__(self) -> None:
        said = "某一天（如 2025-06-30）的情况：内容、梯次都是那一天的；不填为现在。"
        day = Parameter(
            name=AS_OF,
            param_in="query",
            description=said,
            schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE),
        )
        self.parameters = [*(self.parameters or []), day]


def list_operation(register: Register) -> type[Operation]:
    """The list's operation in OpenAPI, with one parameter for each filter of the register."""
    filters = [
        Parameter(
            name=field.name,
            param_in="query",
            description=f"{field.label}；多个值用逗号分隔或重复参数。",
            schema=Schema(type=OpenAPIType.STRING),
        )
        for field in register.fields
        if field.filter
    ]

    @dataclass
    class ListOperation(AsOfOperation):
        def __post_init__(self) -> None:
            super().__post_init__()
            self.parameters = [*(self.parameters or []), *filters]

    return ListOperation
