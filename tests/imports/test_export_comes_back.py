"""What a register exports is a valid import that changes nothing: any register, any form, any awkward value."""

from __future__ import annotations

import csv
import io
import random
from itertools import product
from typing import Any

import pytest

from plugins import manager
from registry import taxonomy
from registry.exchange.templating import header_of
from registry.naming import synthetic_code
from registry.register import Field, FieldType, Register
from tests.conftest import World

REGISTERS = list(manager.registers().values())
ROWS = 60

AWKWARD = (
    "=1+1", "'=1+1", "''=x", "+8613800001234", "-5", "@SUM(A1)", "＝全角", "＋", "'", "''", '"', 'a"b',
    "a,b;c", "007", "0012", "1e5", "TRUE", "１２３ＡＢＣ", "Ａ公司", "（全角括号）", "(半角)",
    "<r>富文本</r>", "_x0041_", "&amp;", "𠮷野家", "a  b", "末尾空格 ", " 开头空格", "顿号、分号；",
    "2024-01-01", "12.50", "100%", "N/A", "合计", "备注：无", "是", "无", "｜竖线", "a|b",
    "http://a.test/?a=1&b=2", "٣", "e\u0301", "\u200b\u96f6\u5bbd", "①", "㈱", "Ⅳ", "~*?", "#REF!", "[x]",
    "null", "None",
)  # fmt: skip
BREAKS = ("第一行\n第二行", "a\r\nb", "=1\n=2", "一\n\n三", "- 列表\n- 再一项")


SHAPED = {
    "phone": ("023-00000000", "+86 138 0000 0000", "０２３－１２３４５６７８", "0000000"),
    "website": ("https://www.example.cn/?a=1&b=2", "www.example.cn", "http://例子.中国/路径"),
    "number": ("00123456", "G123456", "0001234567"),
    "trademark": ("00123456", "G123456", "１２３４５６７"),
    "year": ("2015", "2024年"),
}
"""What fields take that a room looks at more closely, told by a part of their name."""


def text_of(field: Field, chance: random.Random) -> str:
    """Something awkward that the field may hold, as a list would say it."""
    if field.type is FieldType.ROWS:
        lines = ["｜".join(text_of(column, chance).replace("\n", " ").replace("|", "").replace("｜", "")
                           for column in field.columns) for _ in range(chance.randint(1, 3))]  # fmt: skip
        return "\n".join(dict.fromkeys(lines))
    for part, said in SHAPED.items():
        if part in field.name:
            return chance.choice(said)
    if field.vocabulary:
        entries = list(taxonomy.vocabulary(field.vocabulary))
        some = [chance.choice(entries) for _ in range(chance.randint(1, 2) if field.type is FieldType.CODES else 1)]
        return "；".join(chance.choice((one.code, one.label)) for one in some)
    return _typed(field, chance)


def _typed(field: Field, chance: random.Random) -> str:
    day = f"{chance.randint(2015, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    words = chance.choice(AWKWARD)
    told = {
        FieldType.DATE: day,
        FieldType.INTEGER: str(chance.choice((0, 7, 120, 99999))),
        FieldType.DECIMAL: chance.choice(("0", "0.1", "1234.5", "99999999.99", "0.30")),
        FieldType.FLAG: chance.choice(("是", "否", "√")),
        FieldType.NAMES: f"{words}甲；{chance.choice(AWKWARD)}乙",
        FieldType.LONG_TEXT: chance.choice((*AWKWARD, *BREAKS)),
        FieldType.STANDARD_NO: f"GB/T {chance.randint(1000, 99999)}-{chance.randint(1990, 2024)}",
        FieldType.NAME: f"{words}模拟{chance.randint(1, 10**9)}",
    }
    return told.get(field.type, words)


def a_list(register: Register, chance: random.Random) -> bytes:
    """A list of awkward records; each cell is left empty now and then."""
    fields = [field for field in register.fields if field.said]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([header_of(field) for field in fields])
    for _ in range(ROWS):
        cells = []
        for field in fields:
            if field.type is FieldType.CREDIT_CODE:
                cells.append(synthetic_code(chance.randint(1, 10**6)))
            else:
                cells.append(text_of(field, chance) if field.required or chance.random() < 0.6 else "")
        writer.writerow(cells)
    return out.getvalue().encode()


def load(world: World, register: Register, name: str, content: bytes, **params: Any) -> dict[str, Any]:
    """Import a file."""
    answer = world.client("city").post(
        f"/api/v1/{register.plural}/import", files={"file": (name, content)}, params=params
    )
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_an_export_is_a_valid_import_that_changes_nothing(register: Register, world: World) -> None:
    chance = random.Random(20261125)  # noqa: S311  (the same awkward values each time)
    for _ in range(3):
        report = load(world, register, "名单.csv", a_list(register, chance), partial=True)
        refused = [(kind["label"], kind["message"], kind["count"]) for kind in report["kinds"]]
    base = f"/api/v1/{register.plural}"
    stored = world.client("city").get(base, params={"format": "ndjson"}).text.splitlines()
    assert len(stored) >= ROWS / 2, refused
    for form, codes in product(("csv", "xlsx"), (False, True)):
        content = world.client("city").get(base, params={"format": form, "codes": codes}).content
        report = load(world, register, f"回来.{form}", content, dry_run=True)
        seen = (report["new"], report["changed"], report["rejected"], report["same"])
        assert seen == (0, 0, 0, len(stored)), (form, codes, report["changed_records"][:2], report["objections"][:3])


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_an_export_is_a_valid_import_into_an_empty_register_too(register: Register, world: World) -> None:
    """What is filed from it says the same as what it was made from."""
    base = f"/api/v1/{register.plural}"
    before = world.client("city").get(base, params={"format": "ndjson"}).text.splitlines()
    assert before
    content = world.client("city").get(base, params={"format": "xlsx"}).content
    again = world.client("city").post(f"{base}/import", files={"file": ("回来.xlsx", content)})
    assert again.status_code == 200, again.text
    assert (again.json()["new"], again.json()["changed"]) == (0, 0)
    assert world.client("city").get(base, params={"format": "ndjson"}).text.splitlines() == before
