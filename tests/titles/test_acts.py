"""The acts of the office as pure transitions: from where, with what, to where; and the stage on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry import taxonomy
from registry.errors import Objection
from registry.titles import acts, steps
from registry.titles.rules import held_on, stage_of, tier_on
from registry.titles.schemas import IN_FORCE, STAGE_LABELS, Said, Stage, Step, Title
from registry.titles.verbs import VERBS, Act

DAY = date(2026, 6, 1)
FULL: dict[str, Any] = {"document": "渝经信〔2026〕1号", "ground": "unqualified", "note": "说明"}


def title(**said: Any) -> Title:
    """A municipal title, recognised in 2024."""
    usual: dict[str, Any] = {
        "label": "省（市）级专精特新中小企业", "as_printed": "专精特新中小企业", "kind": "srdi", "tier": "srdi",
        "rung": 12, "stage": Stage.RECOGNISED, "year": 2024,
        "valid_from": date(2024, 5, 1), "valid_until": date(2027, 4, 30),
    }  # fmt: skip
    return Title(**usual | said)


def blank() -> Title:
    return title(stage=Stage.UNCLEAR, year=None, valid_from=None, valid_until=None)


def done(found: Title | list[Objection]) -> Title:
    assert isinstance(found, Title), found
    return found


def refused(found: Title | list[Objection]) -> dict[str, str]:
    assert isinstance(found, list)
    return {one.field: one.message for one in found}


ALLOWED = {
    None: "recommend publicise recognise",
    Stage.UNCLEAR: "recommend publicise recognise revoke",
    Stage.RECOMMENDED: "publicise recognise revoke",
    Stage.PUBLICISED: "recognise revoke",
    Stage.RECOGNISED: "review update change revoke",
    Stage.UPDATED: "review update change revoke",
    Stage.CHANGED: "review update change revoke",
    Stage.REVIEWED: "review update change revoke",
    Stage.EXPIRED: "review revoke",
    Stage.REVOKED: "restore",
}


@pytest.mark.parametrize("stage", [None, *Stage])
@pytest.mark.parametrize("act", Act)
def test_each_stage_allows_its_acts_and_no_other(stage: Stage | None, act: Act) -> None:
    before = None if stage is None else title(stage=stage)
    allowed = act in ALLOWED[stage].split()
    assert (act in acts.possible(before, DAY)) is allowed
    made = acts.performed(before or blank(), act, Said(**FULL), DAY, new=stage is None)
    assert isinstance(made, Title) is allowed
    if isinstance(made, list):
        assert made[0].field == "act"


def test_every_verb_cites_its_clause_and_how_far_it_can_be_trusted() -> None:
    for verb in VERBS.values():
        assert verb.clause
        assert verb.mark in {"G", "M", "N", "R", "F"}
        assert verb.step in taxonomy.vocabulary("title_steps")


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.UNCLEAR])
def test_the_words_of_a_stage_are_read_as_that_stage(stage: Stage) -> None:
    assert stage_of(STAGE_LABELS[stage]) == (stage, True)


def test_a_title_goes_its_whole_way() -> None:
    made = blank()
    for act, said in (
        (Act.RECOMMEND, Said(on=date(2024, 1, 10))),
        (Act.PUBLICISE, Said(on=date(2024, 3, 1), until=date(2024, 3, 7), document="公示1号")),
        (Act.RECOGNISE, Said(on=date(2024, 5, 1), document="认定2号")),
        (Act.UPDATE, Said(on=date(2025, 5, 20))),
        (Act.CHANGE, Said(on=date(2025, 8, 1), note="更名")),
    ):
        made = done(acts.performed(made, act, said, DAY, new=not made.steps))
    assert (made.valid_from, made.valid_until, made.presumed) == (date(2024, 5, 1), date(2027, 4, 30), True)
    assert (made.year, made.document_no, made.verified, made.decided) == (2024, "认定2号", True, True)
    made = done(acts.performed(made, Act.REVIEW, Said(on=date(2026, 5, 30), document="复核3号"), DAY))
    assert (made.stage, made.valid_until, made.presumed) == (Stage.REVIEWED, date(2030, 4, 30), True)
    assert [step.act for step in made.steps] == [
        "recommended", "publicised", "recognised", "updated", "changed", "reviewed",
    ]  # fmt: skip


def test_a_recommendation_and_a_publicity_are_open_to_lists_and_a_recognition_is_decided() -> None:
    proposed = done(acts.performed(blank(), Act.PUBLICISE, Said(), DAY, new=True))
    assert (proposed.decided, proposed.year, tier_on([proposed], DAY)) == (False, None, "")
    assert done(acts.performed(proposed, Act.RECOGNISE, Said(**FULL), DAY)).decided


@pytest.mark.parametrize(
    ("act", "before", "said", "fields"),
    [
        (Act.RECOGNISE, blank(), {}, {"document"}),
        (Act.RECOGNISE, blank(), {"document": "1号", "on": date(2026, 6, 2)}, {"on"}),
        (Act.RECOGNISE, blank(), {"document": "1号", "valid_until": date(2020, 1, 1)}, {"valid_until"}),
        (Act.PUBLICISE, blank(), {"until": date(2026, 5, 1)}, {"until"}),
        (Act.REVIEW, title(), {}, {"document"}),
        (Act.REVIEW, title(), {"document": "1号", "valid_until": date(2027, 4, 30)}, {"valid_until"}),
        (Act.CHANGE, title(), {}, {"note"}),
        (Act.REVOKE, title(), {}, {"ground"}),
        (Act.RESTORE, title(stage=Stage.REVOKED), {}, {"note"}),
        (Act.UPDATE, title(steps=(Step("recognised", date(2025, 1, 1)),)), {"on": date(2024, 12, 31)}, {"on"}),
    ],
)
def test_what_is_missing_or_untimely_is_objected_to_all_at_once(
    act: Act, before: Title, said: dict[str, Any], fields: set[str]
) -> None:
    assert set(refused(acts.performed(before, act, Said(**said), DAY, new=before.stage is Stage.UNCLEAR))) == fields


def test_a_recognition_may_stand_on_a_source_instead_of_a_number() -> None:
    made = done(acts.performed(blank(), Act.RECOGNISE, Said(source="工信部网站2026年公告"), DAY, new=True))
    assert made.source == "工信部网站2026年公告"


@pytest.mark.parametrize(("on", "allowed"), [(date(2026, 5, 8), False), (date(2026, 5, 9), True)])
def test_a_title_is_recognised_only_after_the_publicity_ended(on: date, allowed: bool) -> None:
    shown = title(stage=Stage.PUBLICISED, steps=(Step("publicised", date(2026, 5, 1), until=date(2026, 5, 8)),))
    made = acts.performed(shown, Act.RECOGNISE, Said(on=on, document="1号"), DAY)
    assert isinstance(made, Title) is allowed


def test_a_review_that_names_no_end_prolongs_by_the_years_of_the_kind_and_without_a_rule_asks() -> None:
    ended = title(valid_until=date(2026, 4, 30))
    assert done(acts.performed(ended, Act.REVIEW, Said(document="1号"), DAY)).valid_until == date(2029, 4, 30)
    unruled = title(kind="gazelle", valid_until=date(2026, 4, 30))
    assert "valid_until" in refused(acts.performed(unruled, Act.REVIEW, Said(document="1号"), DAY))


REVOKED = done(
    acts.performed(acts.with_known_steps(title()), Act.REVOKE, Said(on=date(2026, 3, 1), ground="fraud"), DAY)
)


def test_a_revoked_title_counts_until_the_day_before_and_not_after() -> None:
    assert (REVOKED.stage, REVOKED.ended) == (Stage.REVOKED, date(2026, 3, 1))
    assert [tier_on([REVOKED], day) for day in (date(2024, 4, 30), date(2026, 2, 28), date(2026, 3, 1), DAY)] == [
        "", "srdi", "", "",
    ]  # fmt: skip
    assert [steps.stage_on(REVOKED, day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [
        Stage.RECOGNISED, Stage.REVOKED,
    ]  # fmt: skip


def test_a_restored_title_stands_as_if_it_had_never_been_revoked() -> None:
    restored = done(acts.performed(REVOKED, Act.RESTORE, Said(note="查无造假"), DAY))
    assert (restored.stage, restored.ended) == (Stage.RECOGNISED, None)
    assert held_on(restored, date(2026, 3, 15))
    assert steps.stage_on(restored, date(2026, 3, 15)) is Stage.RECOGNISED
    assert [step.act for step in restored.steps] == ["recognised", "revoked", "restored"]


def test_what_was_never_recognised_is_not_held_before_its_end() -> None:
    shown = title(stage=Stage.PUBLICISED, steps=(Step("publicised", date(2026, 1, 5)),))
    made = done(acts.performed(shown, Act.REVOKE, Said(ground="not_granted"), DAY))
    assert made.ended is None
    assert not held_on(made, date(2026, 2, 1))


def test_a_title_of_a_list_keeps_what_the_list_said_as_its_first_step() -> None:
    assert acts.with_known_steps(title(document_no="1号")).steps == (Step("recognised", date(2024, 5, 1), "1号"),)
    assert acts.with_known_steps(title(presumed=True)).steps == (Step("recognised"),)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2024, 2, 1), Stage.UNCLEAR),
        (date(2024, 4, 1), Stage.PUBLICISED),
        (date(2025, 1, 1), Stage.RECOGNISED),
        (date(2027, 4, 30), Stage.RECOGNISED),
        (date(2027, 5, 1), Stage.EXPIRED),
    ],
)
def test_the_stage_of_any_day_follows_from_the_steps_and_the_validity(day: date, stage: Stage) -> None:
    made = title(steps=(Step("publicised", date(2024, 3, 1)), Step("recognised", date(2024, 5, 1))))
    assert steps.stage_on(made, day) is stage
    assert steps.known_on(made, day) is (stage is not Stage.UNCLEAR)


@pytest.mark.parametrize(
    ("ground", "day", "warned"),
    [
        ("fraud", date(2026, 3, 2), True),
        ("incident", date(2029, 2, 28), True),
        ("fraud", date(2029, 3, 1), False),
        ("not_updated", date(2026, 3, 2), False),
    ],
)
def test_for_three_years_a_revocation_for_fraud_is_a_caution_and_no_refusal(
    ground: str, day: date, warned: bool
) -> None:
    ended = title(stage=Stage.REVOKED, steps=(Step("recognised"), Step("revoked", date(2026, 3, 1), ground=ground)))
    assert bool(acts.cautions([ended], day)) is warned


@pytest.mark.parametrize(
    ("on", "late"),
    [(date(2025, 4, 30), False), (date(2025, 5, 1), True), (date(2026, 5, 31), False), (date(2026, 6, 1), True)],
)
def test_an_update_is_late_after_the_last_of_april_and_from_2026_of_may(on: date, late: bool) -> None:
    assert bool(acts.remark(Step("updated", on))) is late


def test_a_title_in_force_stays_held_through_updates_changes_and_reviews() -> None:
    assert {stage for stage in Stage if held_on(title(stage=stage), DAY)} == set(IN_FORCE)
