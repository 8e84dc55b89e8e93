"""One form of error for the whole product: RFC 9457, in Chinese, with a request id and nothing of our insides."""

from __future__ import annotations

import logging
import re
from typing import Any

import httpx
import msgspec
import pytest
from litestar import get

from registry.access import Permission
from registry.edge import Edge
from registry.errors import Refusal
from registry.problems import Problem
from tests.conftest import World
from tests.house.inside import litestar_of

NOBODYS = "00000000-0000-4000-8000-000000000000"
LIST = "/api/v1/enterprises"
ONE = f"{LIST}/{NOBODYS}"
CASES: dict[str, tuple[int, str, str, dict[str, Any]]] = {
    "an address that is not there": (404, "GET", "/api/v1/nothing", {}),
    "a record that is not there": (404, "GET", ONE, {}),
    "an id that is none": (404, "GET", f"{LIST}/1'%20OR%201=1", {}),
    "a method that does not fit": (405, "DELETE", LIST, {}),
    "a number that is none": (400, "GET", f"{LIST}?limit=many", {}),
    "a number out of range": (400, "GET", f"{LIST}?limit=0", {}),
    "a cursor that is none": (400, "GET", f"{LIST}?cursor=abc", {}),
    "a filter that is none": (400, "GET", f"{LIST}?colour=red", {}),
    "a sort that is none": (400, "GET", f"{LIST}?sort=id;drop", {}),
    "a NUL in a query": (400, "GET", f"{LIST}?district=%00", {}),
    "a facet that is none": (400, "GET", "/api/v1/search?facets=colour", {}),
    "a body that is not JSON": (400, "POST", LIST, {"content": b"{", "headers": {"content-type": "application/json"}}),
    "a body that is a list": (400, "POST", LIST, {"json": [1]}),
    "a body in another format": (400, "POST", LIST, {"content": b"<a/>", "headers": {"content-type": "text/xml"}}),
    "a body that is too large": (413, "POST", LIST, {"json": {"scope": "养" * 6_000_000}}),
    "a query that is too long": (414, "GET", f"/api/v1/search?q={'a' * 20_000}", {}),
    "fields that break the rules": (422, "POST", LIST, {"json": {"credit_code": "1", "district": "月球"}}),
    "an upload that is missing": (422, "POST", f"{LIST}/import", {"files": {"other": b"1"}}),
    "an upload of another form": (400, "POST", f"{LIST}/import", {"content": b"a,b"}),
    "a change without its version": (428, "PATCH", ONE, {"json": {"reason": "核实"}}),
    "a change of nothing known": (404, "PATCH", ONE, {"json": {"reason": "核实"}, "headers": {"if-match": '"1"'}}),
    "a version that is none": (400, "PATCH", ONE, {"json": {"reason": "核实"}, "headers": {"if-match": '"x"'}}),
}
INSIDES = re.compile(r"Traceback|litestar|asyncpg|site-packages|\.py\b|SELECT|Exception|Bad Request|Validation")


def form(answer: httpx.Response, status: int) -> Problem:
    """The problem that an answer carries, after what holds for all of them."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert problem.status == status
    assert problem.instance == answer.request.url.path
    assert problem.type == "about:blank" or problem.type.startswith("urn:silver-registry:")
    assert re.search(r"[\u4e00-\u9fff]", problem.title)
    assert re.search(r"[\u4e00-\u9fff]", problem.detail)
    assert problem.request_id == answer.headers["x-request-id"]
    assert not INSIDES.search(answer.text), answer.text
    return problem


@pytest.mark.parametrize("case", CASES)
def test_it_answers_every_error_in_one_form(case: str, world: World) -> None:
    status, method, path, rest = CASES[case]
    problem = form(world.client("city").request(method, path, **rest), status)
    assert not problem.report


def test_it_says_everything_that_is_wrong_at_once(world: World) -> None:
    wrong = {"credit_code": "1", "registered_capital": "很多", "founded_on": "昨天", "nonsense": 1}
    problem = form(world.client("city").post(LIST, json=wrong), 422)
    assert {one.field for one in problem.errors} == {*wrong, "name"}


def test_it_names_the_methods_that_fit(world: World) -> None:
    assert {"GET", "POST"} <= set(world.client().delete(LIST).headers["allow"].split(", "))


@pytest.mark.parametrize(
    ("trusted", "given", "kept"),
    [
        (True, "proxy-12345678", True),
        (True, 'x" onload="', False),
        (False, "proxy-12345678", False),
    ],
)
def test_it_keeps_a_plain_request_id_of_a_trusted_proxy(world: World, *, trusted: bool, given: str, kept: bool) -> None:
    edge: Any = Edge(litestar_of(world), trusted_proxy=trusted)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://test") as client:
            return await client.get("/api/v1/nothing", headers={"x-request-id": given})

    answer = world.run(ask())
    assert (form(answer, 404).request_id == given) is kept


class Faults:
    """Routes that go wrong, put into the running program."""

    def __init__(self, world: World) -> None:
        @get("/api/fault", permission=Permission.OPEN, include_in_schema=False)
        async def fault() -> str:
            raise RuntimeError("Traceback of SELECT password FROM account in /srv/secret.py")

        @get("/api/grouped", permission=Permission.OPEN, include_in_schema=False)
        async def grouped() -> str:
            raise ExceptionGroup("several", [ValueError("SELECT 1"), KeyError("secret.py")])

        @get("/api/unserializable", permission=Permission.OPEN, include_in_schema=False, media_type="application/json")
        async def unserializable() -> dict[str, Any]:
            return {"a": object()}

        for handler in (fault, grouped, unserializable):
            litestar_of(world).register(handler)
        self.world = world


@pytest.fixture(scope="module")
def faults(world: World) -> Faults:
    """Registered once."""
    return Faults(world)


@pytest.mark.parametrize("path", ["/api/fault", "/api/grouped", "/api/unserializable"])
def test_it_logs_a_fault_of_its_own_and_tells_no_more_than_its_number(
    path: str, faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="registry"):
        problem = form(faults.world.client().get(path), 500)
    assert problem.request_id in caplog.text


def test_a_person_gets_the_same_words_as_a_page(faults: Faults) -> None:
    page = faults.world.client().get("/nothing", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "没有这个地址" in page.text
    assert page.headers["x-request-id"] in page.text


def test_every_refusal_has_a_status_a_code_and_a_chinese_title() -> None:
    kinds = Refusal.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        assert kind.status in {308, *range(400, 600)}
        assert re.search(r"[\u4e00-\u9fff]", kind.title)
