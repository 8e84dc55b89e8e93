"""Synthetic enterprises for demonstration and measurement: invented, marked as such, the same for the same seed.

Names carry （模拟）, codes lie in a region that does not exist, telephone numbers are zeros.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from registry import taxonomy
from registry.naming import SYNTHETIC_LIMIT, synthetic_code
from registry.sample import words

SOURCE = "模拟数据，非真实企业"
DAY = date(2025, 12, 31)
"""The day that synthetic records describe: fixed, so that a seed always gives the same rows."""

HEADERS = (
    "企业名称",
    "统一社会信用代码",
    "省份",
    "区县",
    "养老产业分类",
    "企业规模",
    "成立日期",
    "注册资本",
    "注册地址",
    "主要产品和服务",
    "经营范围",
    "网址",
    "联系人",
    "联系电话",
    "公开范围",
    "数据时点",
    "来源",
    "模拟数据",
    "称号",
    "批次",
    "年度",
    "名单状态",
    "有效期起",
    "有效期止",
)

_NAMES = len(words.FIRST) * len(words.SECOND) * len(words.THIRD) * len(words.TRADES)
_STRIDE = 1_299_709
"""A prime that divides neither count, so that steps of it visit every name and every code once."""

LIMIT = min(_NAMES, SYNTHETIC_LIMIT)

_NO_TITLE = ("",) * 6


def generate(n: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """`n` rows of an import file, by header; names and codes are unique for n <= LIMIT."""
    return (dict(zip(HEADERS, row, strict=True)) for row in generate_rows(n, seed))


def generate_rows(n: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """`n` rows in the order of HEADERS, for writers of large files."""
    if n > LIMIT:
        raise ValueError(f"at most {LIMIT} synthetic enterprises have names of their own")
    random = Random(seed)  # noqa: S311  (a fixture, not a secret)
    start = random.randrange(LIMIT)
    places = _places()
    city = taxonomy.city()
    for serial in range(start, start + n):
        yield _row(serial, random, city, places)


def _row(serial: int, random: Random, city: taxonomy.City, places: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    draw = random.random
    name, trade = _name(serial * _STRIDE % _NAMES, city.short)
    district, street = places[int(draw() ** 1.5 * len(places))]
    size, low, high = words.SIZES[int(draw() ** 0.4 * len(words.SIZES))]
    year = 2000 + int(draw() ** 0.5 * 25)
    tail = f"{serial:07d}"
    return (
        name,
        synthetic_code(serial * _STRIDE % SYNTHETIC_LIMIT),
        city.name,
        district,
        trade.industry,
        size,
        f"{year}-{1 + int(draw() * 12):02d}-{1 + int(draw() * 28):02d}",
        str(low + int(draw() * (high - low)) // 10 * 10),
        f"{city.name}{district}{street}模拟地址{1 + int(draw() * 999)}号",
        trade.products[int(draw() * len(trade.products))],
        trade.scope,
        f"https://{tail}.example.cn",
        f"联系人{tail[-4:]}",
        f"000-0000{tail[-4:]}",
        "公开" if draw() < 0.8 else "内部",
        DAY.isoformat(),
        SOURCE,
        "是",
        *_title(() if size == "大型" else trade.titles, max(year + 3, 2020), draw(), draw()),
    )


def _name(index: int, city: str) -> tuple[str, words.Trade]:
    index, first = divmod(index, len(words.FIRST))
    index, second = divmod(index, len(words.SECOND))
    index, third = divmod(index, len(words.THIRD))
    trade = words.TRADES[index]
    return f"{city}{words.FIRST[first]}{words.SECOND[second]}{words.THIRD[third]}（模拟）{trade.ending}", trade


def _title(offers: Sequence[words.Offer], earliest: int, chance: float, when: float) -> tuple[str, ...]:
    """称号, 批次, 年度, 名单状态, 有效期起, 有效期止 of a title of the offers, or of none."""
    if earliest > DAY.year:
        return _NO_TITLE
    for share, title, status, years in offers:
        if chance < share:
            year = earliest + int(when * (DAY.year + 1 - earliest))
            begins, ends = (f"{year}-07-01", f"{year + years}-06-30") if years else ("", "")
            return title, f"{year}年", str(year), status, begins, ends
    return _NO_TITLE


def _places() -> list[tuple[str, str]]:
    """Districts of that day; what stands first in the data file gets more enterprises."""
    return [(place.name, "测试大道") for place in taxonomy.districts(DAY)]
