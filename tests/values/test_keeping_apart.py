"""Several names in one text, and rows told apart by a key: what is written is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import values
from registry.register import Field, FieldType

NAMES = Field("former_names", "曾用名", FieldType.NAMES)
FIGURES = Field(
    "figures",
    "年度数据",
    FieldType.ROWS,
    columns=(Field("year", "年度", required=True), Field("value", "数值"), Field("source", "来源")),
    row_key=("year",),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("甲；乙、丙;丁|戊\n己", ("甲", "乙", "丙", "丁", "戊", "己")),
        ('"养老、托幼服务中心"；乙', ("养老、托幼服务中心", "乙")),
        ('北京"一老一小"中心；乙', ('北京"一老一小"中心', "乙")),
        ('"甲""乙；丙"""；丁', ('甲"乙；丙"', "丁")),
        ('"没有结束；乙', ('"没有结束', "乙")),
        ("；；甲；；", ("甲",)),
    ],
)
def test_a_name_in_quotes_is_one_whatever_is_in_it(text: str, names: tuple[str, ...]) -> None:
    assert values.parse(NAMES, text) == names


@given(st.lists(st.text(alphabet="甲乙ab、；;|\"'｜ ", min_size=1, max_size=8), min_size=1, max_size=5))
def test_names_are_read_back_as_they_were_written(names: list[str]) -> None:
    kept = values.from_json(NAMES, names)
    if kept:
        assert values.parse(NAMES, values.to_text(NAMES, kept)) == kept
        assert values.from_json(NAMES, list(kept)) == kept


def test_a_row_said_twice_is_one_and_two_of_one_key_are_refused() -> None:
    assert values.parse(FIGURES, "2024｜5\n2024｜5\n2023｜4") == [
        {"year": "2024", "value": "5"},
        {"year": "2023", "value": "4"},
    ]
    for given_rows in ("2024｜5\n2024｜6", [{"year": "2024", "value": "5"}, {"year": "2024", "value": "6"}]):
        with pytest.raises(values.Unreadable) as refused:
            values.from_json(FIGURES, given_rows)
        assert refused.value.objection.message == "年度数据第2行与第1行的年度相同，请只留一行。"
