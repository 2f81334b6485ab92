"""What the stamps of a series tell by themselves: hour, weekday and day of the year, known for every row to come."""

from __future__ import annotations

import numpy as np
import pandas as pd

FEWEST_CYCLES = 2  # of a cycle, before the held-out end: fewer would be taken for a trend
HARMONICS = {"hour": 2, "weekday": 3, "year": 1}  # three tell all seven weekdays apart
LENGTH = {"hour": pd.Timedelta(days=1), "weekday": pd.Timedelta(days=7), "year": pd.Timedelta(days=365.25)}


def features(index: pd.DatetimeIndex, seen: int) -> dict[str, np.ndarray]:
    """Sine and cosine of each cycle that has steps to tell apart and that the first `seen` rows hold twice: (N,) by name."""
    step = (index[1:] - index[:-1]).to_series().median()
    span = index[seen - 1] - index[0]
    found: dict[str, np.ndarray] = {}
    for cycle, phase in _phases(index).items():
        if LENGTH[cycle] >= 2 * step and span >= FEWEST_CYCLES * LENGTH[cycle]:
            for harmonic in range(1, HARMONICS[cycle] + 1):
                if LENGTH[cycle] >= 2 * harmonic * step:
                    found[f"{cycle}_sin_{harmonic}"] = np.sin(2 * np.pi * harmonic * phase)
                    found[f"{cycle}_cos_{harmonic}"] = np.cos(2 * np.pi * harmonic * phase)
    return found


def _phases(index: pd.DatetimeIndex) -> dict[str, np.ndarray]:
    """How far each stamp has come in each cycle, 0 to 1 (N,)."""
    clock = index.tz_localize(None)
    day = np.asarray((clock - clock.normalize()) / pd.Timedelta(days=1), dtype=np.float64)
    return {
        "hour": day,
        "weekday": clock.day_of_week.to_numpy() / 7,
        "year": (clock.day_of_year.to_numpy() - 1 + day) / 365.25,
    }
