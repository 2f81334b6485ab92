"""The rows of a run as its trainings take them: windows to learn from, windows to be judged by, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from rnncore.forecasting.plan import Plan
from rnncore.forecasting.representation import Representation, Scales, View, representations
from rnncore.forecasting.scores import seasonal_step
from rnncore.series.windows import training_windows, windows_at

Predict = Callable[[np.ndarray], np.ndarray]


class Material:
    """One representation of the series of a plan, up to the end of their training parts or, for a refit, up to their end.

    scales: those that networks from a file were trained with; fitted where none are given.
    """

    def __init__(self, plan: Plan, representation: Representation, everything: bool = False, scales: Scales | None = None):
        self.plan, self.representation, self.everything = plan, representation, everything
        asked = plan.config.forecast
        self.horizon = asked.horizon
        self.outputs = 1 if asked.strategy == "recursive" else self.horizon
        self.values = [representation.transform(one.values) for one in plan.series]
        self.ends = [split.rows if everything else split.train for split in plan.splits]
        scales = scales or Scales.fit([v[:end] for v, end in zip(self.values, self.ends, strict=True)], asked.scaling)
        self.view = View(representation, scales, asked.window, plan.config.network.segment)

    @cached_property
    def learnt(self):
        """The windows a network learns from; those of the only row there is where none is whole."""
        history = self.view.history
        whole = training_windows(self.values, history, self.outputs, self.ends)
        if len(whole):
            return whole
        return windows_at(self.values, history, self.outputs, [range(1, max(end - self.outputs + 1, 2)) for end in self.ends])

    def task(self, engine):
        """For `engine.train`."""
        validate = None if self.everything else self._validation()
        return engine.Task(self.plan.features, self.outputs, len(self.learnt), self._take, validate)

    def _take(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows, ahead = self.learnt.take(which)
        inputs, base, spread = self.view.encode(rows, self.learnt.series[which], self.outputs)
        return inputs, self.view.targets(ahead, base, spread)

    def _validation(self) -> Callable[[Predict], tuple[float, list[float]]]:
        """Mean absolute error over the validation origins, in the file's units, and the forecast from the last of them.

        In a panel each series counts by its own seasonal step, so that the largest does not decide alone.
        """
        origins = self.plan.validation
        series = np.repeat(np.arange(len(origins)), [len(one) for one in origins])
        actual = self.validated()
        weight = np.where(np.isnan(actual), np.nan, _weights(self.plan)[series, None])
        last = len(origins[0]) - 1

        def validate(predict: Predict) -> tuple[float, list[float]]:
            forecast = self.representation.restore(self.forecast(predict, origins))
            return float(np.nanmean(weight * np.abs(actual - forecast))), forecast[last].tolist()

        return validate

    def validated(self) -> np.ndarray:
        """What came after each validation origin, in the file's units, (n, K); NaN where the held-out end has begun."""
        seen = [one.values[: split.validation] for one, split in zip(self.plan.series, self.plan.splits, strict=True)]
        return windows_at(seen, 1, self.horizon, self.plan.validation).take()[1]

    def forecast(self, predict: Predict, origins: Sequence[Sequence[int]]) -> np.ndarray:
        """From each origin, series after series: (n, K), transformed (`representation.restore` leads back)."""
        windows = windows_at(self.values, self.view.history, 1, origins)
        rows, found = windows.take()[0], []
        for _ in range(self.horizon // self.outputs):
            inputs, base, spread = self.view.encode(rows, windows.series, self.outputs)
            found.append(base + spread * predict(inputs))
            rows = np.concatenate([rows, found[-1]], axis=1)[:, -self.view.history :]
        return np.concatenate(found, axis=1)

    def errors(self, forecast: np.ndarray) -> list[np.ndarray]:
        """By how much `forecast` (n, K), in the file's units, was off at the validation origins.

        Of each series (V, K), transformed.
        """
        origins = self.plan.validation
        off = self.representation.transform(self.validated()) - self.representation.transform(forecast)
        return np.split(off, np.cumsum([len(one) for one in origins])[:-1])


def of_plan(plan: Plan) -> list[Representation]:
    """The representations a run chooses from."""
    asked = plan.config.forecast
    positive = all((one.values > 0).all() for one in plan.series)
    return representations(asked.representation, asked.transform, asked.season, plan.longer_season, positive)


def _weights(plan: Plan) -> np.ndarray:
    """(S,) of mean 1 or so: the mean seasonal step of the panel over each series' own."""
    if len(plan.series) == 1:
        return np.ones(1)
    season = plan.config.forecast.season
    steps = [seasonal_step(one.values[: s.train], season) for one, s in zip(plan.series, plan.splits, strict=True)]
    known = [step for step in steps if step is not None]
    usual = float(np.mean(known)) if known else 1.0
    return np.array([1.0 if step is None else usual / step for step in steps])
