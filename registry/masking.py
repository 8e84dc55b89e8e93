"""Personal data covered: 13812341234 is 138****1234, 张三 is 张*, a@b.cn is a***@b.cn. Pure.

Whatever leaves a service carries them covered; in clear they are had one record at a time, for a purpose that is
logged (`registry.personal`). A covered value that comes back says that nothing was changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from registry.errors import Objection
from registry.field import Field
from registry.register import Register

COVER = "*"
ERASED = "（已依法删除）"
"""What stands in history where a value was; it needs no cover."""
_LEAST_NUMBER = 7
"""Digits from which on a text is taken for a number (of a telephone, of a card) and not for a name."""

_TOLD = f"带 {COVER} 的是遮盖后的内容：不改就原样留着，要改请填写完整的新内容。"


def is_masked(text: Any) -> bool:
    """Whether something in it is covered."""
    if isinstance(text, str):
        return COVER in text
    parts = text.values() if isinstance(text, Mapping) else text if isinstance(text, (list, tuple)) else ()
    return any(map(is_masked, parts))


def mask(field: Field, value: Any) -> Any:
    """A value as it may be shown: covered if the field is personal, cell by cell if some of its columns are."""
    if value in (None, "", [], ()):
        return value
    if field.personal:
        return _cover(value)
    covered = {column.name: column for column in field.columns if column.personal}
    if not covered or not isinstance(value, (list, tuple)):
        return value
    return [
        {name: mask(covered[name], cell) if name in covered else cell for name, cell in row.items()} for row in value
    ]


def _cover(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _cover(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cover(part) for part in value]
    return _cover_text(str(value)) if value not in (None, "") else value


def _cover_text(text: str) -> str:
    if is_masked(text) or text == ERASED:
        return text
    if "@" in text:
        return f"{text[0]}***{text[text.index('@') :]}"
    places = [place for place, character in enumerate(text) if character.isdigit()]
    if len(places) < _LEAST_NUMBER:
        return text[0] + COVER * min(max(1, len(text) - 1), 2)
    # A card number shows where it is from and its end, a telephone number its network and its end.
    first = 6 if len(places) > 12 else max(0, len(places) - 8)
    hidden = set(places[first:-4])
    return "".join(COVER if place in hidden else character for place, character in enumerate(text))


@cache
def personal(register: Register) -> dict[str, Field]:
    """The fields of a register that hold data of persons, by name."""
    return {
        field.name: field
        for field in register.stored
        if field.personal or any(column.personal for column in field.columns)
    }


def places(register: Register, columns: Sequence[Field]) -> list[tuple[int, Field]]:
    """Which of these columns are personal, and where they stand."""
    return [(place, field) for place, field in enumerate(columns) if field.name in personal(register)]


def cover(cells: list[Any], covered: Sequence[tuple[int, Field]]) -> list[Any]:
    """A row with the cells at these places covered."""
    for place, field in covered:
        cells[place] = mask(field, cells[place])
    return cells


def masked(register: Register, values: Mapping[str, Any], clear: Iterable[str] = ()) -> dict[str, Any]:
    """Values by field name with personal ones covered, but for those in `clear`."""
    covered = {name: field for name, field in personal(register).items() if name not in set(clear)}
    return {name: mask(covered[name], value) if name in covered else value for name, value in values.items()}


def settle(
    register: Register, changes: Mapping[str, Any], old: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Objection]]:
    """What of the changes is meant: a covered value that came back as it was shown is not; any other is wrong."""
    meant, objections = dict(changes), []
    for name, field in personal(register).items():
        if not is_masked(meant.get(name)):
            continue
        if meant[name] != mask(field, old.get(name)):
            objections.append(Objection(_TOLD, name, field.label))
        del meant[name]
    return meant, objections
