"""The chronological split, and look-back windows that never cross it.

Letters: n windows, W rows a window looks back, K rows it is to foresee.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


@dataclass(frozen=True)
class Split:
    """Row boundaries of one series: training [0, train), validation [train, validation), held out [validation, rows)."""

    train: int
    validation: int
    rows: int

    @property
    def held_out(self) -> int:
        return self.rows - self.validation


@dataclass(frozen=True)
class Windows:
    """Windows over one or more series, cut only when they are asked for.

    rows: the series one behind the other, each led by `window` rows of padding, followed by `horizon` of NaN; (R,) float64;
    series: (n,) number of the series a window belongs to; origin: (n,) first row, in that series, after the window;
    place: (n,) first row of the window in `rows`.
    """

    rows: np.ndarray
    window: int
    horizon: int
    series: np.ndarray
    origin: np.ndarray
    place: np.ndarray

    def __len__(self) -> int:
        return len(self.place)

    def take(self, which: np.ndarray | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """Inputs (n, W) and targets (n, K) of the windows `which`; targets after the last row of a series are NaN."""
        cut = sliding_window_view(self.rows, self.window + self.horizon)[self.place[which]]
        return cut[:, : self.window], cut[:, self.window :]


def windows_at(values: Sequence[np.ndarray], window: int, horizon: int, origins: Sequence[Sequence[int]]) -> Windows:
    """The windows that end right before each of `origins`, given per series.

    Where a window reaches back beyond the first row, that row is repeated.
    """
    parts, places, numbers, starts, offset = [], [], [], [], 0
    for number, (one, wanted) in enumerate(zip(values, origins, strict=True)):
        wanted = np.asarray(wanted, dtype=np.int64)
        places.append(offset + wanted)
        numbers.append(np.full(len(wanted), number))
        starts.append(wanted)
        parts += [np.full(window, one[0]), one, np.full(horizon, np.nan)]
        offset += window + len(one) + horizon
    rows = np.concatenate(parts)
    return Windows(rows, window, horizon, np.concatenate(numbers), np.concatenate(starts), np.concatenate(places))


def training_windows(values: Sequence[np.ndarray], window: int, horizon: int, ends: Sequence[int]) -> Windows:
    """Every window whose rows and targets lie before row `end` of its series; a series too short for one has none."""
    return windows_at(values, window, horizon, [range(window, end - horizon + 1) for end in ends])


def rolling_origins(start: int, end: int, horizon: int, step: int | None = None) -> list[int]:
    """Origins from `start` on, every `step` rows (a horizon unless told), as long as a whole horizon fits before `end`.

    Where not even one fits, `start` is the only one.
    """
    return list(range(start, end - horizon + 1, step or horizon)) or [start]
