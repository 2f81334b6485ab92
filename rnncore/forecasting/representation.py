"""What the network is shown of a window, and what it is asked for.

Level: the rows, by the window's own level and spread. Season: the same, but asked only for what differs from the last season
repeated. Either on the values or on their logarithms. Which one serves is chosen on the validation part.

Letters: n windows, W rows the network sees, K rows ahead, T steps of F rows each (W = T F).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.series.scaling import LEAST_SPREAD, Scaling, level_and_spread, scale, window_level_and_spread


@dataclass(frozen=True)
class Representation:
    """lag: rows of the season whose rest is forecast; 0 for the level. log: on logarithms."""

    lag: int
    log: bool

    def name(self, season: int) -> str:
        """ "level", "season", "season_336" for another lag than the usual; with "_log" behind."""
        kind = "level" if not self.lag else "season" if self.lag == season else f"season_{self.lag}"
        return kind + "_log" * self.log

    def transform(self, values: np.ndarray) -> np.ndarray:
        return np.log(values) if self.log else np.asarray(values, dtype=np.float64)

    def restore(self, values: np.ndarray) -> np.ndarray:
        """The way back; a logarithm that no double could hold becomes the largest that fits."""
        return np.exp(np.clip(values, -700, 700)) if self.log else values


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
    """How windows of rows become what a network reads, and its outputs a forecast again."""

    representation: Representation
    scales: Scales
    window: int
    segment: int

    @property
    def history(self) -> int:
        """Rows that must be known before an origin: the window, or the season where it is longer."""
        return max(self.window, self.representation.lag)

    def encode(self, rows: np.ndarray, series: np.ndarray, horizon: int):
        """rows (n, history), transformed -> inputs (n, T, F) float32, base (n, K) and spread (n, 1).

        A forecast is base + spread * output.
        """
        seen = rows[:, -self.window :]
        level, spread = self.scales.of(seen, series)
        base = np.broadcast_to(level, (len(rows), horizon))
        lag = self.representation.lag
        if lag:
            base = rows[:, rows.shape[1] - lag + np.arange(horizon) % lag]
        # A first step that is not full begins with zeros, which is the level.
        full = np.pad(scale(seen, level, spread).astype(np.float32), ((0, 0), (-self.window % self.segment, 0)))
        return full.reshape(len(rows), -1, self.segment), base, spread

    def targets(self, ahead: np.ndarray, base: np.ndarray, spread: np.ndarray) -> np.ndarray:
        """What the network should say: (n, K) float32."""
        return scale(ahead - base, 0.0, spread).astype(np.float32)


def representations(asked: str, transform: str, season: int, longer: int | None, positive: bool) -> list[Representation]:
    """The ones to choose from; without a season, or without positive values, those that need them fall away."""
    lags = [lag for lag in (season, longer) if lag and lag > 1]
    lags = {"auto": [0, *lags], "season": lags or [0], "level": [0]}[asked]
    logs = [False, True] if transform == "auto" else [transform == "log"]
    return [Representation(lag, log) for lag in lags for log in logs if positive or not log]
