"""What a diagnosis looks at: plain values of one series and the run it went through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnncore.config import RunConfig
from rnncore.forecasting.learning import Curve
from rnncore.forecasting.scores import seasonal_step
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
    begin that no training saw the end of. Of these, NaN where the rows have ended: leading: (n, K) what the user gets; network:
    (n, K) the networks' common forecast; members: (M, n, K) each network's; kinds: what each of them learns; baselines: name ->
    (n, K), with "naive" and "seasonal_naive". share: of all weight in the forecast, that networks have, 0 to 1. courses: of the
    trainings; exploded: number of trainings. leaks: of the columns that the networks read ahead of time, and of those they read
    the past of where it is `even_from_the_past`.
    """

    values: np.ndarray
    train: int
    config: RunConfig
    origins: tuple[int, ...]
    leading: np.ndarray
    network: np.ndarray
    members: np.ndarray
    kinds: tuple[str, ...]
    baselines: dict[str, np.ndarray]
    share: float = 1.0
    courses: tuple[Curve, ...] = ()
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
        rows = np.array(self.origins)[:, None] + np.arange(self.leading.shape[1])
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
