"""Readers of values that come from a list: one code, several codes, yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from registry.register import Field
from registry.taxonomy import Vocabulary, vocabulary
from registry.values.objecting import Unreadable, shown

_SEPARATORS = re.compile(r"[，,;；/|\n\r]+")
_COMMA_LIKE = "、"
_CODE_AND_LABEL = re.compile(r"([0-9A-Za-z_]{2,40})[\s\-:：.、_]*(\D.*)")
_YES = {"是", "有", "√", "✓", "✔", "1", "y", "yes", "true", "对"}
_NO = {"否", "无", "没有", "×", "✗", "✘", "0", "n", "no", "false", "不是"}


def choice(field: Field) -> Callable[[str], str | None]:
    """The code of one entry, by its code, label or alias."""
    words = vocabulary(field.vocabulary)

    def read(raw: str) -> str | None:
        value = raw.strip()
        code = _find(words, value) if value else None
        if value and code is None:
            raise Unreadable(field, _unknown(field, words, value))
        return code

    return read


def codes(field: Field) -> Callable[[str], tuple[str, ...] | None]:
    """The codes of several entries, in their order, each once."""
    words = vocabulary(field.vocabulary)
    longest = 1 + max(entry.label.count(_COMMA_LIKE) for entry in words)

    def read(raw: str) -> tuple[str, ...] | None:
        value = raw.strip()
        whole = _find(words, value) if value else None
        if whole:
            return (whole,)
        pieces = filter(None, (piece.strip() for piece in _SEPARATORS.split(value)))
        found = (code for piece in pieces for code in _segments(field, words, piece, longest))
        return tuple(dict.fromkeys(found)) or None

    return read


def flag(field: Field) -> Callable[[str], bool | None]:
    """是/否, 有/无, √/×, Y/N, 1/0."""

    def read(raw: str) -> bool | None:
        value = raw.strip().lower()
        if not value:
            return None
        if value in _YES:
            return True
        if value in _NO:
            return False
        raise Unreadable(field, f"{field.label}{shown(raw.strip())}看不懂，请填“是”或“否”。")

    return read


def _segments(field: Field, words: Vocabulary, piece: str, longest: int) -> Iterator[str]:
    # 、 separates entries and also stands inside labels, so the longest run that is an entry wins.
    parts = [part for part in piece.split(_COMMA_LIKE) if part.strip()]
    start = 0
    while start < len(parts):
        for end in range(min(len(parts), start + longest), start, -1):
            code = _find(words, _COMMA_LIKE.join(parts[start:end]).strip())
            if code:
                yield code
                start = end
                break
        else:
            raise Unreadable(field, _unknown(field, words, parts[start].strip()))


def _find(words: Vocabulary, value: str) -> str | None:
    code = words.find(value)
    both = None if code else _CODE_AND_LABEL.fullmatch(value)
    # "0110 居家养老照护服务": the code decides, provided that the label does not say otherwise.
    if both and both[1] in words and words.find(both[2]) in (both[1], *_same_label(words, both[1])):
        return both[1]
    return code


def _same_label(words: Vocabulary, code: str) -> Iterator[str]:
    return (entry.code for entry in words if entry.label == words.label(code))


def _unknown(field: Field, words: Vocabulary, value: str) -> str:
    if "0" + value in words:
        return f"{field.label}{shown(value)}不在列表中，是否为“0{value}”（表格软件会去掉前导的0）？请改为文本格式重填。"
    near = words.nearest(value) or [entry.label for entry in words][:4]
    return f"{field.label}{shown(value)}不在列表中，可填：{'、'.join(near)}等。"
