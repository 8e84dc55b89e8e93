"""Fields that one site adds to the registers, from `fields.toml` in the data folder: no code, no migration."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from registry import settings, taxonomy
from registry.field import Field, FieldType, Opening
from registry.register import Register

_NAME = re.compile(r"x_[a-z][a-z0-9_]{0,40}")


class SiteField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field as the file declares it; `vocabulary` names a list of `registry/data` (choice, codes)."""

    name: str
    label: str
    type: Literal["text", "long_text", "date", "integer", "decimal", "flag", "names", "choice", "codes"] = "text"
    help: str = ""
    unit: str = ""
    vocabulary: str = ""
    aliases: tuple[str, ...] = ()
    max_length: int = 200
    opening: Literal["open", "conditional", "closed"] = "open"
    filter: bool = False
    sort: bool = False
    weight: int = 0

    def declared(self) -> Field:
        """The field as the machinery takes it; ValueError with a plain sentence when it cannot be one."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"字段名“{self.name}”应以 x_ 开头，只用小写字母、数字和下划线。")
        if self.type in {"choice", "codes"}:
            _require_vocabulary(self)
        return Field(
            self.name,
            self.label,
            FieldType(self.type),
            aliases=self.aliases,
            unit=self.unit,
            help=self.help,
            vocabulary=self.vocabulary,
            max_length=self.max_length,
            opening=Opening(self.opening),
            filter=self.filter,
            sort=self.sort,
            weight=self.weight,
        )


def _require_vocabulary(field: SiteField) -> None:
    try:
        taxonomy.vocabulary(field.vocabulary)
    except KeyError:
        raise ValueError(f"字段“{field.name}”的词表“{field.vocabulary}”不存在。") from None


def extended(register: Register) -> Register:
    """The register with the fields that this site adds to it."""
    declared = _declared(settings.read().data_dir / "fields.toml")
    added = tuple(field.declared() for field in declared.get(register.kind, ()))
    if not added:
        return register
    taken = {name for f in register.fields for name in (f.name, f.label)}
    for field in added:
        if field.name in taken or field.label in taken:
            raise ValueError(f"{register.label}已有名为“{field.label}”（{field.name}）的字段，请改名。")
    return dataclasses.replace(register, own=(*register.own, *added))


@cache
def _declared(path: Path) -> dict[str, tuple[SiteField, ...]]:
    """What the file says, by kind of register; a fault stops the start with a plain sentence."""
    if not path.is_file():
        return {}
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, tuple[SiteField, ...]])
    except (msgspec.MsgspecError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{path.name} 无法识别：{wrong}") from wrong
