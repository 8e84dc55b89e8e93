"""Synthetic parks, brands, standards and listings that name synthetic enterprises: invented and marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from registry import taxonomy
from registry.sample.synthetic import DAY, SOURCE, generate_rows

_STATEMENT = {"公开范围": "公开", "数据时点": DAY.isoformat(), "来源": SOURCE, "模拟数据": "是"}
_MANY = 5000
"""Enterprises that are named: a few of them by hundreds of records, as chain leaders and platforms are."""

Row = dict[str, str]


def generate(kind: str, n: int, seed: int = 1) -> Iterator[Row]:
    """`n` rows of an import file of a register, by header; names and codes are unique."""
    random = Random(f"{kind}{seed}")  # noqa: S311  (a fixture, not a secret)
    enterprises = [(row[0], row[3]) for row in generate_rows(_MANY, seed)]
    make = MAKERS[kind]
    for serial in range(n):
        yield make(serial, random, enterprises) | _STATEMENT


def _some(random: Random, enterprises: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """An enterprise with its district; those that stand first are named most."""
    return enterprises[int(random.random() ** 3 * len(enterprises))]


def _park(serial: int, random: Random, enterprises: Sequence[tuple[str, str]]) -> Row:
    operator, district = _some(random, enterprises)
    residents = {_some(random, enterprises)[0] for _ in range(6)}
    return {
        "园区名称": f"{district}第{serial}康养产业园（模拟）",
        "省份": taxonomy.city().name,
        "区县": district,
        "园区级别": ("国家级", "省（市）级", "区县级")[serial % 3],
        "主导方向": "康复辅助器具、智慧健康养老",
        "产业链": "康复辅助器具；智慧健康养老",
        "运营单位": operator,
        "规划面积": str(100 + serial % 900),
        "可招商面积": str(int(random.random() * 20_000)),
        "入驻企业": "\n".join(f"{name}｜{2018 + n}-01-01" for n, name in enumerate(sorted(residents))),
    }


def _brand(serial: int, random: Random, enterprises: Sequence[tuple[str, str]]) -> Row:
    owner, district = _some(random, enterprises)
    return {
        "品牌名称": f"{owner[2:4]}{serial}号（模拟）",
        "商标注册号": str(60_000_000 + serial),
        "品牌所有者": owner,
        "省份": taxonomy.city().name,
        "区县": district,
        "品牌类别": "企业品牌",
        "品牌介绍": "虚构的适老产品品牌，供测量使用。",
    }


def _standard(serial: int, random: Random, enterprises: Sequence[tuple[str, str]]) -> Row:
    drafters = dict.fromkeys(_some(random, enterprises)[0] for _ in range(4))
    return {
        "标准名称": f"适老服务第{serial}部分：基本要求（模拟）",
        "标准编号": f"T/MNBZ {serial + 1}-2025",
        "标准状态": "现行",
        "发布日期": "2025-01-01",
        "实施日期": "2025-07-01",
        "起草单位": "；".join(drafters),
        "代替标准": f"T/MNBZ {serial}-2025" if serial % 5 == 0 and serial else "",
    }


def _listing(serial: int, random: Random, enterprises: Sequence[tuple[str, str]]) -> Row:
    enterprise, district = _some(random, enterprises)
    standards = (f"T/MNBZ {1 + int(random.random() * 2000)}-2025" for _ in range(2))
    return {
        "产品名称": f"适老护理床{serial}型（模拟）",
        "入选编号": f"MN{serial:08d}",
        "目录": "老年用品产品推广目录",
        "版次": str(2020 + serial % 6),
        "品类": "LN03",
        "企业": enterprise,
        "省份": taxonomy.city().name,
        "区县": district,
        "型号": f"M{serial}",
        "执行标准": "；".join(standards),
        "产品说明": "虚构的护理床，供测量使用。",
    }


MAKERS: dict[str, Callable[[int, Random, Sequence[tuple[str, str]]], Row]] = {
    "park": _park,
    "brand": _brand,
    "standard": _standard,
    "listing": _listing,
}
"""How a row of each register is made; enterprises come from `registry.sample.synthetic`."""

SHARES: dict[str, float] = {"park": 0.01, "brand": 0.24, "standard": 0.1, "listing": 0.65}
"""How many of so many others are of each register."""
