"""What is found out about a run that is over: the evidence its numbers give, series by series, and the diagnosis of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnncore.forecasting import pool
from rnncore.forecasting.diagnosis import Finding, diagnose, diagnose_training
from rnncore.forecasting.evidence import Coverage, Evidence
from rnncore.forecasting.learning import Curve, curve
from rnncore.forecasting.pool import Pool
from rnncore.forecasting.result import HeldOut
from rnncore.series.leaks import leaks_into

MOST_OF_SERIES = 2  # findings on one series of a panel, behind those on the run


def judge(summary, final: Pool, held_out: Sequence[HeldOut], coverage: dict[str, float]) -> list[Finding]:
    """The findings on a `Summary`: at most three of a single series. Of a panel, those on the run, which hold for all its
    series, then those on each."""
    told = _Told(summary, final)
    common = {
        "config": summary.plan.config,
        "courses": tuple(_courses(summary)),
        "exploded": sum(one.exploded for one in summary.recipe.trained()),
        "out_of_time": summary.recipe.out_of_time or any(one.out_of_time for one in summary.recipe.trained()),
        "coverage": tuple(_coverage(held_out, coverage)),
        "leaks": tuple(leaks_into(max(summary.plan.series, key=len))),
    }
    if len(summary.plan.series) == 1:
        return diagnose(Evidence(**told.of(0), **common))
    found = diagnose_training(Evidence(**told.of(0), **common))
    for number, one in enumerate(summary.plan.series):
        alone = Evidence(**told.of(number), config=summary.plan.config)
        found += [replace(finding, series=one.name) for finding in diagnose(alone, MOST_OF_SERIES)]
    return found


def _courses(summary) -> list[Curve]:
    """Of the networks that make the forecast."""
    courses, planned = summary.recipe.courses, summary.recipe.rounds
    found = [curve(courses.get(one.job.name, ()), planned[one.job.round]) for one in summary.networks.trained]
    return [one for one in found if one]


def _coverage(held_out: Sequence[HeldOut], coverage: dict[str, float]) -> list[Coverage]:
    points, forecasts = (sum(len(getattr(one, part)) for one in held_out) for part in ("actual", "origins"))
    return [Coverage(float(level), 100 * share, points, forecasts) for level, share in coverage.items()]


class _Told:
    """What was said at all origins of the validation part and of the held-out end, by weights that know nothing of either."""

    def __init__(self, summary, final: Pool):
        self.summary, self.final = summary, final
        self.leading, self.network = self._pooled(summary.leading), self._pooled("network")
        self.members = self._joined(lambda which: summary.said[which].networks)
        judged = [summary.partners.judges_at(which) for which in ("validation", "held_out")]
        self.baselines = {name: np.concatenate([one[name] for one in judged]) for name in judged[0]}
        self.series = np.concatenate([summary.series("validation"), summary.series("held_out")])

    def _pooled(self, leading: str) -> np.ndarray:
        summary = self.summary
        known = summary.members_of(leading), *summary.evidence(leading, False), summary.families(leading)
        held_out = summary.pool(leading, False)(summary.parts(leading, "held_out"), summary.series("held_out"))
        return np.concatenate([pool.left_out(*known), held_out])

    def _joined(self, part) -> np.ndarray:
        return np.concatenate([part("validation"), part("held_out")], axis=1)

    def of(self, number: int) -> dict:
        """One series of it, as `Evidence` takes it."""
        summary, mine = self.summary, self.series == number
        places = summary.partners.places[number]
        return {
            "values": summary.plan.series[number].values,
            "train": summary.plan.splits[number].train,
            "origins": (*places.validation, *places.held_out),
            "leading": self.leading[mine],
            "network": self.network[mine],
            "members": self.members[:, mine],
            "kinds": tuple(summary.networks.kinds),
            "baselines": {name: said[mine] for name, said in self.baselines.items()},
            "share": float(self.final.weights[number, [name in summary.kinds for name in self.final.members]].sum()),
        }
