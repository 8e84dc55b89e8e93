"""Searching made better by its users: hints, kept searches, synonyms, what was not found; files and notes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry.saved import alerts
from tests.attachments.made import FILES, filed
from tests.conftest import World
from tests.web.conftest import PHONE, Visit, record_path

pytestmark = pytest.mark.browser

NAME = "江北区观音桥街道社区养老服务中心"


def look(page: Page, name: str) -> None:
    """Keep a picture where the environment asks for one."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_the_box_at_the_top_names_records_of_all_kinds_while_typing(visit: Visit) -> None:
    visitor = visit(username="city")
    page = visitor.go("/me")
    page.locator("#top-q").press_sequentially("gyq")
    first = page.locator("#top-hints li a").first
    expect(first).to_contain_text(NAME)
    expect(first).to_contain_text("企业")
    look(page, "hints")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


def test_a_search_is_kept_and_tells_of_a_new_record(visit: Visit, town: World) -> None:
    visitor = visit(username="tongliang")
    page = visitor.go("/search?q=守望")
    page.get_by_text("保存这个条件").click()
    page.get_by_label("起个名字").fill("守望动向")
    page.get_by_label("有新记录时提醒我").check()
    look(page, "keep")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="守望动向")).to_be_visible()
    filed(town, "重庆守望（模拟）有限公司")
    town.index()
    town.run(alerts.catch_up(town.engine))
    visitor.go("/")
    look(page, "desk")
    page.get_by_role("region", name="关注的检索有新记录").get_by_role("link", name="守望动向").click()
    expect(page.get_by_role("main")).to_contain_text("重庆守望（模拟）有限公司")
    look(page, "news")
    page.get_by_role("button", name="都看过了").click()
    expect(page.get_by_text("提醒中")).to_be_visible()
    look(page, "saved")


def test_a_filtered_list_is_kept_without_javascript(visit: Visit) -> None:
    visitor = visit(username="city", script=False)
    page = visitor.go("/enterprises?district=铜梁区&tier=giant")
    page.get_by_text("保存这个条件").click()
    page.get_by_label("起个名字").fill("铜梁小巨人")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="铜梁小巨人").click()
    assert "tier=giant" in visitor.path()
    assert page.locator("tbody tr").count() == 6


def test_what_the_public_misses_becomes_a_synonym(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/search?q=老伙计餐厅")
    look(page, "nothing")
    page.get_by_role("link", name="告诉经办人员").click()
    page.get_by_label("在哪个区县").select_option("铜梁区")
    look(page, "tell")
    page.get_by_role("button", name="告诉经办人员").click()
    expect(page.get_by_role("status")).to_contain_text("已转告")
    officer = visit(username="city")
    page = officer.go("/misses")
    look(page, "misses")
    page.get_by_role("region", name="群众反映").get_by_role("link", name="加为同义词").click()
    page.get_by_label("词（一行一个，或用顿号、逗号隔开）").press("End")
    page.get_by_label("词（一行一个，或用顿号、逗号隔开）").fill("老伙计餐厅\n社区养老服务中心")
    page.get_by_role("button", name="添加", exact=True).click()
    page.get_by_label("群众会怎么搜").fill("老伙计餐厅")
    page.get_by_role("button", name="看怎样读词").click()
    expect(page.get_by_role("status")).to_contain_text("社区养老服务中心")
    look(page, "wording")
    page.get_by_role("link", name="去看结果").click()
    expect(page.locator(".result").first).to_be_visible()


def test_half_a_word_is_no_miss_but_what_one_stops_at_is(visit: Visit, town: World) -> None:
    page = visit().go("/search")
    with page.expect_request(lambda request: request.headers.get("x-fragment") == "settled"):
        page.get_by_role("searchbox").press_sequentially("查无此处", delay=150)
    page.wait_for_timeout(300)
    listed = {one["text"] for one in town.client("city").get("/api/v1/misses").json()}
    assert "查无此处" in listed
    assert "查无此" not in listed


def test_a_file_is_hung_on_a_record_opened_to_all_and_fetched(visit: Visit, town: World) -> None:
    path = record_path(town, NAME)
    page = visit(username="city").go(path)
    files = page.get_by_role("region", name="附件")
    files.get_by_text("添加附件").click()
    upload = {"name": "授牌照片.png", "mimeType": "image/png", "buffer": FILES["png"]}
    files.get_by_label("文件", exact=True).set_input_files(upload)  # type: ignore[arg-type]
    files.get_by_label("谁可以查看").select_option("public")
    files.get_by_label("说明（可不填）").fill("授牌现场")
    files.get_by_role("button", name="上传").click()
    expect(files.get_by_role("link", name="授牌照片.png")).to_be_visible()
    look(page, "files")
    public = visit(PHONE)
    page = public.go(path)
    look(page, "files-phone")
    assert public.overflow() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="授牌照片.png").click()
    assert Path(download.value.path()).read_bytes() == FILES["png"]


def test_a_file_that_is_not_taken_is_refused_on_the_page_in_words(visit: Visit, town: World) -> None:
    page = visit(username="city").go(record_path(town, NAME))
    files = page.get_by_role("region", name="附件")
    files.get_by_text("添加附件").click()
    upload = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": b"<script>"}
    files.get_by_label("文件", exact=True).set_input_files(upload)  # type: ignore[arg-type]
    files.get_by_role("button", name="上传").click()
    expect(page.get_by_role("alert")).to_contain_text("只收 PDF")


def test_a_note_is_written_waits_and_is_done(visit: Visit, town: World) -> None:
    visitor = visit(username="city")
    page = visitor.go(record_path(town, NAME))
    notes = page.get_by_role("region", name="跟进")
    notes.get_by_text("写一条跟进").click()
    notes.get_by_label("内容").fill("已电话联系，月底前补材料")
    notes.get_by_label("跟进日期").fill(notes.get_by_label("日期", exact=True).input_value())
    notes.get_by_role("button", name="记下").click()
    expect(notes).to_contain_text("月底前补材料")
    look(page, "notes")
    page = visitor.go("/notes")
    look(page, "follow-ups")
    page.get_by_role("button", name="办完了").click()
    expect(page.get_by_role("main")).to_contain_text("没有要跟进的")


@pytest.mark.parametrize("path", ["/wording", "/misses", "/saved", "/notes", "/search/tell?q=x"])
@pytest.mark.parametrize("view", ["", ".dark", "elder."])
def test_the_pages_fit_a_phone_and_pass_the_accessibility_check(visit: Visit, path: str, view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visitor = visit(PHONE, "city", view=view)
    page = visitor.go(path)
    assert visitor.overflow() == 0
    violations = Axe().run(page).response["violations"]
    assert [violation["id"] for violation in violations] == []
