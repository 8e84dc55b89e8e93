"""What a file is, by its content; and the name it is kept under."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.attachments.kinds import KINDS, kept_name, kind_of
from registry.errors import BadRequest
from tests.attachments.made import FILES, PDF, package, png


@pytest.mark.parametrize("ending", FILES)
def test_each_kind_is_told_by_its_content(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "anything.exe"
    path.write_bytes(FILES[ending])
    assert kind_of(path) == KINDS[ending]


REFUSED = {
    "empty": b"",
    "web page": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "program": b"MZ\x90\0" + b"\0" * 100,
    "text": "名称,区县\n".encode(),
    "gif": b"GIF89a" + b"\0" * 20,
    "plain zip": package("a.txt"),
    "pdf cut off": PDF[:-20],
    "png cut off": png()[:-12],
    "page before a pdf": b"<html>" + PDF,
    "broken package": package("word/document.xml")[:-30],
    "macro": package("word/document.xml", "word/vbaProject.bin"),
    "program in a package": package("xl/workbook.xml", "xl/embeddings/run.EXE"),
    "active control": package("word/document.xml", "word/activeX/activeX1.xml"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_everything_else_is_refused_whatever_its_name(what: str, tmp_path: Path) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(REFUSED[what])
    with pytest.raises(BadRequest):
        kind_of(path)


def test_a_package_that_expands_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.attachments.kinds.MOST_EXPANDED", 3)
    path = tmp_path / "bomb.docx"
    path.write_bytes(FILES["docx"])
    with pytest.raises(BadRequest, match="展开"):
        kind_of(path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("认定文件.pdf", "认定文件.pdf"),
        ("认定文件.exe", "认定文件.exe.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\用户\\桌面\\证明.PDF", "证明.pdf"),
        ("证明\u202efdp.exe", "证明 fdp.exe.pdf"),
        ('a"b\r\nSet-Cookie: x', "a b Set-Cookie x.pdf"),
        ("..", "附件.pdf"),
        ("", "附件.pdf"),
        ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
    ],
)
def test_a_name_keeps_nothing_that_leads_astray(given: str, kept: str) -> None:
    assert kept_name(given, KINDS["pdf"]) == kept
