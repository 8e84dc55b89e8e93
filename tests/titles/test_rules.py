"""What a printed title is, how far it has come, how long it lasts, and the tier that follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import taxonomy
from registry.enterprises.fields import FIELDS
from registry.titles.fields import TITLE_FIELDS
from registry.titles.kinds import fits, kinds, of_register, printed_as, read_title
from registry.titles.rules import held_on, stage_of, tier_on, title_from_row, validity
from registry.titles.schemas import IN_FORCE, Stage, Title

PRINTED = [
    ("国家专精特新“小巨人”企业", "giant", "national"),
    ('国家级专精特新"小巨人"企业', "giant", "national"),
    ("第四批国家级专精特新小巨人", "giant", "national"),
    ("重庆市国家级专精特新“小巨人”企业", "giant", "national"),
    ("专精特新（小巨人）", "giant", "national"),
    ("小巨人", "giant", "national"),
    ("國家級專精特新「小巨人」企業", "giant", "national"),
    ("国家级重点“小巨人”企业", "giant_key", "national"),
    ("重庆市“小巨人”企业", "giant_old", "provincial"),
    ("重庆市“隐形冠军”企业", "hidden_champion_old", "provincial"),
    ("重庆市“专精特新”企业", "srdi", "provincial"),
    ("2024年重庆市专精特新中小企业", "srdi", "provincial"),
    ("浙江省专精特新中小企业", "srdi", "provincial"),
    ("市级专精特新企业（第四批）", "srdi", "provincial"),
    ("创新型中小企业", "innovative", "provincial"),
    ("科技型中小企业", "technology", "national"),
    ("重庆市制造业单项冠军企业", "champion_provincial", "provincial"),
    ("国家制造业单项冠军示范企业", "champion_enterprise", "national"),
    ("高新技术企业", "high_technology", "national"),
    ("重庆市市长质量管理奖", "mayor_quality_award", "provincial"),
    ("重庆市市长质量管理奖提名奖", "mayor_quality_nomination", "provincial"),
    ("智慧健康养老应用试点示范企业", "smart_care_demonstration", "national"),
    ("《老年用品产品推广目录》入选企业", "catalogue_listed", "national"),
    ("重庆市五星级养老机构", "care_star_5", "provincial"),
    ("重庆市四叶级养老机构", "care_leaf_4", "provincial"),
    ("国家专精特新企业", "", "national"),
    ("专精特新企业（小巨人）", "", ""),
    ("区级先进企业", "", ""),
]


@pytest.mark.parametrize(("printed", "kind", "level"), PRINTED)
def test_it_recognises_a_title_whatever_its_marks(printed: str, kind: str, level: str) -> None:
    reading = read_title(printed)
    assert (reading.kind.code if reading.kind else "", reading.level) == (kind, level)


@pytest.mark.parametrize(
    ("printed", "product"),
    [
        ("国家制造业单项冠军产品（己二酸）", "己二酸"),
        ("单项冠军产品(ABC 型管材（铜）)", "ABC 型管材（铜）"),
        ("重庆市“专精特新”企业（第二批）", ""),
    ],
)
def test_a_champion_product_keeps_its_product_as_printed(printed: str, product: str) -> None:
    assert read_title(printed).product == product


STATUSES = [
    ("公布", Stage.RECOGNISED, True),
    ("正式公布", Stage.RECOGNISED, True),
    ("获奖名单", Stage.RECOGNISED, True),
    ("评定名单", Stage.RECOGNISED, True),
    ("认定", Stage.RECOGNISED, True),
    ("复核通过", Stage.REVIEWED, True),
    ("公示无异议，现予公布", Stage.RECOGNISED, True),
    ("公示", Stage.PUBLICISED, True),
    ("公布公示名单", Stage.PUBLICISED, True),
    ("公示期满", Stage.PUBLICISED, True),
    ("拟认定", Stage.PUBLICISED, True),
    ("撤销", Stage.REVOKED, True),
    ("取消认定", Stage.REVOKED, True),
    ("复核未通过", Stage.REVOKED, True),
    ("有效期届满", Stage.EXPIRED, True),
    ("区县推荐", Stage.RECOMMENDED, True),
    ("推荐后正式公布", Stage.RECOGNISED, True),
    ("信息已更新", Stage.UPDATED, True),
    ("更名变更", Stage.CHANGED, True),
    ("复核公示", Stage.PUBLICISED, True),
    ("未入选", Stage.UNCLEAR, True),
    ("申请认定", Stage.UNCLEAR, True),
    ("在审", Stage.UNCLEAR, False),
    ("入选（新闻）", Stage.RECOGNISED, False),
    ("新闻称", Stage.RECOGNISED, False),
    ("入围（二手文章）", Stage.RECOGNISED, False),
    ("获国家“小巨人”企业项目支持", Stage.RECOGNISED, False),
    ("", Stage.RECOGNISED, False),
]


@pytest.mark.parametrize(("status", "stage", "verified"), STATUSES)
def test_it_reads_the_stage_and_whose_word_it_is(status: str, stage: Stage, verified: bool) -> None:
    assert stage_of(status) == (stage, verified)


SPANS: list[tuple[str, int | None, date | None, date | None, tuple[date | None, date | None, bool]]] = [
    ("giant", 2022, None, None, (date(2022, 1, 1), date(2025, 12, 31), True)),
    ("technology", 2025, None, None, (date(2025, 1, 1), date(2026, 12, 31), True)),
    ("giant", None, None, None, (None, None, False)),
    ("care_star_5", 2019, None, None, (date(2019, 1, 1), None, True)),
    ("giant", 2022, date(2022, 7, 1), date(2025, 6, 30), (date(2022, 7, 1), date(2025, 6, 30), False)),
    ("giant", 2022, None, date(2025, 6, 30), (None, date(2025, 6, 30), False)),
    ("giant", 2022, date(2022, 7, 1), None, (date(2022, 7, 1), date(2025, 6, 30), True)),
    ("giant", None, date(2024, 2, 29), None, (date(2024, 2, 29), date(2027, 2, 28), True)),
    ("care_star_5", None, date(2022, 7, 1), None, (date(2022, 7, 1), None, False)),
]


@pytest.mark.parametrize(("kind", "year", "begins", "ends", "span"), SPANS)
def test_printed_dates_win_and_presumed_ones_say_so(
    kind: str, year: int | None, begins: date | None, ends: date | None, span: tuple[date | None, date | None, bool]
) -> None:
    assert validity(kinds()[kind], year, begins, ends) == span


def test_nothing_is_presumed_of_an_unknown_title_but_its_beginning() -> None:
    assert validity(None, 2022, None, None) == (date(2022, 1, 1), None, True)


def title(**values: Any) -> Title:
    read = title_from_row(values)
    assert isinstance(read, Title)
    return read


def giant(**values: Any) -> Title:
    return title(title="国家级专精特新“小巨人”企业", title_status="公布", **values)


@pytest.mark.parametrize(
    ("day", "tier"),
    [
        (date(2022, 6, 30), ""),
        (date(2022, 7, 1), "giant"),
        (date(2025, 6, 30), "giant"),
        (date(2025, 7, 1), ""),
    ],
)
def test_a_title_counts_from_its_first_through_its_last_day(day: date, tier: str) -> None:
    held = giant(title_from=date(2022, 7, 1), title_until=date(2025, 6, 30))
    assert tier_on([held], day) == tier


@pytest.mark.parametrize(
    ("day", "tier"),
    [
        (date(2021, 12, 31), ""),
        (date(2022, 1, 1), "giant"),
        (date(2025, 12, 31), "giant"),
        (date(2026, 1, 1), ""),
    ],
)
def test_a_year_alone_is_good_through_the_end_of_its_third_year_after(day: date, tier: str) -> None:
    assert tier_on([giant(title_year=2022)], day) == tier


def test_a_title_without_any_date_still_counts() -> None:
    assert tier_on([giant()], date(2040, 1, 1)) == "giant"


@pytest.mark.parametrize("status", ["公示", "拟认定", "撤销", "在审"])
def test_what_is_not_recognised_does_not_count(status: str) -> None:
    held = title(title="国家级专精特新“小巨人”企业", title_status=status, title_year=2024)
    assert tier_on([held], date(2025, 1, 1)) == ""


def test_the_highest_of_several_counts_until_it_runs_out() -> None:
    lower = title(title="重庆市专精特新中小企业", title_status="公布", title_year=2024)
    both = [lower, giant(title_year=2022)]
    assert tier_on(both, date(2025, 12, 31)) == "giant"
    assert tier_on(both, date(2026, 1, 1)) == "srdi"


@pytest.mark.parametrize(
    "printed", ["重庆市“小巨人”企业", "重庆市“隐形冠军”企业", "国家级重点“小巨人”企业", "市长质量管理奖"]
)
def test_old_schemes_subsidies_and_prizes_give_no_tier(printed: str) -> None:
    assert tier_on([title(title=printed, title_status="公布")], date(2026, 1, 1)) == ""


def test_a_home_shows_its_stars_and_a_ladder_title_goes_before_them() -> None:
    stars = title(title="重庆市五星级养老机构", title_status="评定名单", title_year=2019)
    leaves = title(title="重庆市五叶级养老机构", title_status="评定名单", title_year=2019)
    ladder = title(title="创新型中小企业", title_status="公布", title_year=2025)
    assert tier_on([leaves, stars], date(2026, 1, 1)) == "star_5"
    assert tier_on([leaves, stars, ladder], date(2026, 1, 1)) == "innovative"


TITLES = st.builds(
    Title,
    label=st.just("称号"),
    as_printed=st.just("称号"),
    stage=st.sampled_from(Stage),
    tier=st.sampled_from(["", "srdi", "giant", "champion"]),
    rung=st.integers(0, 15),
    valid_from=st.none() | st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    valid_until=st.none() | st.dates(date(2015, 1, 1), date(2030, 1, 1)),
)


@given(st.lists(TITLES, max_size=6), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_the_tier_is_never_above_the_highest_rung_held(titles: list[Title], day: date) -> None:
    held = [one for one in titles if held_on(one, day) and one.rung]
    top = max((one.rung for one in held), default=0)
    tier = tier_on(titles, day)
    assert tier in {one.tier for one in held if one.rung == top} or (not held and tier == "")


@given(st.lists(TITLES, max_size=6), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_publicity_and_revocation_never_change_the_tier(titles: list[Title], day: date) -> None:
    in_force = [one for one in titles if one.stage in IN_FORCE]
    assert tier_on(titles, day) == tier_on(in_force, day)


def test_a_row_becomes_a_title_in_its_own_words() -> None:
    read = title(
        title="国家制造业单项冠军产品（己二酸）",
        title_batch="第四批",
        title_year=2019,
        title_status="公布",
        district="长寿区",
        source="某公告",
    )
    assert read.as_printed == "国家制造业单项冠军产品（己二酸）"
    assert (read.kind, read.label, read.product) == ("champion_product", "国家级制造业单项冠军产品", "己二酸")
    assert (read.batch, read.year, read.status_text) == ("第四批", 2019, "公布")
    assert (read.district, read.source, read.presumed) == ("长寿区", "某公告", True)


def test_an_unknown_title_is_kept_as_printed_and_counts_nowhere() -> None:
    read = title(title="某某行业十佳", title_status="公布")
    assert (read.kind, read.label, read.tier, read.rung) == ("", "某某行业十佳", "", 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "小巨人", "title_year": 24}, "title_year"),
        ({"title": "小巨人", "title_from": date(2024, 1, 2), "title_until": date(2024, 1, 1)}, "title_until"),
        ({"title_document": "渝经信〔2024〕1号"}, "title"),
        ({"title_until": date(2024, 1, 1)}, "title"),
    ],
)
def test_it_objects_to_a_row_that_contradicts_itself(values: dict[str, Any], field: str) -> None:
    read = title_from_row(values)
    assert isinstance(read, list)
    assert [objection.field for objection in read] == [field]


@pytest.mark.parametrize("values", [{}, {"title_year": 2024}, {"title_status": "存续"}])
def test_a_row_without_a_title_states_none(values: dict[str, Any]) -> None:
    assert title_from_row(values) is None


def test_every_kind_reads_its_own_label_and_its_tier_has_a_name() -> None:
    for kind in kinds().values():
        assert kind.source
        assert kind.mark in {"G", "M", "N", "R", "F"}
        assert bool(kind.tier) == (kind.rung > 0)
        assert not kind.tier or kind.tier in taxonomy.vocabulary("tiers")
        for level in kind.printed:
            printed = {"national": "国家级", "provincial": "市级", "": ""}[level] + kind.names[0] + "企业"
            assert read_title(printed).kind == kind


def test_title_columns_share_no_header_with_an_enterprise() -> None:
    headers = [header for field in (*FIELDS, *TITLE_FIELDS) for header in (field.label, *field.aliases)]
    assert len(headers) == len(set(headers))


def test_a_register_holds_its_own_kinds_and_one_without_any_takes_all() -> None:
    giant, pilot = kinds()["giant"], kinds()["pilot_rehabilitation"]
    assert (fits(giant, "enterprise"), fits(giant, "park"), fits(pilot, "park"), fits(giant, "training_base")) == (
        True, False, True, True,
    )  # fmt: skip
    for register in ("enterprise", "park", "brand", "standard", "listing"):
        assert of_register(register)


@pytest.mark.parametrize("code", kinds())
def test_a_kind_named_by_code_or_label_is_written_so_that_lists_are_read_as_that_kind(code: str) -> None:
    kind = kinds()[code]
    for named in (code, kind.label):
        assert read_title(printed_as(named)).kind is kind
    if kind.product:
        assert read_title(printed_as(code, "己二酸")).product == "己二酸"
