"""Everything can be reached without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


def test_it_searches_walks_the_rows_opens_and_comes_back(visit: Visit) -> None:
    page = visit().go("/search")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("养老")
    expect(page.locator(".result mark").first).to_be_visible()
    page.keyboard.press("Escape")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    first = page.locator(".result h2 a").first
    expect(first).to_be_focused()
    name = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.keyboard.press("Escape")
    expect(page.locator(".result h2 a").first).to_have_text(name)
    expect(page.get_by_role("searchbox")).to_have_value("养老")


@pytest.mark.parametrize("path", ["/", "/search"])
def test_arrows_go_from_the_box_to_the_hits_and_back(visit: Visit, path: str) -> None:
    page = visit().go(path)
    page.get_by_role("searchbox").press_sequentially("养老")
    hits = page.locator(".result h2 a")
    expect(hits.nth(1)).to_be_visible()
    expect(page.locator(".result mark").first).to_have_text("养老")
    for key, focused in (("ArrowDown", hits.nth(0)), ("ArrowDown", hits.nth(1)), ("ArrowUp", hits.nth(0))):
        page.keyboard.press(key)
        expect(focused).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    name = hits.first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_home_page_begins_in_its_box(visit: Visit) -> None:
    page = visit().go("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_first_stop_skips_to_the_text(visit: Visit) -> None:
    page = visit().go("/enterprises")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_escape_does_not_leave_a_form_with_unsaved_words(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises/new")
    page.get_by_label("企业名称").press_sequentially("重庆")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert visitor.path() == "/enterprises/new"
    expect(page.get_by_label("企业名称")).to_have_value("重庆")


def test_rows_of_a_table_are_walked_in_the_office_too(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises")
    page.keyboard.press("j")
    name = page.locator("tbody tr.at th a").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
