"""`Past`: the rows of one series before an origin, with what several members need of them worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

# STL and exponential smoothing look at no more rows than this, or this many seasons: what lies further back changes little.
ROWS, SEASONS = 2000, 12


class Past:
    """values (N,): all rows before the origin, in the file's units. Everything that is asked for is kept."""

    def __init__(self, values: np.ndarray):
        self.values = np.asarray(values, dtype=np.float64)
        self._kept: dict[tuple, object] = {}

    def __len__(self) -> int:
        return len(self.values)

    def keep(self, key: tuple, work: Callable[[], object]):
        """What `work` returned when it was first asked for under `key`."""
        if key not in self._kept:
            self._kept[key] = work()
        return self._kept[key]

    def adjusted(self, period: int, log: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """(rest, season): the newest rows without their season (n,), and the season that follows the last row, one period of
        it.

        By STL (Cleveland et al. 1990), on logarithms where `log`; rest and season add up to values, or to their logarithms.
        """
        return self.keep(("stl", period, log), lambda: _stl(np.log(self.values) if log else self.values, period))


class Pasts:
    """The `Past` before every origin of every series that is asked for. values: all rows of each series."""

    def __init__(self, values: Sequence[np.ndarray]):
        self.values = values
        self._kept: dict[tuple[int, int], Past] = {}

    def before(self, series: int, origin: int) -> Past:
        """Of the series numbered `series`, the rows before row `origin`."""
        if (series, origin) not in self._kept:
            self._kept[series, origin] = Past(self.values[series][:origin])
        return self._kept[series, origin]


def _stl(values: np.ndarray, period: int) -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.tsa.seasonal import STL

    shown = values[-max(ROWS, SEASONS * period) :]
    if np.ptp(shown) == 0:
        return shown, np.zeros(period)
    jump = max(1, period // 10)  # between two fits of what is smooth over a whole period; in between lies a straight line
    found = STL(np.ascontiguousarray(shown), period=period, trend_jump=jump, low_pass_jump=jump).fit()
    return shown - found.seasonal, found.seasonal[-period:]


def ahead(season: np.ndarray, horizon: int) -> np.ndarray:
    """The season (period,) repeated over the next `horizon` steps."""
    return season[np.arange(horizon) % len(season)]
