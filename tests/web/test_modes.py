"""Light, dark, 长辈模式; desk and phone; zoomed; printed: every page passes axe and stays within the window."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web.conftest import DESK, PHONE, TITLED, Visit, Visitor, record_path

pytestmark = pytest.mark.browser

PUBLIC = ("/", "/search?q=养老", "/search?q=查无此企", "/enterprises", "/login", "/api", "/nothing-here")
OFFICE = (
    "/",
    "/search?q=养老",
    "/enterprises",
    "/enterprises?as_of=2025-06-30",
    "/enterprises/new",
    "/enterprises/import",
    "/imports",
    "/history?verify=1",
    "/me",
)
LOOKS = ("plain.light", "plain.dark", "elder.light", "elder.dark")


def pages_of(visitor: Visitor, paths: tuple[str, ...]) -> list[str]:
    """The pages to look at, records with awkward data among them."""
    long_name = (
        visitor.world.client("city").get("/api/v1/search", params={"q": "名称长得出奇"}).json()["hits"][0]["url"]
    )
    records = [
        record_path(visitor.world, TITLED),
        record_path(visitor.world, "重庆只有名字（模拟）有限公司"),
        long_name,
    ]
    return [*paths, *records]


def assert_sound(visitor: Visitor, path: str) -> None:
    """No violation of axe's rules, and nothing wider than the window."""
    page = visitor.go(path)
    large = "elder" in (page.locator("html").get_attribute("class") or "")
    # In large type contrast is held to 7:1, elsewhere to 4.5:1.
    result = Axe().run(page, options={"rules": {"color-contrast-enhanced": {"enabled": large}}})
    assert result.violations_count == 0, f"{path}\n{result.generate_report()}"
    assert visitor.overflow() == 0, f"{path} is wider than the window"


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_public_pages_are_sound(visit: Visit, look: str, size: tuple[int, int]) -> None:
    visitor = visit(size, view=look)
    for path in pages_of(visitor, PUBLIC):
        assert_sound(visitor, path)


@pytest.mark.slow
@pytest.mark.parametrize("look", ["plain.light", "plain.dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_office_pages_are_sound(visit: Visit, look: str, size: tuple[int, int]) -> None:
    visitor = visit(size, "city", view=look)
    paths = pages_of(visitor, OFFICE)
    for path in [*paths, f"{paths[-1]}/edit", f"{paths[-1]}/history"]:
        assert_sound(visitor, path)


def test_pages_stay_within_the_window_at_twice_the_size(visit: Visit) -> None:
    # A browser at 200 % shows the page as in a window of half the width.
    for username, paths in (("", PUBLIC), ("city", OFFICE)):
        visitor = visit((DESK[0] // 2, DESK[1] // 2), username)
        for path in pages_of(visitor, paths):
            visitor.go(path)
            assert visitor.overflow() == 0, path


def test_large_type_is_one_click_away_remembered_and_large(visit: Visit) -> None:
    visitor = visit(PHONE, script=False)
    page = visitor.go("/search?q=养老")
    page.get_by_role("button", name="长辈模式").click()
    assert visitor.path().startswith("/search?q=")
    visitor.go("/")
    expect(page.locator("html")).to_have_class(re.compile("elder"))
    assert page.locator("body").evaluate("e => getComputedStyle(e).fontSize") == "22px"
    small = page.locator("main :is(a, button, input, summary):visible, header :is(a, button):visible").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
    )
    assert small == []
    page.get_by_role("button", name="回到标准模式").click()
    expect(page.locator("html")).not_to_have_class(re.compile("elder"))


def test_in_large_type_a_name_runs_through_its_marks_and_the_filters_stand_first(visit: Visit) -> None:
    visitor = visit(PHONE, view="elder.light")
    page = visitor.go("/search?q=养老")
    link = page.locator(".result h2 a").first
    assert link.locator("mark").first.evaluate("e => getComputedStyle(e).display") == "inline"
    assert link.evaluate("e => getComputedStyle(e).display") == "inline-block"
    fold, hits = page.get_by_text("筛选", exact=True).bounding_box(), page.locator(".hits").bounding_box()
    assert fold is not None
    assert hits is not None
    assert fold["y"] < hits["y"]
    box = page.get_by_role("searchbox")
    box.fill("")
    assert box.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_colours_are_chosen_and_remembered(visit: Visit) -> None:
    visitor = visit(script=False)
    page = visitor.go("/login")
    light = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_role("button", name="深色").click()
    assert visitor.path() == "/login"
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") != light
    expect(page.get_by_role("button", name="深色")).to_have_attribute("aria-pressed", "true")


def test_print_has_the_title_and_the_date_and_none_of_the_tools(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go(record_path(visitor.world, TITLED))
    page.emulate_media(media="print")
    expect(page.locator(".print-head")).to_contain_text(re.compile(rf"{TITLED}.*\d{{4}}-\d{{2}}-\d{{2}}"))
    for tool in (page.locator(".top"), page.locator(".side"), page.locator(".foot")):
        expect(tool).to_be_hidden()
