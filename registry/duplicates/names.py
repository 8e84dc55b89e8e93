"""What of a name tells one record from another: without place, legal form and the marks of invented data. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from registry import taxonomy
from registry.naming import name_key

_MARKS = re.compile(r"\((?:模拟|模拟数据|演示|示例|样例)\)|^模拟|模拟$")
_LEGAL = re.compile(
    r"(?:集团|控股)?(?:股份有限责任|有限责任|股份有限|有限|股份)公司|集团公司|总公司|(?<!分)公司$|\((?:集团|控股)\)|集团$"
    r"|\((?:普通合伙|有限合伙|特殊普通合伙)\)"
)
_BRANCH = re.compile(r"(?:分公司|分院|分店|分部|分社|分站|分中心)$")
_NUMBER = re.compile(r"\d+|(?<=第)[一二三四五六七八九十百]+|[一二三四五六七八九十]+(?=[院期号店所部社分])")
_GENERIC = re.compile(
    "养老服务|居家养老|养老|服务|居家|社区|康养|健康|医疗|护理|照料|日间|托老|老年|老人|颐养|公寓|敬老院|福利院|养老院|福利|"
    "科技|产业|发展|管理|咨询|家政|用品|器械|器具|康复|辅助|辅具|实业|商贸|贸易|生物|医药|制药|电子|智能|设备|制造|"
    "食品|文化|旅游|旅行社|传媒|教育|培训|信息|技术|工程|建筑|装饰|物业|投资|综合|中心|医院|服务站|经营部|公司|企业|"
    "园区|产业园|示范|基地|试点|标准|规范|指南|要求|通用|品牌|机构|组织|协会|有限|连锁|国际"
)
LONGEST = 24
"""Characters of a name that its keys look at."""

_HEAD = 5
"""Characters at the beginning of a name of which one may be wrong, missing or too many."""


class Name(NamedTuple):
    """A name, taken apart. `core` is what is left of it; `local` still has its districts; `brand` has no trade words.

    A name without a brand of its own (万州区福利院) is `generic`: its place is what tells it from others.
    """

    core: str
    local: str
    brand: str
    places: frozenset[str]
    numbers: frozenset[str]
    branch: bool

    @property
    def generic(self) -> bool:
        """Whether nothing but trade words is in it."""
        return len(self.brand) < 2

    @property
    def telling(self) -> str:
        """What it is told by."""
        return self.local if self.generic else self.core


class _Places(NamedTuple):
    wide: re.Pattern[str]
    full: re.Pattern[str]
    leading: re.Pattern[str]
    of_stem: dict[str, str]


@cache
def _places() -> _Places:
    """Provinces and the home city say little; districts are found by full name anywhere, by their stem in front."""
    city = taxonomy.city()
    provinces = [text for one in taxonomy.vocabulary("provinces") for text in (one.label, *one.aliases)]
    districts = {name_key(one.label): one.code for one in taxonomy.vocabulary("districts")}
    stems = {name_key(alias): one.code for one in taxonomy.vocabulary("districts") for alias in one.aliases}
    wide = _longest_first(map(name_key, [city.name, city.short, *provinces]))
    return _Places(
        re.compile(rf"^(?:{wide})|\((?:{wide})\)|{re.escape(name_key(city.name))}"),
        re.compile(_longest_first(districts)),
        re.compile(rf"^(?:{_longest_first(stems)})|\((?:{_longest_first(stems)})\)"),
        districts | stems,
    )


def _longest_first(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text) for text in sorted(filter(None, texts), key=len, reverse=True)) or "$^"


@lru_cache(maxsize=65_536)
def read(name: str) -> Name:
    """A name taken apart."""
    known = _places()
    key = _LEGAL.sub("", known.wide.sub("", _MARKS.sub("", name_key(name))))
    branch = bool(_BRANCH.search(key))
    local, places = _localised(_BRANCH.sub("", key), known)
    core = known.full.sub("", local)
    local, core = (re.sub(r"[()\s]", "", text) for text in (local, core))
    if not core:
        core = local = local or name_key(name)
    numbers = frozenset(_NUMBER.findall(core))
    return Name(core, local, _GENERIC.sub("", core), places, numbers, branch)


def without_places(address: str) -> str:
    """The key of an address without the home city, provinces and districts."""
    known = _places()
    return re.sub(r"[()\s]", "", known.full.sub("", known.wide.sub("", name_key(address))))


def _localised(key: str, known: _Places) -> tuple[str, frozenset[str]]:
    """The key with every district by its full name, and these districts."""
    stem = known.leading.match(key) if not known.full.match(key) else None
    if stem is not None and len(key) - len(stem[0]) >= 2:
        key = name_key(known.of_stem[stem[0].strip("()")]) + key[stem.end() :]
    return key, frozenset(known.of_stem[text] for text in known.full.findall(key))


def keys(name: str) -> Iterator[str]:
    """The keys by which look-alikes of a name meet it: equal, of one brand, or one of the first characters differs."""
    taken = read(name)
    text = taken.telling[:LONGEST]
    yield f"n:{text}"
    if len(taken.brand) >= 3:
        yield f"b:{taken.brand[:LONGEST]}"
    if len(text) < 3:
        return
    head = text[:_HEAD]
    yield f"h:{head[: _HEAD - 1]}"
    if len(head) == 3:
        return
    for at in range(len(head)):
        yield f"h:{head[:at]}{head[at + 1 :]}"
    yield f"s:{''.join(sorted(text))}"
