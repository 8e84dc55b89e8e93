"""An officer's way with a title in the browser: given, publicised, recognised, revoked, restored, taken back."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import World
from tests.web.conftest import PHONE, TITLED, Visit, record_path

pytestmark = pytest.mark.browser

FIRM = "重庆思必水处理材料有限公司"


def act(page: Page, name: str, **filled: str) -> None:
    """Choose an act on a title's page, fill its form by label, and do it."""
    page.get_by_role("navigation", name="办理").get_by_role("link", name=name, exact=True).click()
    for label, text in filled.items():
        box = page.get_by_label(label, exact=True)
        box.select_option(label=text) if label == "撤销缘由" else box.fill(text)
    page.get_by_label("理由").fill("依文件办理")
    page.locator(".form-acts").get_by_role("button").click()


def steps(page: Page) -> list[str]:
    """The steps that the page shows, in their order."""
    return page.locator(".steps h3").all_inner_texts()


@pytest.mark.parametrize("script", [True, False])
def test_a_title_goes_its_way_and_the_tier_with_it(visit: Visit, town: World, script: bool) -> None:
    visitor = visit(username="city", script=script)
    page = visitor.go(record_path(town, FIRM))
    page.get_by_role("link", name="登记称号").click()
    page.get_by_role("navigation", name="从哪一步登记").get_by_role("link", name="公示").click()
    page.get_by_label("称号", exact=False).first.fill("国家级专精特新“小巨人”企业")
    page.get_by_label("批次").fill("第七批" if script else "第八批")
    page.get_by_label("日期").fill("2025-09-01")
    page.get_by_label("公示截止").fill("2025-09-08")
    page.locator(".form-acts").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明理由")
    expect(page.get_by_label("公示截止")).to_have_value("2025-09-08")
    page.get_by_label("理由").fill("公示")
    page.locator(".form-acts").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("国家级专精特新“小巨人”企业")
    act(page, "认定", 日期="2025-09-08", 文号="工信部〔2025〕7号")
    expect(page.get_by_role("alert")).to_contain_text("期满")
    page.get_by_label("日期").fill("2025-09-20")
    page.locator(".form-acts").get_by_role("button").click()
    assert steps(page) == ["公示", "认定"]
    act(page, "撤销", 日期="2026-02-01", 撤销缘由="数据造假")
    assert steps(page) == ["公示", "认定", "撤销"]
    act(page, "恢复", 说明="复查无误")
    act(page, "撤回上一步")
    expect(page.get_by_text("已撤销").first).to_be_visible()
    page.get_by_label("哪一天的情形").fill("2026-01-31")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("梯次：专精特新“小巨人”")).to_be_visible()


def test_the_pages_of_titles_fit_a_phone_and_pass_axe(visit: Visit, town: World) -> None:
    base = record_path(town, TITLED)
    for size, view in ((PHONE, ""), ((1440, 900), "elder.dark")):
        visitor = visit(size, "city", view=view)
        page = visitor.go(f"{base}/titles")
        assert visitor.overflow() <= 0
        assert not Axe().run(page).response["violations"]
        page.locator(".titles h3 a").first.click()
        assert visitor.overflow() <= 0
        assert not Axe().run(page).response["violations"]
        visitor.go(f"{base}/titles/new?act=publicise")
        assert visitor.overflow() <= 0
        assert not Axe().run(page).response["violations"]
