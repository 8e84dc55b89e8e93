"""The API's document: OpenAPI 3.1, complete, in Chinese, self-contained, and true of what the program answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import World
from tests.house.inside import litestar_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
READS = (
    "/api/v1/enterprises",
    "/api/v1/enterprises/{record_id}",
    "/api/v1/enterprises/{record_id}/history",
    "/api/v1/search",
    "/api/v1/suggest",
    "/healthz",
    "/readyz",
)


@pytest.fixture(scope="module")
def document(city: World) -> dict[str, Any]:
    """As a program gets it."""
    answer = city.client().get("/schema/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of all."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")


def test_it_documents_every_route_of_the_api(document: dict[str, Any], city: World) -> None:
    served = {
        (str(method).lower(), re.sub(r":\w+\}", "}", route.path))
        for route in litestar_of(city).routes
        if route.path.startswith(("/api/v1/", "/healthz", "/readyz"))
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if method != "OPTIONS"
    }
    assert {(method, path) for method, path, _ in operations(document)} == served


def test_it_says_in_chinese_what_every_operation_and_parameter_does(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert CHINESE.search(operation.get("summary", "") + operation.get("description", "")), (method, path)
        assert operation["tags"]


def test_it_gives_every_operation_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_it_lists_the_filters_of_the_list(document: dict[str, Any]) -> None:
    parameters = {one["name"] for one in document["paths"]["/api/v1/enterprises"]["get"]["parameters"]}
    assert {"district", "tier", "sort", "limit", "cursor", "format"} <= parameters


def test_it_loads_nothing_from_outside(document: dict[str, Any], city: World) -> None:
    assert [server["url"] for server in document["servers"]] == ["/"]
    assert "://" not in str(document)
    for path in ("/api", "/schema"):
        text = city.client().get(path, headers={"accept": "text/html"}).text
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), path


@pytest.mark.parametrize("path", READS)
def test_what_is_read_matches_its_schema(path: str, document: dict[str, Any], city: World) -> None:
    some = city.client().get("/api/v1/enterprises?limit=1").json()["items"][0]["id"]
    answer = city.client().get(path.replace("{record_id}", some), params={"q": "养老"} if "search" in path else {})
    declared = document["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
    [media_type] = declared
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert list(mismatches(answer.json(), declared[media_type]["schema"], document, "answer")) == []


@pytest.mark.parametrize("path", ["/api/v1/enterprises?limit=0", "/api/v1/enterprises/1", "/api/v1/search?facets=x"])
def test_errors_match_their_schema(path: str, document: dict[str, Any], city: World) -> None:
    answer = city.client().get(path)
    assert answer.status_code >= 400
    for method, where, operation in operations(document):
        [code] = [code for code in operation["responses"] if code in {"default", str(answer.status_code)}]
        [(media_type, told)] = operation["responses"][code]["content"].items()
        assert media_type == answer.headers["content-type"], (method, where)
        assert list(mismatches(answer.json(), told["schema"], document, "problem")) == []


TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def mismatches(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str) -> Iterator[str]:
    """Where a value departs from a schema; the part of JSON Schema that the document uses."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        if all(any(mismatches(value, one, document, where)) for one in schema["oneOf"]):
            yield f"{where}: none of the alternatives"
        return
    named = schema.get("type", [])
    kinds = [named] if isinstance(named, str) else named
    if kinds and not isinstance(value, tuple(kind for name in kinds for kind in TYPES[name])):
        yield f"{where}: {type(value).__name__} is not {kinds}"
        return
    yield from _inside(value, schema, document, where)


def _inside(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value)
        for name, part in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties") or {})
            yield from mismatches(part, inner, document, f"{where}.{name}")
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from mismatches(part, schema.get("items", {}), document, f"{where}[{number}]")
