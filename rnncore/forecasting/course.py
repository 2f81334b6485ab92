"""The trainings of a run, one after another: which comes next depends only on how those before it ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from rnncore.forecasting.plan import Plan

# Of the updates a member gets: enough to rank representations.
CANDIDATE_SHARE = 1 / 3
# Of a refit, and the share of the learning rate it starts with.
ADJUSTING_UPDATES, ADJUSTING_RATE = 60, 0.3
# By when each stage is to be over, as shares of the time budget; the rest is for forecasting.
OVER_BY = {"candidate": 0.25, "member": 0.85, "refit": 0.97}


@dataclass(frozen=True)
class Job:
    """One training to come. candidate: number of its representation; start: number of the training it goes on from;
    seconds: its share of the time budget; rate: share of the learning rate it is trained with."""

    stage: str
    candidate: int
    seed: int
    updates: int
    round: int = 0
    start: int | None = None
    seconds: float | None = None
    rate: float = 1.0


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

    @property
    def complete(self) -> bool:
        return self.weights is not None and self.updates >= self.job.updates

    def as_facts(self) -> dict:
        return {name: value for name, value in asdict(self).items() if name != "weights"}

    @classmethod
    def from_facts(cls, facts: dict, weights: dict[str, np.ndarray] | None) -> Trained:
        return cls(**{**facts, "job": Job(**facts["job"]), "weights": weights})


def winner(done: Sequence[Trained], candidates: int) -> int:
    """Number of the representation with the lowest validation error so far; the first where none has one."""
    best = {}
    for one in done:
        if one.job.stage != "refit" and one.validation is not None and one.weights is not None:
            best.setdefault(one.job.candidate, one.validation)
    return min(best, key=best.get) if best else min(candidates - 1, 0)


def next_job(
    plan: Plan, done: Sequence[Trained], candidates: int, rounds: Sequence[int], closed: Sequence[str] = ()
) -> Job | None:
    """The training that follows those `done`; None when the run is complete.

    rounds: epochs of each round of training, 0 for networks that came from a file; closed: stages there is no time for.
    """
    if not rounds[-1]:
        return None
    config = plan.config
    updates = rounds[-1] * plan.epoch_updates
    this = [one for one in done if one.job.round == len(rounds) - 1]
    tried = [one for one in done if one.job.stage == "candidate"]
    if candidates > 1 and len(rounds) == 1 and len(tried) < candidates and "candidate" not in closed:
        short = max(1, math.ceil(rounds[0] * CANDIDATE_SHARE)) * plan.epoch_updates
        return Job("candidate", len(tried), config.training.seed, short)
    chosen = winner(done, candidates)
    members = [one for one in this if one.job.stage == "member"]
    if len(members) < config.forecast.members and "member" not in closed:
        seed = config.training.seed + len(members)
        return Job("member", chosen, seed, updates, len(rounds) - 1, _before(done, seed))
    refits = [one for one in this if one.job.stage == "refit"]
    sound = [one for one in members if one.weights is not None]
    if config.forecast.refit and len(refits) < len(sound) and "refit" not in closed:
        return _refit(done, sound[len(refits)], len(rounds) - 1)
    return None


def _refit(done: Sequence[Trained], like: Trained, round_: int) -> Job:
    """The member `like`, adjusted to the newest rows in a few small steps.

    Trained from scratch on everything instead, without a validation part to stop it, a network does much worse on short
    series: on 25 of the M3 competition's the error was 1.26 times that of the network left as it was.
    """
    updates = min(like.best_updates, ADJUSTING_UPDATES)
    start = next(number for number, one in enumerate(done) if one is like)
    return Job("refit", like.job.candidate, like.job.seed, updates, round_, start, rate=ADJUSTING_RATE)


def _before(done: Sequence[Trained], seed: int) -> int | None:
    """The last training of the member with this seed."""
    found = [i for i, one in enumerate(done) if one.job.stage == "member" and one.job.seed == seed and one.weights is not None]
    return found[-1] if found else None


def planned_updates(plan: Plan, candidates: int, rounds: Sequence[int]) -> dict[str, list[int]]:
    """Updates of each training of the round, by stage, at most."""
    config = plan.config
    full = rounds[-1] * plan.epoch_updates
    short = max(1, math.ceil(rounds[0] * CANDIDATE_SHARE)) * plan.epoch_updates
    return {
        "candidate": [short] * (candidates if candidates > 1 and len(rounds) == 1 else 0),
        "member": [full] * config.forecast.members,
        "refit": [min(full, ADJUSTING_UPDATES)] * (config.forecast.members if config.forecast.refit else 0),
    }
