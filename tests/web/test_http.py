"""Pages over plain HTTP: cookies, redirects, forms that are not ours, caches, errors."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from registry import demo, web
from registry.web import static
from tests.conftest import World

HTML = {"accept": "text/html"}


@pytest.fixture
def anyone(world: World) -> Iterator[httpx.Client]:
    """A browser without Chromium: cookies, no token."""
    with httpx.Client(base_url=world.url, headers=HTML, timeout=30) as made:
        yield made


@pytest.fixture
def officer(anyone: httpx.Client) -> httpx.Client:
    """The same, signed in."""
    assert anyone.post("/login", data={"username": "city", "password": demo.PASSWORD}).status_code == 303
    return anyone


def test_a_session_cookie_is_closed_to_scripts_and_other_sites(anyone: httpx.Client) -> None:
    answer = anyone.post("/login", data={"username": "city", "password": demo.PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


@pytest.mark.parametrize(
    "onward", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:0", "/\t/x", ""]
)
def test_signing_in_leads_nowhere_else(anyone: httpx.Client, onward: str) -> None:
    assert anyone.post("/preferences", data={"elder": "1", "next": onward}).headers["location"] == "/"
    form = {"username": "city", "password": demo.PASSWORD, "next": onward}
    assert anyone.post("/login", data=form).headers["location"] == "/"


def test_a_form_without_our_token_is_refused_as_a_page(officer: httpx.Client) -> None:
    answer = officer.post("/enterprises/new", data={"name": "重庆伪造（模拟）有限公司"})
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "页面已过期" in answer.text


def test_signing_out_ends_the_session(officer: httpx.Client) -> None:
    token = re.search(r'name="csrf_token" value="(\w+)"', officer.get("/me").text)
    assert token
    session = officer.cookies["session"]
    officer.post("/logout", data={"csrf_token": token[1]})
    officer.cookies.set("session", session)
    assert officer.get("/me").status_code == 401


def test_public_pages_are_kept_while_they_have_not_changed(anyone: httpx.Client) -> None:
    first = anyone.get("/")
    again = anyone.get("/", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert "Cookie" in first.headers["vary"]


def test_signed_in_pages_are_kept_by_nobody_else(officer: httpx.Client) -> None:
    assert officer.get("/").headers["cache-control"].startswith("private")


def test_static_files_are_kept_for_good_under_their_mark_only(anyone: httpx.Client) -> None:
    assert "immutable" in anyone.get(static.url("app.css")).headers["cache-control"]
    assert "immutable" not in anyone.get("/static/000000000000/app.css").headers["cache-control"]
    assert anyone.get("/static/000000000000/../../app.py").status_code == 404
    assert anyone.get("/static/x/nothing.css").status_code == 404


@pytest.mark.parametrize("path", ["/", "/search?q=养老", "/enterprises", "/login", "/api"])
def test_pages_carry_no_inline_script_style_or_handler(anyone: httpx.Client, path: str) -> None:
    answer = anyone.get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)", answer.text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)


@pytest.mark.parametrize("path", ["/nothing", "/enterprises/not-an-id", "/search?nonsense=1", "/enterprises?sort=zz"])
def test_errors_are_pages_with_the_same_words_and_a_number(anyone: httpx.Client, path: str) -> None:
    answer = anyone.get(path)
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE enterprise;--", "<script>alert(1)</script>", "\0", "𠮷" * 200, "*" * 400]
)
def test_hostile_parameters_do_no_harm(anyone: httpx.Client, text: str) -> None:
    for path, name in (("/search", "q"), ("/search", "district"), ("/enterprises", "district"), ("/search", "offset")):
        answer = anyone.get(path, params={name: text})
        assert answer.status_code in {200, 400}
        assert "<script>alert" not in answer.text


def test_too_many_wrong_passwords_must_wait(anyone: httpx.Client) -> None:
    answers = [anyone.post("/login", data={"username": "invest", "password": "x"}) for _ in range(6)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_the_pages_are_made_for_registers_not_for_one_of_them() -> None:
    room = Path(web.__file__).parent
    for path in (*room.glob("*.py"), *room.glob("templates/*.html")):
        # An address or a kind in quotes names the register; people and units of enterprises may be spoken of.
        assert not re.search(r"""["'/]enterprises?\b""", path.read_text(encoding="utf-8")), path.name


def test_what_was_withdrawn_is_a_filter_of_those_who_may_reinstate(officer: httpx.Client) -> None:
    page = officer.get("/enterprises?withdrawn=是")
    assert page.status_code == 200
    assert 'name="withdrawn"' in page.text
    officer.cookies.clear()
    assert officer.get("/enterprises?withdrawn=是").status_code == 400


def test_a_new_form_begins_with_the_home_province(officer: httpx.Client) -> None:
    assert '<option value="重庆市" selected>' in officer.get("/enterprises/new").text


@pytest.fixture
def csrf(officer: httpx.Client) -> str:
    """The token that the officer's forms carry."""
    found = re.search(r'name="csrf_token" value="(\w+)"', officer.get("/me").text)
    assert found
    return found[1]


def compare(officer: httpx.Client, csrf: str, content: bytes, name: str = "名单.csv", **chosen: str) -> httpx.Response:
    """The import page's first step."""
    return officer.post("/enterprises/import", data={"csrf_token": csrf, **chosen}, files={"file": (name, content)})


def confirm(officer: httpx.Client, csrf: str, page: str, **chosen: str) -> httpx.Response:
    """The import page's second step, for the file that a page shows."""
    token = re.search(r'name="token" value="([\w-]+)"', page)
    assert token
    form = {"csrf_token": csrf, "token": token[1], "filename": "名单.csv", **chosen}
    return officer.post("/enterprises/import/confirm", data=form)


def test_a_confirmed_import_has_an_address_that_its_officer_can_load_again(
    world: World, officer: httpx.Client, csrf: str
) -> None:
    page = compare(officer, csrf, "企业名称\n重庆可再看（模拟）有限公司\n".encode()).text
    done = confirm(officer, csrf, page)
    assert done.status_code == 303
    for _ in range(2):
        again = officer.get(done.headers["location"])
        assert "已入库" in again.text
        assert "重庆可再看（模拟）有限公司" in again.text
    assert confirm(officer, csrf, page).headers["location"] == done.headers["location"]
    with httpx.Client(base_url=world.url, headers=HTML) as other:
        other.post("/login", data={"username": "tongliang", "password": demo.PASSWORD})
        assert other.get(done.headers["location"]).status_code == 404
    assert officer.get("/enterprises/import/no-such-import").status_code == 404


def test_a_list_with_bad_rows_can_only_go_in_by_its_good_ones(officer: httpx.Client, csrf: str) -> None:
    faulty = "企业名称,注册资本\n重庆先入库（模拟）有限公司,100\n重庆后入库（模拟）有限公司,很多\n".encode()
    page = compare(officer, csrf, faulty, partial="0", visibility="internal").text
    assert "先入库 1 条合格的" in page
    assert "把这份文件入库" not in page
    assert '<input type="hidden" name="visibility" value="internal">' in page
    assert "已入库" in officer.get(confirm(officer, csrf, page, partial="1").headers["location"]).text


def test_a_file_that_is_no_list_is_refused_in_one_sentence(officer: httpx.Client, csrf: str) -> None:
    answer = compare(officer, csrf, "一,二\n三,四\n".encode())
    assert answer.status_code == 422
    assert answer.text.count("没有找到表头") == 1


def test_a_withdrawn_record_is_found_again_by_who_withdrew_it(officer: httpx.Client, csrf: str) -> None:
    name = "重庆撤回再找（模拟）有限公司"
    filed = officer.post("/enterprises/new", data={"csrf_token": csrf, "name": name, "district": "万州区"})
    form = {"csrf_token": csrf, "version": "1", "reason": "重复登记"}
    assert officer.post(f"{filed.headers['location']}/withdraw", data=form).status_code == 303
    assert name not in officer.get("/enterprises").text
    page = officer.get("/enterprises?withdrawn=是").text
    assert re.search(rf"{name}</a> .*<span class=\"mark mark-act\">已撤回</span>", page)
    export = re.search(r'href="([^"]+format=csv[^"]*)"', page)
    assert export
    assert name in officer.get(html.unescape(export[1])).text


def test_an_internal_record_says_who_sees_it_and_where_titles_come_from(officer: httpx.Client, csrf: str) -> None:
    form = {"csrf_token": csrf, "name": "重庆只供内部（模拟）有限公司", "visibility": "internal"}
    page = officer.get(officer.post("/enterprises/new", data=form).headers["location"]).text
    assert "现在只有有权的经办人员看得到" in page
    assert re.search(r'href="/enterprises/[0-9a-f-]+/titles/new">登记称号', page)


TOWN = """\
企业名称,省份,区县,称号,年度,名单状态,公开范围,来源
重庆甲乙（模拟）有限公司,重庆市,铜梁区,专精特新“小巨人”企业,2025,公布,公开,模拟数据
重庆丙丁（模拟）有限公司,重庆市,铜梁区,,,,公开,模拟数据
重庆戊己（模拟）有限公司,重庆市,,,,,公开,模拟数据
"""


@pytest.fixture
def hinted(world: World, officer: httpx.Client, csrf: str, anyone: httpx.Client) -> httpx.Client:
    """The public, after a small list went in."""
    page = compare(officer, csrf, TOWN.encode()).text
    assert "无变化" in page
    if "把这份文件入库" in page:
        confirm(officer, csrf, page, visibility="public")
    world.index()
    anyone.cookies.clear()
    return anyone


@pytest.mark.parametrize(
    ("text", "words", "parameters"),
    [
        ("铜梁", "铜梁区 的 <b>2</b> 条", {"district": "铜梁区"}),
        ("小巨人", "专精特新“小巨人” 的 <b>1</b> 条", {"tier": "giant"}),
        ("甲乙 铜梁", "“甲乙”、铜梁区 的 <b>1</b> 条", {"district": "铜梁区", "q": "甲乙"}),
        ("小巨人 铜梁", "专精特新“小巨人”、铜梁区 的 <b>1</b> 条", {"tier": "giant", "district": "铜梁区"}),
    ],
)
def test_a_word_that_names_a_district_or_a_tier_leads_to_it(
    hinted: httpx.Client, text: str, words: str, parameters: dict[str, str]
) -> None:
    page = html.unescape(hinted.get("/search", params={"q": text}).text)
    assert words in page
    links = (httpx.URL(url) for url in re.findall(r'<a class="chip" href="([^"]+)"', page))
    assert parameters in [dict(link.params) for link in links]


def test_a_word_of_a_title_leads_to_its_holders(hinted: httpx.Client) -> None:
    page = hinted.get("/search", params={"q": "特新 甲乙"}).text
    assert "title=" in "".join(re.findall(r'<a class="chip" href="([^"]+)"', page))


def test_the_home_page_accounts_for_records_without_a_district(hinted: httpx.Client) -> None:
    assert re.search(r"另有 \d+ 家名单未载明区县", hinted.get("/").text)
