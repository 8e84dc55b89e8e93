"""Where a record stands: its ladder with the rung held today, its titles in time, and what runs out when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import msgspec

from registry import taxonomy
from registry.titles import acts, steps
from registry.titles.kinds import kinds
from registry.titles.schemas import ENDED, IN_FORCE, STAGE_LABELS, Stage, Step, Title
from registry.titling import TitleShown
from registry.web.showing import tier_label

SOON_DAYS = 365
PRESSING_DAYS = 90

_PRESUMED = "有效期是推定的：名单没有写明，按认定年度和规定年限推算。"


class Rung(NamedTuple):
    """One step: `state` is held, publicised, past or none; `word` says it."""

    tier: str
    label: str
    state: str
    word: str
    current: bool


class Standing(NamedTuple):
    """The ladder from the lowest rung up, the verdict, and why it is so."""

    rungs: tuple[Rung, ...]
    verdict: str
    why: tuple[str, ...]


class Deadline(NamedTuple):
    """A title that runs out within a year."""

    label: str
    until: date
    days: int
    presumed: bool

    @property
    def pressing(self) -> bool:
        """Whether it must be acted on now."""
        return self.days <= PRESSING_DAYS


class StepLine(NamedTuple):
    """One step of a title, ready to be read."""

    act: str
    label: str
    on: date | None
    document: str
    until: date | None
    words: tuple[str, ...]


class TitleLine(NamedTuple):
    """One title on the timeline; `tags` are (style, words)."""

    id: str
    label: str
    printed: str
    product: str
    year: str
    batch: str
    document: str
    validity: str
    state: str
    tags: tuple[tuple[str, str], ...]
    source: str
    steps: tuple[StepLine, ...]


@cache
def ladders() -> dict[str, tuple[str, ...]]:
    """Tiers from the lowest rung up, by family: the ladder of growth, and one for each kind of rated facility."""
    rungs = sorted((kind.rung, kind.tier, kind.line) for kind in kinds().values() if kind.tier)
    found: dict[str, dict[str, None]] = {}
    for _, tier, line in rungs:
        found.setdefault(_family(tier, line), {})[tier] = None
    return {family: tuple(tiers) for family, tiers in found.items()}


def _family(tier: str, line: str) -> str:
    return "ladder" if line == "ladder" else tier.rpartition("_")[0]


def standing(record: Mapping[str, Any], day: date) -> Standing:
    """The ladder that fits the record's titles, and where it stands on it."""
    titles: list[dict[str, Any]] = record.get("titles") or []
    tier = record.get("tier")
    families = ladders()
    family = next((name for name, tiers in families.items() if tier in tiers), None)
    if family is None:
        family = next((_family(t["tier"], t["line"]) for t in titles if t["tier"]), "ladder")
    rungs = tuple(_rung(name, titles, tier, day) for name in families[family])
    if tier:
        return Standing(rungs, tier_label(tier), _grounds([t for t in titles if t["tier"] == tier and t["held"]]))
    return Standing(rungs, "", _reasons(titles, day))


def _rung(tier: str, titles: Sequence[Mapping[str, Any]], current: str | None, day: date) -> Rung:
    of_tier = [title for title in titles if title["tier"] == tier]
    state, word = "none", "未取得"
    if held := [title for title in of_tier if title["held"]]:
        state, word = "held", _until(held)
    elif any(title["stage"] == Stage.PUBLICISED for title in of_tier):
        state, word = "publicised", "公示中，尚未认定"
    elif any(title["stage"] == Stage.RECOMMENDED for title in of_tier):
        state, word = "publicised", "已推荐，尚未认定"
    elif past := [title for title in of_tier if title["stage"] in {*IN_FORCE, *ENDED}]:
        state, word = "past", _past_word(past[0], day)
    elif of_tier:
        state, word = "past", "状态不明，待核实"
    return Rung(tier, tier_label(tier), state, word, tier == current)


def _until(held: Sequence[Mapping[str, Any]]) -> str:
    ends = [title["valid_until"] for title in held]
    last = None if None in ends else max(ends)
    return f"有效至 {last}" if last else "有效，期限未载明"


def _past_word(title: Mapping[str, Any], day: date) -> str:
    if title["stage"] == Stage.REVOKED:
        return "已撤销"
    if not title["valid_until"]:
        return "已到期" if title["stage"] == Stage.EXPIRED else f"{title['valid_from']} 起有效"
    begins = title["valid_from"]
    return f"{begins} 起有效" if begins and date.fromisoformat(begins) > day else f"{title['valid_until']} 已到期"


def _grounds(held: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What must be known about the titles that carry the present tier."""
    notes = []
    if held and all(title["presumed"] for title in held):
        ended = any(title["valid_until"] for title in held)
        notes.append(_PRESUMED if ended else "起始日按认定年度推定，终止日未载明。")
    if held and not any(title["verified"] for title in held):
        notes.append("依据来自二手资料，待核实。")
    return tuple(notes)


def _reasons(titles: Sequence[Mapping[str, Any]], day: date) -> tuple[str, ...]:
    """Why there is no tier: one sentence for each title that might have carried one."""
    if not titles:
        return ("登记簿里没有它的称号记录。没有记录不等于不符合条件。",)
    said = [_reason(title, day) for title in titles if title["tier"]]
    return tuple(dict.fromkeys(said)) or ("现有称号不计入梯次。",)


_NO_TIER = {
    Stage.RECOMMENDED: "已推荐，推荐不是认定。",
    Stage.PUBLICISED: "尚在公示，公示不是认定。",
    Stage.REVOKED: "已撤销。",
    Stage.EXPIRED: "已到期。",
    Stage.UNCLEAR: "状态不明，待核实。",
}


def _reason(title: Mapping[str, Any], day: date) -> str:
    label = f"“{title['label']}”".replace("““", "“").replace("””", "”")
    words = _NO_TIER.get(title["stage"])
    if words and not (title["stage"] == Stage.EXPIRED and title["valid_until"]):
        return f"{label}{words}"
    presumed = "（推定）" if title["presumed"] else ""
    begins = title["valid_from"]
    if begins and date.fromisoformat(begins) > day:
        return f"{label}自 {begins} 起有效{presumed}。"
    return f"{label}已于 {title['valid_until']} 到期{presumed}。"


def deadlines(titles: Sequence[Mapping[str, Any]], day: date) -> list[Deadline]:
    """Held titles that run out within a year, the nearest first."""
    ending = [title for title in titles if title["held"] and title["valid_until"]]
    found = [_deadline(title, date.fromisoformat(title["valid_until"]), day) for title in ending]
    return sorted((one for one in found if one.days <= SOON_DAYS), key=lambda one: one.until)


def _deadline(title: Mapping[str, Any], until: date, day: date) -> Deadline:
    return Deadline(title["label"], until, (until - day).days, title["presumed"])


def title_line(title: Mapping[str, Any], day: date) -> TitleLine:
    """One title as the timeline shows it."""
    return _lined(title, msgspec.convert(title, Title), steps.stage_on(msgspec.convert(title, Title), day), day)


def shown_line(title: TitleShown, day: date) -> TitleLine:
    """The same of a title that was read for a day."""
    told = msgspec.to_builtins(title)
    return _lined(told, msgspec.convert(told, Title), Stage(title.stage), day)


def _lined(title: Mapping[str, Any], known: Title, stage: Stage, day: date) -> TitleLine:
    state = _state(title, stage)
    words = {"held": "有效", "coming": "未生效"}
    tags = [(state, words.get(state) or STAGE_LABELS[stage])]
    if state == "held" and stage not in {Stage.RECOGNISED, Stage.EXPIRED}:
        tags.append(("stage", STAGE_LABELS[stage]))
    if not title["verified"]:
        tags.append(("doubt", "待核实"))
    if title["presumed"]:
        tags.append(("doubt", "有效期推定" if title["valid_until"] else "起始日推定"))
    printed = title["as_printed"] if title["as_printed"] != title["label"] else ""
    year = str(title["year"]) if title["year"] else ""
    return TitleLine(
        title["id"], title["label"], printed, title["product"], year, title["batch"], title["document_no"],
        _validity(title), state, tuple(tags), title["source"],
        tuple(step_line(step) for step in known.steps if step.on is None or step.on <= day),
    )  # fmt: skip


def step_line(step: Step) -> StepLine:
    """One step of a title with everything that must be read with it."""
    label = taxonomy.vocabulary("title_steps").label(step.act)
    ground = taxonomy.vocabulary("title_grounds").label(step.ground) if step.ground else ""
    return StepLine(
        step.act, label, step.on, step.document, step.until, tuple(filter(None, (ground, step.note, acts.remark(step))))
    )


def _state(title: Mapping[str, Any], stage: Stage) -> str:
    if title["held"]:
        return "held"
    return "coming" if stage in IN_FORCE else stage.value


def _validity(title: Mapping[str, Any]) -> str:
    begins, ends = title["valid_from"], title["valid_until"]
    if ends:
        return f"{begins or '……'} 至 {ends}"
    return f"{begins} 起，终止日未载明" if begins else ""
