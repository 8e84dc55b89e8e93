"""What goes out and comes back says the same: for any text, up to outer blanks, CR LF and control characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.exchange.cells import clean
from registry.register import Field
from tests.exchange.exchange_files import CONTACT, DISTRICT, NAME, csv_bytes, read, values, xlsx_bytes

Write = Callable[[Sequence[Field], Sequence[tuple[str, ...]]], bytes]

NASTY = [
    "=1",
    "'=1",
    "''=1",
    "' =1",
    " '-1",
    "\t@x",
    "'",
    "''",
    "＝",
    '"',
    'a"b',
    "a,b;c\td",
    "a\r\nb",
    "<r>a</r>",
    "<r>",
]
CODED = [
    "<r>a</r>",
    "<r>",
    "_x0041_",
    "_x000D_",
    "&amp;",
    "]]>",
    "\ufeff",
    "\u200b",
    "\u2028",
    "\x85",
    "\ufffe",
    "𠮷",
    "1e5",
    "007",
    "TRUE",
]
texts = st.one_of(
    st.sampled_from(NASTY + CODED), st.text(max_size=12), st.text(alphabet="=+-@＝'\t\r\n \"_x0<>r/银龄", max_size=6)
)
# The first cell is never a remark or empty: such rows are left out by design.
names = texts.map(lambda text: f"企业{text}")
rows = st.lists(st.tuples(names, texts, texts), min_size=3, max_size=20)


@pytest.mark.parametrize("write", [csv_bytes, xlsx_bytes])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
def test_any_text_comes_back_as_it_went(tmp_path: Path, write: Write, rows: list[tuple[str, str, str]]) -> None:
    path = tmp_path / "list"
    path.write_bytes(write((NAME, DISTRICT, CONTACT), rows))
    assert values(read(path)) == [tuple(clean(text) for text in row) for row in rows]
