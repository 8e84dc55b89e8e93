"""The acts of the office on a title, as pure transitions: what each needs, what stands against it, what follows.

The verbs and their clauses are in `verbs`. That a validity runs out is no act: it is derived on the day asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from registry.errors import Objection
from registry.titles import steps
from registry.titles.kinds import kinds
from registry.titles.rules import validity, years_after
from registry.titles.schemas import IN_FORCE, STAGE_LABELS, Kind, Said, Stage, Step, Title, Verb
from registry.titles.verbs import FIELD_LABELS, VERBS, Act


def possible(title: Title | None, day: date) -> list[Act]:
    """The acts that a title (None: a new one) allows on a day."""
    stage = None if title is None else steps.stage_on(title, day)
    return [act for act, verb in VERBS.items() if stage in verb.starts]


def performed(title: Title, act: Act, said: Said, day: date, *, new: bool = False) -> Title | list[Objection]:
    """What a title becomes by an act on a day, or everything that stands against it.

    公示期满方可认定 (2号文“认定程序”); a step comes on or after the one before it and not in the future.
    """
    verb = VERBS[act]
    if act not in possible(None if new else title, day):
        known = "、".join(VERBS[one].label for one in possible(title, day)) or "无"
        if new:
            return [Objection(f"新的称号不能办理{verb.label}。", "act", "办理")]
        stage = STAGE_LABELS[steps.stage_on(title, day)]
        return [Objection(f"“{stage}”的称号不能办理{verb.label}；可办理：{known}。", "act", "办理")]
    on = said.on or day
    objections = [*missing(verb, said), *_untimely(title, act, on, day)]
    becoming = title.but(**_dates(title, act, said, on))
    if becoming.valid_from and becoming.valid_until and becoming.valid_until < becoming.valid_from:
        told = f"有效期止{becoming.valid_until}早于有效期起{becoming.valid_from}，请核对。"
        objections.append(_object("valid_until", told))
    if act is Act.REVIEW:
        objections += _unextended(title, becoming)
    if said.until and said.until < on:
        objections.append(_object("until", f"公示截止{said.until}早于公示日期{on}。"))
    return objections or _stepped(becoming, verb, said, on)


def missing(verb: Verb, said: Said) -> list[Objection]:
    """What an act cannot do without; a document may be told by its source instead."""
    return [
        _object(name, f"{verb.label}须填写{FIELD_LABELS[name]}。")
        for name in verb.needs
        if not getattr(said, name) and not (name == "document" and said.source)
    ]


def _untimely(title: Title, act: Act, on: date, day: date) -> list[Objection]:
    if on > day:
        return [_object("on", f"日期{on}在今天之后；到时再办理。")]
    before = max((step.on for step in title.steps if step.on), default=None)
    if before and on < before:
        return [_object("on", f"日期{on}早于上一步的{before}，请核对。")]
    publicity = next((step for step in reversed(title.steps) if step.act == Stage.PUBLICISED), None)
    if act is Act.RECOGNISE and publicity and publicity.until and on <= publicity.until:
        return [_object("on", f"公示至{publicity.until}，期满无异议后方可认定。")]
    return []


def _dates(title: Title, act: Act, said: Said, on: date) -> dict[str, Any]:
    """The validity that follows: by what is said, else by the rule of the kind, which is then presumed."""
    kind = kinds().get(title.kind)
    if act is Act.RECOGNISE:
        begins, ends, presumed = validity(kind, None, said.valid_from or on, said.valid_until)
        year = title.year or (begins or on).year
        return {"valid_from": begins, "valid_until": ends, "presumed": presumed, "year": year}
    if act is Act.REVIEW:
        return _extended(title, kind, said)
    return {}


def _extended(title: Title, kind: Kind | None, said: Said) -> dict[str, Any]:
    """A review that is passed prolongs by the kind's years from the old end (63号: 通过复核的，有效期延长三年)."""
    if said.valid_until is not None:
        return {"valid_until": said.valid_until, "presumed": False}
    if kind is None or kind.validity_years is None or title.valid_until is None:
        return {}
    ends = years_after(title.valid_until + timedelta(days=1), kind.validity_years)
    return {"valid_until": ends, "presumed": True}


def _unextended(title: Title, becoming: Title) -> list[Objection]:
    if title.valid_until is None or (becoming.valid_until and becoming.valid_until > title.valid_until):
        return []
    return [_object("valid_until", f"复核通过后的有效期止应晚于原有效期止{title.valid_until}，请填写。")]


def _stepped(title: Title, verb: Verb, said: Said, on: date) -> Title:
    """The title with the step taken; what a list had said before it is its first step, without a day."""
    until = said.until or (title.valid_until if verb.step == Stage.REVIEWED else None)
    step = Step(verb.step, on, said.document, until, said.ground, said.note)
    taken = (*title.steps, step)
    stage = steps.stage_after(taken)
    told = said.document if verb.step in {Stage.RECOMMENDED, Stage.PUBLICISED, Stage.RECOGNISED} else ""
    return title.but(
        steps=taken,
        stage=stage,
        status_text=STAGE_LABELS[stage],
        verified=True,
        document_no=told or title.document_no or said.document,
        source=said.source or title.source,
        ended=steps.ended_by(taken),
        decided=title.decided or verb.decides,
    )


def with_known_steps(title: Title) -> Title:
    """A title of a list as the acts see it: the stage that the list stated is its first step, of an unknown day."""
    if title.steps or title.stage is Stage.UNCLEAR:
        return title
    begun = title.valid_from if title.stage in IN_FORCE and not title.presumed else None
    return title.but(steps=(Step(str(title.stage), begun, title.document_no),))


BARRING = frozenset({"fraud", "incident"})
BAR_YEARS = 3


def cautions(titles: Iterable[Title], day: date) -> list[str]:
    """What an officer should know before taking up a new title of a record.

    数据造假、重大事故或严重失信的，三年内不得再申报 (工信厅企业函〔2026〕117号; restated, not read at first hand:
    so it warns and does not refuse).
    """
    return [
        f"“{title.label}”于{step.on}因{reason}被撤销，{bar}前不得再申报（依据待核实）。"
        for title in titles
        for step in title.steps[-1:]
        if step.act == Stage.REVOKED and step.ground in BARRING and step.on
        if day < (bar := years_after(step.on, BAR_YEARS) + timedelta(days=1))
        for reason in ["数据造假" if step.ground == "fraud" else "重大事故或严重失信"]
    ]


def update_due(year: int) -> date:
    """The last day of the yearly update: 05-31 by 2号文 from 2026, 04-30 before (63号)."""
    return date(year, 5, 31) if year >= 2026 else date(year, 4, 30)


def remark(step: Step) -> str:
    """What must be known with a step: an update after its last day."""
    if step.act == Stage.UPDATED and step.on and step.on > update_due(step.on.year):
        return f"晚于{update_due(step.on.year)}的更新期限（依据待核实）"
    return ""


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, FIELD_LABELS[field])
