"""Acts on titles: give one, take it further, correct it. Each writes the table, the record's history and the outbox.

The verbs are `registry.titles.verbs`; the pure rules of `registry.titles.acts` decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from registry import clock, holding, reading
from registry.access import Actor, Permission
from registry.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, Objection
from registry.history import Occasion
from registry.register import Register
from registry.titles import acts, kinds, shelf
from registry.titles.rules import identity
from registry.titles.schemas import Said, Stage, Title
from registry.titles.verbs import FIELD_LABELS, VERBS, Act
from registry.titling.asking import CORRECTABLE, fields_of, read
from registry.titling.showing import may


async def give(
    occasion: Occasion, register: Register, record_id: str, version: int, act: str, given: Mapping[str, Any]
) -> UUID:
    """Put a new title on a record by its first act: a recommendation, a publicity, or at once the recognition."""
    verb = _allowed(occasion.actor, act)
    told, objections = read(fields_of(verb, new=True), given)
    base = _named(register, told, objections)
    _require_reason(occasion, [*objections, *acts.missing(VERBS[verb], _said(told))])
    async with holding.held(occasion, register, record_id, version) as row:
        title = _done(base.but(district=row["district"] or ""), verb, told, objections, new=True)
        await _refuse_twin(register, row, None, title)
        return await _write(occasion, register, row, f"title_{verb}", None, title)


async def perform(
    occasion: Occasion,
    register: Register,
    record_id: str,
    version: int,
    what: tuple[str, str],
    given: Mapping[str, Any],
) -> None:
    """Take a title of a record one step further; `what` is (the title's id, the act)."""
    title_id, act = what
    verb = _allowed(occasion.actor, act)
    told, objections = read(fields_of(verb), given)
    _require_reason(occasion, [*objections, *acts.missing(VERBS[verb], _said(told))])
    async with holding.held(occasion, register, record_id, version) as row:
        key, title = await _find(register, row["id"], title_id)
        becoming = _done(acts.with_known_steps(title), verb, told, objections)
        await _refuse_twin(register, row, key, becoming)
        await _write(occasion, register, row, f"title_{verb}", key, becoming)


async def correct(
    occasion: Occasion, register: Register, record_id: str, version: int, title_id: str, given: Mapping[str, Any]
) -> None:
    """Mend what was written wrong of a title: its number, batch, year, validity or source. Its stage stays."""
    if not occasion.actor.may(Permission.TITLE_DECIDE):
        raise Forbidden("更正称号由市级办理；请联系市级经办。")
    told, objections = read(CORRECTABLE, given)
    _require_reason(occasion, objections)
    async with holding.held(occasion, register, record_id, version) as row:
        key, title = await _find(register, row["id"], title_id)
        becoming = title.but(**_correction(title, told))
        _refuse(objections + _unfit(becoming))
        await _refuse_twin(register, row, key, becoming)
        if becoming != title:
            await _write(occasion, register, row, "title_correct", key, becoming.but(decided=True))


async def _refuse_twin(register: Register, row: Mapping[str, Any], key: UUID | None, title: Title) -> None:
    """A record holds a title of one kind, product, batch and year once."""
    others = await shelf.of_record(register.kind, row["id"])
    if any(identity(other) == identity(title) for known, other in others.items() if known != key):
        raise Conflict(f"该记录已有同一批次、年度的“{title.label}”，请在那一项上办理。")


def _correction(title: Title, told: Mapping[str, Any]) -> dict[str, Any]:
    changes = dict(told)
    if "document" in changes:
        changes["document_no"] = changes.pop("document")
    for name in ("batch", "document_no", "source"):
        if name in changes:
            changes[name] = changes[name] or ""
    if {"valid_from", "valid_until"} & changes.keys():
        dates = {name: changes.get(name, getattr(title, name)) for name in ("valid_from", "valid_until")}
        changes["presumed"] = title.presumed and all(getattr(title, name) == day for name, day in dates.items())
    return changes


def _unfit(title: Title) -> list[Objection]:
    found = []
    if title.valid_from and title.valid_until and title.valid_until < title.valid_from:
        said = f"有效期止{title.valid_until}早于有效期起{title.valid_from}，请核对。"
        found.append(Objection(said, "valid_until", FIELD_LABELS["valid_until"]))
    return found


def _allowed(actor: Actor, act: str) -> Act:
    """The act of this name, if the actor's rights cover it."""
    if act not in VERBS:
        raise BadRequest(f"没有这种办理“{act[:20]}”；可用：{'、'.join(VERBS)}。")
    if not may(actor, Act(act)):
        raise Forbidden(f"{VERBS[Act(act)].label}由市级办理；区县可办理推荐、公示、更新、变更。")
    return Act(act)


def _named(register: Register, told: Mapping[str, Any], objections: list[Objection]) -> Title:
    """The title that is meant, still without any step; what does not fit the register is objected to."""
    text, product = told.get("title") or "", told.get("product") or ""
    printed = kinds.printed_as(text, product)
    reading_of = kinds.read_title(printed)
    kind = reading_of.kind
    if not text:
        objections.append(Objection("请填写称号。", "title", FIELD_LABELS["title"]))
    elif kind and not kinds.fits(kind, register.kind):
        objections.append(Objection(f"“{kind.label}”不是{register.label}的称号。", "title", FIELD_LABELS["title"]))
    if product and (kind is None or not kind.product):
        objections.append(Objection("这种称号不分产品，请清空。", "product", "产品"))
    return Title(
        label=kind.label if kind else printed,
        as_printed=printed,
        stage=Stage.UNCLEAR,
        kind=kind.code if kind else "",
        level=reading_of.level,
        line=kind.line if kind else "",
        tier=kind.tier if kind else "",
        rung=kind.rung if kind else 0,
        product=reading_of.product,
        batch=told.get("batch") or "",
        year=told.get("year"),
    )


def _done(title: Title, act: Act, told: Mapping[str, Any], objections: list[Objection], *, new: bool = False) -> Title:
    """The title after the act; Invalid with everything that stands against it."""
    done = acts.performed(title, act, _said(told), clock.today(), new=new)
    wrong = {objection.field for objection in objections}
    if isinstance(done, list):
        _refuse([*objections, *(one for one in done if one.field not in wrong)])
        raise AssertionError
    _refuse(objections)
    return done


def _said(told: Mapping[str, Any]) -> Said:
    return Said(**{name: value for name, value in told.items() if name in Said.__struct_fields__ and value is not None})


def _require_reason(occasion: Occasion, objections: Sequence[Objection]) -> None:
    """Without a reason nothing is done; what else is wrong is said at once."""
    if not occasion.reason.strip():
        raise Invalid([*objections, Objection("请写明理由，它会记入历史。", "reason", "理由")])


def _refuse(objections: Sequence[Objection]) -> None:
    if objections:
        raise Invalid(list(objections))


async def _find(register: Register, record_id: UUID, title_id: str) -> tuple[UUID, Title]:
    key = reading.parse_id(title_id)
    title = (await shelf.of_record(register.kind, record_id)).get(key)
    return (key, title) if title is not None else _no_title()


def _no_title() -> Any:
    raise NotFound("该记录没有这一项称号。")


async def _write(
    occasion: Occasion, register: Register, row: Mapping[str, Any], act: str, key: UUID | None, title: Title
) -> UUID:
    """The table, then history and outbox: what the title was and is."""
    was = await shelf.told(key) if key else None
    key = await shelf.put(register.kind, row["id"], title, key)
    now = await shelf.told(key)
    await holding.mark(occasion, register, row, act, ({"titles": [was]} if was else None, {"titles": [now]}))
    return key
