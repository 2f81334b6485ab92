"""How rows and names are written into a table that a spreadsheet program will open."""

from __future__ import annotations

import pandas as pd

# Spreadsheet programs run cells that begin with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def labels(index: pd.Index) -> list:
    """Row numbers, or ISO stamps, without a time of day where it is always midnight."""
    if not isinstance(index, pd.DatetimeIndex):
        return [int(row) for row in index]
    if index.tz is None and (index == index.normalize()).all():
        return [stamp.date().isoformat() for stamp in index]
    return [stamp.isoformat() for stamp in index]


def harmless(name: str) -> str:
    """A name that no spreadsheet program takes for a formula."""
    return "'" + name if name.startswith(FORMULA) else name
