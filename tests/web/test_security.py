"""Security in the browser: sessions, locks, first passwords, the log, personal data shown for a purpose, operations."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from registry import accounts
from registry.access import Role
from tests.conftest import World
from tests.web.conftest import DESK, PHONE, Visit

pytestmark = pytest.mark.browser

PAGES = (
    "/me/security",
    "/me/password",
    "/security/accounts",
    "/security/accounts/tongliang",
    "/security/sessions",
    "/security/policy",
    "/audit",
    "/audit?log=sign_in",
    "/operations",
)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_its_pages_pass_axe_and_stay_within_the_window(visit: Visit, size: tuple[int, int]) -> None:
    visitor = visit(size, "admin")
    for path in PAGES:
        page = visitor.go(path)
        found = Axe().run(page).response["violations"]
        assert not found, (path, [(one["id"], one["nodes"][0]["html"][:200]) for one in found])
        assert visitor.overflow() <= 0, path


def test_an_account_is_locked_told_why_and_unlocked(visit: Visit) -> None:
    admin = visit(username="admin")
    page = admin.go("/security/accounts")
    page.get_by_role("link", name="招商专员（演示）").click()
    page.get_by_role("button", name="锁定账号").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明理由")
    page.get_by_label("锁定的理由").fill("岗位调整核查")
    page.get_by_role("button", name="锁定账号").click()
    expect(page.get_by_text("岗位调整核查").first).to_be_visible()
    other = visit().go("/login")
    other.get_by_label("账号").fill("invest")
    other.get_by_label("密码").fill("demo-2026-silver")
    other.get_by_role("main").get_by_role("button", name="登录").click()
    expect(other.get_by_role("alert")).to_contain_text("岗位调整核查")
    page.get_by_role("button", name="解除锁定").click()
    visit(username="invest")
    page = admin.go("/audit?log=sign_in")
    expect(page.get_by_role("table")).to_contain_text("解除锁定")
    expect(page.get_by_role("table")).to_contain_text("登录被拒")


def test_somebody_elses_session_is_ended_without_script(visit: Visit) -> None:
    officer = visit(username="liangjiang")
    page = visit(username="admin", script=False).go("/security/accounts/liangjiang")
    page.get_by_role("button", name="强制下线").first.click()
    page = visit(username="admin", script=False).go("/security/accounts/liangjiang")
    expect(page.get_by_text("现在没有登录。")).to_be_visible()
    officer.page.wait_for_timeout(3100)
    expect(officer.go("/me").get_by_role("heading", level=1)).to_have_text("登录")


def test_who_comes_first_chooses_a_password_before_anything_else(visit: Visit, town: World) -> None:
    first = "Given-2031-x"
    town.run(accounts.create("newcomer", first, "新经办", Role.MUNICIPAL, must_change=True))
    visitor = visit()
    page = visitor.go("/login")
    page.get_by_label("账号").fill("newcomer")
    page.get_by_label("密码").fill(first)
    page.get_by_role("main").get_by_role("button", name="登录").click()
    visitor.go("/enterprises")
    assert visitor.path() == "/me/password"
    page.get_by_label("原密码").fill(first)
    for label in ("新密码", "再输一次新密码"):
        page.get_by_label(label, exact=True).fill("weak")
    page.get_by_role("button", name="更换密码").click()
    expect(page.get_by_role("alert")).to_contain_text("密码至少 10 位")
    page.get_by_label("原密码").fill(first)
    for label in ("新密码", "再输一次新密码"):
        page.get_by_label(label, exact=True).fill("My-own-2031-y")
    page.get_by_role("button", name="更换密码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")


def test_a_telephone_is_shown_for_a_purpose_and_stays_when_the_form_is_saved(visit: Visit) -> None:
    page = visit(username="city").go("/enterprises/new?name=重庆联系（模拟）有限公司")
    page.get_by_label("联系电话").fill("13800001234")
    page.get_by_role("button", name="登记", exact=True).click()
    contact = page.get_by_role("region", name="联系方式")
    expect(contact).to_contain_text("138****1234")
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("注册地址").fill("某路1号")
    page.get_by_label("理由").fill("补地址")
    page.get_by_role("button", name="保存修改").click()
    expect(contact).to_contain_text("138****1234")
    contact.get_by_text("查看被遮盖的").click()
    contact.get_by_label("用途").fill("电话核实复核材料")
    contact.get_by_role("button", name="查看原文").click()
    expect(contact).to_contain_text("13800001234")
    page.reload()
    page = visit(username="admin").go("/audit?log=personal")
    expect(page.get_by_role("table")).to_contain_text("电话核实复核材料")
