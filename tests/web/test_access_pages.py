"""A unit's administrator at the browser: opens an account, is held to the own bounds, hands a record over, asks why."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import World
from tests.web.conftest import DESK, PHONE, Visit

pytestmark = pytest.mark.browser
UNIT = "铜梁区银发经济专班（演示）"


def test_an_account_is_opened_in_the_unit_and_closed_again(visit: Visit) -> None:
    visitor = visit(username="chief")
    page = visitor.go("/organisations")
    page.get_by_role("main").get_by_role("link", name=UNIT).click()
    page.get_by_role("link", name="开通账号").click()
    roles = page.get_by_label("角色").locator("option").all_inner_texts()
    assert "系统管理员" not in roles
    assert "区县经办" in roles
    assert page.get_by_text("全部数据").count() == 0
    page.get_by_label("账号必填").fill("journey")
    page.get_by_label("姓名或岗位").fill("旅程经办（演示）")
    page.get_by_label("初始密码").fill("Travel-2026-silver!")
    page.locator("input[name=scope][value=below]").check()
    page.get_by_role("button", name="开通").click()
    page.wait_for_url("**/accounts/of?username=journey")
    assert "旅程经办（演示）" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_text("停用这个账号").click()
    page.locator("#f-close-reason").fill("试完")
    page.get_by_role("button", name="停用").click()
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).get_by_text("已停用").count() == 1


def test_what_is_beyond_the_own_is_said_at_its_field_and_nothing_typed_is_lost(visit: Visit) -> None:
    visitor = visit(username="chief")
    page = visitor.go("/accounts/new")
    page.get_by_label("账号必填").fill("beyond")
    page.get_by_label("姓名或岗位").fill("越界经办（演示）")
    page.get_by_label("初始密码").fill("Travel-2026-silver!")
    page.get_by_role("button", name="开通").click()
    page.get_by_role("alert").wait_for()
    assert "单位" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("姓名或岗位").input_value() == "越界经办（演示）"


def test_a_record_is_handed_over_and_the_page_tells_why_it_is_gone(visit: Visit, town: World) -> None:
    body = {"name": "重庆页面移交（模拟）有限公司", "district": "铜梁区"}
    path = town.client("tongliang").post("/api/v1/enterprises", json=body).headers["location"].removeprefix("/api/v1")
    visitor = visit(username="chief")
    page = visitor.go(path)
    page.get_by_text("移交给其他单位").click()
    page.get_by_label("接收单位").select_option(label="　民政局（演示）")
    page.locator("#f-hand-reason").fill("职能划转")
    page.get_by_role("button", name="移交").click()
    page.wait_for_url("**/enterprises")
    admin = visit(username="admin")
    page = admin.go(f"/access/explain?account=tongliang&record={path}")
    assert "民政局（演示）" in page.locator(".verdicts").inner_text()
    assert page.locator(".verdict-no").count() == 5


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("path", ["/organisations", "/accounts", "/accounts/new", "/access/fields", "/access/explain"])
def test_the_pages_are_accessible_and_fit_the_window(visit: Visit, path: str, size: tuple[int, int]) -> None:
    visitor = visit(size, "admin")
    page = visitor.go(path)
    assert visitor.overflow() == 0
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
