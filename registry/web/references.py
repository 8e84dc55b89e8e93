"""What a record names and what names it, as groups of links on its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from plugins import manager
from registry.links import Reference, References


class Linked(NamedTuple):
    """One record at the other end."""

    name: str
    url: str
    when: str


class Group(NamedTuple):
    """The records of one kind that hang together with the record by one field; `all_url` leads to all of them."""

    label: str
    total: int
    linked: list[Linked]


def groups(found: Sequence[References]) -> list[Group]:
    """Incoming references under the kind of the records they come from, outgoing ones under their field."""
    return [Group(one.label, one.total, [_linked(record) for record in one.records]) for one in found]


def _linked(record: Reference) -> Linked:
    url = _url(record)
    began, ended = record.began, record.ended
    when = f"{began or '……'} 至 {ended or '今'}" if began or ended else ""
    return Linked(record.name, url, when)


def _url(record: Reference) -> str:
    return f"/{manager.registers()[record.kind].plural}/{record.id}" if record.id else ""


def urls(found: Sequence[References]) -> dict[tuple[str, str], str]:
    """Where what a field printed leads."""
    return {
        (one.field, record.printed): _url(record)
        for one in found
        if not one.incoming
        for record in one.records
        if record.id
    }
