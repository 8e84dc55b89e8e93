"""What a title is worth on a day: stage, validity, tier. Pure functions; 公示 is not 认定, and nothing lasts unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from registry.errors import Objection
from registry.titles import steps
from registry.titles.fields import TITLE_FIELDS
from registry.titles.kinds import read_title
from registry.titles.schemas import ENDED, IN_FORCE, STAGE_LABELS, Kind, Stage, Step, Title, steps_of

EARLIEST_YEAR = 1980
LATEST_YEAR = 2199

_LABELS = {field.name: field.label for field in TITLE_FIELDS}
_REVOKED = re.compile("撤销|取消|注销|作废|无效|(未|不予?)通过|退出|摘牌")
_EXPIRED = re.compile("失效|过期|到期|有效期(已|届)?满")
_NOT_GRANTED = re.compile("(未|不予?|不再|拟|待|申请|申报)(予以)?(认定|入选|公布|获奖|获评|评定)")
_PUBLICISED = re.compile("公示|拟")
_AFTER_PUBLICITY = re.compile("公示(期满|结束|无异议|通过)?.*(正式|现予|予以)(公布|认定)|公示后(公布|认定)")
_RECOMMENDED = re.compile("推荐(?!.*(公布|公告|授予))")
_REVIEWED = re.compile("复核(合格|结果)?通过|通过复核|已复核")
_CHANGED = re.compile("变更|重大变化|更名")
_UPDATED = re.compile("更新")
_RECOGNISED = re.compile("公布|公告|认定|入选|获奖|获评|获得|评定|授予|通过|有效|入围|新闻|项目支持|^是$")
_HEARSAY = re.compile("新闻|文章|报道|网传|据悉|转载|二手|入围|^获.*支持")


def stage_of(status: str) -> tuple[Stage, bool]:
    """The stage that a list's status means, and whether it is the word of the body that recognises.

    A list that prints no status is read as a list of recognised titles, unverified; what cannot be read counts nowhere.
    """
    if not status:
        return Stage.RECOGNISED, False
    verified = not _HEARSAY.search(status)
    if _REVOKED.search(status):
        return Stage.REVOKED, verified
    if _EXPIRED.search(status):
        return Stage.EXPIRED, verified
    if _NOT_GRANTED.search(status):
        return (Stage.PUBLICISED if "拟" in status else Stage.UNCLEAR), verified
    if _PUBLICISED.search(status) and not _AFTER_PUBLICITY.search(status):
        return Stage.PUBLICISED, verified
    found = next((stage for stage, words in _GRANTED if words.search(status)), None)
    return (found, verified) if found else (Stage.UNCLEAR, False)


_GRANTED = (
    (Stage.RECOMMENDED, _RECOMMENDED),
    (Stage.REVIEWED, _REVIEWED),
    (Stage.CHANGED, _CHANGED),
    (Stage.UPDATED, _UPDATED),
    (Stage.RECOGNISED, _RECOGNISED),
)
"""The stages that a status means which neither ends a title nor only announces it; the first that fits."""


def validity(
    kind: Kind | None, year: int | None, valid_from: date | None, valid_to: date | None
) -> tuple[date | None, date | None, bool]:
    """(from, until, presumed): dates that the list gives win; else the year and the kind's rule, presumed.

    Three years (63号 and 2号文) are counted from the end of the year of recognition, since the day is not known;
    without a rule for the kind the end is unknown, without a year everything is.
    """
    years = kind.validity_years if kind else None
    if valid_to is not None:
        return valid_from, valid_to, False
    if valid_from is not None:
        return valid_from, years_after(valid_from, years) if years else None, years is not None
    if year is None:
        return None, None, False
    return date(year, 1, 1), date(year + years, 12, 31) if years else None, True


def held_on(title: Title, day: date) -> bool:
    """In force or not yet ended, begun, and not run out; an unknown end of the validity has not come."""
    begun = title.valid_from is None or title.valid_from <= day
    standing = title.stage in IN_FORCE or (title.ended is not None and day < title.ended)
    return standing and begun and (title.valid_until is None or day <= title.valid_until)


def tier_on(titles: Iterable[Title], day: date) -> str:
    """The tier on a day: that of the highest rung among the titles held; "" when there is none."""
    held = [title for title in titles if title.rung > 0 and held_on(title, day)]
    return min(held, key=lambda title: (-title.rung, title.tier)).tier if held else ""


STAGES = tuple(Stage)
"""How far a title has come: statements carry no day, so a stage only moves up, and only an end takes away."""

UNSAID, BY_YEAR, FROM_STATED, STATED, DECIDED = range(5)
"""How firmly a validity is known: not at all; presumed from the year; presumed from a stated begin; as stated; as an
officer decided."""


def firmness(title: Title) -> int:
    """How firmly the validity of a statement is known."""
    if title.decided:
        return DECIDED
    if title.valid_from is None and title.valid_until is None:
        return UNSAID
    if not title.presumed:
        return STATED
    return BY_YEAR if title.year and title.valid_from == date(title.year, 1, 1) else FROM_STATED


def lifts(old: Title, new: Title) -> bool:
    """Whether the stage of a new statement takes the place of the one that is known.

    Hearsay lifts nothing above the word of the body that recognises, and hearsay of an end yields to that word.
    Nothing that a list says lifts what an officer decided.
    """
    if old.decided or (old.verified and not new.verified):
        return False
    if new.verified and not old.verified and old.stage in ENDED:
        return True
    return STAGES.index(new.stage) > STAGES.index(old.stage)


def identity(title: Title) -> tuple[object, ...]:
    """What makes two statements about a record speak of the same title; the table's unique index says the same."""
    return title.kind or title.as_printed, title.product, title.batch, title.year


def merged(old: Title, new: Title) -> Title:
    """What two statements about the same title make together; `companion` says the same in SQL.

    A statement of a lower stage is an earlier one, and an unverified one is hearsay: they fill gaps only, and so does
    whatever a list says of a title that an officer decided.
    """
    lifted = lifts(old, new)
    overrules = lifted or (not old.decided and new.stage is old.stage and (new.verified or not old.verified))
    first, second = (new, old) if overrules else (old, new)
    stage = new.stage if lifted else old.stage
    speaking = [one for one in (first, second) if one.stage is stage]
    begins, ends, presumed = _joined(old, new, overrules=overrules)
    told: dict[str, Any] = {
        "stage": stage,
        "status_text": next((one.status_text for one in speaking if one.status_text), ""),
        "verified": any(one.verified for one in speaking),
        "document_no": first.document_no or second.document_no,
        "district": first.district or second.district,
        "valid_from": begins,
        "valid_until": ends,
        "presumed": presumed,
        "source": first.source or second.source,
        "ended": (new if lifted else old).ended or (new.ended if new.stage is stage else None),
        "steps": steps.joined(old, new, lifted=lifted, overrules=overrules),
    }
    return old.but(**told)


def _joined(old: Title, new: Title, *, overrules: bool) -> tuple[date | None, date | None, bool]:
    """The firmer validity as a whole; what it leaves open is filled by what the other one states, not presumes."""
    firm, other = (new, old) if (firmness(new), overrules) > (firmness(old), False) else (old, new)
    begins, ends = firm.valid_from, firm.valid_until
    if begins is None and firmness(other) >= FROM_STATED:
        begins = other.valid_from
    if ends is None and firmness(other) == STATED:
        ends = other.valid_until
    return begins, ends, firm.presumed


def title_from_row(values: Mapping[str, Any]) -> Title | list[Objection] | None:
    """The title that a row of a list states, or what is wrong with it; None when the row names no title.

    `values` are read values by field name; district and source are the record's, unless the row is an export of
    titles, which has those of the title in columns of their own.
    """
    printed = values.get("title")
    if not printed:
        return _nameless(values)
    taken = steps_of(values.get("title_steps"))
    objections = _objections(values, taken)
    if objections:
        return objections
    status = values.get("title_status") or ""
    reading, (stage, verified), year = read_title(printed), stage_of(status), values.get("title_year")
    stage = steps.stage_after(taken) if taken else stage
    kind = reading.kind
    begins, ends, presumed = validity(kind, year, values.get("title_from"), values.get("title_until"))
    presumed = presumed or bool(values.get("title_presumed"))
    own = "title_" if values.get("title_id") else ""
    return Title(
        kind=kind.code if kind else "",
        label=kind.label if kind else printed,
        as_printed=printed,
        level=reading.level,
        line=kind.line if kind else "",
        tier=kind.tier if kind else "",
        rung=kind.rung if kind else 0,
        product=reading.product,
        batch=values.get("title_batch") or "",
        year=year,
        document_no=values.get("title_document") or "",
        stage=stage,
        status_text=status,
        verified=verified,
        district=values.get(f"{own}district") or "",
        valid_from=begins,
        valid_until=ends,
        presumed=presumed,
        source=values.get(f"{own}source") or "",
        ended=steps.ended_of(stage, taken, ends, presumed=presumed),
        steps=taken,
    )


def _nameless(values: Mapping[str, Any]) -> list[Objection] | None:
    # 年度 and 状态 may be about something else; a document number or a validity cannot.
    said = [_LABELS[name] for name in ("title_document", "title_from", "title_until") if values.get(name)]
    if not said:
        return None
    return [_object("title", f"填了{'、'.join(said)}，却没有称号：请补填称号，或清空这些列。")]


def _objections(values: Mapping[str, Any], taken: Sequence[Step]) -> list[Objection]:
    found = []
    days = [step.on for step in taken if step.on]
    if days != sorted(days):
        found.append(_object("title_steps", "称号经过应按日期先后逐行填写。"))
    status = values.get("title_status")
    if taken and status and stage_of(status)[0] is not (stage := steps.stage_after(taken)):
        said = f"名单状态“{status}”与称号经过的最后一步（{STAGE_LABELS[stage]}）不一致，请改成一致，或清空称号经过。"
        found.append(_object("title_steps", said))
    year, begins, ends = values.get("title_year"), values.get("title_from"), values.get("title_until")
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        found.append(_object("title_year", f"年度“{year}”不合理，请填四位年份，如2024。"))
    if begins and ends and ends < begins:
        found.append(_object("title_until", f"有效期止{ends}早于有效期起{begins}，请核对。"))
    return found


def years_after(day: date, years: int) -> date:
    """The last day of a validity of whole years: three years from 2024-07-01 end on 2027-06-30."""
    last_year = day.year + years
    if (day.month, day.day) == (2, 29):
        return date(last_year, 2, 28)
    return date.fromordinal(date(last_year, day.month, day.day).toordinal() - 1)


def _object(field: str, message: str) -> Objection:
    return Objection(message, field, _LABELS[field])
