"""The rows of a run as its trainings take them: windows to learn from, windows to be judged by, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rnncore.forecasting import ridge
from rnncore.forecasting.covariates import Beside, Strips
from rnncore.forecasting.past import Pasts, ahead
from rnncore.forecasting.plan import Plan
from rnncore.forecasting.representation import Representation, Scales, View
from rnncore.forecasting.scores import seasonal_step
from rnncore.series.scaling import scale
from rnncore.series.windows import Windows, training_windows, windows_at

Predict = Callable[[np.ndarray], np.ndarray]
Origins = Sequence[Sequence[int]]  # of each series


@dataclass(frozen=True)
class Known:
    """At n origins, transformed: rows (n, history) before them; the number of the series of each (n,); what is to be put back
    on the forecast (n, K), a season and the effect of columns known in advance; strip (n, W + K, C): scaled columns, or
    None."""

    rows: np.ndarray
    series: np.ndarray
    put_back: np.ndarray
    strip: np.ndarray | None = None


class Material:
    """One representation of the series of a plan, up to the end of their training parts.

    view: what networks from a file were trained with; fitted where none is given.
    """

    def __init__(self, plan: Plan, representation: Representation, pasts: Pasts, view: View | None = None):
        self.plan, self.representation = plan, representation
        asked = plan.config.forecast
        self.horizon = asked.horizon
        self.outputs = 1 if asked.strategy == "recursive" else self.horizon
        self.ends = [split.train for split in plan.splits]
        whole = [representation.transform(one.values) for one in plan.series]
        beside = self._beside(whole, view)
        self.effects = [beside.effects(one, number) for number, one in enumerate(plan.beside.columns)] if beside else None
        self.strips = Strips(beside, plan.beside.columns) if representation.beside else None
        self.values = [one - effect[: len(one)] for one, effect in zip(whole, self.effects, strict=True)] if beside else whole
        self.pasts = Pasts([representation.restore(one) for one in self.values]) if beside else pasts
        self.view = view or replace(self._fit(), beside=beside)

    def _beside(self, values: Sequence[np.ndarray], view: View | None) -> Beside | None:
        if view is not None or not self.plan.beside:
            return view and view.beside
        return Beside.fit(self.plan.beside, values, self.ends, sorted({1, self.plan.config.forecast.season}))

    def _fit(self) -> View:
        scales = Scales.fit(
            [rows[:end] for rows, end in zip(*self._readable(), strict=True)], self.plan.config.forecast.scaling
        )
        if self.representation.base != "ridge":
            return View(self.representation, scales)
        which = ridge.newest(self.learnt)
        seen, behind = self.learnt.take(which)
        seen = seen[:, -self.representation.window :]
        level, spread = scales.of(seen, self.learnt.series[which])
        return View(self.representation, scales, ridge.fit(scale(seen, level, spread), scale(behind, level, spread)))

    def _readable(self) -> tuple[list[np.ndarray], list[int]]:
        """Rows a network learns from, and where they end, of each series; without their season where STL takes it out."""
        if self.representation.base != "stl":
            return self.values, self.ends
        lag, log = self.representation.lag, self.representation.log
        rest = [self.pasts.before(number, end).adjusted(lag, log)[0] for number, end in enumerate(self.ends)]
        return rest, [len(one) for one in rest]

    @cached_property
    def learnt(self) -> Windows:
        """The windows a network learns from; those of the only row there is where none is whole."""
        history, (rows, ends) = self.representation.history, self._readable()
        whole = training_windows(rows, history, self.outputs, ends)
        if len(whole):
            return whole
        return windows_at(rows, history, self.outputs, [range(1, max(end - self.outputs + 1, 2)) for end in ends])

    def task(self, engine):
        """For `engine.train`."""
        small = self.representation.base != "level"
        return engine.Task(self.representation.features, self.outputs, len(self.learnt), self._take, self._validate, small)

    def _take(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (rows, behind), series = self.learnt.take(which), self.learnt.series[which]
        strip = self._strip(series, self.learnt.origin[which] + self._skipped[series], self.outputs)
        inputs, base, spread = self.view.encode(rows, series, self.outputs, strip)
        return inputs, self.view.targets(behind, base, spread)

    def _strip(self, series: np.ndarray, origins: np.ndarray, horizon: int) -> np.ndarray | None:
        """Scaled columns around each origin, (n, W + horizon, C); None where there are none."""
        return self.strips and self.strips.around(series, origins, self.representation.window, horizon)

    @cached_property
    def _skipped(self) -> np.ndarray:
        """Rows of each series that lie before those that are learnt from (S,)."""
        return np.array([end - until for end, until in zip(self.ends, self._readable()[1], strict=True)])

    def _validate(self, predict: Predict) -> tuple[float, list[float]]:
        """Mean absolute error over the validation origins, in the file's units, and the forecast from the last of them.

        In a panel each series counts by its own seasonal step, so that the largest does not decide alone.
        """
        forecast = self._from(self._judged[0], predict)
        return self.error(forecast), forecast[self._judged[3]].tolist()

    def error(self, forecast: np.ndarray) -> float:
        """What a forecast (n, K) from the validation origins is judged by, whoever made it."""
        _, actual, weight, _ = self._judged
        return float(np.nanmean(weight * np.abs(actual - forecast)))

    @cached_property
    def _judged(self):
        """What is known at the validation origins, what came (n, K), how much it counts (n, K), number of the last origin."""
        origins = self.plan.validation
        series = np.repeat(np.arange(len(origins)), [len(one) for one in origins])
        actual = self.validated()
        weight = np.where(np.isnan(actual), np.nan, _weights(self.plan)[series, None])
        return self.known(origins), actual, weight, len(origins[0]) - 1

    def __getstate__(self) -> dict:
        """For a process that trains: what it needs is worked out before, and the rest stays behind."""
        ready = {"learnt": self.learnt, "_judged": self._judged, "_skipped": self._skipped}
        return {**self.__dict__, **ready, "plan": None, "pasts": None, "values": None, "effects": None}

    def validated(self) -> np.ndarray:
        """What came after each validation origin, in the file's units, (n, K); NaN where the held-out end has begun."""
        seen = [one.values[: split.validation] for one, split in zip(self.plan.series, self.plan.splits, strict=True)]
        return windows_at(seen, 1, self.horizon, self.plan.validation).take()[1]

    def known(self, origins: Origins) -> Known:
        """What is known at each origin, transformed."""
        windows = windows_at(self.values, self.representation.history, 1, origins)
        rows, put_back = self._without_season(windows)
        if self.effects is not None:
            places = zip(windows.series, windows.origin, strict=True)
            put_back = put_back + [self.effects[number][at : at + self.horizon] for number, at in places]
        return Known(rows, windows.series, put_back, self._strip(windows.series, windows.origin, self.horizon))

    def _without_season(self, windows: Windows) -> tuple[np.ndarray, np.ndarray]:
        """Rows (n, history) before each origin, and the season (n, K) that was taken out of them."""
        history, lag = self.representation.history, self.representation.lag
        if self.representation.base != "stl":
            return windows.take()[0], np.zeros((len(windows), self.horizon))
        rows, season = [], []
        for number, origin in zip(windows.series, windows.origin, strict=True):
            rest, last = self.pasts.before(int(number), int(origin)).adjusted(lag, self.representation.log)
            rows.append(np.pad(rest[-history:], (max(0, history - len(rest)), 0), mode="edge"))
            season.append(ahead(last, self.horizon))
        return np.array(rows).reshape(-1, history), np.array(season).reshape(-1, self.horizon)

    def encode(self, known: Known) -> np.ndarray:
        """What the networks read at each origin, (n, T, F)."""
        return self._read(known.rows, known, 0)[0]

    def forecast(self, predict: Predict, origins: Origins) -> np.ndarray:
        """From each origin, series after series: (n, K), in the file's units."""
        return self._from(self.known(origins), predict)

    def _from(self, known: Known, predict: Predict) -> np.ndarray:
        rows, found = known.rows, []
        for step in range(self.horizon // self.outputs):
            inputs, base, spread = self._read(rows, known, step * self.outputs)
            found.append(base + spread * predict(inputs))
            rows = np.concatenate([rows, found[-1]], axis=1)[:, -self.representation.history :]
        return self.representation.restore(np.concatenate(found, axis=1) + known.put_back)

    def _read(self, rows: np.ndarray, known: Known, late: int):
        """As `View.encode`; late: rows after the origin that were forecast already."""
        strip = known.strip
        if strip is not None:
            strip = strip[:, late : late + self.representation.window + self.outputs]
        return self.view.encode(rows, known.series, self.outputs, strip)


def _weights(plan: Plan) -> np.ndarray:
    """(S,) of mean 1 or so: the mean seasonal step of the panel over each series' own."""
    if len(plan.series) == 1:
        return np.ones(1)
    season = plan.config.forecast.season
    steps = [seasonal_step(one.values[: s.train], season) for one, s in zip(plan.series, plan.splits, strict=True)]
    known = [step for step in steps if step is not None]
    usual = float(np.mean(known)) if known else 1.0
    return np.array([1.0 if step is None else usual / step for step in steps])
