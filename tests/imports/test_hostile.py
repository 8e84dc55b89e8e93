"""Files and parameters that mean harm, or were sent by mistake: a clear answer in Chinese, and nothing is lost."""

from __future__ import annotations

import io
import os
import socket
import zipfile
from typing import Any

import httpx
import pytest

from registry.naming import synthetic_code
from tests.conftest import World

BASE = "/api/v1/enterprises"
FILTERS = ("district", "tier", "industry", "province", "size_class", "visibility", "synthetic")
SQL = "'; DROP TABLE enterprise; --"


def send(world: World, content: bytes, name: str = "名单.xlsx", **params: Any) -> httpx.Response:
    """Import a file as the city's officer."""
    return world.client("city").post(f"{BASE}/import", files={"file": (name, content)}, params=params)


def bomb() -> bytes:
    """An XLSX of a few hundred kilobytes that would expand to gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b"\0" * 1_000_000)
        book.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"", "empty.xlsx"),
        (os.urandom(10_000_000), "garbage.xlsx"),
        (b"%PDF-1.7 not a list", "scan.pdf"),
        ("企业名称\n重庆错码".encode() + b"\xff\xfe\x81\n", "bad.csv"),
        (b"PK\x03\x04 broken", "broken.xlsx"),
        (b"a,b\n1,2\n", "foreign.csv"),
        (bomb(), "bomb.xlsx"),
    ],
    ids=["empty csv", "empty xlsx", "garbage", "pdf", "wrong encoding", "broken zip", "no header", "zip bomb"],
)
def test_a_file_that_is_no_list_is_told_so(world: World, content: bytes, name: str) -> None:
    answer = send(world, content, name)
    assert answer.status_code in {400, 413, 422}, answer.text
    assert any("一" <= character <= "鿿" for character in answer.json()["detail"])
    assert world.client("city").get("/readyz").json()["database"] is True
    assert not list(world.settings.uploads_dir.glob("*.upload"))


def test_a_file_over_the_bound_is_refused(world: World) -> None:
    answer = send(world, b"x" * 53_000_000, "big.csv")
    assert answer.status_code == 413
    assert "MB" in answer.json()["detail"] or "限制" in answer.json()["detail"]


def test_no_file_at_all_is_told(world: World) -> None:
    assert world.client("city").post(f"{BASE}/import", files={"other": b"x"}).status_code in {400, 422}
    assert world.client("city").post(f"{BASE}/import", content=b"x").status_code in {400, 415, 422}


def test_a_formula_leaves_as_text_and_comes_back_the_same(world: World) -> None:
    address = "=HYPERLINK('http://evil.example','x')"
    text = f'企业名称,统一社会信用代码,注册地址\n重庆公式有限公司,{synthetic_code(200)},"{address}"\n'
    assert send(world, text.encode(), "formula.csv").json()["new"] == 1
    client = world.client("city")
    exported = client.get(BASE, params={"format": "csv"})
    line = next(line for line in exported.text.splitlines() if "公式" in line)
    assert "'=HYPERLINK" in line
    again = send(world, exported.content, "again.csv").json()
    assert (again["new"], again["changed"], again["rejected"]) == (0, 0, 0)
    workbook = client.get(BASE, params={"format": "xlsx"}).content
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("parameter", ["q", "kind", "facets", "district", "tier", "limit", "offset", "nonsense"])
def test_sql_in_a_parameter_of_search_is_only_text(world: World, parameter: str) -> None:
    answer = world.client("city").get("/api/v1/search", params={parameter: SQL})
    assert answer.status_code in {200, 400}
    assert world.client("city").get(BASE).status_code == 200


@pytest.mark.parametrize("parameter", [*FILTERS, "sort", "cursor", "limit", "format"])
def test_sql_in_a_parameter_of_a_list_is_only_text(world: World, parameter: str) -> None:
    for value in (SQL, "\\x00", "\0", "%27", "{day}", "${1}", "€" * 2000):
        answer = world.client("city").get(BASE, params={parameter: value})
        assert answer.status_code in {200, 400, 414}, (parameter, value, answer.text)
    assert world.client("city").get(BASE).status_code == 200


def test_sql_and_nul_in_a_body_are_only_text(world: World) -> None:
    client = world.client("city")
    answer = client.post(BASE, json={"name": f"重庆{SQL}有限公司", "address": SQL})
    assert answer.status_code == 201
    assert client.get(answer.headers["location"]).json()["address"] == SQL
    assert client.post(BASE, json={"name": "重庆\0有限公司"}).status_code == 422
    assert client.get(f"{BASE}/{SQL}").status_code == 404


def test_a_query_of_a_megabyte_is_refused(world: World) -> None:
    host, port = world.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"GET /api/v1/search?q=" + b"%E9%93%B6" * 111_111 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        status = line.recv(100).split(b" ")[1]
    assert status in {b"400", b"414"}
    assert world.client().get("/api/v1/search", params={"q": "银" * 501}).status_code == 400


def test_a_body_of_eleven_megabytes_is_refused(world: World) -> None:
    body = b'{"name": "' + b"x" * 11_000_000 + b'"}'
    answer = world.client("city").post(BASE, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
