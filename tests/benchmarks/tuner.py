"""Which way to draw candidates finds better settings in the same CPU time: at random, near the best so far, or by Optuna's TPE.

    python -m tests.benchmarks.tuner --data FOLDER [--seconds 60] [--epochs 20] [--seeds 3] [--only NAME ...]

All share the space, the early stopping and the last round with other seeds. What each has found is trained anew with two fresh
seeds; told is its error on the validation part, and that of its networks on the held-out end, both over those of the settings
the search began with. Optuna is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rnncore import nn
from rnncore.config import ReadConfig, RunConfig, TrainingConfig, TunerConfig
from rnncore.forecasting.partners import places
from rnncore.forecasting.space import Draw, Space, anywhere
from rnncore.forecasting.tuner import SEARCH_SHARE, Candidate, Search, Trial, Tuner
from rnncore.series import read

VALUES = {"etth1": "OT", "bike_day": "cnt"}
FRESH = (1000, 1001)
EARLY = 8  # draws before what is known of others counts
ELITE = 0.25  # of what was tried: those whose neighbourhood is looked at


class Hasty(Tuner):
    """The search alone, without judges and without runs in full."""

    def _work(self):
        yield from self._run(self._drawn(), SEARCH_SHARE)
        yield from self._run(self._again(), 1.0)


def nearby(random: np.random.Generator, space: Space, judged: Sequence[tuple[Draw, float]]) -> Draw:
    """Anywhere at first; later, every other time, one of the best so far with one or two of its knobs drawn anew."""
    fresh = anywhere(random, space, judged)
    if len(judged) < EARLY or random.random() < 0.5:
        return fresh
    elite = sorted(judged, key=lambda one: one[1])[: max(2, int(ELITE * len(judged)))]
    parent = elite[random.integers(len(elite))][0]
    anew = random.choice(list(space), size=min(len(space), random.integers(1, 3)), replace=False)
    return {**{knob: parent[knob] for knob in space}, **{knob: fresh[knob] for knob in anew}}


class TPE:
    """Optuna's tree-structured Parzen estimator behind the manners of `space.anywhere`."""

    def __init__(self, seed: int):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, n_startup_trials=8)
        self.study, self.waiting = optuna.create_study(sampler=sampler), []

    def __call__(self, _random, space, judged):
        known = {tuple(draw.items()): error for draw, error in judged}
        for trial, draw in [one for one in self.waiting if tuple(one[1].items()) in known]:
            self.study.tell(trial, known[tuple(draw.items())])
            self.waiting.remove((trial, draw))
        trial = self.study.ask()
        draw = {knob: self._suggest(trial, knob, values) for knob, values in space.items()}
        self.waiting.append((trial, draw))
        return draw

    @staticmethod
    def _suggest(trial, knob, values):
        if isinstance(values[0], str):
            return trial.suggest_categorical(knob, list(values))
        return values[trial.suggest_int(knob, 0, len(values) - 1)]


def ways(seed: int) -> dict:
    found = {"random": anywhere, "nearby": nearby}
    with contextlib.suppress(ImportError):
        found["tpe"] = TPE(seed)
    return found


def errors(tuner: Tuner, candidate: Candidate) -> tuple[float, float]:
    """(validation, held-out): with fresh seeds, the mean over both."""
    anew, held = Candidate(candidate.number, candidate.draw, candidate.plan), []
    origins = [one.held_out for one in places(tuner.plan)]
    for seed in FRESH:
        trial, said = Trial(anew, seed, tuner._train), []
        while not trial.over:
            trial.advance()
        tuner._take(trial)
        for kind, weights in zip(anew.kinds, trial.weights, strict=True):
            if weights is not None:
                predict = nn.predictor(anew.plan.config.network, weights)
                said.append(tuner._material(kind).forecast(predict, origins))
        parts = zip(tuner.plan.series, tuner.plan.splits, strict=True)
        came = np.concatenate([one.values[split.validation :] for one, split in parts])
        held.append(float(np.abs(np.mean(said, axis=0).ravel()[: len(came)] - came).mean()))
    return float(np.mean(anew.errors)), float(np.mean(held))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=["retail_sales", "sunspots_monthly", "bike_day"])
    asked, found = parser.parse_args(), {}
    for seed in range(asked.seeds):
        for name in asked.only:
            series = read((asked.data / f"{name}.csv").read_bytes(), ReadConfig(value=VALUES.get(name))).series
            base = None
            for way, propose in ways(seed).items():
                config = RunConfig(training=TrainingConfig(seed=seed, epochs=asked.epochs))
                search = Search(config=config, tuner=TunerConfig(seconds=asked.seconds))
                tuner = Hasty(series, search, nn, propose=propose, clock=time.process_time)
                for _ in tuner.epochs():
                    pass
                base = base or errors(tuner, tuner.tried[0])
                best = errors(tuner, tuner.best)
                ratios = [ours / other for ours, other in zip(best, base, strict=True)]
                found.setdefault(way, []).append(ratios)
                cut = sum(one.state == "cut" for one in tuner.tried)
                told = f"validation {ratios[0]:.3f}  held out {ratios[1]:.3f}  {len(tuner.tried)} tried, {cut} cut"
                print(f"{seed} {name:24} {way:7} {told}", flush=True)
    for way, ratios in found.items():
        validation, held = (math.exp(np.mean(np.log([one[part] for one in ratios]))) for part in (0, 1))
        print(f"{way:7} geometric mean of {len(ratios)}: validation {validation:.3f}, held out {held:.3f}")


if __name__ == "__main__":
    main()
