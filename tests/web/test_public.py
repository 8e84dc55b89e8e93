"""The public finds and reads: while typing, by facets, without JavaScript, and when there is nothing to find."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import TITLED, Visit, record_path

pytestmark = pytest.mark.browser


def test_it_shows_results_while_typing_and_opens_the_record(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/search")
    page.get_by_role("searchbox").press_sequentially("养老")
    expect(page.locator(".result mark").first).to_have_text("养老")
    page.wait_for_url("**/search?q=%E5%85%BB%E8%80%81")
    name = page.locator(".result h2 a").first.inner_text()
    page.locator(".result h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("养老")


def test_it_previews_results_on_the_home_page(visit: Visit) -> None:
    page = visit().go("/")
    page.get_by_role("searchbox").press_sequentially("cqhz")
    expect(page.locator("#home-results .result").first).to_be_visible()
    assert page.locator("#home-results .result").count() <= 6


def test_facets_combine_and_each_state_is_a_url(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/search")
    tier = page.get_by_role("region", name="现行梯次").get_by_role("link").first
    expected = int(tier.locator("b").inner_text())
    tier.click()
    expect(page.get_by_role("status")).to_contain_text(f"共 {expected} 条")
    district = page.get_by_role("region", name="区县").get_by_role("link").first
    narrower = int(district.locator("b").inner_text())
    district.click()
    expect(page.get_by_role("status")).to_contain_text(f"共 {narrower} 条")
    assert "tier=" in visitor.path()
    assert "district=" in visitor.path()
    page.get_by_role("link", name="全部去掉").click()
    assert "tier=" not in visitor.path()


def test_everything_works_without_javascript(visit: Visit) -> None:
    visitor = visit(script=False)
    page = visitor.go("/")
    page.get_by_role("searchbox").fill("社会福利院")
    page.get_by_role("main").get_by_role("button", name="检索").click()
    page.locator(".result h2 a").first.click()
    expect(page.get_by_role("heading", name="现在处于哪一级")).to_be_visible()
    page.get_by_role("link", name="企业名单").first.click()
    page.get_by_text("查询条件").click()
    page.get_by_label("区县").select_option("铜梁区")
    page.get_by_role("button", name="查询").click()
    assert "district=" in visitor.path()
    expect(page.locator("tbody tr").first).to_contain_text("铜梁区")


def test_nothing_found_offers_a_way_on(visit: Visit) -> None:
    page = visit().go("/search?q=查无此企&district=万州区")
    expect(page.get_by_role("status")).to_contain_text("没有找到")
    expect(page.get_by_role("link", name="去掉筛选再找")).to_be_visible()
    expect(page.get_by_role("link", name="告诉经办人员")).to_be_visible()


def test_a_near_spelling_is_offered(visit: Visit) -> None:
    page = visit().go("/search?q=精鸿义科技")
    link = page.locator(".did-you-mean a")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator(".result").first).to_be_visible()


def test_a_name_that_looks_like_markup_is_a_name(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/search")
    page.get_by_role("searchbox").press_sequentially("<b>粗体")
    expect(page.locator(".result h2").first).to_contain_text("<b>粗体</b>")
    assert page.locator(".result h2 b").count() == 0
    page.locator(".result h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<b>粗体</b>")


def test_an_abolished_district_says_what_became_of_it(visit: Visit) -> None:
    page = visit().go("/enterprises?district=江北区")
    expect(page.locator("tbody tr").first).to_contain_text("2025-11-06 撤销，现属两江新区")


def test_a_list_sorts_by_its_heads_and_turns_its_pages(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/enterprises")
    page.get_by_role("columnheader", name="区县").get_by_role("link").click()
    assert "sort=district" in visitor.path()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("区县")
    first = page.locator("tbody tr th a").first.inner_text()
    page.get_by_role("link", name="下一页").click()
    assert page.locator("tbody tr th a").first.inner_text() != first
    page.get_by_role("link", name="回到第一页").click()
    expect(page.locator("tbody tr th a").first).to_have_text(first)


def test_many_titles_are_folded_and_their_stage_is_said_in_words(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go(record_path(visitor.world, TITLED))
    expect(page.get_by_role("heading", name="称号", level=2)).to_contain_text("100 项")
    assert page.locator(".titles > .title:visible").count() == 10
    for words in ("公示中", "已撤销", "待核实", "有效期推定"):
        assert page.get_by_text(words, exact=True).count() > 0
    page.get_by_text("其余 90 项称号").click()
    assert page.locator(".titles > .title:visible").count() == 100


def test_the_public_sees_no_contact_no_actor_and_no_internal_record(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go(record_path(visitor.world, TITLED))
    assert page.get_by_text("联系方式").count() == 0
    assert page.get_by_role("link", name="修改").count() == 0
    assert page.locator(".past").get_by_text("市级经办").count() == 0
    answer = page.goto(visitor.world.url + record_path(visitor.world, "重庆内部名单（模拟）有限公司"))
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("未找到")
