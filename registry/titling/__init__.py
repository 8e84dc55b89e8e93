"""Titles by officers: the acts of `service`, what they ask for, and a record's titles on any day."""

from __future__ import annotations

from registry.titling.asking import CORRECTABLE, fields_of
from registry.titling.service import correct, give, perform
from registry.titling.showing import Titles, TitleShown, listing, may, one

__all__ = ["CORRECTABLE", "TitleShown", "Titles", "correct", "fields_of", "give", "listing", "may", "one", "perform"]
