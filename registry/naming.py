"""Names and codes of organisations: the keys they match and sort by, and the credit code's own rules."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: digits and capitals without I, O, S, V, Z."""

CODE_LENGTH = 18

_OPENING = "([{【〔〖《〈「『"
_CLOSING = ")]}】〕〗》〉」』"
_FOLD = {ord(mark): "(" for mark in _OPENING} | {ord(mark): ")" for mark in _CLOSING}
_NOISE = re.compile(r"[^\w()]+|_")
_PLAIN_HAN = re.compile(r"[\u4e00-\u9fff]+")
_CODE_NOISE = re.compile(r"[\s\-'\u200b-\u200f\u2060\ufeff]+")
_CODE = re.compile(rf"[{CODE_ALPHABET}]{{2}}[0-9]{{6}}[{CODE_ALPHABET}]{{10}}")

_SYNTHETIC_PREFIX = "91509999XN"
"""Region 509999 is assigned to no place, so a synthetic code can never be a real enterprise's."""

_SYNTHETIC_DIGITS = CODE_LENGTH - 1 - len(_SYNTHETIC_PREFIX)
SYNTHETIC_LIMIT = len(CODE_ALPHABET) ** _SYNTHETIC_DIGITS


class BadCode(ValueError):  # noqa: N818  (an answer to a person, not a fault)
    """A credit code that cannot be right; the message is Chinese and says what to look at."""


@cache
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415  (10 ms that a program without names need not pay)

    return OpenCC("t2s")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """The key by which names match: width, script, brackets, spaces, punctuation and case no longer tell names apart.

    The legal form stays: 有限公司 and 有限责任公司 are different enterprises.
    """
    if not _PLAIN_HAN.fullmatch(name):
        name = _NOISE.sub("", unicodedata.normalize("NFKC", name).translate(_FOLD)).casefold()
        if name.isascii():
            return name
    simplified: str = _simplifier().convert(name)
    return simplified


def sort_key(name: str) -> bytes:
    """GB 18030 bytes of the name: their order is pinyin order for the 3,755 common characters, then by radical."""
    return unicodedata.normalize("NFKC", name).encode("gb18030", "replace")


def credit_code(text: str) -> str:
    """The 18 places of a 统一社会信用代码 in standard form; raises BadCode (GB 32100-2015).

    Width, spaces and case are put right; look-alikes such as O and 0 never are, a person must look.
    """
    code = text if text.isascii() and text.isalnum() else unicodedata.normalize("NFKC", text)
    code = _CODE_NOISE.sub("", code).upper()
    if not _CODE.fullmatch(code) or code.count(code[0]) == CODE_LENGTH:
        raise BadCode(_why_malformed(code))
    expected = check_character(code[:-1])
    if code[-1] != expected:
        raise BadCode(f"“{code}”第18位校验码应为“{expected}”，填的是“{code[-1]}”：请对照营业执照逐位核对。")
    return code


def check_character(first_seventeen: str) -> str:
    """The eighteenth place (GB 32100-2015, weights 3^(i-1) over mod 31)."""
    from stdnum.cn.uscc import calc_check_digit  # noqa: PLC0415  (20 ms that a program without codes need not pay)

    character: str = calc_check_digit(first_seventeen)
    return character


def _why_malformed(code: str) -> str:
    shown = code if len(code) <= 24 else code[:24] + "…"
    if len(code) != CODE_LENGTH:
        return f"“{shown}”有{len(code)}位，统一社会信用代码应为18位{_LENGTH_HINTS.get(len(code), '')}。"
    for place, character in enumerate(code, 1):
        if character not in CODE_ALPHABET:
            hint = _LOOK_ALIKES.get(character, "代码只用数字和大写字母")
            return f"“{shown}”第{place}位“{character}”不会出现在统一社会信用代码中（{hint}），请对照营业执照核对。"
    if not code[2:8].isdigit():
        return f"“{shown}”第3至8位是登记机关行政区划码，应全为数字，请对照营业执照核对。"
    return f"“{shown}”每一位都相同，不是有效的统一社会信用代码，请填写营业执照上的代码；没有代码可以留空。"


_LENGTH_HINTS = {
    9: "（9位的是组织机构代码，请改填统一社会信用代码）",
    15: "（15位的是工商注册号或旧税号，请改填统一社会信用代码）",
}
_LOOK_ALIKES = {
    "I": "不使用字母 I，可能是数字 1",
    "O": "不使用字母 O，可能是数字 0",
    "Z": "不使用字母 Z，可能是数字 2",
    "S": "不使用字母 S，可能是数字 5",
    "V": "不使用字母 V，可能是字母 U 或 Y",
}


_STANDARD = re.compile(r"(DB[0-9]{2,6}(?:/T)?|[^\W\d_]+(?:/[^\W\d_]+)*)[\s-]?([0-9].*)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―－−", "-"))


def standard_number(text: str) -> str:
    """A standard's number in standard form, `GB/T 35796-2017`, whatever its widths, dashes and spaces were."""
    number = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).upper().split())
    number = re.sub(r"\s*([/-])\s*", r"\1", number)
    found = _STANDARD.fullmatch(number)
    return f"{found[1]} {found[2]}" if found else number


def synthetic_code(serial: int) -> str:
    """A code that passes every check and that no real enterprise can have: one for each serial."""
    if not 0 <= serial < SYNTHETIC_LIMIT:
        raise ValueError(f"serial must be within 0..{SYNTHETIC_LIMIT - 1}")
    digits = ""
    for _ in range(_SYNTHETIC_DIGITS):
        serial, digit = divmod(serial, len(CODE_ALPHABET))
        digits = CODE_ALPHABET[digit] + digits
    body = _SYNTHETIC_PREFIX + digits
    return body + check_character(body)
