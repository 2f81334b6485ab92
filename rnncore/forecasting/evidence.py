"""What a diagnosis looks at: plain values of one series and the run it went through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnncore.config import RunConfig
from rnncore.forecasting.scores import seasonal_step
from rnncore.messages import Epoch
from rnncore.series.leaks import Leak


@dataclass(frozen=True)
class Coverage:
    """measured: percent of `points` values that a band of `level` percent held; they belong to `forecasts` forecasts."""

    level: float
    measured: float
    points: int
    forecasts: int


@dataclass(frozen=True)
class Evidence:
    """What a run knows of one series when it is over; values and forecasts in the file's units.

    values: (N,) all rows; train: rows that networks learnt from; config: the settled one. origins: n rows at which forecasts
    begin that no training saw the end of. Of these, NaN where the rows have ended: network: (n, K) the networks' common
    forecast; members: (M, n, K) each network's; baselines: name -> (n, K), with "naive" and "seasonal_naive".
    exploded: number of trainings. leaks: of the columns that the networks read ahead of time, and of those they read the
    past of where it is `even_from_the_past`.
    """

    values: np.ndarray
    train: int
    config: RunConfig
    origins: tuple[int, ...]
    network: np.ndarray
    members: np.ndarray
    baselines: dict[str, np.ndarray]
    epochs: tuple[Epoch, ...] = ()
    exploded: int = 0
    out_of_time: bool = False
    coverage: tuple[Coverage, ...] = ()
    leaks: tuple[Leak, ...] = ()

    @property
    def season(self) -> int:
        return self.config.forecast.season or 1

    @property
    def actual(self) -> np.ndarray:
        """(n, K), NaN beyond the last row."""
        rows = np.array(self.origins)[:, None] + np.arange(self.network.shape[1])
        known = np.append(self.values, np.nan)
        return known[np.minimum(rows, len(self.values))]

    @property
    def last(self) -> np.ndarray:
        """(n, 1): the row before each origin."""
        return self.values[np.array(self.origins) - 1][:, None]

    @property
    def level(self) -> np.ndarray:
        """(n, 1): mean of the rows that a network looks back on at each origin."""
        window = self.config.forecast.window or 2
        return np.array([[self.values[max(origin - window, 0) : origin].mean()] for origin in self.origins])

    @property
    def step(self) -> float | None:
        """The unit of MASE."""
        return seasonal_step(self.values[: min(self.origins)], self.season)


def by_origin(flat: np.ndarray, horizon: int) -> np.ndarray:
    """Forecasts a horizon each, one behind the other, as (n, K); NaN behind the last."""
    flat = np.asarray(flat, dtype=np.float64)
    return np.pad(flat, (0, -len(flat) % horizon), constant_values=np.nan).reshape(-1, horizon)
