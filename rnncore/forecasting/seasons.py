"""The season of a series: from its frequency, or from the series itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

# Rows in a season, and in the next longer one worth trying, by pandas alias without its anchor.
CALENDAR = {
    "YS": (1, None), "YE": (1, None), "QS": (4, None), "QE": (4, None), "MS": (12, None), "ME": (12, None),
    "BMS": (12, None), "BME": (12, None), "W": (52, None), "D": (7, 365), "B": (5, 260),
}  # fmt: skip
DAY, WEEK = 86_400, 7 * 86_400
# Below this the rows of neighbouring seasons hardly resemble each other.
VISIBLE = 0.25


def calendar_seasons(frequency: str) -> tuple[int, int | None]:
    """(rows in the usual season, rows in a longer one or None) of a pandas alias; 1 means no season."""
    alias = frequency.split("-")[0].lstrip("0123456789")
    count = int(frequency[: len(frequency) - len(frequency.lstrip("0123456789"))] or 1)
    if alias in CALENDAR:
        season, longer = CALENDAR[alias]
        return (season // count, longer and longer // count) if season % count == 0 else (1, None)
    try:
        seconds = pd.Timedelta(pd.tseries.frequencies.to_offset(frequency)).total_seconds()
    except ValueError:
        return 1, None
    return _within_the_day(seconds)


def _within_the_day(seconds: float) -> tuple[int, int | None]:
    """Rows a day and a week; rows an hour where a day would be longer than two thousand rows, rows a minute likewise."""
    for period, longer in ((DAY, WEEK), (3600, DAY), (60, 3600)):
        rows = period / seconds
        if rows.is_integer() and 1 < rows <= 2000:
            return int(rows), int(longer / seconds)
    return 1, None


def autocorrelation(values: np.ndarray, lags: int) -> np.ndarray:
    """Autocorrelation of the rows after their trend is taken out, at lags 0 to `lags`.

    The trend is the straight line of least squares; each lag is averaged over the pairs of rows there are.
    """
    largest = np.abs(values).max()
    if largest == 0:
        return np.zeros(lags + 1)
    count, time = len(values), np.linspace(-1, 1, len(values))
    rest = values / largest
    rest = rest - rest.mean()
    # Sums, not BLAS products: its idle threads would spin in the process that serves pages.
    rest = rest - time * ((rest * time).sum() / (time * time).sum())
    power = np.abs(np.fft.rfft(rest, 1 << (2 * count - 1).bit_length())) ** 2
    sums = np.fft.irfft(power)[: lags + 1]
    if sums[0] <= 1e-20 * count:
        return np.zeros(lags + 1)
    return sums / sums[0] * count / (count - np.arange(lags + 1))


def detect(values: np.ndarray) -> int:
    """The shortest lag at which the series clearly repeats itself; 1 where there is none.

    Looked for among the peaks of the autocorrelation, up to a third of the rows.
    """
    lags, heights = _peaks(autocorrelation(values, len(values) // 3))
    return int(lags[heights >= 0.8 * heights.max()][0]) if len(lags) else 1


def longer_season(values: np.ndarray, season: int, usual: int | None = None) -> int | None:
    """A second, longer lag at which the series clearly repeats itself; None where there is none.

    `usual`: the calendar's, taken where a peak of the autocorrelation lies near it. Multiples of `season` count only where
    they repeat the series better than `season` itself does, or where that cannot be seen.
    """
    if season >= len(values):
        return None
    height = autocorrelation(values, max(len(values) // 3, season))
    lags, heights = _peaks(height)
    if (np.abs(lags - season) <= 0.1 * season).any():
        multiple = np.abs(lags - season * np.round(lags / season)) <= np.maximum(1, 0.02 * lags)
        heights = np.where(multiple & (heights <= height[season] + 0.02), -1.0, heights)
    lags, heights = lags[(lags >= 1.5 * season) & (heights > 0)], heights[(lags >= 1.5 * season) & (heights > 0)]
    if not len(lags):
        return None
    if usual and (np.abs(lags - usual) <= 0.05 * usual).any():
        return usual
    first = lags[np.argmax(heights >= 0.85 * heights.max())]
    near = np.abs(lags - first) <= 0.15 * first
    return int(lags[near][heights[near].argmax()])


def _peaks(height: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lags and heights of the local maxima of an autocorrelation that stand out of what noise would give."""
    lags = np.arange(2, max(len(height) - 1, 2))
    here = height[lags]
    top = (here > height[lags - 1]) & (here >= height[lags + 1])
    lows = np.minimum.accumulate(height)[lags]
    stands_out = here > max(VISIBLE, 2.5 / np.sqrt(3 * len(height)))
    keep = top & stands_out & (here - lows > VISIBLE)
    return lags[keep], here[keep]


def is_visible(values: np.ndarray, season: int) -> bool:
    """Whether rows a season apart resemble each other more than noise would, and more than rows half a season apart do."""
    if not 1 < season < len(values) // 2:
        return False
    height = autocorrelation(values, season)
    clear = max(0.05, 2 / np.sqrt(len(values)))
    return bool(
        height[season] > max(VISIBLE, clear) and height[season] - height[season // 4 : season * 3 // 4 + 1].min() > clear
    )


def common(found: Sequence[int]) -> int:
    """The season most series of a panel agree on."""
    lags, counts = np.unique(np.asarray(found), return_counts=True)
    return int(lags[counts.argmax()])
