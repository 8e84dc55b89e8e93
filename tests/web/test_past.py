"""The past in the browser: a day, two versions side by side, undo, return, imports taken back, the chain."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import World
from tests.web.conftest import PHONE, Visit

pytestmark = pytest.mark.browser

BASE = "/api/v1/enterprises"


def filed(world: World, name: str, *changes: dict[str, str]) -> str:
    """The page of a record filed for the test and amended since."""
    city = world.client("city")
    answer = city.post(BASE, json={"name": name, "district": "铜梁区", "visibility": "public", "address": "一路"})
    assert answer.status_code == 201, answer.text
    place = answer.headers["location"]
    for change in changes:
        tag = {"If-Match": city.get(place).headers["etag"]}
        assert city.patch(place, json={"reason": "核对", **change}, headers=tag).status_code == 200
    return str(place.removeprefix("/api/v1"))


def imported(world: World, text: str) -> str:
    """The page of the batch of a list."""
    answer = world.client("city").post(f"{BASE}/import", files={"file": ("某批.csv", text.encode())})
    assert answer.status_code == 200, answer.text
    return f"/imports/{answer.json()['batch_id']}"


def act(page: Page, words: str, reason: str) -> None:
    """Undo or return from the newest entry that offers it."""
    page.get_by_text(words, exact=True).first.click()
    page.get_by_label("理由（记入历史）").locator("visible=true").first.fill(reason)
    page.get_by_role("button", name=words).locator("visible=true").first.click()


def test_it_compares_two_versions_undoes_a_change_and_returns_to_a_version(visit: Visit) -> None:
    visitor = visit(username="tongliang")
    path = filed(
        visitor.world, "重庆经过（模拟）有限公司", {"address": "二路"}, {"address": "三路", "website": "www.example.cn"}
    )
    page = visitor.go(path)
    page.get_by_role("link", name="全部经过，对照两版，撤销或退回").click()
    page.get_by_role("button", name="对照").click()
    two = page.get_by_role("region", name="对照两版")
    expect(two.locator("del").first).to_have_text("一路")
    expect(two.locator("ins").first).to_have_text("三路")
    act(page, "撤销这次变更", "写错了")
    newest = page.get_by_role("region", name="每一次变更").locator("ol > li").first
    expect(newest).to_contain_text("撤销变更")
    expect(newest).to_contain_text("理由：写错了")
    expect(newest.locator("ins").first).to_have_text("二路")
    last = page.get_by_role("region", name="每一次变更").locator("ol > li").last
    last.get_by_text("退回到这一版", exact=True).first.click()
    last.get_by_label("理由（记入历史）").locator("visible=true").fill("按原件")
    last.get_by_role("button", name="退回到这一版").click()
    expect(newest).to_contain_text("退回旧版")
    expect(newest.locator("ins").first).to_have_text("一路")


def test_a_change_that_was_changed_again_is_refused_on_the_page_and_the_public_is_offered_nothing(visit: Visit) -> None:
    visitor = visit(username="city")
    path = filed(visitor.world, "重庆经过乙（模拟）有限公司", {"address": "二路"}, {"address": "三路"})
    page = visitor.go(f"{path}/history")
    second = page.get_by_role("region", name="每一次变更").locator("ol > li").nth(1)
    second.get_by_text("撤销这次变更", exact=True).first.click()
    second.get_by_label("理由（记入历史）").locator("visible=true").fill("x")
    second.get_by_role("button", name="撤销这次变更").click()
    expect(page.get_by_role("alert")).to_contain_text("后来又改过")
    public = visit(PHONE).go(f"{path}/history")
    expect(public.get_by_role("heading", level=1)).to_contain_text("记录的经过")
    expect(public.get_by_text("撤销这次变更")).to_have_count(0)
    expect(public.get_by_role("main")).not_to_contain_text("市级经办")


def test_a_day_is_asked_for_in_the_list_and_stays_on_the_way_to_a_record(visit: Visit) -> None:
    visitor = visit(username="city")
    imported(visitor.world, "企业名称,区县,注册地址,数据时点\n重庆昔日（模拟）有限公司,万州区,旧街,2023-03-01\n")
    imported(visitor.world, "企业名称,区县,注册地址,数据时点\n重庆昔日（模拟）有限公司,万州区,新街,2025-03-01\n")
    page = visitor.go("/enterprises")
    page.get_by_label("某一天的名单").fill("2024-01-01")
    page.locator("#c-district").select_option("万州区")
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2024-01-01")
    expect(page.get_by_role("link", name="Excel")).to_have_attribute("href", re.compile("as_of=2024-01-01"))
    page.get_by_role("link", name="重庆昔日（模拟）有限公司").click()
    expect(page.get_by_role("status")).to_contain_text("2024-01-01")
    expect(page.get_by_role("region", name="登记信息")).to_contain_text("旧街")
    expect(page.get_by_role("link", name="修改", exact=True)).to_have_count(0)
    page.get_by_role("link", name="回到现在").click()
    expect(page.get_by_role("region", name="登记信息")).to_contain_text("新街")


def test_an_import_is_looked_up_and_taken_back_but_for_what_was_changed_since(visit: Visit) -> None:
    visitor = visit(username="city", script=False)
    rows = "重庆撤回一（模拟）有限公司,铜梁区\n重庆撤回二（模拟）有限公司,铜梁区\n"
    batch = imported(visitor.world, f"企业名称,区县\n{rows}")
    items = visitor.world.client("city").get(BASE, params={"limit": 200}).json()["items"]
    [one] = [item for item in items if item["name"] == "重庆撤回一（模拟）有限公司"]
    change = {"reason": "补正", "address": "三路"}
    visitor.world.client("city").patch(f"{BASE}/{one['id']}", json=change, headers={"If-Match": '"1"'})
    page = visitor.go("/imports")
    page.get_by_role("link", name="某批.csv").first.click()
    assert visitor.path() == batch
    page.get_by_role("button", name="先看会怎样").click()
    expect(page.get_by_role("status")).to_contain_text("重庆撤回一（模拟）有限公司")
    page.get_by_role("button", name="撤回其余 1 条").click()
    expect(page.get_by_role("alert")).to_contain_text("理由")
    page.get_by_role("button", name="先看会怎样").click()
    page.get_by_label("理由（记入历史）").fill("名单发错了")
    page.get_by_role("button", name="撤回其余 1 条").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("撤回导入")
    page.get_by_role("link", name="这次导入").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已撤回")


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_the_chain_is_verified_on_a_page_that_fits(size: tuple[int, int], visit: Visit) -> None:
    visitor = visit(size, "city")
    page = visitor.go("/history")
    page.get_by_role("link", name="现在核验").click()
    expect(page.get_by_role("status")).to_contain_text("全部一致")
    assert visitor.overflow() == 0
    visitor.go("/imports")
    assert visitor.overflow() == 0
