"""Whose word a value is, in the browser: conflicts of an import decided, a record claimed, its own part edited."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from registry import accounts, demo
from registry.access import Role
from tests.conftest import World
from tests.web.conftest import PHONE, Visit, Visitor

pytestmark = pytest.mark.browser

BASE = "/api/v1/enterprises"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def filed(world: World, name: str, **fields: str) -> str:
    """The page of a record that an officer filed."""
    body = {"name": name, "district": "铜梁区", "visibility": "public", **fields}
    answer = world.client("city").post(BASE, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"]).removeprefix("/api/v1")


def disputed(world: World, name: str) -> str:
    """The page of a record with a conflict on its address."""
    path = filed(world, name, address="核实址")
    files = {"file": ("名单.csv", f"企业名称,区县,注册地址,来源\n{name},铜梁区,名单址,某名单（模拟）\n".encode())}
    assert world.client("city").post(f"{BASE}/import", files=files).json()["conflicts"] == 1
    return path


def sound(visitor: Visitor) -> None:
    """No violation of axe's rules, and nothing wider than the window."""
    result = Axe().run(visitor.page)
    assert result.violations_count == 0, result.generate_report()
    assert visitor.overflow() == 0


def test_an_import_shows_what_it_may_not_overwrite_and_an_officer_accepts_it(
    visit: Visit, town: World, tmp_path: Path
) -> None:
    path = filed(town, "重庆网页核实（模拟）有限公司", address="核实址")
    visitor = visit(username="city")
    page = visitor.go("/enterprises/import")
    listed = tmp_path / "名单.csv"
    listed.write_text("企业名称,区县,注册地址\n重庆网页核实（模拟）有限公司,铜梁区,名单址\n", encoding="utf-8")
    page.get_by_label("名单文件").set_input_files(listed)
    page.locator("form[enctype] button").click()
    region = page.get_by_role("region", name="不同说法")
    expect(region).to_contain_text("核实址")
    expect(region).to_contain_text("名单址")
    expect(region).to_contain_text("待裁定")
    page.get_by_role("button", name="把这份文件入库").click()
    expect(page.get_by_role("status")).to_contain_text("已入库")
    visitor.go(path)
    region = page.get_by_role("region", name="不同说法")
    expect(region).to_contain_text("1 处待裁定")
    sound(visitor)
    region.get_by_label("理由").fill("与营业执照一致")
    region.get_by_role("button", name="采纳另说").click()
    expect(page.get_by_role("region", name="不同说法")).to_contain_text("已采纳")
    papers = page.get_by_role("region", name="登记信息")
    expect(papers).to_contain_text("名单址")
    expect(papers.locator(".origin-verified").first).to_have_attribute("title", "已核实：市级经办（演示），" + today())
    expect(page.get_by_role("region", name="记录的经过")).to_contain_text("与营业执照一致")


def today() -> str:
    """Today in Beijing."""
    from registry import clock

    return clock.today().isoformat()


def test_the_queue_is_decided_without_script_one_by_one_and_together(visit: Visit, town: World) -> None:
    names = [f"重庆排队{n}（模拟）有限公司" for n in "甲乙丙"]
    paths = [disputed(town, name) for name in names]
    visitor = visit(username="tongliang", script=False)
    page = visitor.go("/conflicts?district=铜梁区")
    expect(page.locator("tbody tr")).not_to_have_count(0)
    row = page.get_by_role("row").filter(has_text=names[0])
    row.get_by_role("button", name="维持").click()
    expect(page.get_by_role("row").filter(has_text=names[0])).to_have_count(0)
    for name in names[1:]:
        page.get_by_role("row").filter(has_text=name).get_by_role("checkbox").check()
    page.get_by_label("理由").fill("逐条核对")
    page.get_by_role("button", name="采纳选中的").click()
    expect(page.get_by_role("row").filter(has_text=names[1])).to_have_count(0)
    addresses = [town.client("city").get(f"/api/v1{path}").json()["address"] for path in paths]
    assert addresses == ["核实址", "名单址", "名单址"]
    visitor.go("/conflicts?state=rejected")
    expect(page.get_by_role("row").filter(has_text=names[0])).to_contain_text("不采纳")


def test_nothing_chosen_is_told_on_the_queue_itself(visit: Visit, town: World) -> None:
    disputed(town, "重庆未选（模拟）有限公司")
    visitor = visit(PHONE, "city")
    page = visitor.go("/conflicts")
    page.get_by_label("理由").fill("忘了选")
    page.get_by_role("button", name="采纳选中的").click()
    expect(page.get_by_role("alert")).to_contain_text("请先选中")
    expect(page.get_by_label("理由")).to_have_value("忘了选")
    sound(visitor)


def test_an_officer_vouches_for_what_a_list_said(visit: Visit, town: World) -> None:
    text = "企业名称,区县,注册地址,来源,公开范围\n重庆网页担保（模拟）有限公司,铜梁区,名单址,某名单（模拟）,公开\n"
    town.client("city").post(f"{BASE}/import", files={"file": ("名单.csv", text.encode())})
    town.index()
    hit = town.client("city").get("/api/v1/search", params={"q": "网页担保"}).json()["hits"][0]
    visitor = visit(username="tongliang")
    page = visitor.go(str(hit["url"]))
    page.get_by_role("heading", name="各栏来源").click()
    region = page.get_by_role("region", name="各栏来源")
    expect(region.get_by_role("row").filter(has_text="注册地址")).to_contain_text("某名单（模拟）")
    region.get_by_label("核实注册地址").check()
    region.get_by_label("怎么核实的").fill("查验营业执照")
    region.get_by_role("button", name="核实选中的栏目").click()
    mark = page.get_by_role("region", name="登记信息").locator("div", has_text="注册地址").locator(".origin")
    expect(mark.first).to_have_text("核实")
    expect(page.get_by_role("region", name="记录的经过")).to_contain_text("查验营业执照")


def test_an_enterprise_claims_its_record_with_proof_and_edits_its_own_part(
    visit: Visit, town: World, tmp_path: Path
) -> None:
    town.run(accounts.create("claimant", demo.PASSWORD, "认领人（模拟）", Role.ENTERPRISE))
    name = "重庆网页认领（模拟）有限公司"
    filed(town, name, website="www.example.cn")
    town.index()
    company = visit(username="claimant")
    page = company.go("/mine")
    expect(page.get_by_role("main")).to_contain_text("还没有自己的企业记录")
    sound(company)
    page.get_by_label("企业名称或统一社会信用代码").fill("网页认领")
    page.get_by_role("main").get_by_role("button", name="查找").click()
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("link", name="这是我的企业，认领").click()
    page.get_by_role("button", name="提交认领").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写您在企业的职务")
    proof = tmp_path / "营业执照.pdf"
    proof.write_bytes(PDF)
    page.get_by_label("您在企业的职务").fill("办公室主任")
    page.get_by_label("联系电话").fill("023-00000000")
    page.get_by_label("证明说明").fill("本人受企业委托办理登记，营业执照见附件。")
    page.get_by_label("证明材料").set_input_files(proof)
    sound(company)
    page.get_by_role("button", name="提交认领").click()
    expect(page.get_by_role("main")).to_contain_text("正在等候铜梁区经办人员审核")

    officer = visit(username="tongliang")
    desk = officer.go("/claims")
    claim = desk.get_by_role("region", name=name)
    expect(claim).to_contain_text("办公室主任")
    with desk.expect_download() as download:
        claim.get_by_role("link", name="营业执照.pdf").click()
    assert download.value.path().read_bytes() == PDF
    sound(officer)
    claim.get_by_role("button", name="不予通过").click()
    expect(desk.get_by_role("alert")).to_contain_text("请写明不予通过的理由")
    desk.get_by_role("region", name=name).get_by_role("button", name="通过", exact=True).click()
    expect(desk.get_by_role("region", name=name)).to_have_count(0)

    page.wait_for_timeout(3100)  # what a process trusts of a session
    company.go("/mine")
    page.get_by_role("link", name="填报").click()
    expect(page.get_by_label("企业名称", exact=True)).to_have_count(0)
    page.get_by_label("主要产品和服务").fill("助浴、助餐")
    page.get_by_label("网址").fill("www.example.com.cn")
    sound(company)
    page.get_by_role("button", name="保存修改").click()
    own = page.get_by_role("region", name="由您填报的内容")
    expect(own).to_contain_text("助浴、助餐 自报")
    conflict = page.get_by_role("region", name="不同说法")
    expect(conflict).to_contain_text("www.example.com.cn")
    expect(conflict.get_by_role("button")).to_have_count(0)
    sound(company)


def test_a_claim_is_taken_back_and_offered_to_nobody_else(visit: Visit, town: World) -> None:
    town.run(accounts.create("undecided", demo.PASSWORD, "未定人（模拟）", Role.ENTERPRISE))
    path = filed(town, "重庆网页撤销（模拟）有限公司")
    given = {"position": "经理", "phone": "023-00000000", "statement": "本人是法定代表人，营业执照可查。"}
    assert town.client("undecided").post(f"/api/v1{path}/claims", json=given).status_code == 201
    visitor = visit(username="undecided", script=False)
    page = visitor.go("/mine")
    page.get_by_role("button", name="撤销这份认领").click()
    expect(page.get_by_role("region", name="认领的经过")).to_contain_text("已撤销")
    for username in ("city", ""):
        seen = visit(username=username).go(path)
        expect(seen.get_by_role("link", name="这是我的企业")).to_have_count(0)


def test_what_waits_stands_first_on_the_desk(visit: Visit, town: World) -> None:
    disputed(town, "重庆工作台（模拟）有限公司")
    visitor = visit(username="tongliang")
    page = visitor.go("/")
    region = page.get_by_role("region", name="等您办理")
    region.get_by_role("link", name="不同说法待裁定").click()
    expect(page.get_by_role("row").filter(has_text="重庆工作台")).to_have_count(1)


def test_on_a_past_day_no_word_of_today_stands_behind_a_value(visit: Visit, town: World) -> None:
    path = filed(town, "重庆往日（模拟）有限公司", address="核实址", as_of="2020-01-01")
    page = visit(username="city").go(f"{path}?as_of=2024-01-01")
    expect(page.get_by_role("region", name="登记信息")).to_contain_text("核实址")
    expect(page.locator(".origin")).to_have_count(0)
    page = visit(username="city").go(path)
    expect(page.locator(".origin")).not_to_have_count(0)
