"""The pool: every member of a run forecasts, and weighs as much as its errors on the validation part allow.

Letters: M members, S series, n validation forecasts (series after series), K rows ahead.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

POWER = 10.0  # weights fall with this power of the error: a member that is seven percent worse weighs half as much
OWN = 0.75  # of the judgement of a member, in a panel: what it did on the series itself; the rest is what it did on all
LEAST = 0.01  # of all weight: what weighs less is left out
FLOOR = 1 / 3  # of all weight, for each family of members: a few origins of one series are too little to trust one alone


@dataclass(frozen=True)
class Pool:
    """members: names; weights (S, M), each row adding up to 1; error (S, M): relative to the usual member, geometric mean over
    the validation origins (1: as good as the usual one)."""

    members: list[str]
    weights: np.ndarray
    error: np.ndarray

    def __call__(self, forecasts: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Forecasts (M, n, K) of the members for `series` (n,) -> the pooled forecast (n, K).

        A member that has none (NaN) is left out, and the others make up for it.
        """
        return weighted(forecasts, self.weights[series].T)

    def shares(self, forecasts: np.ndarray, series: np.ndarray) -> np.ndarray:
        """What every member counts in each of these forecasts, (M, n)."""
        return _shares(np.isfinite(forecasts).all(axis=2), self.weights[series].T)


def weighted(forecasts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """forecasts (M, n, K), weights (M, n) -> (n, K)."""
    there = np.isfinite(forecasts).all(axis=2)
    weights = _shares(there, weights)
    # Sums of differences: where all say the same, exactly that comes out.
    base = np.where(there[:, :, None], forecasts, -np.inf).max(0)
    return base + np.einsum("mn,mnk->nk", weights, np.where(there[:, :, None], forecasts - base, 0.0))


def _shares(there: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """weights (M, n), those of the members that are `there` (M, n) made up to 1; all alike where none of them has any."""
    weights = np.where(there, weights, 0.0)
    total = weights.sum(0)
    return np.where(total > 0, weights, there) / np.maximum(np.where(total > 0, total, there.sum(0)), 1e-300)


def fit(
    members: Sequence[str],
    forecasts: np.ndarray,
    actual: np.ndarray,
    counts: Sequence[int],
    families: Sequence[str] | None = None,
) -> Pool:
    """Weights from forecasts (M, n, K) and what came (n, K; NaN where it was not seen); counts: origins of each series.

    families: what kind each member is of. With a single series, each kind keeps a share of at least `FLOOR`.
    """
    return _pool(members, _log_errors(forecasts, actual), counts, families)


def left_out(
    members: Sequence[str],
    forecasts: np.ndarray,
    actual: np.ndarray,
    counts: Sequence[int],
    families: Sequence[str] | None = None,
) -> np.ndarray:
    """The pooled forecast (n, K) at each validation origin, with weights that know nothing of that origin.

    With a single origin a series there is nothing else to know, and the origin's own weights are taken.
    """
    errors, found = _log_errors(forecasts, actual), np.empty(forecasts.shape[1:])
    place = np.concatenate([np.arange(count) for count in counts])
    series = np.repeat(np.arange(len(counts)), counts)
    for out in range(max(counts)):
        here = place == out
        others = np.where(here[None] & (np.asarray(counts)[series] > 1)[None], np.nan, errors)
        pool = _pool(members, others, counts, families)
        found[here] = pool(forecasts[:, here], series[here])
    return found


def _log_errors(forecasts: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """log of the mean absolute error of each member at each origin, less the usual (median) member's there; (M, n)."""
    off = np.abs(forecasts - actual[None])
    seen = np.isfinite(actual)[None]
    error = np.where(seen, off, 0.0).sum(2) / np.maximum(seen.sum(2), 1)
    error = np.where(np.isfinite(error) & seen.any(2), error, np.nan)
    usual = _where_any(np.nanmedian, error, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A perfect forecast is as good as one that is a millionth off.
        return np.log(np.maximum(error, 1e-6 * usual) / usual)


def _pool(members: Sequence[str], errors: np.ndarray, counts: Sequence[int], families: Sequence[str] | None) -> Pool:
    """errors (M, n): as `_log_errors`, NaN where there is none."""
    starts = np.cumsum([0, *counts])
    own = np.array([nanmean(errors[:, a:b], 1) for a, b in itertools.pairwise(starts)])  # (S, M)
    if len(counts) > 1:
        together = nanmean(own, 0)
        own = np.where(np.isfinite(own), OWN * own + (1 - OWN) * together, together)
    judged = np.where(np.isfinite(own), own, np.inf)
    best = judged.min(1, keepdims=True)
    weights = np.exp(-POWER * (judged - np.where(np.isfinite(best), best, 0.0)))
    weights = np.where(weights.sum(1, keepdims=True) > 0, weights, 1.0)
    weights /= weights.sum(1, keepdims=True)
    if families and len(counts) == 1:
        weights = _balanced(weights, judged, np.array(families))
    weights = np.where(weights >= LEAST, weights, 0.0)
    return Pool(list(members), weights / weights.sum(1, keepdims=True), np.exp(own))


def _balanced(weights: np.ndarray, judged: np.ndarray, families: np.ndarray) -> np.ndarray:
    """The same weights (1, M) with at least `FLOOR` for each of two families that have a member that could be judged."""
    ours = families == families[0]
    if not all(np.isfinite(judged[:, one]).any() for one in (ours, ~ours) if one.any()) or ours.all():
        return weights
    share = float(np.clip(weights[:, ours].sum(), FLOOR, 1 - FLOOR))
    found = np.empty_like(weights)
    for one, part in ((ours, share), (~ours, 1 - share)):
        own = np.exp(-POWER * (judged[:, one] - judged[:, one].min()))
        found[:, one] = part * own / own.sum()
    return found


def nanmean(values: np.ndarray, axis: int) -> np.ndarray:
    """The mean of what is there; NaN, without a warning, where nothing is."""
    return _where_any(np.nanmean, values, axis)


def _where_any(mean, values: np.ndarray, axis: int) -> np.ndarray:
    some = np.isfinite(values).any(axis=axis)
    filled = np.where(np.expand_dims(some, axis), values, 0.0)
    return np.where(some, mean(filled, axis=axis), np.nan)
