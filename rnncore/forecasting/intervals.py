"""Bands around a forecast: split conformal prediction on rolling forecasts (Vovk et al. 2005, Lei et al. 2018).

A score is what a forecast was off by at one step, relative to what is usual at that step; the band holds as many of the scores
seen as it is to hold of those to come. Steps share their scores, because each of them alone has seen too few.

Letters: n rolling forecasts of a series, K steps ahead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Band = np.ndarray  # (levels, K): half the width of each level's band at each step

# Scores of one forecast are alike, and origins are few: bands hold less than they say. Measured on eleven open series.
LEVELS, INFLATION = (0.0, 80.0, 95.0, 100.0), (1.2, 1.2, 1.4, 1.5)
# Of the weight of a forecast, that the one before it has, where newer errors are to count more.
DECAY = 0.8


def bands(errors: Sequence[np.ndarray], levels: Sequence[float], units: Sequence[float], adaptive: bool = False) -> list[Band]:
    """Of each series, from what its forecasts (n, K), oldest first, were off by; NaN where a step was not scored.

    units: what is a usual change of each series, by which series of a panel become comparable. adaptive: newer errors count
    more, for series that drift (nonexchangeable conformal prediction, Barber et al. 2023).
    """
    sizes = _sizes(errors, units)
    scores = [_scores(off, size) for off, size in zip(errors, sizes, strict=True)]
    ages = [np.repeat(np.arange(len(off))[::-1], off.shape[1]) for off in errors]
    known = [np.isfinite(one) for one in scores]
    pool = np.concatenate([one[there] for one, there in zip(scores, known, strict=True)])
    age = np.concatenate([one[there] for one, there in zip(ages, known, strict=True)])
    weights = (DECAY if adaptive else 1.0) ** age
    inflation = np.interp(levels, LEVELS, INFLATION)
    reach = np.array([quantile(pool, level / 100, weights) for level in levels]) * inflation
    return [reach[:, None] * size for size in sizes]


def quantile(scores: np.ndarray, level: float, weights: np.ndarray | None = None) -> float:
    """The smallest score such that those up to it, of all and one that is yet to come, make up the share `level`.

    Without weights this is the ceil((n + 1) level)-th smallest of n. Where even the largest is not enough, the largest.
    """
    if not len(scores):
        return 0.0
    order = np.argsort(scores)
    weights = np.ones(len(scores)) if weights is None else weights[order]
    share = np.cumsum(weights) / (weights.sum() + weights.max())
    return float(scores[order][min(np.searchsorted(share, level - 1e-12), len(scores) - 1)])


def _scores(off: np.ndarray, size: np.ndarray) -> np.ndarray:
    return (np.abs(off) / np.where(size > 0, size, 1.0)).ravel()


def _sizes(errors: Sequence[np.ndarray], units: Sequence[float]) -> list[np.ndarray]:
    """What a forecast of each series is usually off by at each step, (K,).

    Alone, a series has its own mean errors. In a panel all share one shape over the steps, and how large the errors of a series
    are is drawn towards what is usual, the more the fewer forecasts there are of it.
    """
    if len(errors) == 1:
        return [_smoothed(_mean(errors[0]))]
    relative = np.array([_mean(off) / unit for off, unit in zip(errors, units, strict=True)])  # (S, K)
    shape = _smoothed(_mean(relative))
    own = _mean(relative.T)  # (S,)
    positive = own > 0
    usual = float(np.exp(np.log(own[positive]).mean())) if positive.any() else 0.0
    count = np.array([len(off) for off in errors])
    trust = count / (count + 1.0)
    with np.errstate(divide="ignore"):
        drawn = np.where(positive & (usual > 0), np.exp(trust * np.log(own) + (1 - trust) * np.log(usual or 1.0)), 0.0)
    level = shape.mean() or 1.0
    return [shape / level * one * unit for one, unit in zip(drawn, units, strict=True)]


def _mean(errors: np.ndarray) -> np.ndarray:
    """Mean size of what is there, over the first axis; NaN where nothing is."""
    there = np.isfinite(errors)
    total = np.where(there, np.abs(errors), 0.0).sum(0)
    return np.divide(total, there.sum(0), out=np.full(total.shape, np.nan), where=there.any(0))


def _smoothed(size: np.ndarray) -> np.ndarray:
    """(K,) by the best line a + b sqrt(step) with a, b >= 0: errors do not shrink with the step."""
    steps, known = np.sqrt(np.arange(1, len(size) + 1)), np.isfinite(size)
    if known.sum() < 2:
        return np.full(len(size), size[known].max(initial=0.0))
    slope, base = np.polyfit(steps[known], size[known], 1)
    if slope < 0:
        slope, base = 0.0, size[known].mean()
    if base < 0:
        slope, base = (steps[known] @ size[known]) / (steps[known] @ steps[known]), 0.0
    return base + slope * steps
