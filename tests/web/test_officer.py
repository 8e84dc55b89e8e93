"""The officer's day: sign in, import a list with faults, file, amend against somebody else, withdraw."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import PHONE, Visit, record_path

pytestmark = pytest.mark.browser

FAULTY = """\
企业名称,统一社会信用代码,区县,注册资本
重庆导入甲（模拟）有限公司,,万州区,100
重庆导入乙（模拟）有限公司,123,万州区,很多
"""
MENDED = FAULTY.replace(",123,", ",,").replace("很多", "200")


def choose(page: Page, tmp_path: Path, text: str) -> None:
    """Choose a list with this content on the import page and compare it."""
    path = tmp_path / "名单.csv"
    path.write_text(text, encoding="gb18030")
    page.get_by_label("名单文件").set_input_files(path)
    page.locator("form[enctype] button").click()


def test_it_signs_in_where_it_wanted_to_go_and_out_again(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/enterprises/import")
    expect(page.get_by_text("这一页需要登录后查看。")).to_be_visible()
    page.get_by_label("账号").fill("city")
    page.get_by_label("密码").fill("demo-2026-silver")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("导入企业名单")
    page.get_by_role("banner").get_by_role("button", name="退出").click()
    visitor.go("/enterprises/import")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_a_wrong_password_keeps_the_name_and_says_so(visit: Visit) -> None:
    page = visit().go("/login")
    page.get_by_label("账号").fill("nobody")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    expect(page.get_by_label("账号")).to_have_value("nobody")


def test_it_imports_a_list_with_faults_mends_it_and_confirms(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises/import")
    choose(page, tmp_path, FAULTY)
    expect(page.get_by_role("status")).to_contain_text("还没有写入")
    objections = page.get_by_role("region", name="要改的地方")
    expect(objections.locator("tbody tr")).to_have_count(2)
    expect(objections).to_contain_text("统一社会信用代码应为18位")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注好的表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    assert page.get_by_role("button", name="把这份文件入库").count() == 0
    choose(page, tmp_path, MENDED)
    page.get_by_role("button", name="把这份文件入库").click()
    expect(page.get_by_role("status")).to_contain_text("已入库")
    page.get_by_role("link", name="重庆导入乙（模拟）有限公司").click()
    expect(page.get_by_role("main")).to_contain_text("200万元")


def test_on_a_phone_each_objection_begins_with_its_cell(visit: Visit, tmp_path: Path) -> None:
    page = visit(PHONE, "city").go("/enterprises/import")
    choose(page, tmp_path, FAULTY)
    rows = page.get_by_role("region", name="要改的地方").locator("tbody tr")
    assert rows.first.inner_text().split("\n")[0] == "第 3 行 B 列 统一社会信用代码"


def test_good_rows_may_go_in_alone_and_changes_are_shown_before_and_after(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises/import")
    choose(page, tmp_path, "企业名称,注册资本\n重庆部分入库（模拟）有限公司,300\n")
    page.get_by_role("button", name="把这份文件入库").click()
    expect(page.get_by_role("status")).to_contain_text("已入库")
    choose(page, tmp_path, "企业名称,注册资本\n重庆部分入库（模拟）有限公司,400\n（）,1\n")
    changed = page.get_by_role("region", name="变更")
    expect(changed.locator("del")).to_have_text("300万元")
    expect(changed.locator("ins")).to_have_text("400万元")
    page.get_by_role("button", name="先入库 1 条合格的").click()
    expect(page.get_by_role("status")).to_contain_text("已入库")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("已入库")


def test_a_file_waits_for_its_owner_only_and_goes_in_once(visit: Visit, tmp_path: Path) -> None:
    owner, other = visit(username="city"), visit(username="tongliang")
    choose(owner.go("/enterprises/import"), tmp_path, "企业名称\n重庆只属一人（模拟）有限公司\n")
    token = owner.page.locator("input[name=token]").input_value()
    choose(other.go("/enterprises/import"), tmp_path, "企业名称,区县\n重庆另一个人（模拟）有限公司,铜梁区\n")
    other.page.evaluate("token => { document.querySelector('input[name=token]').value = token }", token)
    other.page.get_by_role("button", name="把这份文件入库").click()
    expect(other.page.get_by_role("alert")).to_contain_text("重新选择文件")


def test_a_form_says_everything_at_once_and_keeps_what_was_typed(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises/new")
    page.get_by_label("统一社会信用代码").fill("123")
    page.get_by_label("注册资本").fill("很多")
    page.get_by_label("主要产品和服务").fill("助浴、助餐")
    page.get_by_role("button", name="登记").click()
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("link")).to_have_count(3)
    expect(summary).to_be_focused()
    expect(page.get_by_label("主要产品和服务")).to_have_value("助浴、助餐")
    expect(page.get_by_label("注册资本")).to_have_value("很多")
    summary.get_by_role("link", name="注册资本").click()
    expect(page.get_by_label("注册资本")).to_be_focused()
    page.get_by_label("统一社会信用代码").fill("")
    page.get_by_label("注册资本").fill("1.2亿元")
    page.get_by_label("企业名称").fill("重庆一次说完（模拟）有限公司")
    page.get_by_role("group", name="养老产业分类").locator("summary").click()
    page.get_by_label("0120 社区养老照护服务").or_(page.get_by_label("012 社区养老照护服务")).first.check()
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("重庆一次说完（模拟）有限公司")
    expect(page.get_by_role("main")).to_contain_text("1.2亿元")
    visitor.go("/enterprises/new")
    page.get_by_label("企业名称").fill("重庆一次说完（模拟）有限公司")
    page.get_by_role("button", name="登记").click()
    page.get_by_role("link", name="打开那条记录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("重庆一次说完（模拟）有限公司")


def test_a_conflict_shows_both_values_and_each_field_is_decided(visit: Visit) -> None:
    mine, other = visit(username="city"), visit(username="admin")
    path = record_path(mine.world, "重庆只有名字（模拟）有限公司") + "/edit"
    mine.go(path)
    other.go(path)
    other.page.get_by_label("注册地址").fill("对方写的地址")
    other.page.get_by_label("网址").fill("other.example.cn")
    other.page.get_by_label("来源").fill("对方的来源")
    other.page.get_by_label("理由").fill("对方的理由")
    other.page.get_by_role("button", name="保存修改").click()
    mine.page.get_by_label("注册地址").fill("我写的地址")
    mine.page.get_by_label("网址").fill("mine.example.cn")
    mine.page.get_by_label("主要产品和服务").fill("我写的产品")
    mine.page.get_by_label("理由").fill("我的理由")
    mine.page.get_by_role("button", name="保存修改").click()
    expect(mine.page.get_by_role("alert")).to_contain_text("对方的理由")
    clash = mine.page.get_by_role("group", name="别人也改了“注册地址”")
    expect(clash).to_contain_text("对方写的地址")
    expect(mine.page.get_by_label("注册地址", exact=True)).to_have_value("我写的地址")
    assert mine.page.locator(".clash").count() == 2
    assert mine.page.locator(".clash input:checked").count() == 0
    expect(mine.page.get_by_role("alert").get_by_role("link", name="注册地址")).to_be_visible()
    clash.get_by_label("用现在的").check()
    mine.page.get_by_role("group", name="别人也改了“网址”").get_by_label("用我填的").check()
    mine.page.get_by_role("button", name="保存修改").click()
    record = mine.page.get_by_role("main")
    expect(mine.page.get_by_role("heading", level=1)).to_have_text("重庆只有名字（模拟）有限公司")
    for words in ("对方写的地址", "mine.example.cn", "我写的产品", "来源：对方的来源"):
        expect(record).to_contain_text(words)
    history = mine.page.get_by_role("region", name="记录的经过")
    expect(history).to_contain_text("理由：我的理由")
    expect(history.locator("del").first).to_have_text("other.example.cn")


def test_what_was_typed_survives_a_page_that_was_left(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises/new")
    page.get_by_label("企业名称").fill("重庆半途（模拟）有限公司")
    visitor.go("/enterprises")
    visitor.go("/enterprises/new")
    expect(page.get_by_label("企业名称")).to_have_value("重庆半途（模拟）有限公司")
    page.get_by_role("button", name="不要了，恢复原样").click()
    expect(page.get_by_label("企业名称")).to_have_value("")


def test_it_withdraws_with_a_reason_and_reinstates(visit: Visit) -> None:
    visitor = visit(username="city")
    path = record_path(visitor.world, "重庆<b>粗体</b>&amp;（模拟）有限公司")
    page = visitor.go(path)
    page.get_by_text("撤回这条记录").click()
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明修改理由")
    page.get_by_role("button", name="深色").click()
    assert visitor.path() == path
    page.get_by_text("撤回这条记录").click()
    page.locator("#f-reason").fill("重复登记")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("已撤回", exact=True)).to_be_visible()
    page.get_by_text("恢复这条记录").click()
    page.locator("#f-reason").fill("核对后恢复")
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_role("region", name="记录的经过")).to_contain_text("核对后恢复")


def test_a_district_officer_reads_everything_and_touches_only_its_own(visit: Visit) -> None:
    visitor = visit(username="tongliang")
    page = visitor.page
    expect(page.get_by_role("heading", name="铜梁区", exact=True)).to_be_visible()
    visitor.go(record_path(visitor.world, "重庆百项称号（模拟）有限公司"))
    assert page.get_by_role("link", name="修改").count() == 0
    answer = page.goto(page.url + "/edit")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("不在您的办理范围内")


def test_columns_are_chosen_and_remembered_and_the_export_is_what_is_seen(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises?district=铜梁区")
    page.get_by_text("选择列").click()
    page.get_by_label("统一社会信用代码").uncheck()
    page.get_by_label("来源").check()
    page.get_by_role("button", name="显示这些列，并记住").click()
    visitor.go("/enterprises?district=铜梁区")
    expect(page.get_by_role("columnheader", name="来源")).to_be_visible()
    assert page.get_by_role("columnheader", name="统一社会信用代码").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) - 1 == page.locator("tbody tr").count()
