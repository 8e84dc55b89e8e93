"""Titles by officers: the acts of `service`, what they ask for, and a record's titles on any day."""

from __future__ import annotations

from registry.titling.asking import CORRECTABLE, fields_of
from registry.titling.service import correct, give, perform
from registry.titling.showing import Titles, TitleShown, listing, may, one
from registry.titling.undoing import UNDO, is_act, may_take_back, take_back

__all__ = [
    "CORRECTABLE",
    "UNDO",
    "TitleShown",
    "Titles",
    "correct",
    "fields_of",
    "give",
    "is_act",
    "listing",
    "may",
    "may_take_back",
    "one",
    "perform",
    "take_back",
]
