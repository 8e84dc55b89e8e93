"""What follows from the dated steps of a title: its stage now and on a day, and when it ended. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from registry.titles.schemas import ENDED, IN_FORCE, RESTORED, Stage, Step, Title


def stage_after(steps: Sequence[Step]) -> Stage:
    """The stage to which the steps led: that of the last one; a restoration leads back before the revocation."""
    if not steps:
        return Stage.UNCLEAR
    standing = _standing(steps)
    return Stage(standing[-1].act) if standing else Stage.RECOGNISED


def ended_by(steps: Sequence[Step]) -> date | None:
    """The day from which a title that had been in force was revoked; None if it was not, or no day is known."""
    standing = _standing(steps)
    if not standing or standing[-1].act != Stage.REVOKED or not any(step.act in IN_FORCE for step in standing):
        return None
    return standing[-1].on


def _standing(steps: Sequence[Step]) -> list[Step]:
    """The steps that stand: a restoration takes the revocation away as if it had never been."""
    standing: list[Step] = []
    for step in steps:
        if step.act != RESTORED:
            standing.append(step)
            continue
        revoked = [place for place, one in enumerate(standing) if one.act == Stage.REVOKED]
        standing = standing[: revoked[-1]] if revoked else standing
    return standing


def ended_of(stage: Stage, steps: Sequence[Step], valid_until: date | None, *, presumed: bool) -> date | None:
    """The day from which a title is not held any more: by its steps, or because a list says that it ran out then."""
    if stage is Stage.EXPIRED and valid_until is not None and not presumed:
        return valid_until + timedelta(days=1)
    return ended_by(steps) if stage is Stage.REVOKED else None


def stage_on(title: Title, day: date) -> Stage:
    """The stage on a day: by the steps until then; a title in force whose validity ran out before is expired."""
    standing = _standing(title.steps)
    stage = title.stage
    if title.stage in ENDED and title.ended is not None and day < title.ended:
        stage = Stage.RECOGNISED
    if standing:
        stage = stage_after([step for step in standing if step.on is None or step.on <= day])
    ran_out = title.valid_until is not None and title.valid_until < day
    return Stage.EXPIRED if stage in IN_FORCE and ran_out else stage


def known_on(title: Title, day: date) -> bool:
    """Whether anything of the title had happened by a day; what has no date may have."""
    if title.steps:
        return any(step.on is None or step.on <= day for step in title.steps)
    return title.valid_from is None or title.valid_from <= day


def joined(old: Title, new: Title, *, lifted: bool, overrules: bool) -> tuple[Step, ...]:
    """The steps of two statements about one title, so that they end in the stage that stands; `companion` in SQL."""
    stage = new.stage if lifted else old.stage
    if new.steps and new.stage is stage and (overrules or not old.steps):
        return new.steps
    if lifted and old.steps:
        return (*old.steps, Step(str(new.stage), document=new.document_no))
    return old.steps
