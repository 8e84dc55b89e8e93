"""The routes of the public bulk files: /api/v1/<plural>/bulk.csv and bulk.ndjson."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.response import File

from registry import bulk, exporting
from registry.access import Permission
from registry.register import Register


def routes_for(register: Register) -> list[BaseRouteHandler]:
    """One route for each form."""
    return [_bulk(register, form) for form in bulk.FORMS]


def _bulk(register: Register, form: str) -> BaseRouteHandler:
    @get(
        f"/api/v1/{register.plural}/bulk.{form}",
        permission=Permission.OPEN,
        name=f"bulk-{form}-{register.plural}",
        operation_id=f"bulk_{form}_{register.plural}",
        tags=[register.label],
        summary=f"{register.label}公开数据（{form.upper()}）",
    )
    async def bulk_file(request: Request[Any, Any, Any]) -> File:
        """全部公开记录的公开字段，任何人可取，至多十分钟前的内容。"""
        path = await bulk.public_file(register, form, request.app.state.settings.open_dir)
        media_type = exporting.MEDIA_TYPES[form]
        headers = {"content-type": media_type, "cache-control": f"public, max-age={int(bulk.KEPT_SECONDS)}"}
        return File(path, filename=f"{register.label}公开数据.{form}", media_type=media_type, headers=headers)

    return bulk_file
