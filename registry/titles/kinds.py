"""Reading a printed title: which kind it is, at which level, for which product."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from registry import taxonomy
from registry.naming import name_key
from registry.titles.schemas import Kind, Reading

NATIONAL = "national"
PROVINCIAL = "provincial"

_FILE = Path(__file__).parent / "kinds.toml"
_BOOK_MARKS = str.maketrans("", "", "《》〈〉「」『』【】")
_BRACKETED = re.compile(r"[（(](.+)[)）]\s*$")
_LEADING = re.compile(r"第[\d一二三四五六七八九十]{1,3}[批届]|\d{4}年度?|新增|复核通过")
_SUFFIX = re.compile(r"(入选|获评|认定)?(企业|单位|称号|名单)+$")


class _Kinds(msgspec.Struct):
    kind: tuple[Kind, ...]


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by code, in the order of the data file."""
    listed = msgspec.toml.decode(_FILE.read_bytes(), type=_Kinds).kind
    return {kind.code: kind for kind in listed}


def of_register(kind: str) -> list[Kind]:
    """The kinds of titles that records of this register may hold."""
    return [one for one in kinds().values() if kind in one.held_by]


def fits(kind: Kind, register: str) -> bool:
    """Whether records of a register may hold titles of this kind; a register without kinds of its own takes any."""
    return register in kind.held_by or not of_register(register)


def printed_as(text: str, product: str = "") -> str:
    """The words of a list for a title that an officer names by code, by label or as printed."""
    kind = kinds().get(text) or next((one for one in kinds().values() if one.label == text), None)
    # “省（市）级…（己二酸）”: with a bracket before it, the product would not be told from the words.
    plain = not product and kind is not None and read_title(kind.label).kind is kind
    if kind is None or plain:
        printed = kind.label if kind else text
    else:
        printed = {NATIONAL: "国家级", PROVINCIAL: "市级"}.get(kind.level, "") + kind.names[0]
    return f"{printed}（{product}）" if product else printed


@lru_cache(maxsize=4096)
def read_title(text: str) -> Reading:
    """Understand a title as printed; quotes, 《》, width, year, batch and level words may vary. Never refuses."""
    text = text.translate(_BOOK_MARKS)
    reading = _read(text)
    bracketed = _BRACKETED.search(text)
    # 专精特新（小巨人） and 专精特新企业（小巨人） are more than what stands before the bracket.
    if reading.kind or not bracketed or _read(bracketed[1]).kind:
        return reading
    before = _read(text[: bracketed.start()])
    return msgspec.structs.replace(before, product=bracketed[1]) if before.kind and before.kind.product else before


def _read(text: str) -> Reading:
    level, core = _split_level(name_key(text).replace("(", "").replace(")", ""))
    kind = _by_name().get((level, core)) or _by_name().get((level, _SUFFIX.sub("", core)))
    return Reading(kind, level or (kind.level if kind else ""))


@cache
def _by_name() -> dict[tuple[str, str], Kind]:
    return {(level, name_key(name)): kind for kind in kinds().values() for name in kind.names for level in kind.printed}


@cache
def _level_words() -> dict[str, str]:
    provinces = taxonomy.vocabulary("provinces")
    places = [name for entry in provinces for name in (entry.label, *entry.aliases)]
    national = dict.fromkeys(("国家级", "国家", "工信部", "工业和信息化部", "全国"), NATIONAL)
    return dict.fromkeys((*places, "省级", "市级", "省市级", "自治区级"), PROVINCIAL) | national


@cache
def _level_pattern() -> re.Pattern[str]:
    longest_first = sorted(_level_words(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _split_level(key: str) -> tuple[str, str]:
    # "重庆市国家级…": the place says where, the last level word says who recognises.
    level = ""
    while True:
        key = key[match.end() :] if (match := _LEADING.match(key)) else key
        match = _level_pattern().match(key)
        if match is None:
            return level, key
        level, key = _level_words()[match[0]], key[match.end() :]
