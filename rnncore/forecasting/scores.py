"""How far a forecast is off. All of them are defined for zeros and constants, and None where they mean nothing."""

from __future__ import annotations

import math

import numpy as np


def mae(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute error, in the units of the values."""
    return float(np.mean(np.abs(actual - forecast)))


def rmse(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Root of the mean squared error, in the units of the values."""
    error = np.abs(actual - forecast)
    largest = error.max()
    return float(largest * np.sqrt(np.mean((error / largest) ** 2))) if largest > 0 else 0.0


def smape(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean of 200 |a - f| / (|a| + |f|), in percent, 0 to 200 (M4 competition); 0 where both are zero."""
    both = np.abs(actual) + np.abs(forecast)
    share = np.divide(np.abs(actual - forecast), both, out=np.zeros_like(both), where=both > 0)
    return float(200 * share.mean())


def seasonal_step(values: np.ndarray, season: int) -> float | None:
    """The unit of MASE: mean |y_t - y_(t-season)| over the rows before the held-out end.

    Where it is zero or there is no such row, the same at lag 1; None where that fails too.
    """
    for lag in dict.fromkeys((season, 1)):
        if len(values) > lag:
            step = float(np.mean(np.abs(values[lag:] - values[:-lag])))
            if step > 1e-13 * np.abs(values).max():
                return step
    return None


def mase(actual: np.ndarray, forecast: np.ndarray, step: float | None) -> float | None:
    """Mean absolute error in units of `seasonal_step` (Hyndman and Koehler 2006); None without one."""
    return None if step is None else mae(actual, forecast) / step


def score(actual: np.ndarray, forecast: np.ndarray, step: float | None) -> dict[str, float | None]:
    """All of them, by name."""
    found = {
        "mase": mase(actual, forecast, step),
        "smape": smape(actual, forecast),
        "mae": mae(actual, forecast),
        "rmse": rmse(actual, forecast),
    }
    return {name: value if value is not None and math.isfinite(value) else None for name, value in found.items()}


def pooled(scores: list[dict[str, float | None]]) -> dict[str, float | None]:
    """The scores of several series as one: the mean over those that have the score (root mean square for rmse)."""
    together = {}
    for name in scores[0]:
        known = np.array([one[name] for one in scores if one[name] is not None])
        if not len(known):
            together[name] = None
        elif name == "rmse":
            together[name] = rmse(known, np.zeros_like(known))
        else:
            together[name] = float(known.mean())
    return together
