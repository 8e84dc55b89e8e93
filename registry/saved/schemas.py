"""What is kept of a question, and what people read of it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec

from plugins import manager
from registry.errors import BadRequest

SEARCH = "search"
"""The place of a search over all kinds; any other place is the kind whose list it is."""

_PASSING = frozenset({"offset", "cursor", "limit", "columns", "format", "facets", "as_of"})
"""Parameters of a view that say which page of it, not what is asked."""


class Asked(msgspec.Struct, frozen=True):
    """A question: words and kinds of a search, or the sort of a list; and its filters."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    filters: dict[str, tuple[str, ...]] = {}
    sort: str = ""

    def url(self, place: str) -> str:
        """The page that asks it."""
        path = "/search" if place == SEARCH else f"/{manager.registers()[place].plural}"
        pairs = [("q", self.text), *(("kind", kind) for kind in self.kinds), ("sort", self.sort)]
        pairs += [(name, value) for name, values in self.filters.items() for value in values]
        query = urlencode([(name, value) for name, value in pairs if value])
        return f"{path}?{query}" if query else path


def read(address: str) -> tuple[str, Asked]:
    """The place and the question of a page's address, with or without the site before it."""
    path, _, query = address.partition("?")
    plural = path.strip("/")
    register = manager.register_for(plural)
    if plural != SEARCH and register is None:
        raise BadRequest("能保存的是检索页或名单页的地址，例如 /search?q=助浴 或 /enterprises?district=铜梁区。")
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        given.setdefault(name, []).extend(part for part in value.split(",") if part)
    text = ",".join(given.pop("q", []))
    kinds = tuple(dict.fromkeys(given.pop("kind", []))) if register is None else ()
    sort = (given.pop("sort", None) or [""])[0] if register else ""
    filters = {name: tuple(dict.fromkeys(values)) for name, values in given.items() if name not in _PASSING and values}
    return register.kind if register else SEARCH, Asked(text, kinds, filters, sort)


class Saved(msgspec.Struct, frozen=True):
    """A kept question. `news` are hits since it was last looked at, for its owner; `url` is the page that asks it."""

    id: UUID
    name: str
    place: str
    asked: Asked
    shared: bool
    alert: bool
    owner: str
    own: bool
    since: datetime
    url: str
    news: int = 0


class Changes(msgspec.Struct, frozen=True):
    """What is to be different; what is not said stays."""

    name: str | None = None
    shared: bool | None = None
    alert: bool | None = None


class News(msgspec.Struct, frozen=True):
    """A record that came to answer the question, and when that was noticed."""

    kind: str
    kind_label: str
    id: str
    title: str
    place: str
    url: str
    at: datetime
