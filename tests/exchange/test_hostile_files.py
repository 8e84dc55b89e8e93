"""Files that are no lists, or are lists only to do harm: refused early, in plain words, without filling the memory."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from registry.errors import BadRequest, Invalid, Refusal, TooLarge
from registry.exchange import kinds
from registry.exchange.reading import read_table
from tests.exchange.exchange_files import FIELDS, compound, old_workbook, read, workbook

CHANCE = random.Random(1)  # noqa: S311  (garbage, not secrets)
HTML = "<html xmlns:o='urn:schemas-microsoft-com:office:office'><table><tr><td>企业名称</td></tr></table></html>"
XML_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空文件"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "看起来是PDF 文档"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "看起来是PNG 图片"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "看起来是JPEG 图片"),
        (b"Rar!\x1a\x07\0", "看起来是RAR 压缩包"),
        (HTML.encode("gbk"), "看起来是网页"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><html></html>", "看起来是网页"),
        (b"<?xml version='1.0'?><html></html>", "看起来是网页"),
        (XML_2003.encode(), "看起来是XML 表格（2003）"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "看起来是单个文件网页"),
        (zipped(("word/document.xml", b"<w/>")), "看起来是Word 文档"),
        (zipped(("a.csv", b"1")), "看起来是ZIP 压缩包"),
        (compound("WordDocument", b""), "看起来是Word 文档"),
        (compound("EncryptedPackage", b""), "设有打开密码"),
        (compound("Workbook", b"\x09\x08rubbish" * 50), "已损坏"),
        (b"PK\x03\x04rubbish", "已损坏"),
        (zipped(("xl/workbook.xml", b"<workbook/>")), "已损坏"),
        (zipped(("xl/workbook.xml", b"rubbish"), ("[Content_Types].xml", b"<")), "已损坏"),
        (CHANCE.randbytes(10_000_000), "看起来是二进制文件"),
    ],
)
def test_it_says_what_the_file_seems_to_be(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(BadRequest, match=f"“名单.xls”.*{said}"):
        read_table(path, "名单.xls", FIELDS)


@pytest.mark.parametrize("line", [b"", b"\n"])
def test_ten_megabytes_of_garbage_without_nul_bytes_are_refused(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(line.join([CHANCE.randbytes(1000).replace(b"\0", b"?").replace(b"\n", b"?")] * 10_000))
    with pytest.raises(Invalid):
        read(path)


def test_an_upload_beyond_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(kinds.MAX_UPLOAD + 1)
    with pytest.raises(TooLarge, match="最多 50 MB"):
        read(path)


def valid_book(tmp_path: Path) -> bytes:
    rows = [["企业名称", "区县"], *[[f"企业{i}", "渝中区"] for i in range(200)]]
    return workbook(tmp_path / "valid.xlsx", rows).read_bytes()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flip(content: bytes) -> bytes:
    at = content.index(b"xl/worksheets/sheet1.xml") + 200
    return content[:at] + bytes(64) + content[at + 64 :]


def encrypt_flag(content: bytes) -> bytes:
    changed = bytearray(content)
    at = content.index(b"PK\x01\x02")
    changed[at + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(("damage", "said"), [(cut, "已损坏"), (flip, "已损坏"), (encrypt_flag, "加密")])
def test_a_damaged_workbook_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes], said: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(damage(valid_book(tmp_path)))
    with pytest.raises(BadRequest, match=said):
        read(path)


def test_no_single_changed_byte_makes_anything_but_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    for content in (valid_book(tmp_path), old_workbook([["企业名称"], ["甲"]])):
        for _ in range(8):
            changed = bytearray(content)
            changed[CHANCE.randrange(len(changed))] = CHANCE.randrange(256)
            path.write_bytes(changed)
            try:
                list(read(path).rows())
            except Refusal:
                continue


def book_with_sheet(tmp_path: Path, sheet: bytes) -> Path:
    """A valid workbook whose sheet is replaced by other XML."""
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(valid_book(tmp_path))) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return path


def understate(path: Path, name: bytes, size: int) -> None:
    """Make the directory lie about how large a member is."""
    content = bytearray(path.read_bytes())
    at = content.rindex(name) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", content, at + 24, size)
    path.write_bytes(content)


MEASURE = """
import resource, sys, time
from pathlib import Path
from registry.errors import Refusal
from registry.exchange.reading import read_table
from registry.register import Field
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
try:
    read_table(Path(sys.argv[1]), "a.xlsx", [Field("name", "企业名称", required=True)])
    said = "read"
except Refusal as refusal:
    said = refusal.code
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
sys.stdout.write(f"{said} {max(grown, child - before)} {time.perf_counter() - start}")
"""


def measured(path: Path) -> tuple[str, int, float]:
    """(refusal's code, growth of peak memory in KiB, seconds) of reading the file in a process of its own."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    said, grown, seconds = done.stdout.split()
    return said, int(grown), float(seconds)


def packed_spaces(megabytes: int) -> bytes:
    """The raw deflate stream of that many megabytes of blanks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = book_with_sheet(tmp_path, b"<worksheet>" + b" " * 400_000_000 + b"</worksheet>")
    assert 300_000 < path.stat().st_size < 600_000
    said, grown, seconds = measured(path)
    assert said == "too-large"
    assert grown < 20_000
    assert seconds < 1


def test_a_zip_bomb_whose_directory_lies_is_refused_while_it_unfolds(tmp_path: Path) -> None:
    path = book_with_sheet(tmp_path, b"<worksheet>" + b" " * 400_000_000 + b"</worksheet>")
    understate(path, b"xl/worksheets/sheet1.xml", 1000)
    said, grown, seconds = measured(path)
    assert said == "bad-request"
    assert grown < 20_000
    assert seconds < 1


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"%s><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c><c\n s='0'\tr = 'GR1048576'><v>1</v></c></row>",
        b'<row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c s="1" r="GR1048576"><x:v>1</x:v></x:c></row>',
        b'<row r="1">' + b"<c><v>1</v></c>" * 16_000 + b'</row><row r="1048576"><c><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="A9999999"><v>1</v></c></row>',
    ],
)
def test_a_few_far_away_cells_cannot_fill_the_memory(tmp_path: Path, rows: bytes) -> None:
    path = book_with_sheet(
        tmp_path, SHEET % (b' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', rows)
    )
    with pytest.raises(TooLarge, match="工作表铺开有"):
        read(path)


def test_cells_without_addresses_are_read_where_they_do_no_harm(tmp_path: Path) -> None:
    head = b'<row><c t="inlineStr"><is><t>\xe4\xbc\x81\xe4\xb8\x9a\xe5\x90\x8d\xe7\xa7\xb0</t></is></c></row>'
    body = b"<row><c><v>7</v></c></row>" * 2000
    assert len(list(read(book_with_sheet(tmp_path, SHEET % (b"", head + body))).rows())) == 2000


def test_rows_out_of_order_are_read_in_order(tmp_path: Path) -> None:
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>企业名称</t></is></c></row>'.encode()
    rows = b'<row r="9"><c r="A9"><v>9</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>' + head
    table = read(book_with_sheet(tmp_path, SHEET % (b"", rows)))
    assert [(row.number, row.values) for row in table.rows()] == [(3, ("3",)), (9, ("9",))]


def test_a_far_away_cell_of_an_old_workbook_breaks_the_reader_and_not_the_service(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    content = old_workbook([["企业名称"], ["甲"], ["乙"]])
    at = content.rindex("乙".encode("utf-16-le")) - 9
    assert content[at : at + 4] == b"\2\0\0\0"
    path.write_bytes(content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :])
    with pytest.raises(BadRequest, match="已损坏"):
        read(path)


def test_formatted_but_empty_cells_to_the_end_of_the_sheet_cost_nothing(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "企业名称", "甲"
    sheet["A300000"].number_format = "@"
    book.save(tmp_path / "a.xlsx")
    assert len(list(read(tmp_path / "a.xlsx").rows())) == 1


def test_a_workbook_may_expand_by_as_much_as_real_lists_do(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["企业名称", "区县"], *[["同名企业", "渝中区"]] * 5000])
    assert len(list(read(path).rows())) == 5000
