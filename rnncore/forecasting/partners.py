"""What the members without a network, and the judges of all, say at every origin of a run: worked out series by series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from rnncore.forecasting import classical
from rnncore.forecasting.past import Pasts
from rnncore.forecasting.plan import Plan

SLOW = ("ets_seasonal", "stl_ets", "stl_log_ets")  # left out of a fast run
QUICK = ("naive", "mean", "snaive", "shape", "average")  # what is still done when time is up


@dataclass(frozen=True)
class Places:
    """Origins of one series: validation, held_out (a horizon apart), and last, the row after the newest."""

    validation: tuple[int, ...]
    held_out: tuple[int, ...]
    last: int

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.validation, *self.held_out, self.last)


def places(plan: Plan) -> list[Places]:
    horizon = plan.config.forecast.horizon
    return [
        Places(tuple(validation), tuple(range(split.validation, split.rows, horizon)), split.rows)
        for validation, split in zip(plan.validation, plan.splits, strict=True)
    ]


@dataclass
class Partners:
    """members: names of the classical members. said: of each series that is done, what members and then judges say at all its
    origins, (M + J, origins, K), in the file's units; NaN where a method fails or a series does not have it."""

    plan: Plan
    pasts: Pasts
    said: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self):
        self.places = places(self.plan)
        self._methods = [self._of(number) for number in range(len(self.plan.series))]
        self.members = list(dict.fromkeys(name for methods in self._methods for name in methods))

    def _of(self, number: int) -> dict[str, classical.Method]:
        asked, first = self.plan.config.forecast, min(self.places[number].all)
        found = classical.methods(asked.season, self.plan.longer_season, first, self._by_factors(number))
        if asked.effort == "fast":
            found = {name: method for name, method in found.items() if not name.startswith(SLOW)}
        return found

    def _by_factors(self, number: int) -> bool:
        wanted = self.plan.config.forecast.transform != "none"
        return wanted and bool((self.plan.series[number].values > 0).all())

    @property
    def is_done(self) -> bool:
        return len(self.said) == len(self.plan.series)

    def work(self, is_late: Callable[[], bool]) -> Iterator[int]:
        """Series after series; yields how many are done. May be left and taken up again. Once it is late, the rest of the
        series get only members that cost next to nothing."""
        while not self.is_done:
            self.said.append(self.of_series(len(self.said), is_late()))
            yield len(self.said)

    def of_series(self, number: int, quickly: bool = False) -> np.ndarray:
        horizon, season = self.plan.config.forecast.horizon, self.plan.config.forecast.season
        methods = self._methods[number]
        if quickly:
            methods = {name: method for name, method in methods.items() if name.startswith(QUICK)}
        missing, rows = np.full(horizon, np.nan), []
        for origin in self.places[number].all:
            past = self.pasts.before(number, origin)
            told = classical.known(methods, past, horizon)
            judged = classical.judges(past, horizon, season, self._by_factors(number))
            rows.append([*(told.get(name, missing) for name in self.members), *(judged[name] for name in classical.JUDGES)])
        return np.array(rows).swapaxes(0, 1)

    def at(self, which: str) -> np.ndarray:
        """(M, n, K) of the members at the origins `validation`, `held_out` or `last`, series after series."""
        return np.concatenate([part[: len(self.members)] for part in self._cut(which)], axis=1)

    def judges_at(self, which: str) -> dict[str, np.ndarray]:
        """By name, (n, K)."""
        found = np.concatenate([part[len(self.members) :] for part in self._cut(which)], axis=1)
        return dict(zip(classical.JUDGES, found, strict=True))

    def _cut(self, which: str) -> Iterator[np.ndarray]:
        for one, said in zip(self.places, self.said, strict=True):
            first, last = len(one.validation), len(one.validation) + len(one.held_out)
            yield said[:, {"validation": slice(first), "held_out": slice(first, last), "last": slice(last, None)}[which]]

    def origins(self, which: str) -> list[tuple[int, ...]]:
        """Of each series."""
        return [(one.last,) if which == "last" else getattr(one, which) for one in self.places]
