"""Forecasts that cost nothing. Each takes the rows before the forecast (N,) and returns the next K."""

from __future__ import annotations

import numpy as np

from rnncore.series.scaling import level_and_spread


def naive(values: np.ndarray, horizon: int) -> np.ndarray:
    """The last value, repeated."""
    return np.full(horizon, values[-1])


def seasonal_naive(values: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """The last season, repeated; `naive` where there is not a whole one."""
    if season <= 1 or len(values) < season:
        return naive(values, horizon)
    return values[len(values) - season + np.arange(horizon) % season]


def drift(values: np.ndarray, horizon: int) -> np.ndarray:
    """The straight line through the first and the last value, continued."""
    slope = (values[-1] - values[0]) / max(len(values) - 1, 1)
    return values[-1] + slope * np.arange(1, horizon + 1)


def mean(values: np.ndarray, horizon: int) -> np.ndarray:
    """The mean of all values, repeated."""
    return np.full(horizon, level_and_spread(values, "standard")[0])
