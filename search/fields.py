"""What the embedded index keeps of a document: the fields, and what of it goes into each.

- `name`: pairs of every name, of its syllables and of its initials.
- `any`: pairs of names and texts; `heavy`: the same, of weighty texts only.
- `title`, `alias`: the folded title and other names, whole; `edge`, `aliasedge`: their beginnings, also in pinyin.
- `code`: codes whole; `codeedge`: their beginnings.
- `short` grows as the title gets shorter and breaks ties; `order` sorts by pinyin; `stored` is what a hit is made of.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache

import msgspec
import tantivy

from search import PUBLIC, Document
from search.pinyin import initials, order_key, syllables
from search.text import CODE_EDGE, GAP, code_keys, edges, fold, grams

SCHEMA_VERSION = 1
"""Raised whenever the fields or what goes into them change: an older index is refused until it is rebuilt."""

SEPARATOR = "\x1f"
"""Between kind, id and version in keys."""

HIDDEN = "\x1fhidden"
"""The access token of documents that not everyone may see."""

VALUE = "="
"""Leads every facet value: tantivy would take one that looks like a date for a date."""

HEAVY = 5
"""Texts of this weight or more rank above other texts."""

LATIN_EDGE = 4
"""Longest beginning in syllables or initials that has a term of its own."""

_LONGEST_TITLE = 64


class Stored(msgspec.Struct, array_like=True, frozen=True):
    """What a hit is made of; `syllables` go with `names` and let pinyin be highlighted without a dictionary."""

    kind: str
    id: str
    title: str
    names: tuple[str, ...]
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    syllables: tuple[str, ...]


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Stored).decode
_json = msgspec.json.Encoder().encode


def stored(document: tantivy.Document) -> Stored:
    """What was stored with a document."""
    packed: bytes = document["stored"][0]
    return _unpack(packed)


def key(kind: str, id_: str) -> str:
    """The term by which a document is replaced or removed."""
    return f"{kind}{SEPARATOR}{id_}"


@cache
def schema() -> tantivy.Schema:
    """The index's fields."""
    builder = tantivy.SchemaBuilder()
    for name in ("name", "any", "heavy"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in ("edge", "aliasedge", "codeedge"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("key", "stamp", "title", "alias", "code", "access"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_json_field("facets", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("short", fast=True)
    builder.add_unsigned_field("order", fast=True)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tantivy forgets them: needed again at every opening."""
    whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", whitespace)


def _beginnings(folded: str, spoken: str, first_letters: str) -> str:
    """The terms of `edge`: in characters, in syllables, in initials."""
    return f"{edges(folded)} {edges(spoken, LATIN_EDGE)} {edges(first_letters, LATIN_EDGE)}"


def _names(document: Document) -> tuple[str, ...]:
    """Every name once, the title first, whether or not the document repeats it among its names."""
    return tuple(dict.fromkeys((document.title, *document.names)))


def prepare(document: Document) -> str:
    """A document as the JSON that tantivy takes (read outside the GIL, unlike its dictionaries)."""
    names = _names(document)
    folded = [fold(name) for name in names]
    spoken = [syllables(name) for name in folded]
    letters = [initials(name) for name in spoken]
    texts = [grams(fold(text)) for text, _ in document.texts]
    weighty = [text for text, (_, weight) in zip(texts, document.texts, strict=True) if weight >= HEAVY]
    pairs = [grams(name) for name in folded]
    codes = [code for given in document.codes for code in code_keys(given)]
    beginnings = list(map(_beginnings, folded, spoken, letters))
    originals = tuple([text for text, _ in document.texts])
    record = Stored(document.kind, document.id, document.title, names, document.codes, originals, tuple(spoken))
    identity = key(document.kind, document.id)
    fields = {
        "key": identity,
        "stamp": f"{identity}{SEPARATOR}{document.version}",
        "kind": document.kind,
        "title": folded[0],
        "alias": folded[1:],
        "name": GAP.join([*pairs, *map(grams, spoken), *map(grams, letters)]),
        "any": GAP.join([*pairs, *texts]),
        "heavy": GAP.join([*pairs, *weighty]) if weighty else "",
        "edge": beginnings[0],
        "aliasedge": " ".join(beginnings[1:]),
        "code": codes,
        "codeedge": " ".join([edges(code, CODE_EDGE) for code in codes]),
        "access": document.access if PUBLIC in document.access else (*document.access, HIDDEN),
        "facets": {name: [VALUE + value for value in values] for name, values in document.facets.items()},
        "short": max(0, _LONGEST_TITLE - len(folded[0])),
        "order": order_key(spoken[0]),
        "stored": b64encode(_pack(record)).decode(),
    }
    return _json(fields).decode()
