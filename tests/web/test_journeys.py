"""Whole ways through the product as people of the city go them, from page to page by what the pages offer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import World
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


def file_park(page: Page, name: str) -> None:
    """Fill in the form of a new park and send it."""
    page.get_by_role("navigation", name="主要页面").get_by_role("link", name="园区名单").click()
    page.get_by_role("link", name="登记园区").click()
    page.get_by_label("园区名称").fill(name)
    page.get_by_role("button", name="登记", exact=True).click()


def test_an_officer_files_a_park_with_small_tables_and_handles_several_at_once(visit: Visit) -> None:
    visitor = visit(username="tongliang")
    page = visitor.page
    page.get_by_role("navigation", name="主要页面").get_by_role("link", name="园区名单").click()
    page.get_by_role("link", name="登记园区").click()
    page.get_by_label("园区名称").fill("铜梁行旅康养园（模拟）")
    page.get_by_label("第1行载体名称").fill("一号楼（模拟）")
    page.get_by_label("第1行建筑面积").fill("很大")
    page.get_by_label("第1行企业").fill("重庆和泰润佳股份有限公司")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".wrong")).to_contain_text("建筑面积“很大”不是数字")
    expect(page.get_by_label("第1行载体名称")).to_have_value("一号楼（模拟）")
    page.get_by_label("第1行建筑面积").fill("3000")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="铜梁行旅康养园（模拟）")).to_be_visible()
    expect(page.get_by_role("cell", name="3,000平方米")).to_be_visible()

    # The same park under another spelling is noticed; said to be another, it is filed.
    file_park(page, "铜梁区行旅康养园（模拟）")
    expect(page.get_by_role("group", name="是不是这一个？")).to_contain_text("铜梁行旅康养园（模拟）")
    page.get_by_label("不是这个").check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="铜梁区行旅康养园（模拟）")).to_be_visible()

    # Ticked in the list, the two are compared, handed down to a section, and withdrawn.
    visitor.go("/parks?district=铜梁区")
    assert_sound(visitor, visitor.path())
    for name in ("铜梁行旅康养园（模拟）", "铜梁区行旅康养园（模拟）"):
        page.get_by_label(f"选择 {name}", exact=True).check()
    page.get_by_role("button", name="办理所选").click()
    ticked = visitor.path()
    assert_sound(visitor, ticked)
    page.get_by_role("link", name="比对这两条").click()
    expect(page.get_by_role("main")).to_contain_text("铜梁区行旅康养园（模拟）")
    visitor.go(ticked)
    page.get_by_label("接收单位").select_option(index=1)
    page.get_by_role("button", name="移交", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("请写明移交的理由")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("请写明撤回的理由")
    page.get_by_label("撤回的理由").fill("行旅试办（模拟）")
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已撤回 2 条")
    visitor.go("/parks?district=铜梁区")
    expect(page.get_by_role("main")).not_to_contain_text("铜梁行旅康养园（模拟）")


@pytest.mark.parametrize("plural", ["enterprises", "parks", "brands", "standards", "listings"])
def test_every_register_has_its_list_record_day_template_and_open_file(visit: Visit, plural: str) -> None:
    visitor = visit(username="city")
    page = visitor.go(f"/{plural}")
    page.get_by_text("选择列").click()
    expect(page.get_by_role("button", name="显示这些列，并记住")).to_be_visible()
    page.locator("[data-row] th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="全部经过").click()
    expect(page.get_by_role("heading", name="记录的经过")).to_be_visible()
    visitor.go(f"/{plural}?as_of=2026-01-01")
    expect(page.get_by_role("main")).to_contain_text("这是 2026-01-01 的情况")
    visitor.go(f"/{plural}/import")
    with page.expect_download() as template:
        page.get_by_role("link", name="模板").click()
    assert template.value.suggested_filename.endswith(".xlsx")
    visitor.go("/open")
    with page.expect_download() as opened:
        page.locator(f'a[href*="/{plural}/bulk.csv"]').click()
    assert opened.value.suggested_filename.endswith(".csv")


def test_an_administrator_sees_after_units_accounts_security_and_the_running_of_it(visit: Visit) -> None:
    visitor = visit(username="admin")
    page = visitor.page
    menu = page.get_by_role("navigation", name="主要页面")
    menu.get_by_role("link", name="单位与人员").click()
    page.get_by_role("link", name="设立单位").click()
    page.get_by_label("名称").fill("行旅服务科（模拟）")
    page.get_by_label("上级单位").select_option(label="银发经济工作办公室（演示）")
    page.get_by_label("理由").fill("行旅试办（模拟）")
    page.get_by_role("button", name="设立").click()
    expect(page.get_by_role("heading", name="行旅服务科（模拟）")).to_be_visible()
    menu.get_by_role("link", name="账号与授权").click()
    page.get_by_role("link", name="铜梁区经办（演示）").click()
    page.get_by_role("link", name="登录与安全").click()
    expect(page.get_by_role("button", name="锁定账号")).to_be_visible()
    page.get_by_role("link", name="授权与单位").click()
    page.get_by_role("link", name="查它看得到什么").click()
    expect(page.get_by_label("账号（空着为公众）")).to_have_value("tongliang")
    menu.get_by_role("link", name="日志", exact=True).click()
    page.get_by_label("查找").fill("/organisations/new")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("main")).to_contain_text("系统管理员")
    for label in ("运行情况", "字段权限", "授权变更记录", "同义词与专业词", "导入批次", "任务中心", "历史核验"):
        menu.get_by_role("link", name=label).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(label[:2])
        assert visitor.overflow() == 0


@pytest.mark.parametrize("width", [1440, 1280])
def test_a_list_counts_its_choices_and_cuts_off_no_column(visit: Visit, width: int) -> None:
    visitor = visit((width, 900), "city")
    page = visitor.go("/enterprises")
    assert "铜梁区 6" in page.get_by_label("区县").locator("option").all_inner_texts()
    hidden = page.locator(".table-box").evaluate(
        "e => getComputedStyle(e).overflowX === 'clip' ? e.scrollWidth - e.clientWidth : 0"
    )
    assert hidden == 0


def test_two_ticked_parks_become_one_and_two_again(visit: Visit, town: World) -> None:
    client, names = town.client("tongliang"), ("铜梁东麓颐养园（模拟）", "铜梁西苑乐龄城（模拟）")
    made = [
        client.post("/api/v1/parks", json={"name": name, "district": "铜梁区", "visibility": "public"})
        for name in names
    ]
    ids = [str(one.json()["id"]) for one in made]
    visitor = visit(username="tongliang")
    page = visitor.go("/parks?district=铜梁区")
    for name in names:
        page.get_by_label(f"选择 {name}", exact=True).check()
    page.get_by_role("button", name="办理所选").click()
    page.get_by_role("link", name="比对这两条").click()
    kept = visitor.path().split("/")[2]
    page.get_by_role("button", name="下一步：看合并结果").click()
    page.get_by_label("为什么说是同一").fill("行旅试办（模拟）")
    page.get_by_role("button", name="合并", exact=True).click()
    (gone,) = (one for one in ids if one != kept)
    visitor.go(f"/parks/{gone}")
    assert visitor.path() == f"/parks/{kept}"
    page.get_by_text("弄错了？拆开").click()
    page.get_by_label("理由（记入历史）").first.fill("其实是两个")
    page.get_by_role("button", name="拆开").click()
    visitor.go(f"/parks/{gone}")
    assert visitor.path() == f"/parks/{gone}"


def test_an_old_citizen_finds_a_standard_and_a_product_on_a_phone(visit: Visit) -> None:
    visitor = visit(PHONE, view="elder.light")
    page = visitor.go("/")
    page.get_by_role("searchbox").fill("轮椅")
    page.get_by_role("button", name="检索", exact=True).click()
    page.locator(".result h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("轮椅")
    assert_sound(visitor, visitor.path())
    page.get_by_role("navigation", name="主要页面").get_by_role("link", name="目录产品名单").click()
    page.locator("[data-row] th a").first.click()
    assert_sound(visitor, visitor.path())
    page.get_by_role("region", name="与谁有关").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="现在处于哪一级")).to_be_visible()
    page.get_by_role("contentinfo").get_by_role("link", name="开放数据").click()
    assert_sound(visitor, "/open")


def test_an_administrator_keeps_a_role_from_a_field_and_erases_personal_data(visit: Visit) -> None:
    page = visit(username="admin").go("/access/fields")
    page.get_by_label("角色", exact=True).select_option("investment")
    page.get_by_label("字段", exact=True).select_option("enterprise.website")
    page.get_by_label("理由（记入变更记录）").fill("只读即可")
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("table", name="已有的限制")).to_contain_text("网址")
    page.goto(page.url.partition("/access")[0] + "/enterprises/new?name=重庆清除（模拟）有限公司")
    page.get_by_label("联系电话").fill("13800005678")
    page.get_by_role("button", name="登记", exact=True).click()
    contact = page.get_by_role("region", name="联系方式")
    expect(contact).to_contain_text("138****5678")
    contact.get_by_text("清除个人信息").click()
    contact.get_by_label("理由（记入历史）").fill("本人申请删除")
    contact.get_by_role("button", name="清除", exact=True).click()
    expect(page.get_by_role("main")).not_to_contain_text("138****5678")
