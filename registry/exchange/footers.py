"""Rows under the data that are no records: remarks, totals, who filled the form in."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOTAL = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计)\s*[:：]?")
_REMARK = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|附?注|备\s*注|(填[表报])?说\s*明|提示)\s*([:：].*|[0-9一二三四五六七八九]*\s*[:：.、].*)?",
    re.DOTALL,
)
_SIGNATURE = re.compile(
    r"((单位)?负责人|填[表报](人|单位|日期|时间)|制表人?|审核人?|联系人|联系电话|(单位)?盖章|日期)"
    r"\s*([(（][^)）]*[)）])?\s*[:：].*",
    re.DOTALL,
)


def is_footer(values: Sequence[str], filled: int) -> bool:
    """Whether a row, of which `filled` cells say something, stands under the list rather than in it."""
    first = next(filter(None, values))
    if _TOTAL.fullmatch(first) or _SIGNATURE.fullmatch(first):
        return True
    return filled == 1 and _REMARK.fullmatch(first) is not None
