"""Attachments: files that hang on the record of any register, or lie loose until they are bound to one.

What a file is, is told by its content; it lies in DATA_DIR under the digest of its content, so that nothing a client
says becomes a path; who may have it is said file by file.
"""

from __future__ import annotations

from registry.attachments.schemas import MOST_BYTES, MOST_FILES, MOST_TOGETHER, Attachment, Given, Level
from registry.attachments.service import attach, bind, change, content, find, keep_loose, listing, listing_of, remove
from registry.attachments.upkeep import sweep, verify

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "MOST_TOGETHER",
    "Attachment",
    "Given",
    "Level",
    "attach",
    "bind",
    "change",
    "content",
    "find",
    "keep_loose",
    "listing",
    "listing_of",
    "remove",
    "sweep",
    "verify",
]
