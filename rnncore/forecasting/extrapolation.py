"""Whether a forecast was asked for values unlike any that a network was trained on, as the network sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.config import ForecastConfig

# Beyond the farthest training target by this share of the range of all of them; this share of the held-out values.
MARGIN, SHARE = 0.2, 0.2
WINDOWS_SHOWN = 2000
LEAST_SPREAD = 0.01  # of a window, as a share of the series' own


@dataclass(frozen=True)
class Beyond:
    """where: (n, K) bool; share: of the held-out values, 0 to 1. value: the farthest of them; limit: how far training targets
    reach. Both in the file's units, or, where each window is scaled by itself, in spreads from the window's mean."""

    where: np.ndarray
    share: float
    above: bool
    value: float
    limit: float


def beyond(values: np.ndarray, train: int, origins: Sequence[int], actual: np.ndarray, asked: ForecastConfig) -> Beyond | None:
    """The held-out values (n, K) that lie farther out than all that a network learnt to forecast; None where few do."""
    horizon, window = actual.shape[1], asked.window or 2
    whole = np.array(origins) >= window
    if train < window + horizon or not whole.all() or not values[:train].std():
        return None
    if asked.transform == "log":
        values, actual = np.log(values), np.log(actual)
    if asked.scaling == "window":
        seen, far = _by_window(values, train, origins, actual, window)
    else:
        seen, far = values[:train], actual
    low, high = float(seen.min()), float(seen.max())
    above, below = far > high + MARGIN * (high - low), far < low - MARGIN * (high - low)
    where = above if above.sum() >= below.sum() else below
    share = float(where.sum() / np.isfinite(far).sum())
    if share < SHARE:
        return None
    upward = where is above
    value, limit = (float(np.nanmax(far)), high) if upward else (float(np.nanmin(far)), low)
    if asked.scaling == "window" and (limit <= 0 if upward else limit >= 0):
        return None  # a fall shallower than all before it is no jump
    if asked.transform == "log" and asked.scaling != "window":
        value, limit = float(np.exp(value)), float(np.exp(limit))
    return Beyond(where, share, upward, float(f"{value:.3g}"), float(f"{limit:.3g}"))


def _by_window(values: np.ndarray, train: int, origins: Sequence[int], actual: np.ndarray, window: int):
    """Training targets, and the actual values (n, K), in spreads from the mean of the window before them."""
    horizon = actual.shape[1]
    rows = np.unique(np.linspace(window, train - horizon, min(WINDOWS_SHOWN, train - horizon - window + 1)).astype(int))
    least = LEAST_SPREAD * values[:train].std()
    ahead = values[rows[:, None] + np.arange(horizon)]
    return _scaled(values, rows, ahead, window, least), _scaled(values, np.array(origins), actual, window, least)


def _scaled(values: np.ndarray, rows: np.ndarray, ahead: np.ndarray, window: int, least: float) -> np.ndarray:
    before = values[np.maximum(rows[:, None] - window + np.arange(window), 0)]
    spread = np.maximum(before.std(axis=1, keepdims=True), max(least, 1e-300))
    return (ahead - before.mean(axis=1, keepdims=True)) / spread
