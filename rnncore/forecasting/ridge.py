"""The best linear map from a window to what follows it: a strong forecast that costs almost nothing.

Letters: n windows, W rows of a window, K rows ahead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnncore.series.windows import Windows

MOST_WINDOWS = 6000  # the newest ones: more change little
PENALTIES = np.logspace(-3, 4, 15)


@dataclass(frozen=True)
class Ridge:
    """map (W + 1, K): weights of each row of a scaled window, and a constant. penalty: what was chosen."""

    map: np.ndarray
    penalty: float

    def __call__(self, scaled: np.ndarray) -> np.ndarray:
        """Scaled windows (n, W) -> what follows, scaled likewise (n, K)."""
        return scaled @ self.map[:-1] + self.map[-1]


def fit(scaled: np.ndarray, ahead: np.ndarray) -> Ridge:
    """Ridge regression of `ahead` (n, K) on `scaled` (n, W).

    The penalty is the one with the smallest generalised cross-validation (Golub, Heath and Wahba 1979), over all K together.
    """
    inputs, targets = scaled.mean(0), ahead.mean(0)
    x, y = scaled - inputs, ahead - targets
    values, vectors = np.linalg.eigh(x.T @ x)
    values = np.maximum(values, 0.0)
    turned = vectors.T @ (x.T @ y)
    total, best = float((y**2).sum()), None
    for penalty in PENALTIES:
        shrunk = turned / (values + penalty)[:, None]
        rest = total - 2 * float((shrunk * turned).sum()) + float((values[:, None] * shrunk**2).sum())
        freedom = len(x) - 1 - float((values / (values + penalty)).sum())
        score = rest / freedom**2 if freedom > 0 else np.inf
        if best is None or score < best[0]:
            best = score, penalty, shrunk
    weights = vectors @ best[2]
    return Ridge(np.vstack([weights, targets - inputs @ weights]), float(best[1]))


def newest(windows: Windows) -> np.ndarray:
    """Numbers of the windows a ridge is fitted to: all, or evenly many of the newest ones of each series."""
    count = len(windows)
    if count <= MOST_WINDOWS:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST_WINDOWS).astype(np.int64)
