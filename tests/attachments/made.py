"""Small files of every kind that is taken, and a record to hang them on."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import httpx

from tests.conftest import World


def png() -> bytes:
    """One grey point."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def package(*members: str) -> bytes:
    """A package with these members."""
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w") as archive:
            for member in members:
                archive.writestr(member, "<x/>")
        return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
FILES = {
    "pdf": PDF,
    "png": png(),
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 64 + b"\xff\xd9",
    "docx": package("[Content_Types].xml", "word/document.xml"),
    "xlsx": package("[Content_Types].xml", "xl/workbook.xml"),
    "ofd": package("OFD.xml", "Doc_0/Document.xml"),
}


def filed(world: World, name: str, **values: Any) -> str:
    """A record in 铜梁区; its id."""
    body = {"name": name, "district": "铜梁区", "province": "重庆市", "visibility": "public", **values}
    answer = world.client("city").post("/api/v1/enterprises", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def attach(world: World, username: str, record: str, content: bytes = PDF, **given: str) -> httpx.Response:
    """Upload by one of the cast."""
    name = given.pop("name", "认定文件.pdf")
    return world.client(username).post(
        f"/api/v1/enterprises/{record}/attachments", files={"file": (name, content)}, data=given
    )
