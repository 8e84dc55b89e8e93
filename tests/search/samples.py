"""Short ways to make documents and to read answers. All records made here are synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search import PUBLIC, Document, Query

if TYPE_CHECKING:
    from search import SearchEngine


def enterprise(  # a document has many parts, and each test sets only those it is about
    title: str,
    *former: str,
    id_: str = "",
    version: int = 1,
    kind: str = "enterprise",
    codes: tuple[str, ...] = (),
    texts: tuple[tuple[str, int], ...] = (),
    facets: dict[str, tuple[str, ...]] | None = None,
    access: tuple[str, ...] = (PUBLIC,),
) -> Document:
    """A document named by its title, which is also its id unless one is given."""
    return Document(kind, id_ or title, version, title, (title, *former), codes, texts, facets or {}, access)


def titles(engine: SearchEngine, text: str, access: tuple[str, ...] | None = (PUBLIC,), limit: int = 100) -> list[str]:
    """The titles found, in order."""
    return [hit.title for hit in engine.search(Query(text, access=access, limit=limit)).hits]
