"""Whole ways through the product as people of the city go them, from page to page by what the pages offer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.conftest import PHONE, Visit
from tests.web.test_modes import assert_sound

pytestmark = pytest.mark.browser


def test_an_old_officer_reaches_all_work_on_a_phone_in_large_type(visit: Visit) -> None:
    visitor = visit(PHONE, "city")
    visitor.page.get_by_role("button", name="长辈模式").click()
    assert_sound(visitor, "/")
    page = visitor.page
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    page.get_by_text("全部功能").click()
    assert visitor.overflow() == 0
    page.get_by_role("link", name="分歧裁定").click()
    expect(page.get_by_role("heading", name="分歧裁定")).to_be_visible()
    visitor.go("/")
    page.get_by_role("searchbox").fill("康养")
    page.get_by_role("button", name="检索", exact=True).click()
    expect(page.locator(".result").first).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("link", name="登录")).to_be_visible()
