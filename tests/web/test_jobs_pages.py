"""Long work in the browser: a list compared in the background and let in, columns assigned, an export and why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from registry import exchange_jobs
from registry.jobs import running
from tests.conftest import World
from tests.web.conftest import DESK, PHONE, Visit
from tests.web.test_modes import assert_sound

pytestmark = pytest.mark.browser


@pytest.fixture
def attended(town: World) -> Iterator[None]:
    """Somebody does the jobs."""

    async def begin() -> asyncio.Task[None]:
        return asyncio.create_task(running.attend(town.settings, exchange_jobs.WORKS))

    task = town.run(begin())
    yield

    async def end() -> None:
        task.cancel()
        await asyncio.wait({task})

    town.run(end())


def hand_in(page: Page, path: Path, *, background: bool) -> None:
    """Choose a file on the import page and send it."""
    page.get_by_label("名单文件").set_input_files(path)
    if background:
        page.get_by_label("在后台比对").check()
    page.locator("form[enctype] button").click()


def written(tmp_path: Path, text: str) -> Path:
    """A list as a file."""
    path = tmp_path / "月报.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("attended")
@pytest.mark.parametrize("script", [True, False])
def test_a_list_is_compared_in_the_background_found_again_and_let_in(
    script: bool, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit(username="city", script=script)
    page = visitor.go("/enterprises/import")
    name = f"重庆后台页面{'有' if script else '无'}脚本（模拟）有限公司"
    hand_in(page, written(tmp_path, f"企业名称,区县\n{name},万州区\n"), background=True)
    page.wait_for_url("**/jobs/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("预览企业名单：月报.csv")
    visitor.go("/jobs")
    page.get_by_role("link", name="预览企业名单：月报.csv").first.click()
    for _ in range(40):
        if page.get_by_role("button", name="把这份文件入库").count():
            break
        page.wait_for_timeout(100)
        if not script:
            page.reload()
    page.get_by_role("button", name="把这份文件入库").click()
    page.wait_for_url("**/jobs/*")
    for _ in range(40):
        if page.get_by_text("已入库").count():
            break
        page.wait_for_timeout(100)
        if not script:
            page.reload()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_columns_that_nobody_knows_are_assigned_once_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises/import")
    strange = written(tmp_path, "主体,归口,备忘\n重庆指定列（模拟）有限公司,万州区,无关\n")
    hand_in(page, strange, background=False)
    expect(page.get_by_role("alert")).to_contain_text("没有找到表头")
    page.get_by_role("link", name="指定各列是什么").click()
    expect(page.get_by_role("main")).to_contain_text("重庆指定列（模拟）有限公司")
    page.get_by_label("主体").select_option(label="企业名称")
    page.get_by_label("归口").select_option(label="企业名称")
    page.get_by_role("button", name="保存，并再比对一次").click()
    expect(page.get_by_role("alert")).to_contain_text("请只留一列")
    expect(page.get_by_label("主体")).to_have_value("name")
    page.get_by_label("归口").select_option(label="区县")
    page.get_by_label("备忘").select_option(label="不读入")
    page.get_by_role("button", name="保存，并再比对一次").click()
    expect(page.get_by_role("status")).to_contain_text("还没有写入")
    expect(page.get_by_role("main")).to_contain_text("列按保存过的对应“月报”读取")
    visitor.go("/enterprises/import")
    page.get_by_text("保存过的列对应").click()
    page.get_by_role("button", name="不再使用").click()
    hand_in(page, strange, background=False)
    expect(page.get_by_role("alert")).to_contain_text("没有找到表头")


@pytest.mark.usefixtures("attended")
def test_an_export_with_its_purpose_is_made_in_the_background_and_downloaded(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(username="city")
    page = visitor.go("/enterprises?district=铜梁区")
    page.get_by_role("link", name="注明用途").click()
    expect(page.get_by_role("main")).to_contain_text("区县：铜梁区")
    page.get_by_role("textbox", name="用途").fill("季度通报")
    page.get_by_role("button", name="导出").click()
    page.wait_for_url("**/jobs/*")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    path = tmp_path / "out.xlsx"
    download.value.save_as(path)
    told = {row[0].value: row[1].value for row in load_workbook(path)["说明"].iter_rows()}
    assert (told["用途"], told["导出人"]) == ("季度通报", "市级经办（演示）（市级经办）")


def test_a_job_that_waits_is_called_off_and_begun_again(visit: Visit, tmp_path: Path) -> None:
    visitor = visit(PHONE, "city")
    page = visitor.go("/enterprises/import")
    hand_in(page, written(tmp_path, "企业名称\n重庆取消（模拟）有限公司\n"), background=True)
    page.wait_for_url("**/jobs/*")
    page.get_by_role("main").get_by_role("button", name="取消").click()
    expect(page.get_by_role("main")).to_contain_text("已取消")
    page.get_by_role("main").get_by_role("button", name="重新开始").click()
    expect(page.get_by_role("main")).to_contain_text("排队中")
    page.get_by_role("main").get_by_role("button", name="取消").click()
    expect(page.get_by_role("main")).to_contain_text("已取消")
    visitor.go("/jobs?state=failed,cancelled")
    assert visitor.overflow() <= 0
    expect(page.get_by_role("link", name="预览企业名单：月报.csv").first).to_be_visible()


def test_the_same_fault_in_many_rows_is_told_once_above_the_rows(visit: Visit, tmp_path: Path) -> None:
    page = visit(username="city").go("/enterprises/import")
    rows = "".join(f"重庆归类{n}（模拟）有限公司,不多{n}\n" for n in range(30))
    hand_in(page, written(tmp_path, f"企业名称,注册资本\n{rows}"), background=False)
    kinds = page.get_by_role("table", name="问题归类")
    expect(kinds.locator("tbody tr")).to_have_count(1)
    expect(kinds).to_contain_text("“…”不是数字")
    expect(kinds).to_contain_text("30")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载企业名单模板").click()
    assert download.value.suggested_filename == "企业名单模板.xlsx"


@pytest.mark.slow
@pytest.mark.parametrize(("size", "look"), [(DESK, "plain.light"), (PHONE, "plain.dark"), (PHONE, "elder.light")])
def test_their_pages_are_sound(size: tuple[int, int], look: str, visit: Visit, tmp_path: Path) -> None:
    visitor = visit(size, "city", view=look)
    page = visitor.go("/enterprises/import")
    hand_in(page, written(tmp_path, "主体,归口\n重庆看得清（模拟）有限公司,万州区\n"), background=False)
    columns = page.get_by_role("link", name="指定各列是什么").get_attribute("href")
    visitor.go("/enterprises/import")
    hand_in(page, written(tmp_path, "企业名称\n重庆看得清（模拟）有限公司\n"), background=True)
    page.wait_for_url("**/jobs/*")
    for path in (visitor.path(), "/jobs", "/jobs?state=done", "/enterprises/export?district=铜梁区", str(columns)):
        assert_sound(visitor, path)
    visitor.go("/jobs")
    page.get_by_role("button", name="取消").first.click()
