"""Readers of texts, names and codes: what was printed stays, only widths, invisible characters and stray spaces go."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from registry import naming
from registry.register import Field
from registry.taxonomy import vocabulary
from registry.values.objecting import Unreadable, shown

# Full-width letters and digits, Kangxi radicals and compatibility ideographs (both come out of PDF files) mean the same
# as their plain forms. Chinese punctuation does not: NFKC over the whole text would spoil it.
_COMPATIBLE = re.compile(r"[Ａ-Ｚａ-ｚ０-９\u2f00-\u2fdf\uf900-\ufaff]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_SPACES = re.compile(r"[^\S\n]+")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff（）()·])\s+(?=[\u3400-\u9fff（）()·])")
_SEPARATORS = re.compile(r"[、；;\n|]")
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*(?:[、；;\n|]|$)')
_PLAIN = re.compile(r"([^、；;\n|]*)[、；;\n|]?")

_WIDEST_EXPANSION = 18
"""One character becomes at most 18 under NFKC."""


def line(field: Field) -> Callable[[str], str | None]:
    """A text on one line; a line break inside a cell becomes a space. With a vocabulary, known names are completed."""
    limit = field.max_length
    known = vocabulary(field.vocabulary).find if field.vocabulary else None

    def read(raw: str) -> str | None:
        value = raw.strip()
        if not value.isprintable() or _COMPATIBLE.search(value):
            value = _SPACES.sub(" ", _tidy(field, value).replace("\n", " ")).strip()
        if len(value) > limit:
            raise _too_long(field, value)
        return (known and known(value)) or value or None

    return read


def paragraphs(field: Field) -> Callable[[str], str | None]:
    """A text that keeps its line breaks."""
    limit = field.max_length

    def read(raw: str) -> str | None:
        value = raw.strip()
        if not value.isprintable() or _COMPATIBLE.search(value):
            value = _tidy(field, value).strip()
        if len(value) > limit:
            raise _too_long(field, value)
        return value or None

    return read


def name(field: Field) -> Callable[[str], str | None]:
    """An organisation's name as printed, brackets included, without spaces between Chinese characters."""
    read_line = line(field)
    limit = field.max_length

    def read(raw: str) -> str | None:
        value = read_line(raw)
        if value is None:
            return None
        if " " in value:
            value = _HAN_SPACE.sub("", value)
        if len(value) * _WIDEST_EXPANSION > limit and len(unicodedata.normalize("NFKC", value).casefold()) > limit:
            raise _too_long(field, value)
        return value

    return read


def names(field: Field) -> Callable[[str], tuple[str, ...] | None]:
    """Several names, separated by 、；; or line breaks; a comma may be part of a name, anything of one in quotes."""
    read_name = name(field)

    def read(raw: str) -> tuple[str, ...] | None:
        found = (read_name(piece) for piece in _pieces(_BREAKS.sub("\n", raw)))
        return tuple(dict.fromkeys(filter(None, found))) or None

    return read


def _pieces(raw: str) -> Iterator[str]:
    at = 0
    while at < len(raw):
        quoted = _QUOTED.match(raw, at)
        found = quoted or _PLAIN.match(raw, at)
        if found is None:
            return
        yield found[1].replace('""', '"') if quoted else found[1]
        at = found.end()


def one_of_names(name: str) -> str:
    """A name as it stands among several: in quotes if it would not be read as one."""
    apart = _SEPARATORS.search(name) or name.startswith('"')
    return '"' + name.replace('"', '""') + '"' if apart else name


def credit_code(field: Field) -> Callable[[str], str | None]:
    """A 统一社会信用代码 in standard form (`registry.naming.credit_code`)."""

    def read(raw: str) -> str | None:
        value = raw.strip()
        if value in _NO_CODE:
            return None
        try:
            return naming.credit_code(value)
        except naming.BadCode as bad:
            raise Unreadable(field, str(bad)) from None

    return read


def standard_no(field: Field) -> Callable[[str], str | None]:
    """A standard's number in standard form (`registry.naming.standard_number`)."""
    read_line = line(field)

    def read(raw: str) -> str | None:
        value = read_line(raw)
        return None if value is None or value in _NO_CODE else naming.standard_number(value)

    return read


_NO_CODE = {"", "-", "--", "—", "/", "无", "暂无"}


def _tidy(field: Field, value: str) -> str:
    value = _INVISIBLE.sub("", _BREAKS.sub("\n", value).replace("\t", " "))
    forbidden = _FORBIDDEN.search(value)
    if forbidden:
        place = forbidden.start() + 1
        raise Unreadable(field, f"{field.label}{shown(value)}第{place}个字是看不见的控制字符，请删去后重填。")
    return _SPACES.sub(" ", _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), value))


def _too_long(field: Field, value: str) -> Unreadable:
    message = f"{field.label}{shown(value)}有{len(value)}字，最多{field.max_length}字，请精简后重填。"
    return Unreadable(field, message)
