"""Puts the program together: routes of all registers, pages, guard, errors, and the life of pool and engine."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from decimal import Decimal

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from plugins import manager
from registry import (
    access_api,
    api,
    attachment_api,
    audit_api,
    bulk_api,
    claims_api,
    database,
    exchange_api,
    history_api,
    import_api,
    jobs_api,
    note_api,
    operations_api,
    organisation_api,
    personal_api,
    problems,
    provenance_api,
    reference_api,
    saved_api,
    search_api,
    searching_api,
    security_api,
    titling_api,
    web,
)
from registry.access import Permission
from registry.duplicates_api import routes_for as duplicate_routes
from registry.edge import Edge
from registry.guard import guard
from registry.openapi import CompletedJson
from registry.register import Register
from registry.settings import Settings
from search import SearchEngine
from search.embedded import EmbeddedEngine

_OPENAPI = OpenAPIConfig(
    title="银发经济登记簿",
    version="0.1.0",
    description="错误一律为 RFC 9457 problem+json；修改须带 If-Match 与 reason。",
    openapi_router=Router("/schema", route_handlers=[], opt={"permission": Permission.OPEN}, include_in_schema=False),
    render_plugins=[CompletedJson(path="/openapi.json")],
    components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
)


def engine_for(settings: Settings) -> SearchEngine:
    """The search engine that the settings choose."""
    return EmbeddedEngine(settings.index_dir)


def _register_routes(register: Register) -> list[BaseRouteHandler]:
    return [
        *api.routes_for(register),
        *personal_api.routes_for(register),
        *history_api.routes_for(register),
        *import_api.routes_for(register),
        *exchange_api.routes_for(register),
        *attachment_api.routes_for(register),
        *note_api.routes_for(register),
        *bulk_api.routes_for(register),
        *reference_api.routes_for(register),
        *duplicate_routes(register),
        *provenance_api.routes_for(register),
        *claims_api.routes_for(register),
        *titling_api.routes_for(register),
        *access_api.routes_for(register),
    ]


def create_litestar(settings: Settings, engine: SearchEngine) -> Litestar:
    """The Litestar application; the pool opens and closes with it."""

    @contextlib.asynccontextmanager
    async def pool(_app: Litestar) -> AsyncIterator[None]:
        await database.open_pool(settings.pool_size)
        try:
            yield
        finally:
            await database.close_pool()

    registers = manager.registers().values()
    state = {
        "settings": settings,
        "engine": engine,
        "secret": settings.secret(),
        "problem_page": web.problem_page,
    }
    return Litestar(
        [
            *(route for register in registers for route in _register_routes(register)),
            *attachment_api.ROUTES,
            *history_api.ROUTES,
            *jobs_api.ROUTES,
            *exchange_api.ROUTES,
            *provenance_api.ROUTES,
            *claims_api.ROUTES,
            *search_api.ROUTES,
            *note_api.ROUTES,
            *saved_api.ROUTES,
            *searching_api.ROUTES,
            audit_api.list_audit,
            *security_api.ROUTES,
            operations_api.operations_state,
            *organisation_api.ROUTES,
            *access_api.ROUTES,
            *web.routes(),
        ],
        guards=[guard],
        exception_handlers=problems.HANDLERS,
        lifespan=[pool],
        state=State(state),
        openapi_config=_OPENAPI,
        opt={"permission": None},
        type_encoders={Decimal: float},
        logging_config=None,
    )


def create_app(settings: Settings, engine: SearchEngine) -> Edge:
    """What a server serves."""
    return Edge(create_litestar(settings, engine), trusted_proxy=settings.trusted_proxy)


def quiet_libraries() -> None:
    """Our own log lines are for people who run the service; libraries speak up from warnings on."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("registry").setLevel(logging.INFO)
