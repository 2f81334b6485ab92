"""A search over the knobs: candidates are trained quickly and judged on the validation part, the best of them again with other
seeds, and only the winner and the settings it began with are run in full and scored on the held-out end.

Letters: n validation origins, K rows ahead.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from rnncore.config import Budgets, Config, RunConfig, TunerConfig
from rnncore.forecasting import classical
from rnncore.forecasting.covariates import prolonged
from rnncore.forecasting.material import Material
from rnncore.forecasting.past import Pasts
from rnncore.forecasting.plan import Plan, horizon_of, plan
from rnncore.forecasting.recipe import Recipe
from rnncore.forecasting.representation import Representation
from rnncore.forecasting.result import measure
from rnncore.forecasting.space import Draw, anywhere, applied, current, space
from rnncore.messages import Epoch, Refusal
from rnncore.series.series import Series

KINDS = 2  # networks of a candidate: of its first kinds, whose forecasts are averaged
SEARCH_SHARE = 0.75  # of the time; the rest is for the best of them, once more
FINALISTS, AGAIN = 4, 2  # candidates that are trained again, and with how many other seeds
COMPANY, EARLIEST = 4, 0.25  # others that must have come as far, and how far, before a candidate is cut
DRAWS = 200  # until the space is taken to be used up
TELL = 0.5  # seconds between two words about a training


class Search(Config):
    """A search as it is asked for, from these settings on."""

    config: RunConfig
    tuner: TunerConfig = TunerConfig()


@dataclass
class Candidate:
    """number: 0 for the settings that the search begins with. state: `judged`; `cut` where it was left because others did
    better; `failed` where no loss was finite. errors: on the validation part, one for each seed. curve: lowest error of its
    first network by epoch. at: seconds since the search began; seconds: that it took. parameters: of its first network."""

    number: int
    draw: Draw
    plan: Plan
    state: str = "judged"
    errors: list[float] = field(default_factory=list)
    curve: list[float] = field(default_factory=list)
    seconds: float = 0.0
    at: float = 0.0

    @property
    def kinds(self) -> tuple[Representation, ...]:
        return self.plan.representations[:KINDS]

    def error(self, seeds: int | None = None) -> float | None:
        """The mean over the first `seeds` of them, all unless told."""
        known = self.errors[:seeds]
        return float(np.mean(known)) if known else None

    def at_share(self, share: float) -> float | None:
        """The error when `share` of its first training was over; None where it did not come so far."""
        number = math.ceil(share * self.plan.config.training.epochs)
        return self.curve[number - 1] if number <= len(self.curve) else None

    def as_dict(self) -> dict:
        facts = {name: getattr(self, name) for name in ("number", "draw", "state", "seconds", "at")}
        return {**facts, "error": self.error(), "seeds": len(self.errors), "parameters": self.plan.parameters}


@dataclass(frozen=True)
class Found:
    """What a search ends with, as values for JSON.

    candidates: as `Candidate.as_dict`, in the order they were tried; the first are the settings the search began with. judges:
    error on the same validation rows by name. knobs: with the values that were open to each. best: number of the winner.
    config, start: settings of the winner and of the first. full: of both, run in full, by `start` and `best`: scores on the
    held-out end by method, `leading`, and seconds; empty where the search was left before. stopped: whether it was left early.
    """

    candidates: list[dict]
    judges: dict[str, float]
    knobs: dict[str, list]
    best: int
    config: dict
    start: dict
    full: dict[str, dict]
    seconds: float
    asked: float
    stopped: bool
    holdout: int
    series: int

    def as_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> Found:
        return cls(**values)

    @property
    def ranking(self) -> list[dict]:
        """Candidates that have an error, the winner first, then by error."""
        known = [one for one in self.candidates if one["error"] is not None]
        return sorted(known, key=lambda one: (one["number"] != self.best, one["state"] != "judged", one["error"]))

    @property
    def gain(self) -> float:
        """By how much of its error on the validation part the winner undercuts the first candidate, 0 to 1."""
        first = self.candidates[0]["error"]
        return 1 - self.winner["error"] / first if first else 0.0

    @property
    def winner(self) -> dict:
        return next(one for one in self.candidates if one["number"] == self.best)

    @property
    def best_judge(self) -> str:
        return min(self.judges, key=self.judges.get)

    @property
    def measure(self) -> str:
        """MASE, or MAE where that is not defined."""
        return measure(self.full["start"]["scores"])

    @property
    def verdict(self) -> tuple[str, int] | None:
        """What the held-out end says of the winner against the first, and by how many percent: `better`, `worse`, `equal`
        (within one percent), or `same` where they are one; None where they were not run in full."""
        if not self.full:
            return None
        best, start = (one["scores"][one["leading"]][self.measure] for one in (self.full["best"], self.full["start"]))
        percent = round(100 * abs(best - start) / max(best, start)) if max(best, start) else 0
        if self.best == 0:
            return "same", 0
        return "equal" if abs(best - start) <= 0.01 * start else "better" if best < start else "worse", percent


class Trial:
    """One candidate under way with one seed: its kinds, one after another."""

    def __init__(self, candidate: Candidate, seed: int, train: Callable):
        self.candidate, self.seed, self._train = candidate, seed, train
        self.weights: list[dict | None] = []
        self.training = self._next()
        self.over = False

    @property
    def is_first(self) -> bool:
        """Whether its first network of all is being trained: the one that decides whether it is cut."""
        return not self.weights and not self.candidate.errors

    def advance(self):
        """One more epoch; None where a network is ready."""
        step = next(self.training, None)
        if step is None:
            self.candidate.seconds += self.training.seconds
            self.weights.append(self.training.weights())
            self.over = len(self.weights) == len(self.candidate.kinds)
            self.training = None if self.over else self._next()
        elif self.is_first:
            self.candidate.curve.append(math.inf if step.best is None else step.best)
        return step

    def cut(self) -> None:
        """Leave it, with the error it has reached."""
        self.candidate.state, self.over = "cut", True
        self.candidate.seconds += self.training.seconds
        self.candidate.errors.append(self.candidate.curve[-1])
        self.training = None  # who trained it is free for the next

    def _next(self):
        return self._train(self.candidate, len(self.weights), self.seed)


class Tuner:
    """One search. Iterate over `epochs()` as long as wanted, then ask for `finish()`: it gives the best so far.

    engine, crew: as `Recipe` takes them. propose: draws the next candidate (`space.anywhere`). clock: seconds, by which the
    time limit counts.
    """

    def __init__(
        self,
        series: Sequence[Series],
        search: Search,
        engine,
        budgets: Budgets | None = None,
        crew=None,
        propose: Callable = anywhere,
        clock: Callable[[], float] = time.perf_counter,
    ):
        horizon = horizon_of(series, search.config.forecast)
        self.series = [prolonged(one, horizon) for one in series]  # the search judges by rows of the past
        self.config, self.asked = search.config, search.tuner
        self.engine, self.budgets, self.crew, self.propose = engine, budgets, crew, propose
        self.clock = clock
        self.plan = plan(self.series, search.config, budgets)
        self.start = current(self.plan)
        self.space = space(self.series, search.config, self.plan, dict.fromkeys(search.tuner.knobs))
        self.pasts = Pasts([one.values for one in self.plan.series])
        self.random = np.random.default_rng([search.config.training.seed, 5])
        self.tried = [Candidate(0, {knob: self.start[knob] for knob in self.space}, self.plan)]
        self.judges: dict[str, float] = {}
        self.full: dict[str, dict] = {}
        self.seconds, self.is_over = 0.0, False
        self._materials: dict[Representation, Material] = {}
        self._began = self._searching = self._told = self._fraction = 0.0

    def epochs(self) -> Iterator[Epoch]:
        """Work, bit by bit. Stages: `judging` while the judges forecast, `judge` for the error of each; `trying` while
        candidates are trained, `candidate` for what came of each (its number is the seed, its facts are `trained`, as JSON);
        `full` while the first and the best are run in full."""
        self._began = self.clock()
        for epoch in self._work():
            self.seconds = self._now
            yield epoch
        self.seconds, self.is_over = self._now, True

    def _work(self) -> Iterator[Epoch]:
        yield from self._judge()
        self._searching = self._now
        yield from self._run(self._drawn(), SEARCH_SHARE)
        yield from self._run(self._again(), 1.0)
        yield from self._in_full()

    def finish(self) -> Found:
        """The best so far; the first candidate where none is judged yet. Raises `Refusal` where it has no finite loss."""
        if not self._has_first:
            next((epoch for epoch in self.epochs() if epoch.stage == "candidate"), None)
        best, judged = self.best, [one for one in self.tried if one.errors or one.state == "failed"]
        if not best.errors:
            raise Refusal("loss_exploded", learning_rate=self.plan.config.training.learning_rate)
        configs = {
            name: self._config(one).model_dump(mode="json") for name, one in (("config", best), ("start", self.tried[0]))
        }
        return Found(
            [one.as_dict() for one in judged], self.judges, {knob: list(values) for knob, values in self.space.items()},
            best.number, **configs, full=self.full, seconds=self.seconds, asked=self.asked.seconds, stopped=not self.is_over,
            holdout=self.plan.config.forecast.holdout, series=len(self.plan.series),
        )  # fmt: skip

    @property
    def _has_first(self) -> bool:
        return bool(self.tried[0].errors) or self.tried[0].state == "failed"

    @property
    def best(self) -> Candidate:
        """Of those that were trained most often; by the mean over as many seeds as all of these have."""
        finalists = self._finalists()
        seeds = min((len(one.errors) for one in finalists), default=0)
        return min(finalists, key=lambda one: one.error(seeds), default=self.tried[0])

    def _finalists(self) -> list[Candidate]:
        """The first candidate, and the best of the others by their first seed."""
        judged = [one for one in self.tried[1:] if one.state == "judged" and one.errors]
        best = sorted(judged, key=lambda one: one.errors[0])[:FINALISTS]
        return [one for one in self.tried[:1] if one.errors] + best

    def _judge(self) -> Iterator[Epoch]:
        """What the methods that need no choice do at the validation origins."""
        asked, said = self.plan.config.forecast, []
        places = [(number, origin) for number, origins in enumerate(self.plan.validation) for origin in origins]
        for done, (number, origin) in enumerate(places, 1):
            by_factors = asked.transform != "none" and bool((self.plan.series[number].values[:origin] > 0).all())
            said.append(classical.judges(self.pasts.before(number, origin), asked.horizon, asked.season, by_factors))
            yield self._epoch("judging", self.plan.series[number].name, 0, done, len(places))
        measured = self._material(self.plan.representations[0])
        for name in said[0]:
            self.judges[name] = measured.error(np.stack([one[name] for one in said]))
            yield self._epoch("judge", name, 0, 1, 1, self.judges[name])

    def _drawn(self) -> Iterator[Trial]:
        """The first candidate, then new ones until there are as many as asked for, or nothing new is found."""
        yield Trial(self.tried[0], self._seed(0), self._train)
        seen = {tuple(self.tried[0].draw.items())}
        for _ in range(DRAWS * (self.asked.tries or 10_000)):
            if (self.asked.tries and len(self.tried) > self.asked.tries) or not self.space:
                return
            judged = [(one.draw, one.errors[0]) for one in self.tried if one.errors]
            draw = self.propose(self.random, self.space, judged)
            candidate = None if tuple(draw.items()) in seen else self._candidate(draw)
            seen.add(tuple(draw.items()))
            if len(seen) >= math.prod(map(len, self.space.values())) and candidate is None:
                return
            if candidate is not None:
                self.tried.append(candidate)
                yield Trial(candidate, self._seed(0), self._train)

    def _candidate(self, draw: Draw) -> Candidate | None:
        """None where these settings together cost too much, or leave other rows to be judged by."""
        try:
            settled = plan(self.series, applied(self.config, self.start, draw), self.budgets)
        except Refusal:
            return None
        return Candidate(len(self.tried), draw, settled) if settled.validation == self.plan.validation else None

    def _again(self) -> Iterator[Trial]:
        finalists = self._finalists()
        if len(finalists) > 1:
            for seed in range(1, 1 + AGAIN):
                yield from (Trial(one, self._seed(seed), self._train) for one in finalists)

    def _run(self, trials: Iterator[Trial], until: float) -> Iterator[Epoch]:
        """Trainings side by side until they are over or `until` of the time has gone; the very first one is never given up."""
        under_way: list[Trial] = []
        while True:
            if self._has_first and self._now - self._searching > until * self.asked.seconds:
                return
            while len(under_way) < (self.crew.width if self.crew else 1) and (trial := next(trials, None)):
                trial.candidate.at = trial.candidate.at or self._now
                under_way.append(trial)
            if not under_way:
                return
            number = self.crew.ready([trial.training for trial in under_way]) if self.crew else 0
            trial = under_way[number]
            step = trial.advance()
            if trial.over:
                self._take(trial)
            elif trial.is_first and step is not None and self._is_poor(trial.candidate):
                trial.cut()
            if trial.over:
                under_way.pop(number)
                yield self._came(trial.candidate)
            elif step is not None and self._now - self._told > TELL:
                yield self._epoch(
                    "trying", str(trial.candidate.number), trial.candidate.number, step.epoch, step.epochs, step.best
                )

    def _take(self, trial: Trial) -> None:
        """Judge what all networks of a trial say together."""
        candidate, said = trial.candidate, []
        for kind, weights in zip(candidate.kinds, trial.weights, strict=True):
            if weights is not None:
                predict = self.engine.predictor(candidate.plan.config.network, weights, "cpu")
                said.append(self._material(kind).forecast(predict, self.plan.validation))
        error = self._material(candidate.kinds[0]).error(np.mean(said, axis=0)) if said else math.inf
        if math.isfinite(error):
            candidate.errors.append(error)
        elif not candidate.errors:
            candidate.state = "failed"

    def _is_poor(self, candidate: Candidate) -> bool:
        """Worse than the median of the others when they had come as far (the median rule; Golovin et al. 2017)."""
        share = len(candidate.curve) / candidate.plan.config.training.epochs
        others = [one.at_share(share) for one in self.tried if one is not candidate]
        known = [error for error in others if error is not None]
        enough = candidate.number > 0 and share >= EARLIEST and len(known) >= COMPANY
        return enough and candidate.curve[-1] > float(np.median(known)) and math.isfinite(candidate.curve[-1])

    def _in_full(self) -> Iterator[Epoch]:
        """The whole run, with all kinds, seeds and classical members, of the first candidate and of the best; nothing where a
        loss was not finite."""
        first, best, said, done = self.tried[0], self.best, [], {}
        if not first.errors:
            return
        for name, candidate in {"start": first, "best": best}.items():
            if name == "best" and best is first:
                done["best"] = done["start"]
                continue
            recipe = Recipe(self.series, self._config(candidate), self.engine, budgets=self.budgets, crew=self.crew)
            recipe.partners.said = said
            for epoch in recipe.epochs():
                yield self._in_turn(epoch, name, best is first)
            said = recipe.partners.said
            try:
                result = recipe.finish()
            except Refusal:
                return
            done[name] = {"scores": result.scores, "leading": result.leading, "seconds": recipe.seconds}
        self.full = done

    def _config(self, candidate: Candidate) -> RunConfig:
        return applied(self.config, self.start, candidate.draw)

    def _seed(self, number: int) -> int:
        return self.config.training.seed + number

    def _material(self, kind: Representation) -> Material:
        """One for all candidates: the rows to learn from and to be judged by are the same."""
        if kind not in self._materials:
            self._materials[kind] = Material(self.plan, kind, self.pasts)
        return self._materials[kind]

    def _train(self, candidate: Candidate, kind: int, seed: int):
        settled = candidate.plan
        task = self._material(candidate.kinds[kind]).task(self.engine)
        course = self.engine.Course(settled.config.training.epochs * settled.epoch_updates, settled.epoch_updates)
        train = self.crew.train if self.crew else self.engine.train
        return train(settled.config.network, settled.config.training, task, course, seed)

    @property
    def _now(self) -> float:
        return self.clock() - self._began

    @property
    def _expected(self) -> float:
        """Seconds of the whole: the search, and two runs in full, which share what their classical members say."""
        return self.asked.seconds + 2 * self.plan.seconds - self.plan.classical_seconds

    def _came(self, one: Candidate) -> Epoch:
        best = min((other.errors[0] for other in self.tried if other.errors), default=None)
        facts = json.dumps(one.as_dict(), ensure_ascii=False)
        epochs = one.plan.config.training.epochs
        return replace(self._epoch("candidate", facts, one.number, min(len(one.curve), epochs), epochs, one.error()), best=best)

    def _in_turn(self, epoch: Epoch, name: str, alone: bool) -> Epoch:
        """Progress of a run in full: of one, or of the first or second of two."""
        share = self.asked.seconds / self._expected
        low, high = {True: (0.0, 1.0), False: {"start": (0.0, 0.5), "best": (0.5, 1.0)}[name]}[alone]
        within = low + epoch.fraction * (high - low)
        left = epoch.remaining + (0.0 if alone or name == "best" else epoch.seconds + epoch.remaining)
        return replace(
            epoch, stage="full", trained=name, seed=int(name == "best"), seconds=self._now, remaining=left, preview=None,
            fraction=share + (1 - share) * within,
        )  # fmt: skip

    def _epoch(self, stage: str, name: str, number: int, epoch: int, epochs: int, error: float | None = None) -> Epoch:
        self._told = self._now
        spent = (self._now - self._searching) / self.asked.seconds if self.judges else 0.0
        if self.asked.tries and stage in ("trying", "candidate"):
            spent = max(spent, (len(self.tried) - 1) / (1 + self.asked.tries))
        self._fraction = max(self._fraction, min(1.0, spent) * self.asked.seconds / self._expected)
        left = self._expected - min(self._now, self.asked.seconds)  # the runs in full are still to come
        return Epoch(stage, name, number, epoch, epochs, None, error, None, None, None, self._now, self._fraction, left)
