"""Backtests: the same methods forecast from many origins of a past that is known by now, and each is scored on all of them.

Letters: S series, n origins, K steps of a forecast, L rows before the first origin.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from pydantic import Field

from rnncore.config import BacktestConfig, Budgets, Cell, Config, RunConfig
from rnncore.forecasting import baselines, classical, tally
from rnncore.forecasting.covariates import prolonged
from rnncore.forecasting.intervals import bands
from rnncore.forecasting.past import Past
from rnncore.forecasting.plan import FEWEST_WINDOWS, SHORTEST_WINDOW, Plan, horizon_of, plan
from rnncore.forecasting.recipe import Recipe
from rnncore.forecasting.result import labels
from rnncore.forecasting.scores import seasonal_step
from rnncore.forecasting.summary import Summary, edges
from rnncore.forecasting.tally import Cost, Outcome, Said, Truth
from rnncore.messages import Epoch, Refusal
from rnncore.series.series import Series

# Work of a leg whose networks are trained already, as a share of one that trains them: for the progress bar.
LIGHT = 0.2


class Contender(Config):
    """One way to set up a run. name: stands in the names of its methods; title: what its owner calls it."""

    name: str = Field(pattern=r"^[a-z0-9_]{1,20}$")
    title: str = Field("", max_length=200)
    config: RunConfig


class Contest(Config):
    """A backtest as it is asked for. All contenders forecast as many steps as the first one."""

    backtest: BacktestConfig
    contenders: tuple[Contender, ...] = Field(min_length=1, max_length=6)


def contest(config: RunConfig, backtest: BacktestConfig) -> Contest:
    """Of one set of settings; with a contender for each of the `cells` where those are named."""
    found = [Contender(name=cell, config=with_cell(config, cell)) for cell in dict.fromkeys(backtest.cells)]
    return Contest(backtest=backtest, contenders=found or [Contender(name="run", config=config)])


def with_cell(config: RunConfig, cell: Cell) -> RunConfig:
    """The same settings, with this cell in every layer."""
    layers = tuple(layer.model_copy(update={"cell": cell}) for layer in config.network.layers)
    return config.model_copy(update={"network": config.network.model_copy(update={"layers": layers})})


@dataclass(frozen=True)
class Leg:
    """A stretch of origins, a horizon apart, that one run forecasts from. numbers: of the origins that count; fresh: networks
    are trained for it; first, last: rows between the first origin of all and its first and last one."""

    numbers: tuple[int, ...]
    fresh: bool
    first: int
    last: int


def legs(config: BacktestConfig, horizon: int, stride: int) -> list[Leg]:
    """Without refit, origins that lie whole horizons apart share a leg; with it, or with a sliding window, each has its own."""
    if config.refit or config.sliding:
        places = [j * stride for j in range(config.origins)]
        return [Leg((j,), config.refit or j == 0, place, place) for j, place in enumerate(places)]
    groups: dict[int, list[int]] = {}
    for number in range(config.origins):
        groups.setdefault(number * stride % horizon, []).append(number)
    return [Leg(tuple(one), one[0] == 0, one[0] * stride, one[-1] * stride) for one in groups.values()]


@dataclass(frozen=True)
class Preparation:
    """A contest settled: series that are long enough, first origin of each, K, stride, the legs, the plan of each contender's
    first run, and an estimate of the seconds it all takes."""

    series: list[Series]
    starts: list[int]
    horizon: int
    stride: int
    legs: list[Leg]
    plans: list[Plan]
    seconds: float


def prepare(series: Sequence[Series], wanted: Contest, budgets: Budgets | None = None) -> Preparation:
    """Quick enough for every change of a knob. Refuses what does not fit into the series, or takes too long."""
    budgets, asked = budgets or Budgets(), wanted.backtest
    horizon = horizon_of(series, wanted.contenders[0].config.forecast)
    stride = asked.stride or horizon
    span = (asked.origins - 1) * stride + horizon
    _check_length(max(len(one) for one in series), asked, horizon, stride)
    kept = [one for one in series if len(one) >= span + 2]
    starts = [len(one) - span for one in kept]
    stretch = legs(asked, horizon, stride)
    ready = Preparation(kept, starts, horizon, stride, stretch, [], 0.0)
    plans = [plan(_rows(ready, stretch[0], asked), _config(ready, one, stretch[0]), budgets) for one in wanted.contenders]
    trainings, light = sum(leg.fresh for leg in stretch), sum(not leg.fresh for leg in stretch)
    seconds = sum(one.seconds * trainings + one.classical_seconds * light for one in plans)
    if seconds > 3600 * budgets.max_hours:
        raise Refusal("backtest_too_long", hours=round(seconds / 3600, 1), limit=budgets.max_hours, origins=asked.origins)
    return replace(ready, plans=plans, seconds=seconds)


def _check_length(longest: int, asked: BacktestConfig, horizon: int, stride: int) -> None:
    """Before the first origin there must be enough rows to learn from."""
    needed = SHORTEST_WINDOW + horizon + FEWEST_WINDOWS + horizon
    if longest < needed:
        raise Refusal("too_short", rows=longest, needed=needed, horizon=horizon, holdout=horizon)
    most = 1 + (longest - needed) // stride
    if most < asked.origins:
        raise Refusal("backtest_too_short", rows=longest, origins=asked.origins, horizon=horizon, stride=stride, most=most)


def _config(ready: Preparation, contender: Contender, leg: Leg) -> RunConfig:
    forecast = {"horizon": ready.horizon, "holdout": leg.last - leg.first + ready.horizon}
    config = contender.config
    return config.model_copy(update={"forecast": config.forecast.model_copy(update=forecast)})


def _rows(ready: Preparation, leg: Leg, asked: BacktestConfig) -> list[Series]:
    """What a run of this leg is given: all rows, or the newest L, before its first origin, and those it is scored on."""
    return [
        _cut(prolonged(one, ready.horizon), leg.first if asked.sliding else 0, start + leg.last + ready.horizon)
        for one, start in zip(ready.series, ready.starts, strict=True)
    ]


def _cut(series: Series, first: int, last: int) -> Series:
    head = series.head(last)
    if not first:
        return head
    stamps = None if head.stamps is None else head.stamps[first:]
    beside = tuple(replace(one, values=one.values[first:]) for one in head.covariates)
    return replace(head, values=head.values[first:], observed=head.observed[first:], stamps=stamps, covariates=beside)


class Backtest:
    """One contest under way. Iterate over `epochs()` as long as wanted, then ask for `finish()`.

    engine, crew: as `Recipe` takes them. A turn is one run: of one contender, on one leg.
    """

    def __init__(self, series: Sequence[Series], wanted: Contest, engine, budgets: Budgets | None = None, crew=None):
        self.wanted, self.engine, self.budgets, self.crew = wanted, engine, budgets, crew
        self.ready = prepare(series, wanted, budgets)
        self.truth = _truth(self.ready, wanted.backtest)
        self.turns = [(leg, number) for leg in self.ready.legs for number in range(len(wanted.contenders))]
        self.over: list[Turn] = []
        self.under_way: Recipe | None = None
        self._models: dict[int, bytes] = {}
        self._fitting = 0.0  # seconds that the run under way has spent without networks
        self._first: tuple[Recipe, float] | None = None  # the first contender's run of this leg, and those seconds of it

    def epochs(self) -> Iterator[Epoch]:
        """Work, an epoch at a time: those of every run, a `begun` before each of them, and a `leader` after each leg."""
        began, count = time.perf_counter(), len(self.wanted.contenders)
        shares = np.cumsum([0.0, *(1.0 if leg.fresh else LIGHT for leg, _ in self.turns)])
        shares = (shares / shares[-1]).tolist()
        for number in range(len(self.over), len(self.turns)):
            (leg, contender), (low, high) = self.turns[number], shares[number : number + 2]
            yield self._epoch("begun", self.wanted.contenders[contender].name, number, began, low)
            self.under_way = self._recipe(leg, contender)
            for epoch in self.under_way.epochs():
                if epoch.stage == "classical":
                    self._fitting = epoch.seconds
                yield replace(epoch, **self._progress(began, low + epoch.fraction * (high - low)))
            self._end()
            if contender == count - 1:
                best, error = tally.leader(self.truth, *self._told())
                yield self._epoch("leader", best, number, began, high, error)

    def finish(self) -> Outcome:
        """Scores over the legs that every contender has run; where that is none yet, the first leg, of those who had a turn."""
        if not self.over and self.under_way is None:
            next((epoch for epoch in self.epochs() if epoch.stage == "member"), None)
        if self.under_way is not None and len(self.over) < len(self.wanted.contenders):
            self.under_way.finish()
            self._end()
        numbers, said = self._told()
        costs = self._costs(numbers) | self._judged_costs(len(numbers))
        asked = self.wanted.backtest
        return tally.outcome(
            self.truth, numbers, said, costs,
            settings={
                "horizon": self.ready.horizon, "stride": self.ready.stride, "season": self.season,
                "sliding": asked.sliding, "refit": asked.refit, "asked": asked.origins,
            },
            contenders=[self._contender(number) for number in self._counted()],
            left_out=[one.name for number, one in enumerate(self.wanted.contenders) if number not in self._counted()],
        )  # fmt: skip

    @property
    def season(self) -> int:
        return self.ready.plans[0].config.forecast.season

    def _counted(self) -> list[int]:
        """Numbers of the contenders that are scored: all of them, or those who had a turn on the first leg."""
        return [turn.contender for turn in self.over[: len(self.wanted.contenders)]]

    def _whole(self) -> list[Turn]:
        """The turns on legs that all who are scored have run."""
        count = len(self._counted())
        return self.over[: len(self.over) // count * count]

    def _told(self) -> tuple[list[int], dict[str, Said]]:
        """(numbers of the origins, in order; what every method said of them)."""
        whole = self._whole()
        numbers = [number for turn in whole if turn.contender == 0 for number in turn.leg.numbers]
        order = np.argsort(numbers, kind="stable")
        names = list(dict.fromkeys(name for turn in whole for name in turn.said))
        parts = {name: [turn.said[name] for turn in whole if name in turn.said] for name in names}
        return sorted(numbers), {name: tally.joined(found, order) for name, found in parts.items()}

    def _recipe(self, leg: Leg, contender: int) -> Recipe:
        series = _rows(self.ready, leg, self.wanted.backtest)
        config = _config(self.ready, self.wanted.contenders[contender], leg)
        self._fitting = 0.0
        if leg.fresh:
            recipe = Recipe(series, config, self.engine, budgets=self.budgets, crew=self.crew)
        else:
            recipe = Recipe.from_model(self._models[contender], series, self.engine, config, self.budgets, crew=self.crew)
        if contender and _alike(recipe.plan, self._first[0].plan):
            recipe.partners.said = self._first[0].partners.said
        return recipe

    def _end(self) -> None:
        """Take down what the run under way says of its origins, and what it cost."""
        (leg, contender), recipe = self.turns[len(self.over)], self.under_way
        self.under_way = None
        shared = contender > 0 and recipe.partners.said is self._first[0].partners.said
        networks = sum(one.seconds for one in recipe.trained()) if leg.fresh else 0.0
        rest = self._first[1] if shared else self._fitting
        if contender == 0:
            self._first = (recipe, rest)
        if leg.fresh and not self.wanted.backtest.refit:
            self._models[contender] = recipe.model()
        suffix = f":{self.wanted.contenders[contender].name}" if len(self.wanted.contenders) > 1 else ""
        said = _said(recipe, leg, self.ready, suffix, contender == 0)
        size = sum(array.size for one in recipe.networks().trained for array in one.weights.values())
        costs = {f"network{suffix}": Cost(networks, size), f"combined{suffix}": Cost(networks + rest, size)}
        self.over.append(Turn(leg, contender, said, costs))

    def _costs(self, numbers: list[int]) -> dict[str, Cost]:
        """Seconds of all legs together, parameters of all networks of one leg."""
        found: dict[str, Cost] = {}
        for turn in self._whole():
            for name, cost in turn.costs.items():
                found[name] = Cost(cost.seconds + (found[name].seconds if name in found else 0.0), cost.parameters)
        return found

    def _judged_costs(self, origins: int) -> dict[str, Cost]:
        """One forecast of each judge is timed, and counted as often as it was made."""
        times = origins * len(self.ready.series)
        values = self.ready.series[0].values
        return {name: Cost(times * _timed(judge, values), None) for name, judge in self._judges(values).items()}

    def _judges(self, values: np.ndarray) -> dict:
        horizon, season = self.ready.horizon, self.season
        by_factors = self.wanted.contenders[0].config.forecast.transform != "none" and bool((values > 0).all())
        ets, theta = (partial(fit, season=season, by_factors=by_factors) for fit in (classical.ets, classical.theta))
        return {
            "naive": lambda past: baselines.naive(past.values, horizon),
            "seasonal_naive": lambda past: baselines.seasonal_naive(past.values, horizon, season),
            "drift": lambda past: baselines.drift(past.values, horizon),
            "mean": lambda past: baselines.mean(past.values, horizon),
            "ets": lambda past: classical.known({"ets": ets}, past, horizon),
            "theta": lambda past: classical.known({"theta": theta}, past, horizon),
        }

    def _contender(self, number: int) -> dict:
        one = self.wanted.contenders[number]
        layers = [f"{layer.cell.upper()} {layer.units}" for layer in one.config.network.layers]
        return {"name": one.name, "title": one.title, "layers": layers}

    def _epoch(self, stage: str, name: str, number: int, began: float, fraction: float, error: float | None = None) -> Epoch:
        """Not of a training: `epoch` of `epochs` is the leg, `validation` the error of the leader."""
        leg, count = number // len(self.wanted.contenders) + 1, len(self.ready.legs)
        return Epoch(stage, name, 0, leg, count, None, error, None, None, None, **self._progress(began, fraction))

    def _progress(self, began: float, fraction: float) -> dict:
        seconds = time.perf_counter() - began
        left = seconds * (1 - fraction) / fraction if fraction > 0.02 else self.ready.seconds
        return {"seconds": seconds, "fraction": min(1.0, fraction), "remaining": left}


@dataclass(frozen=True)
class Turn:
    """One run that is over: what its methods said of the origins of its leg, and what its networks and its pool cost."""

    leg: Leg
    contender: int
    said: dict[str, Said]
    costs: dict[str, Cost]


def _timed(judge, values: np.ndarray) -> float:
    """Seconds of one forecast."""
    began = time.perf_counter()
    judge(Past(values))
    return time.perf_counter() - began


def _alike(plan: Plan, other: Plan) -> bool:
    """Whether members without a network say the same in both."""
    return (plan.config.forecast, plan.validation, plan.longer_season) == (
        other.config.forecast, other.validation, other.longer_season,
    )  # fmt: skip


def _truth(ready: Preparation, asked: BacktestConfig) -> Truth:
    """What came, from every origin; and the unit of MASE, from the rows before the first one."""
    horizon, stride = ready.horizon, ready.stride
    numbers = range(asked.origins)
    actual = np.array(
        [
            [one.values[start + j * stride : start + j * stride + horizon] for j in numbers]
            for one, start in zip(ready.series, ready.starts, strict=True)
        ]
    )
    season = ready.plans[0].config.forecast.season
    units = [seasonal_step(one.values[:start], season) for one, start in zip(ready.series, ready.starts, strict=True)]
    time = [labels(one.index[start:]) for one, start in zip(ready.series, ready.starts, strict=True)]
    levels = sorted(ready.plans[0].config.forecast.levels)
    return Truth([one.name for one in ready.series], time, actual, units, stride, levels)


def _said(recipe: Recipe, leg: Leg, ready: Preparation, suffix: str, judged: bool) -> dict[str, Said]:
    """By method: pool, networks, and the judges where they are asked for. Weights and bands come from rows before the leg."""
    summary = Summary(recipe, recipe.networks(), recipe.partners)
    config, count = recipe.plan.config.forecast, len(recipe.plan.series)
    places = [(number * ready.stride - leg.first) // ready.horizon for number in leg.numbers]
    found = {}

    def take(name: str, forecast: np.ndarray, halves: Sequence[np.ndarray]) -> None:
        middle = forecast.reshape(count, -1, ready.horizon)[:, places]
        each = zip(halves, middle, recipe.plan.series, strict=True)
        sides = [edges(half, said, sorted(config.levels), one.values) for half, said, one in each]
        lower, upper = ({level: np.array([side[at][level] for side in sides]) for level in sides[0][0]} for at in (0, 1))
        found[name] = Said(middle, lower, upper)

    for name in ["network"] if config.network_only else ["combined", "network"]:
        summary.leading = name
        pooled = summary.pool(name, False)(summary.parts(name, "held_out"), summary.series("held_out"))
        take(name + suffix, pooled, summary.bands(False))
    if judged:
        before, units = recipe.partners.judges_at("validation"), [one or 1.0 for one in _units(recipe.plan)]
        ends = np.cumsum(summary.counts("validation"))[:-1]
        for name, forecast in recipe.partners.judges_at("held_out").items():
            off = np.split(summary.actual["validation"] - before[name], ends)
            take(name, forecast, bands(off, sorted(config.levels), units, config.bands == "adaptive"))
    return found


def _units(plan: Plan) -> list[float | None]:
    season = plan.config.forecast.season
    return [seasonal_step(one.values[: s.validation], season) for one, s in zip(plan.series, plan.splits, strict=True)]
