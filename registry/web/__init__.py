"""Pages: generated from the registers' declarations, served by the same services as the API, nothing from outside."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

from plugins import manager
from registry.web import (
    account,
    auditing,
    batches,
    chain,
    claiming,
    columns,
    comparing,
    conflicts,
    editing,
    explaining,
    exports,
    files,
    granting,
    hands,
    home,
    importing,
    jobs,
    keeping,
    listing,
    lookalikes,
    mine,
    misses,
    notes,
    opendata,
    operating,
    organising,
    origins,
    past,
    personal,
    preferences,
    record,
    reference,
    searching,
    security,
    static,
    titling,
    together,
    wording,
)
from registry.web.account import problem_page

__all__ = ["problem_page", "routes"]


def routes() -> list[BaseRouteHandler]:
    """Every page: the product's own, and those of each register."""
    own: list[BaseRouteHandler] = [
        home.home,
        searching.search_page,
        searching.suggest_fragment,
        *keeping.ROUTES,
        *misses.ROUTES,
        *notes.ROUTES,
        *wording.ROUTES,
        account.login_page,
        account.sign_in,
        account.sign_out,
        account.me,
        *security.ROUTES,
        *organising.ROUTES,
        *granting.ROUTES,
        *explaining.ROUTES,
        auditing.audit_page,
        operating.operations_page,
        *jobs.ROUTES,
        conflicts.queue_page,
        conflicts.decide_form,
        claiming.claims_page,
        claiming.decide_claim,
        mine.mine_page,
        mine.take_back,
        mine.edit_page,
        mine.amend_form,
        chain.chain_page,
        *batches.ROUTES,
        lookalikes.queue_page,
        lookalikes.decisions_page,
        lookalikes.take_back,
        preferences.choose,
        opendata.open_data,
        reference.reference,
        static.serve_static,
        static.favicon,
    ]
    for register in manager.registers().values():
        own += [
            listing.route(register),
            *record.routes(register),
            *editing.routes(register),
            *files.routes(register),
            *origins.routes(register),
            *claiming.routes(register),
            *personal.routes(register),
            *notes.routes(register),
            *hands.routes(register),
            *importing.routes(register),
            *columns.routes(register),
            *exports.routes(register),
            *titling.routes(register),
            *past.routes(register),
            *comparing.routes(register),
            *together.routes(register),
        ]
    return own
