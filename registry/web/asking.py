"""What the URL of a search asks for: every state of the search page is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Request

from registry import finding
from registry.web import facets, rendering


class Asked(NamedTuple):
    """What the URL asks for."""

    text: str
    kinds: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]
    offset: int = 0

    def url(self) -> str:
        """The one URL of this state."""
        own = {"q": self.text, "kind": self.kinds, **self.filters, "offset": str(self.offset or "")}
        return rendering.query_url("/search", own)

    def toggled(self, name: str, value: str) -> str:
        """The URL with one value of a facet added or taken away, on its first page."""
        if name == "kind":
            return self._replace(kinds=_toggle(self.kinds, value), offset=0).url()
        filters = {**self.filters, name: _toggle(self.filters.get(name, ()), value)}
        return self._replace(filters=filters, offset=0).url()

    def chosen(self) -> list[tuple[str, str, str]]:
        """Every filter: (facet's label, value's label, URL without it)."""
        pairs = [("kind", kind) for kind in self.kinds]
        pairs += [(name, value) for name, values in self.filters.items() for value in values]
        return [(facets.label_of(n), facets.value_label(n, v), self.toggled(n, v)) for n, v in pairs]


def asked(request: Request[Any, Any, Any]) -> Asked:
    """What a URL asks for; parameters that are no facet are refused by the search itself."""
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).extend(part for part in str(value).split(",") if part)
    text = str(request.query_params.get("q", "")).strip()[: finding.MAX_TEXT]
    offset = (given.pop("offset", None) or ["0"])[0]
    kinds = tuple(dict.fromkeys(given.pop("kind", ())))
    filters = {name: tuple(dict.fromkeys(values)) for name, values in given.items() if name != "q" and values}
    number = int(offset) if offset.isascii() and offset.isdecimal() and len(offset) < 8 else 0
    return Asked(text, kinds, filters, min(number, finding.MAX_OFFSET))


def _toggle(values: Sequence[str], value: str) -> tuple[str, ...]:
    return tuple(v for v in values if v != value) if value in values else (*values, value)
