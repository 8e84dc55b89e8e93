"""Sample data: the published lists of a real city and what belongs to it, and synthetic records for volume."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent

CITY = _FOLDER / "city.csv"
"""Rows of published lists as printed, each with its source; an import file like any other."""

SAMPLES: dict[str, Path] = {
    "enterprise": CITY,
    "park": _FOLDER / "parks.csv",
    "brand": _FOLDER / "brands.csv",
    "standard": _FOLDER / "standards.csv",
    "listing": _FOLDER / "listings.csv",
}
"""The sample list of each register. Brands are invented and marked so: no published list was at hand."""
