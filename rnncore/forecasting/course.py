"""The trainings of a run, one after another: which comes next depends only on which are done or under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from rnncore.forecasting.cost import network_seconds, seeds
from rnncore.forecasting.plan import Plan

# By when the classical members and the networks are to be over, as shares of the time budget; the rest is for forecasting.
CLASSICAL_BY, NETWORKS_BY = 0.4, 0.95


@dataclass(frozen=True)
class Job:
    """One training to come. representation: its number in the plan; start: number of the training it goes on from;
    seconds: its share of the time budget."""

    representation: int
    seed: int
    updates: int
    round: int = 0
    start: int | None = None
    seconds: float | None = None

    @property
    def name(self) -> str:
        return f"{self.representation}.{self.seed}.{self.round}"


@dataclass(frozen=True)
class Trained:
    """One training that is over. validation: its best error; weights: None where no epoch was finite."""

    job: Job
    weights: dict[str, np.ndarray] | None = field(repr=False)
    validation: float | None
    best_updates: int
    updates: int
    epochs: int
    seconds: float
    exploded: bool
    out_of_time: bool

    def as_facts(self) -> dict:
        return {name: value for name, value in asdict(self).items() if name != "weights"}

    @classmethod
    def from_facts(cls, facts: dict, weights: dict[str, np.ndarray] | None) -> Trained:
        return cls(**{**facts, "job": Job(**facts["job"]), "weights": weights})


def jobs(plan: Plan, done: Sequence[Trained], rounds: Sequence[int], seconds: float | None) -> list[Job]:
    """The trainings of the present round, whether over or not, in order.

    Every kind once, then every kind with the next seed. rounds: epochs of each round of training, 0 for networks that came
    from a file; seconds: what there is for them all, None without a budget: then there are fewer, but at least one.
    """
    updates, number = rounds[-1] * plan.epoch_updates, len(rounds) - 1
    if not updates:
        return []
    if number:
        latest = newest(done, number)
        return [Job(done[at].job.representation, done[at].job.seed, updates, number, at) for at in latest]
    config = plan.config
    wanted = [
        Job(kind, config.training.seed + seed, updates)
        for seed in range(seeds(config))
        for kind in range(len(plan.representations))
    ]
    return wanted if seconds is None else wanted[: _affordable(plan, wanted, seconds)]


def newest(done: Sequence[Trained], before: int | None = None) -> list[int]:
    """Numbers of the latest sound training of every network; of rounds before `before` only.

    They stand seed by seed and kind by kind, whichever was over first: a mean hangs on the order of its terms, if only in the
    last bit.
    """
    found: dict[tuple[int, int], int] = {}
    for number, one in enumerate(done):
        if one.weights is not None and (before is None or one.job.round < before):
            found[one.job.seed, one.job.representation] = number
    return [found[network] for network in sorted(found)]


def _affordable(plan: Plan, wanted: Sequence[Job], seconds: float) -> int:
    origins = sum(len(one) for one in plan.validation)
    looks, count = plan.config.training.epochs, 0
    for job in wanted:
        seconds -= network_seconds(plan.config, plan.representations[job.representation], job.updates, looks, origins)
        if seconds < 0:
            break
        count += 1
    return max(count, 1)
