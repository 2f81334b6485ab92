"""What the network is shown of a window, and what it is asked for.

Level: the rows, by the window's own level and spread. Season: the same, but asked only for what differs from the last season
repeated. Ridge: asked only for what differs from the best linear map of its window. STL: shown and asked for the rest after
the season is taken out, and the season is put back. Each on the values or on their logarithms.

Columns: the rows as in level, and the columns that are known beside the values, each row of them next to the value of that row;
those known in advance go on behind the window, over the rows to be forecast, where the value is left empty and a flag says so.

Letters: n windows, W rows the network sees, K rows ahead, T steps of F numbers each (W = T F where nothing is known beside).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rnncore.forecasting.covariates import Beside
from rnncore.forecasting.ridge import Ridge
from rnncore.series.scaling import LEAST_SPREAD, Scaling, level_and_spread, scale, window_level_and_spread

STEPS = 30  # that a network takes at most, unless told


@dataclass(frozen=True)
class Representation:
    """base: what the forecast is added to. lag: rows of the season that `season` repeats or `stl` takes out, else 0.

    log: on logarithms. window: rows the network looks back; segment: how many of them it takes at a step. beside: columns that
    it sees next to the values; ahead: rows to come that it sees of them, 0 where none is known in advance."""

    base: Literal["level", "season", "ridge", "stl", "columns"]
    lag: int
    log: bool
    window: int
    segment: int
    beside: int = 0
    ahead: int = 0

    @property
    def name(self) -> str:
        """As in "level/36", "stl_12/36", "stl_12_log/36": base, lag, transform, and the rows it looks back."""
        return f"{self.base}{f'_{self.lag}' if self.lag else ''}{'_log' if self.log else ''}/{self.window}"

    @property
    def steps(self) -> int:
        """T."""
        return math.ceil(self.window / self.segment) + math.ceil(self.ahead / self.segment)

    @property
    def features(self) -> int:
        """F."""
        return self.segment * (1 + self.beside) + (self.ahead > 0)

    @property
    def places(self) -> np.ndarray:
        """Where each row of the window stands among the T F numbers that the network reads, (W,)."""
        row = np.arange(self.window) + -self.window % self.segment
        return row // self.segment * self.features + row % self.segment

    @property
    def history(self) -> int:
        """Rows that must be known before an origin: the window, or the season that is repeated where it is longer."""
        return max(self.window, self.lag if self.base == "season" else 0)

    def transform(self, values: np.ndarray) -> np.ndarray:
        return np.log(values) if self.log else np.asarray(values, dtype=np.float64)

    def restore(self, values: np.ndarray) -> np.ndarray:
        """The way back; a logarithm that no double could hold becomes the largest that fits."""
        return np.exp(np.clip(values, -700, 700)) if self.log else values


def segment_of(window: int) -> int:
    """Rows a step, so that a network takes at most `STEPS`; without a remainder where that is possible."""
    least = math.ceil(window / STEPS)
    return next((size for size in range(least, 2 * least) if window % size == 0), least)


@dataclass(frozen=True)
class Scales:
    """Of each series' training part, transformed: level and spread (S,), and the least spread a window may have (S,)."""

    scaling: Scaling
    level: np.ndarray
    spread: np.ndarray
    least: np.ndarray

    @classmethod
    def fit(cls, training_parts: Sequence[np.ndarray], scaling: Scaling) -> Scales:
        found = np.array([level_and_spread(part, scaling) for part in training_parts])
        deviation = np.array([level_and_spread(part, "standard")[1] for part in training_parts])
        return cls(scaling, found[:, 0], found[:, 1], LEAST_SPREAD * deviation)

    def as_facts(self) -> dict:
        """JSON values."""
        return {"scaling": self.scaling, **{name: getattr(self, name).tolist() for name in ("level", "spread", "least")}}

    @classmethod
    def from_facts(cls, facts: dict) -> Scales:
        return cls(facts["scaling"], *(np.array(facts[name], dtype=np.float64) for name in ("level", "spread", "least")))

    def of(self, inputs: np.ndarray, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Level and spread (n, 1) by which the windows `inputs` (n, W) of `series` (n,) are scaled."""
        if self.scaling == "window":
            return window_level_and_spread(inputs, self.least[series, None])
        return self.level[series, None], self.spread[series, None]


@dataclass(frozen=True)
class View:
    """How windows of rows become what a network reads, and its outputs a forecast again. ridge: where that is the base;
    beside: where columns are known beside the values."""

    representation: Representation
    scales: Scales
    ridge: Ridge | None = None
    beside: Beside | None = None

    def encode(self, rows: np.ndarray, series: np.ndarray, horizon: int, strip: np.ndarray | None = None):
        """rows (n, history), transformed -> inputs (n, T, F) float32, base (n, K) and spread (n, 1).

        A forecast is base + spread * output. strip: scaled columns (n, W + K, C), where there are some.
        """
        window, segment = self.representation.window, self.representation.segment
        seen = rows[:, -window:]
        level, spread = self.scales.of(seen, series)
        scaled = scale(seen, level, spread)
        # A first step that is not full begins with zeros, which is the level.
        full = np.pad(scaled.astype(np.float32), ((0, 0), (-window % segment, 0)))
        inputs = full.reshape(len(rows), -1, segment)
        base = self.base(rows, scaled, level, spread, horizon)
        return (inputs if strip is None else self._widened(inputs, strip)), base, spread

    def base(self, rows: np.ndarray, scaled: np.ndarray, level: np.ndarray, spread: np.ndarray, horizon: int) -> np.ndarray:
        """What a forecast is added to (n, K): by rows (n, history), transformed, their end scaled (n, at least window), and the
        level and spread of that (n, 1)."""
        lag = self.representation.lag
        if self.representation.base == "season":
            return rows[:, rows.shape[1] - lag + np.arange(horizon) % lag]
        if self.ridge is not None:
            return level + spread * self.ridge(scaled[:, -self.representation.window :])
        return np.broadcast_to(level, (len(rows), horizon))

    def _widened(self, inputs: np.ndarray, strip: np.ndarray) -> np.ndarray:
        """The windows (n, T, segment) with their columns, and the steps ahead behind them."""
        count, segment, window = len(inputs), self.representation.segment, self.representation.window
        strip = strip.astype(np.float32)
        seen = np.pad(strip[:, :window], ((0, 0), (-window % segment, 0), (0, 0)))
        wide = np.concatenate([inputs, seen.reshape(count, inputs.shape[1], -1)], axis=2)
        if not self.representation.ahead:
            return wide
        ahead = np.pad(strip[:, window:], ((0, 0), (0, -self.representation.ahead % segment), (0, 0)))
        later = ahead.reshape(count, ahead.shape[1] // segment, -1)
        later = np.pad(later, ((0, 0), (0, 0), (segment, 1)), constant_values=((0, 0), (0, 0), (0, 1)))
        return np.concatenate([np.pad(wide, ((0, 0), (0, 0), (0, 1))), later], axis=1)

    def as_parts(self) -> tuple[dict, dict[str, np.ndarray]]:
        """JSON values, and arrays."""
        facts = {"scales": self.scales.as_facts(), "penalty": self.ridge and self.ridge.penalty}
        arrays = {} if self.ridge is None else {"ridge": self.ridge.map}
        if self.beside is None:
            return facts, arrays
        held, more = self.beside.as_parts()
        return facts | {"beside": held}, arrays | more

    @classmethod
    def from_parts(cls, representation: Representation, facts: dict, arrays: dict[str, np.ndarray]) -> View:
        """From what `as_parts` gave; raises KeyError where something lacks."""
        ridge = Ridge(arrays["ridge"], float(facts["penalty"])) if representation.base == "ridge" else None
        beside = Beside.from_parts(facts["beside"], arrays) if "beside" in facts else None
        return cls(representation, Scales.from_facts(facts["scales"]), ridge, beside)

    def targets(self, ahead: np.ndarray, base: np.ndarray, spread: np.ndarray) -> np.ndarray:
        """What the network should say: (n, K) float32."""
        return scale(ahead - base, 0.0, spread).astype(np.float32)


def with_columns(kinds: Sequence[Representation], columns: int, ahead: int) -> tuple[Representation, ...]:
    """The kinds of a run that knows `columns` columns beside the values, `ahead` rows ahead of them or 0: one more, which reads
    them, behind the first. Every other kind is quicker without, and was more accurate on short series."""
    usual = kinds[0]
    reading = replace(usual, base="columns", lag=0, beside=columns, ahead=ahead)
    return (usual, reading, *kinds[1:])


def representations(asked: str, transform: str, windows: Sequence[int], seasons: Sequence[int], segment: int | None):
    """The kinds of network of a run, the most telling first. windows, seasons: the usual one, and a longer one where there is
    one.

    Asked for one base, it comes with every window and season; `auto` takes what was worth its time on open series. Without a
    season, `season` and `stl` become `level`.
    """
    usual, lags = windows[0], [lag for lag in seasons if lag > 1]
    long = windows[-1] if len(windows) > 1 else None
    first = lags[:1]
    if asked == "auto":
        wanted = [
            ("ridge", 0, usual),
            *((base, lag, usual) for lag in first for base in ("stl", "season")),
            ("level", 0, usual),
        ]
        wanted += [("ridge", 0, long), *(("stl", lag, long) for lag in first)] if long else []
        wanted += [("season", lag, usual) for lag in lags[1:]]
    else:
        wanted = [(asked, lag, usual) for lag in (lags if asked == "season" else first if asked == "stl" else [0])]
        wanted += [(asked, lag, long) for lag in (first if asked in ("season", "stl") else [0])] if long else []
        wanted = wanted or [("level", 0, usual)]
    log = transform == "log"
    return tuple(Representation(base, lag, log, window, segment or segment_of(window)) for base, lag, window in wanted)
