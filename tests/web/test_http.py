"""Pages over plain HTTP: cookies, redirects, forms that are not ours, caches, errors."""

from __future__ import annotations

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
        assert "enterprise" not in path.read_text(encoding="utf-8").replace("enterprise_id", ""), path.name


def test_what_was_withdrawn_is_a_filter_of_those_who_may_reinstate(officer: httpx.Client) -> None:
    page = officer.get("/enterprises?withdrawn=是")
    assert page.status_code == 200
    assert 'name="withdrawn"' in page.text
    officer.cookies.clear()
    assert officer.get("/enterprises?withdrawn=是").status_code == 400


def test_a_new_form_begins_with_the_home_province(officer: httpx.Client) -> None:
    assert '<option value="重庆市" selected>' in officer.get("/enterprises/new").text
