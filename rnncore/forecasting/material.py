"""The rows of a run as its trainings take them: windows to learn from, windows to be judged by, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from rnncore.forecasting import ridge
from rnncore.forecasting.past import Pasts, ahead
from rnncore.forecasting.plan import Plan
from rnncore.forecasting.representation import Representation, Scales, View
from rnncore.forecasting.scores import seasonal_step
from rnncore.series.scaling import scale
from rnncore.series.windows import Windows, training_windows, windows_at

Predict = Callable[[np.ndarray], np.ndarray]
Origins = Sequence[Sequence[int]]  # of each series


class Material:
    """One representation of the series of a plan, up to the end of their training parts.

    view: what networks from a file were trained with; fitted where none is given.
    """

    def __init__(self, plan: Plan, representation: Representation, pasts: Pasts, view: View | None = None):
        self.plan, self.representation, self.pasts = plan, representation, pasts
        asked = plan.config.forecast
        self.horizon = asked.horizon
        self.outputs = 1 if asked.strategy == "recursive" else self.horizon
        self.values = [representation.transform(one.values) for one in plan.series]
        self.ends = [split.train for split in plan.splits]
        self.view = view or self._fit()

    def _fit(self) -> View:
        scales = Scales.fit([rows[:end] for rows, end in zip(*self._readable(), strict=True)], self.plan.config.forecast.scaling)
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
        features, small = self.representation.segment, self.representation.base != "level"
        return engine.Task(features, self.outputs, len(self.learnt), self._take, self._validate, small)

    def _take(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows, behind = self.learnt.take(which)
        inputs, base, spread = self.view.encode(rows, self.learnt.series[which], self.outputs)
        return inputs, self.view.targets(behind, base, spread)

    def _validate(self, predict: Predict) -> tuple[float, list[float]]:
        """Mean absolute error over the validation origins, in the file's units, and the forecast from the last of them.

        In a panel each series counts by its own seasonal step, so that the largest does not decide alone.
        """
        known, actual, weight, last = self._judged
        forecast = self._from(known, predict)
        return float(np.nanmean(weight * np.abs(actual - forecast))), forecast[last].tolist()

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
        ready = {"learnt": self.learnt, "_judged": self._judged}
        return {**self.__dict__, **ready, "plan": None, "pasts": None, "values": None}

    def validated(self) -> np.ndarray:
        """What came after each validation origin, in the file's units, (n, K); NaN where the held-out end has begun."""
        seen = [one.values[: split.validation] for one, split in zip(self.plan.series, self.plan.splits, strict=True)]
        return windows_at(seen, 1, self.horizon, self.plan.validation).take()[1]

    def known(self, origins: Origins) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(rows (n, history), series (n,), season to be put back (n, K)) before each origin, transformed."""
        history, lag = self.representation.history, self.representation.lag
        windows = windows_at(self.values, history, 1, origins)
        if self.representation.base != "stl":
            return windows.take()[0], windows.series, np.zeros((len(windows), self.horizon))
        rows, season = [], []
        for number, origin in zip(windows.series, windows.origin, strict=True):
            rest, last = self.pasts.before(int(number), int(origin)).adjusted(lag, self.representation.log)
            rows.append(np.pad(rest[-history:], (max(0, history - len(rest)), 0), mode="edge"))
            season.append(ahead(last, self.horizon))
        return np.array(rows).reshape(-1, history), windows.series, np.array(season).reshape(-1, self.horizon)

    def forecast(self, predict: Predict, origins: Origins) -> np.ndarray:
        """From each origin, series after series: (n, K), in the file's units."""
        return self._from(self.known(origins), predict)

    def _from(self, known: tuple[np.ndarray, np.ndarray, np.ndarray], predict: Predict) -> np.ndarray:
        rows, series, season = known
        found = []
        for _ in range(self.horizon // self.outputs):
            inputs, base, spread = self.view.encode(rows, series, self.outputs)
            found.append(base + spread * predict(inputs))
            rows = np.concatenate([rows, found[-1]], axis=1)[:, -self.representation.history :]
        return self.representation.restore(np.concatenate(found, axis=1) + season)


def _weights(plan: Plan) -> np.ndarray:
    """(S,) of mean 1 or so: the mean seasonal step of the panel over each series' own."""
    if len(plan.series) == 1:
        return np.ones(1)
    season = plan.config.forecast.season
    steps = [seasonal_step(one.values[: s.train], season) for one, s in zip(plan.series, plan.splits, strict=True)]
    known = [step for step in steps if step is not None]
    usual = float(np.mean(known)) if known else 1.0
    return np.array([1.0 if step is None else usual / step for step in steps])
