"""Columns assigned by hand: a list with the same header is read the same way next time, whatever its columns' names."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping

NOT_READ = ""
"""Assigned to a column that is to be left out."""

Assigned = Mapping[str, str]
"""Field names by header, as `header_key` writes it."""

Known = Mapping[str, Assigned]
"""What is assigned, by the fingerprint of a header."""


def header_key(text: str) -> str:
    """A header as it is compared: neither width nor case nor blanks nor punctuation tell headers apart."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in normal if c.isalnum()) or "".join(normal.split())


def fingerprint(texts: Iterable[str]) -> str:
    """What the header of a recurring list is known by: its columns, in any order."""
    keys = sorted(filter(None, map(header_key, texts)))
    return hashlib.blake2b("\n".join(keys).encode(), digest_size=12).hexdigest()
