"""A real Chromium for the pages, and the record-keeping that every visit is held to: nothing from outside, no error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from registry import demo
from tests.conftest import World

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = (1440, 900)
PHONE = (390, 844)

AWKWARD = (
    "企业名称,省份,区县,称号,批次,年度,名单状态,有效期起,有效期止,公开范围,来源\n"
    "重庆市名称长得出奇以至于任何一张表都装不下它的银发康养产业发展研究与服务集团股份有限公司（模拟）,重庆市,"
    "石柱土家族自治县,,,,,,,公开,模拟数据\n"
    "重庆只有名字（模拟）有限公司,,,,,,,,,公开,模拟数据\n"
    "重庆<b>粗体</b>&amp;（模拟）有限公司,重庆市,万州区,,,,,,,公开,模拟数据\n"
    "重庆内部名单（模拟）有限公司,重庆市,万州区,,,,,,,内部,模拟数据\n"
)
"""Invented and marked: a very long name, nothing but a name, a name that looks like markup, an internal record."""

TITLED = "重庆百项称号（模拟）有限公司"


def awkward_list() -> bytes:
    """The awkward records, one of them with a hundred titles of every stage."""
    stages = ("公布", "公示", "撤销", "新闻报道")
    rows = (
        f"{TITLED},重庆市,万州区,市级专精特新中小企业,第{n}批,{1990 + n % 36},{stages[n % 4]},,,公开,模拟数据\n"
        for n in range(1, 101)
    )
    return (AWKWARD + "".join(rows)).encode()


@pytest.fixture(scope="module")
def town(city: World) -> World:
    """The sample city with the awkward records in it."""
    files = {"file": ("awkward.csv", awkward_list(), "text/csv")}
    answer = city.client("city").post("/api/v1/enterprises/import", files=files)
    assert answer.status_code == 200, answer.text
    city.index()
    return city


@pytest.fixture(scope="module")
def browser(town: World) -> Iterator[Browser]:
    """Chromium, started after the service: Playwright's event loop would not let another one start beside it."""
    assert town.url
    if CHROMIUM is None:
        pytest.skip("no Chromium found: install one or name it in CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


class Visitor:
    """Somebody at a browser. Everything that should not happen is noted and fails the test at its end."""

    def __init__(self, world: World, context: BrowserContext) -> None:
        self.world = world
        self.context = context
        self.faults: list[str] = []
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.page = context.new_page()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.world.url, "data:", "blob:")):
            self.faults.append(f"request leaves the site: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        # Chromium reports every answer of 4xx itself; those that a test asks for are the answers it looks at.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def go(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self.world.url + path)
        return self.page

    def sign_in(self, username: str) -> None:
        """Sign in by the form."""
        self.go("/login")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码").fill(demo.PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="登录").click()
        self.page.wait_for_url(self.world.url + "/")

    def path(self) -> str:
        """Where the browser is, without the site."""
        return self.page.url.removeprefix(self.world.url)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, town: World) -> Iterator[Visit]:
    """Makes visitors: `visit(size, username, script=False, view="elder.dark")`."""
    made: list[Visitor] = []

    def make(size: tuple[int, int] = DESK, username: str = "", *, script: bool = True, view: str = "") -> Visitor:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, locale="zh-CN", java_script_enabled=script)  # type: ignore[arg-type]
        if view:
            context.add_cookies([{"name": "view", "value": view, "url": town.url}])
        visitor = Visitor(town, context)
        made.append(visitor)
        if username:
            visitor.sign_in(username)
        return visitor

    yield make
    for visitor in made:
        visitor.context.close()
    assert not [fault for visitor in made for fault in visitor.faults]


def record_path(world: World, name: str) -> str:
    """The page of the record of this name."""
    hits = world.client("city").get("/api/v1/search", params={"q": name, "limit": 1}).json()["hits"]
    assert hits, f"{name} is not found"
    assert hits[0]["title"] == name
    return str(hits[0]["url"])
