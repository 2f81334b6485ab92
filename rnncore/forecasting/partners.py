"""What the members without a network, and the judges of all, say at every origin of a run: worked out series by series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnncore.forecasting import classical
from rnncore.forecasting.past import Past, Pasts
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
    """members: names of the classical members. said: of every origin that is done, series after series, what members and then
    judges say there, (M + J, K), in the file's units; NaN where a method fails or a series does not have it."""

    plan: Plan
    pasts: Pasts
    said: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self):
        self.places = places(self.plan)
        self._methods = [self._of(number) for number in range(len(self.plan.series))]
        self.members = list(dict.fromkeys(name for methods in self._methods for name in methods))
        self.all = [(number, origin) for number, one in enumerate(self.places) for origin in one.all]

    def _of(self, number: int) -> dict[str, classical.Method]:
        asked, first = self.plan.config.forecast, min(self.places[number].all)
        if asked.network_only:
            return {}
        found = classical.methods(asked.season, self.plan.longer_season, first, self._by_factors(number))
        if asked.effort == "fast":
            found = {name: method for name, method in found.items() if not name.startswith(SLOW)}
        return found

    def _by_factors(self, number: int) -> bool:
        wanted = self.plan.config.forecast.transform != "none"
        return wanted and bool((self.plan.series[number].values > 0).all())

    @property
    def is_done(self) -> bool:
        return len(self.said) == len(self.all)

    def work(self, is_late: Callable[[], bool], crew=None) -> Iterator[int]:
        """Origin after origin; yields how many are done. May be left and taken up again. Once it is late, the rest of the
        origins get only members that cost next to nothing. A crew works at several at a time."""
        while not self.is_done:
            first, *others = self.all[len(self.said) : len(self.said) + (crew.width if crew else 1)]
            quickly = is_late()
            begun = [crew.begin(_say, *self._question(*place, quickly)) for place in others]
            self.said.append(_say(*self._question(*first, quickly), self.pasts.before(*first)))
            self.said += [one.result() for one in begun]
            yield len(self.said)

    def _question(self, number: int, origin: int, quickly: bool) -> tuple:
        """What `_say` takes: no more than another process needs."""
        methods, asked = self._methods[number], self.plan.config.forecast
        if quickly:
            methods = {name: method for name, method in methods.items() if name.startswith(QUICK)}
        rows = self.plan.series[number].values[:origin]
        return methods, self.members, rows, asked.horizon, asked.season, self._by_factors(number)

    def at(self, which: str) -> np.ndarray:
        """(M, n, K) of the members at the origins `validation`, `held_out` or `last`, series after series."""
        return self._cut(which)[: len(self.members)]

    def judges_at(self, which: str) -> dict[str, np.ndarray]:
        """By name, (n, K)."""
        return dict(zip(classical.JUDGES, self._cut(which)[len(self.members) :], strict=True))

    def _cut(self, which: str) -> np.ndarray:
        wanted = {(number, origin) for number, origins in enumerate(self.origins(which)) for origin in origins}
        return np.stack([said for place, said in zip(self.all, self.said, strict=True) if place in wanted], axis=1)

    def origins(self, which: str) -> list[tuple[int, ...]]:
        """Of each series."""
        return [(one.last,) if which == "last" else getattr(one, which) for one in self.places]


def _say(
    methods: dict[str, classical.Method],
    members: Sequence[str],
    rows: np.ndarray,
    horizon: int,
    season: int,
    by_factors: bool,
    past: Past | None = None,
) -> np.ndarray:
    """What `members` and judges say after `rows`, (M + J, K); NaN for members without a method. past: of the same rows."""
    past = past or Past(rows)
    told, judged = classical.known(methods, past, horizon), classical.judges(past, horizon, season, by_factors)
    missing = np.full(horizon, np.nan)
    return np.array([*(told.get(name, missing) for name in members), *(judged[name] for name in classical.JUDGES)])
