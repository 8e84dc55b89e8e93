"""What searching learns: words that mean the same, words kept whole, and searches that found nothing."""

from __future__ import annotations
