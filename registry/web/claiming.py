"""Claims on pages: an enterprise claims the record it looks at; officers approve or refuse with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from registry import attachment_api, attachments, reading
from registry.access import Permission
from registry.api import actor_of, occasion_of
from registry.attachments.kinds import ACCEPT, KINDS
from registry.claims import rules, service
from registry.claims.service import Claim, Given
from registry.errors import Refusal
from registry.register import Register
from registry.web import rendering
from registry.web.rendering import Crumb

PATH = "/claims"


def routes(register: Register) -> list[BaseRouteHandler]:
    """The claim form of a register whose records may be claimed."""
    return [_form(register), _file(register)] if register.claimable else []


def _form(register: Register) -> BaseRouteHandler:
    @get(
        f"/{register.plural}/{{record_id:str}}/claim",
        permission=Permission.CLAIM_FILE,
        include_in_schema=False,
        name=f"page-claim-{register.plural}",
    )
    async def claim_page(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[str]:
        """An empty form."""
        return await _page(request, register, record_id, {})

    return claim_page


def _file(register: Register) -> BaseRouteHandler:
    @post(
        f"/{register.plural}/{{record_id:str}}/claim",
        permission=Permission.CLAIM_FILE,
        include_in_schema=False,
        request_max_body_size=rules.MOST_PROOFS * attachment_api.UPLOAD_BYTES,
        name=f"page-file-claim-{register.plural}",
    )
    async def claim_form(request: Request[Any, Any, Any], record_id: FromPath[str]) -> Response[Any]:
        """File what the form says; nothing typed is lost when it is refused."""
        form = await request.form()
        given = {name: str(form.get(name, "")) for name in ("position", "phone", "statement")}
        try:
            proofs = await _kept(request, form)
            await service.file(occasion_of(request), register, record_id, Given(**given, proofs=proofs))
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            return await _page(request, register, record_id, given, refusal)
        return Redirect("/mine", status_code=303)

    return claim_form


async def _kept(request: Request[Any, Any, Any], form: Any) -> list[UUID]:
    """The files of the form, kept loose until the claim takes them along."""
    chosen = [one for one in form.getall("proof", []) if isinstance(one, UploadFile) and one.filename]
    kept = []
    for one in chosen[: rules.MOST_PROOFS + 1]:
        said = {"file": one, "level": attachments.Level.OWNER, "about": "认领证明"}
        kept.append((await attachment_api.keep_upload(request, said)).id)
    return kept


async def _page(
    request: Request[Any, Any, Any],
    register: Register,
    record_id: str,
    given: Mapping[str, str],
    refusal: Refusal | None = None,
) -> Response[str]:
    record = rendering.decoded((await reading.get(actor_of(request), register, record_id)).json)
    name = record[register.name_field]
    url = f"/{register.plural}/{record_id}"
    return rendering.page(
        request,
        "claim.html",
        f"认领{register.label}",
        crumbs=(Crumb("首页", "/"), Crumb(name, url)),
        status=refusal.status if refusal else 200,
        name=name,
        code=record.get(register.code_field) or "",
        district=record.get("district") or "",
        back=url,
        given={"position": "", "phone": "", "statement": "", **given},
        refusal=refusal,
        objections=refusal.objections if refusal else (),
        accept=ACCEPT,
        kinds="、".join(map(str.upper, KINDS)),
        most=rules.MOST_PROOFS,
        most_bytes=attachments.MOST_BYTES // 1024 // 1024,
    )


@get(PATH, permission=Permission.CLAIM_DECIDE, include_in_schema=False)
async def claims_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The claims in the officer's scope."""
    return await _queue(request, str(request.query_params.get("state", "")))


@post(PATH, permission=Permission.CLAIM_DECIDE, include_in_schema=False)
async def decide_claim(request: Request[Any, Any, Any]) -> Response[Any]:
    """Approve or refuse."""
    form = await request.form()
    claim_id = str(form.get("claim", ""))
    occasion = occasion_of(request, str(form.get("reason", "")))
    perform = service.approve if form.get("act") == "approve" else service.refuse
    try:
        await perform(occasion, claim_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return await _queue(request, "", refusal, (claim_id, occasion.reason))
    return Redirect(PATH, status_code=303)


async def _queue(
    request: Request[Any, Any, Any], asked: str, refusal: Refusal | None = None, typed: tuple[str, str] = ("", "")
) -> Response[str]:
    actor = actor_of(request)
    state = asked if asked in service.STATES else "pending"
    found = await service.queue(actor, state)
    return rendering.page(
        request,
        "claims.html",
        "企业认领",
        crumbs=(Crumb("首页", "/"),),
        status=refusal.status if refusal else 200,
        state=state,
        tabs=[
            (rendering.query_url(PATH, {"state": "" if one == "pending" else one}), label, one == state)
            for one, label in service.STATES.items()
        ],
        claims=[(one, await _proofs(request, one)) for one in found],
        refusal=refusal,
        typed=typed,
    )


async def _proofs(request: Request[Any, Any, Any], one: Claim) -> list[attachments.Attachment]:
    """The claim's files that the officer may have; one that was taken off since is left out."""
    found = []
    for proof in one.proofs:
        try:
            found.append(await attachments.find(actor_of(request), proof))
        except Refusal:
            continue
    return found
