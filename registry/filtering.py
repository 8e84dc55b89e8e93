"""What a list is narrowed by: the values of a filter as they are kept, and the condition they make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from registry import taxonomy, values
from registry.errors import BadRequest
from registry.register import Field, FieldType, Register


def takes_one(register: Register, name: str) -> bool:
    """Whether one value may be told by =, which an index can answer in the list's order, as it cannot for ANY."""
    field = register.by_name.get(name)
    return field is not None and not field.derived and field.type is not FieldType.CODES


def sql(register: Register, name: str, n: int, *, single: bool) -> str:
    """The condition on r that parameter n makes."""
    derived = register.companion.filters if register.companion else {}
    if name in derived:
        return derived[name].format(day="$1", values=f"${n}::text[]")
    field = register.by_name.get(name)
    if field is None or not field.filter:
        raise BadRequest(f"不能按“{name[:40]}”筛选。")
    if field.type is FieldType.CODES:
        return f"r.{name} && ${n}::varchar[]"
    kind = "bool" if field.type is FieldType.FLAG else "text"
    return f"r.{name} = ${n}::{kind}" if single else f"r.{name} = ANY(${n}::{kind}[])"


def values_of(register: Register, name: str, wanted: Sequence[str]) -> list[Any]:
    """Labels become codes, and a class of a classification stands for all classes below it."""
    field = register.by_name.get(name)
    if field is None:
        return list(wanted)
    if field.type is FieldType.FLAG:
        return [_flag(field, value) for value in wanted]
    if not field.vocabulary:
        return list(wanted)
    vocabulary = taxonomy.vocabulary(field.vocabulary)
    codes = [vocabulary.find(value) or value for value in wanted]
    if field.type is FieldType.CODES:
        codes = [below for code in codes for below in _with_classes_below(field.vocabulary, code)]
    return codes


def _flag(field: Field, text: str) -> bool:
    try:
        return bool(values.parse(field, text))
    except values.Unreadable as wrong:
        raise BadRequest(wrong.objection.message) from wrong


@lru_cache(maxsize=1000)
def _with_classes_below(name: str, code: str) -> tuple[str, ...]:
    vocabulary = taxonomy.vocabulary(name)
    return (code, *(entry.code for entry in vocabulary if code in vocabulary.ancestors(entry.code)))
