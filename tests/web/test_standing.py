"""Where a record stands, as pages say it: pure functions, told as tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.web import chart, record, standing

DAY = date(2026, 6, 1)


def title(**said: Any) -> dict[str, Any]:
    """A title as a record's JSON has it: a municipal one, held until the end of 2027."""
    usual = {
        "id": "1", "label": "省（市）级专精特新中小企业", "as_printed": "市级专精特新中小企业", "tier": "srdi",
        "line": "ladder",
        "product": "", "batch": "", "year": 2025, "document_no": "", "stage": "recognised", "verified": True,
        "valid_from": "2025-01-01", "valid_until": "2027-12-31", "presumed": False, "source": "", "held": True,
    }  # fmt: skip
    return usual | said


EXPIRED = title(held=False, valid_from="2021-01-01", valid_until="2023-12-31")


def test_the_ladder_has_its_four_rungs_from_the_lowest_up() -> None:
    assert standing.ladders()["ladder"] == ("innovative", "srdi", "giant", "champion")


@pytest.mark.parametrize(
    ("held", "state", "word"),
    [
        (title(), "held", "有效至 2027-12-31"),
        (title(valid_until=None), "held", "有效，期限未载明"),
        (title(stage="publicised", held=False), "publicised", "公示中，尚未认定"),
        (EXPIRED, "past", "2023-12-31 已到期"),
        (title(stage="revoked", held=False), "past", "已撤销"),
        (title(stage="unclear", held=False), "past", "状态不明，待核实"),
        (title(held=False, valid_from="2026-07-01"), "past", "2026-07-01 起有效"),
    ],
)
def test_each_rung_says_its_state_in_words(held: dict[str, Any], state: str, word: str) -> None:
    rungs = standing.standing({"titles": [held], "tier": None}, DAY).rungs
    assert (rungs[1].state, rungs[1].word) == (state, word)
    assert {rung.word for rung in rungs if rung.tier != "srdi"} == {"未取得"}


@pytest.mark.parametrize(
    ("titles", "words"),
    [
        ([], "没有记录不等于不符合条件"),
        ([EXPIRED], "已于 2023-12-31 到期。"),
        ([EXPIRED | {"presumed": True}], "已于 2023-12-31 到期（推定）。"),
        ([title(stage="publicised", held=False)], "公示不是认定"),
        ([title(stage="revoked", held=False)], "已撤销"),
        ([title(tier="", line="support")], "现有称号不计入梯次"),
    ],
)
def test_no_tier_says_why(titles: list[dict[str, Any]], words: str) -> None:
    found = standing.standing({"titles": titles, "tier": None}, DAY)
    assert found.verdict == ""
    assert words in "".join(found.why)


def test_a_tier_on_second_hand_word_or_presumed_validity_says_so() -> None:
    found = standing.standing({"titles": [title(verified=False, presumed=True)], "tier": "srdi"}, DAY)
    assert found.verdict == "专精特新"
    assert ["推定" in found.why[0], "待核实" in found.why[1]] == [True, True]


def test_what_is_presumed_of_a_title_without_an_end_is_its_beginning_only() -> None:
    open_ended = title(presumed=True, valid_until=None)
    found = standing.standing({"titles": [open_ended], "tier": "srdi"}, DAY)
    assert found.why == ("起始日按认定年度推定，终止日未载明。",)
    line = standing.title_line(open_ended, DAY)
    assert "起始日推定" in [words for _, words in line.tags]
    assert line.validity == "2025-01-01 起，终止日未载明"


def test_a_rated_home_stands_on_the_ladder_of_stars() -> None:
    home = title(tier="star_4", line="service", label="四星级养老机构")
    rungs = standing.standing({"titles": [home], "tier": "star_4"}, DAY).rungs
    assert [rung.tier for rung in rungs] == ["star_1", "star_2", "star_3", "star_4", "star_5"]
    assert [rung.current for rung in rungs] == [False, False, False, True, False]


def test_deadlines_are_those_within_a_year_the_nearest_first() -> None:
    near, far = title(valid_until="2026-06-30"), title(valid_until="2028-01-01")
    mid = title(valid_until="2027-05-31", label="中")
    found = standing.deadlines([far, mid, near, EXPIRED], DAY)
    assert [(one.days, one.pressing) for one in found] == [(29, True), (364, False)]


def test_a_title_line_tells_publicity_from_recognition_and_doubt_from_knowledge() -> None:
    line = standing.title_line(title(stage="publicised", held=False, verified=False, presumed=True), DAY)
    assert [words for _, words in line.tags] == ["公示中", "待核实", "有效期推定"]


@pytest.mark.parametrize("until", ["2027-12-31", None])
def test_the_chart_keeps_every_bar_inside_its_frame(until: str | None) -> None:
    titles = [title(valid_from=f"{year}-01-01", valid_until=until) for year in range(1990, 2027)]
    drawn = chart.chart(titles, DAY)
    assert drawn is not None
    assert len(drawn.bars) == chart.MOST_BARS
    assert drawn.left_out == len(titles) - chart.MOST_BARS
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.WIDTH and bar.y < drawn.height for bar in drawn.bars)


def test_one_dated_title_needs_no_chart() -> None:
    assert chart.chart([title(), title(valid_from=None)], DAY) is None


def test_the_past_tells_a_title_that_only_rose() -> None:
    """From 公示 to 认定 neither its name nor its year changes: the words must."""
    publicised = {"label": "专精特新中小企业", "year": 2024, "stage": "publicised"}
    recognised = publicised | {"stage": "recognised", "valid_until": "2027-12-31"}
    assert "公示" in record.hanging_words([publicised])
    assert "已认定" in record.hanging_words([recognised])
    assert "2027-12-31" in record.hanging_words([recognised])
