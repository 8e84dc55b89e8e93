"""Titles on pages, without a script: given by form, taken further, corrected, shown for any day."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from registry import clock
from registry.demo import PASSWORD
from tests.conftest import World
from tests.titles.test_officers import SRDI, Firm

Browse = Callable[[str], httpx.Client]


@pytest.fixture
def browse(world: World) -> Iterator[Browse]:
    """Browsers without scripts, signed in or not; closed at the end."""
    with contextlib.ExitStack() as opened:

        def signed_in(username: str) -> httpx.Client:
            browser = opened.enter_context(httpx.Client(base_url=world.url, timeout=30))
            if username:
                form = {"csrf_token": token(browser.get("/login").text), "username": username, "password": PASSWORD}
                assert browser.post("/login", data=form).status_code == 303
            return browser

        yield signed_in


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


class Desk:
    """An officer at the titles of one record."""

    def __init__(self, world: World, browser: httpx.Client) -> None:
        self.firm = Firm(world)
        self.base = f"/enterprises/{self.firm.id}/titles"
        self.browser = browser

    def get(self, below: str = "") -> str:
        answer = self.browser.get(f"{self.base}{below}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, below: str, **said: str) -> httpx.Response:
        page = self.get()
        form = {"csrf_token": token(page), "version": str(self.firm.read()["version"])}
        return self.browser.post(f"{self.base}{below}", data=form | said)

    def give(self, **said: str) -> str:
        usual = {
            "act": "recognise",
            "title": SRDI,
            "document": "渝经信〔2025〕9号",
            "on": "2025-05-01",
            "reason": "市级认定",
        }
        answer = self.send("/new", **usual | said)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]


@pytest.fixture
def desk(world: World, browse: Browse) -> Desk:
    return Desk(world, browse("city"))


def test_the_form_offers_the_kinds_of_the_register_and_says_on_what_clause_it_stands(desk: Desk) -> None:
    page = desk.get("/new")
    assert '<option value="国家级专精特新“小巨人”企业"></option>' in page
    assert "国家级示范园区" not in page
    assert re.search(r"依据：审核、公示无异议后认定.*待核实", page)
    assert 'name="until"' not in page
    assert 'name="until"' in desk.get("/new?act=publicise")


def test_a_title_is_given_by_form_and_its_page_shows_the_steps_and_who_did_it(desk: Desk) -> None:
    title_id = desk.give()
    page = desk.get(f"/{title_id}")
    assert re.search(r"<h1>省（市）级专精特新中小企业</h1>", page)
    assert re.search(r'datetime="2025-05-01">2025-05-01</time></p>\s*<div>\s*<h3>认定</h3>', page)
    assert "渝经信〔2025〕9号" in page
    assert "理由：市级认定" in page
    assert "市级认定" not in httpx.get(f"{desk.firm.world.url}{desk.base}/{title_id}").text
    record = desk.browser.get(f"/enterprises/{desk.firm.id}").text
    assert f'href="{desk.base}/{title_id}">省（市）级专精特新中小企业</a>' in record


def test_it_is_taken_further_on_its_page_and_the_record_shows_the_chain(desk: Desk) -> None:
    title_id = desk.give()
    page = desk.get(f"/{title_id}?act=revoke#act")
    assert re.search(r'<select id="f-ground" name="ground"', page)
    answer = desk.send(f"/{title_id}", act="revoke", ground="unqualified", note="迁出本市", reason="核查")
    assert answer.status_code == 303
    page = desk.get(f"/{title_id}")
    assert "不再符合条件" in page
    assert "迁出本市" in page
    assert re.findall(r'class="button plain" href="[^"]*act=(\w+)', page) == ["restore", "correct", "undo"]
    record = desk.browser.get(f"/enterprises/{desk.firm.id}").text
    assert re.search(r'<ol class="chain".*认定.*撤销', record)


def test_what_is_wrong_stands_at_the_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    answer = desk.send("/new", act="recognise", title="小巨人", on="明天", note="手写的说明", reason="")
    assert answer.status_code == 422
    assert re.search(r'<a href="#f-on">', answer.text)
    assert re.search(r'<a href="#f-document">', answer.text)
    assert 'value="手写的说明"' in answer.text
    assert 'value="小巨人"' in answer.text
    assert desk.firm.read()["items"] == []


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(desk: Desk) -> None:
    title_id = desk.give()
    form = {"csrf_token": token(desk.get()), "version": "1", "act": "change", "note": "更名", "reason": "来函"}
    answer = desk.browser.post(f"{desk.base}/{title_id}", data=form)
    assert answer.status_code == 412
    assert 'value="更名"' in answer.text
    assert f'name="version" value="{desk.firm.read()["version"]}"' in answer.text


def test_a_correction_begins_with_what_stands_there(desk: Desk) -> None:
    title_id = desk.give()
    page = desk.get(f"/{title_id}?act=correct")
    assert 'value="渝经信〔2025〕9号"' in page
    said = {"document": "渝经信〔2025〕10号", "batch": "", "year": "2025", "source": "", "reason": "抄错"}
    dates = {"valid_from": "2025-05-01", "valid_until": "2028-04-30"}
    assert desk.send(f"/{title_id}", act="correct", **said, **dates).status_code == 303
    [title] = desk.firm.read()["items"]
    assert (title["document_no"], title["presumed"]) == ("渝经信〔2025〕10号", True)


def test_the_titles_of_a_day_are_shown_as_of_it(desk: Desk) -> None:
    title_id = desk.give(on="2024-01-01", valid_until="2026-12-31")
    desk.send(f"/{title_id}", act="revoke", on="2025-07-01", ground="fraud", reason="核查")
    assert "梯次：<strong>专精特新</strong>" in desk.get("?on=2025-06-30")
    assert "没有计入梯次" in desk.get("?on=2025-07-01")
    assert "到这一天还没有称号" in desk.get("?on=2023-01-01")
    today = desk.get()
    assert "数据造假被撤销" in today
    assert desk.browser.get(f"{desk.base}?on=x").status_code == 400
    assert str(clock.today()) in today


def test_a_district_officer_is_offered_what_it_may_do(world: World, browse: Browse) -> None:
    desk = Desk(world, browse("tongliang"))
    page = desk.get("/new")
    assert re.findall(r'/titles/new\?act=(\w+)"', page) == ["publicise", "recommend"]
    title_id = desk.give(act="recommend", document="")
    page = desk.get(f"/{title_id}")
    assert re.findall(r"\?act=(\w+)#act", page) == ["publicise", "undo"]
    refused = desk.send(f"/{title_id}", act="recognise", document="1号", reason="越权")
    assert refused.status_code == 403
    assert "市级" in refused.text


def test_others_read_titles_and_are_offered_nothing(browse: Browse, desk: Desk) -> None:
    title_id = desk.give()
    for username in ("", "liangjiang", "company"):
        browser = browse(username)
        page = browser.get(f"{desk.base}/{title_id}")
        assert page.status_code == 200
        assert "?act=" not in page.text
        assert "登记称号" not in browser.get(desk.base).text
        assert browser.get(f"{desk.base}/new").status_code in {303, 401, 403}


def test_a_title_given_to_the_wrong_record_is_taken_back(desk: Desk) -> None:
    title_id = desk.give()
    assert "退回到上一步以前" in desk.get(f"/{title_id}?act=undo")
    answer = desk.send(f"/{title_id}", act="undo", reason="登记错了")
    assert answer.headers["location"] == desk.base
    assert "还没有登记称号" in desk.get()
    record = desk.browser.get(f"/enterprises/{desk.firm.id}").text
    assert "撤回称号办理" in record
