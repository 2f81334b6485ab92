"""Bands around a forecast, from the errors it made on the validation part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Three to eight origins cover less than they say; measured on eleven open series at 80 and 95 %.
LEVELS, INFLATION = (0.0, 80.0, 95.0, 100.0), (1.2, 1.2, 1.5, 1.6)


Band = np.ndarray  # (levels, K): half the width of each level's band at each step


def bands(errors: Sequence[np.ndarray], levels: Sequence[float]) -> list[Band]:
    """Of each series, from what its forecasts (n, K) were off by."""
    return [half_widths(off, levels, off.shape[1]) for off in errors]


def half_widths(errors: np.ndarray, levels: Sequence[float], horizon: int) -> np.ndarray:
    """Half the width of each level's band at each step: (levels, K), nested, never shrinking with the step.

    errors: (n, K) of n forecasts, NaN where a step was not scored. They are scaled by their usual size at that step, pooled
    over all steps, and the quantile of the pool is taken, because each step alone has seen too few of them.
    """
    size = _usual_size(errors)
    pool = np.abs(errors) / np.where(size > 0, size, 1.0)
    pool = pool[np.isfinite(pool)]
    inflation = np.interp(levels, LEVELS, INFLATION)
    quantiles = np.quantile(pool, np.asarray(levels) / 100) if len(pool) else np.zeros(len(levels))
    return (quantiles * inflation)[:, None] * size[:horizon]


def _usual_size(errors: np.ndarray) -> np.ndarray:
    """Mean |error| at each step, smoothed by the best line a + b sqrt(step) with a, b >= 0; (K,)."""
    steps = np.sqrt(np.arange(1, errors.shape[1] + 1))
    known = np.isfinite(errors).any(axis=0)
    size = np.array([np.nanmean(np.abs(column)) if some else 0.0 for column, some in zip(errors.T, known, strict=True)])
    if known.sum() < 2:
        return np.full(errors.shape[1], size.max(initial=0.0))
    slope, base = np.polyfit(steps[known], size[known], 1)
    if slope < 0:
        slope, base = 0.0, size[known].mean()
    if base < 0:
        slope, base = (steps[known] @ size[known]) / (steps[known] @ steps[known]), 0.0
    return base + slope * steps
