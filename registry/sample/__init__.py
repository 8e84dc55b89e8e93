"""Sample data: the published lists of a real city, and synthetic enterprises for volume."""

from __future__ import annotations

from pathlib import Path

CITY = Path(__file__).parent / "city.csv"
"""Rows of published lists as printed, each with its source; an import file like any other."""
