"""Searches and filters that people keep: under a name, to share with colleagues, and to be told of new hits.

What is kept is the question, never the answer: whoever opens it gets what its own rights allow.
"""

from __future__ import annotations

from registry.saved.schemas import Asked, Changes, News, Saved
from registry.saved.service import change, forget, get, keep, listing, news, seen, unseen

__all__ = [
    "Asked",
    "Changes",
    "News",
    "Saved",
    "change",
    "forget",
    "get",
    "keep",
    "listing",
    "news",
    "seen",
    "unseen",
]
