"""Level and spread: what a network never sees, because they are taken off its inputs and put back on its outputs.

A spread of zero means that nothing varies: scaled values are zero then, and what is put back is the level alone.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Scaling = Literal["window", "standard", "minmax"]

# Of the series' own spread: a window quieter than this would turn the next ripple into a huge target.
LEAST_SPREAD = 0.05
# Relative to the magnitude: below this a spread is rounding noise.
NOISE = 1e-12


def level_and_spread(values: np.ndarray, scaling: Scaling) -> tuple[float, float]:
    """Of the training part of one series: mean and standard deviation, or minimum and range."""
    values = np.asarray(values, dtype=np.float64)
    if scaling == "minmax":
        level, spread = float(values.min()), float(np.ptp(values))
    else:
        level, spread = float(_mean(values)), float(values.std())
    return level, _without_noise(spread, np.abs(values).max())


def window_level_and_spread(inputs: np.ndarray, least: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each window of `inputs` (n, W), both (n, 1); no spread is smaller than `least`."""
    level = _mean(inputs)
    spread = _without_noise(inputs.std(axis=1, keepdims=True), np.abs(inputs).max(axis=1, keepdims=True))
    return level, np.maximum(spread, least)


def scale(values: np.ndarray, level: np.ndarray | float, spread: np.ndarray | float) -> np.ndarray:
    """(values - level) / spread, and zero where the spread is."""
    difference = np.asarray(values - level)
    return np.divide(difference, spread, out=np.zeros_like(difference), where=np.broadcast_to(spread, difference.shape) > 0)


def _mean(values: np.ndarray) -> np.ndarray:
    """Of the last axis, kept where there are two; exact where all values are equal, and without overflow."""
    first = values[..., :1]
    mean = first + np.mean(values - first, axis=-1, keepdims=True)
    return mean if values.ndim > 1 else mean[0]


def _without_noise(spread, magnitude):
    return np.where(spread > NOISE * magnitude, spread, 0.0)[()]
