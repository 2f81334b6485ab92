"""The recipe of a run: representations are tried, the best is trained from several seeds, scored, and adjusted to
the newest rows. It can be left after any epoch, stored, and taken up again in another process, bit for bit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from rnncore.config import Budgets, RunConfig
from rnncore.forecasting import model_file
from rnncore.forecasting.course import OVER_BY, Job, Trained, next_job, planned_updates, winner
from rnncore.forecasting.material import Material, of_plan
from rnncore.forecasting.plan import Plan, plan
from rnncore.forecasting.representation import Representation, Scales
from rnncore.forecasting.result import Result
from rnncore.forecasting.summary import fitted, last_labels, summarise, tried
from rnncore.messages import Epoch, Note, Refusal
from rnncore.series.series import Series

STATE_VERSION = 1


@dataclass(frozen=True)
class State:
    """Everything a run needs to go on in a new process: arrays, and facts that are JSON."""

    arrays: dict[str, np.ndarray]
    facts: dict


class Recipe:
    """One run. `engine` is `rnncore.nn`, or anything with its `train`, `predict`, `device`, `Task` and `Course`.

    Iterate over `epochs()` as long as wanted, then ask for `finish()` and `model()`. A run that is taken up from a `state`
    keeps the configuration it was stored with.
    """

    def __init__(
        self,
        series: Sequence[Series],
        config: RunConfig,
        engine,
        state: State | None = None,
        budgets: Budgets | None = None,
    ):
        if state is not None:
            config = _config_of(state)
        self.config = config
        self.plan: Plan = plan(series, config, budgets)
        self.engine = engine
        self.representations = of_plan(self.plan)
        self.done: list[Trained] = []
        self.rounds = [self.plan.config.training.epochs]
        self.seconds = self.round_began = 0.0
        self.out_of_time = False
        self.tried: list[dict] = []
        self.job: Job | None = None
        self.training = None
        self.notes: list[Note] = []
        self._materials: dict[tuple[int, bool], Material] = {}
        self._preview: list[float] | None = None
        self._scales: Scales | None = None
        if state is not None:
            self._restore(state)

    def epochs(self) -> Iterator[Epoch]:
        """Work, an epoch at a time. May be left and asked for again at any time."""
        began = time.perf_counter()
        while self.training is not None or self._begin():
            for step in self.training:
                self.seconds += time.perf_counter() - began
                yield self._epoch(step)
                began = time.perf_counter()
            self._end()
        self.seconds += time.perf_counter() - began

    def further(self, epochs: int) -> None:
        """Let the winner's networks train for so many epochs more, each from its best weights; `epochs()` does the work."""
        if self.training is not None and self.job.stage != "refit":
            self._end()
        self.job = self.training = None
        self.rounds.append(epochs)
        self.round_began, self.out_of_time = self.seconds, False

    def finish(self) -> Result:
        """Forecast and scores from the best weights so far."""
        if not self._fitted(self._trained()):
            next(self.epochs(), None)
        scored, adjusted = self._networks()
        material = self.material(scored[0].job.candidate, False)
        return summarise(self, self._trained(), fitted(material, scored), fitted(material, scored + adjusted))

    def model(self) -> bytes:
        """The networks `finish` used, as a file; `Recipe.from_model` takes them up again."""
        scored, adjusted = self._networks()
        material = self.material(scored[0].job.candidate, False)
        sets = {"scored": scored, "adjusted": adjusted} if adjusted else {"scored": scored}
        ends = {
            "scored": [split.validation for split in self.plan.splits],
            "adjusted": [split.rows for split in self.plan.splits],
        }
        return model_file.write(
            model_file.Model(
                config=self.plan.config,
                representation=material.representation,
                series=[one.name for one in self.plan.series],
                frequency=self.plan.series[0].frequency,
                ends={name: last_labels(self.plan.series, ends[name]) for name in sets},
                networks={name: [one.weights for one in trained] for name, trained in sets.items()},
                seeds={name: [one.job.seed for one in trained] for name, trained in sets.items()},
                scales=material.view.scales,
                tried=tried(self, self._trained()),
            )
        )

    @classmethod
    def from_model(
        cls, data: bytes, series: Sequence[Series], engine, config: RunConfig | None = None, budgets: Budgets | None = None
    ) -> Recipe:
        """The run that wrote the file `data`, over `series`: newer rows, or others of the same kind.

        `finish()` forecasts right away; `further()` trains on. Of `config` the training and the held-out end are taken, and
        which bands to give; what shapes the networks stands in the file.
        """
        model = model_file.read(data)
        recipe = cls(series, model_file.merged(model, config), engine, budgets=budgets)
        recipe.representations = [model.representation]
        recipe.rounds, recipe.tried = [0], model.tried
        recipe._scales = model_file.scales_for(model, recipe.material(0, False))
        recipe._materials.clear()
        for which, stage in (("scored", "member"), ("adjusted", "refit")):
            for seed, network in zip(model.seeds.get(which, []), model.networks.get(which, []), strict=True):
                recipe.done.append(Trained(Job(stage, 0, seed, 0), network, None, 0, 0, 0, 0.0, False, False))
        recipe.notes += model_file.cautions(model, recipe.plan)
        return recipe

    def _networks(self) -> tuple[list[Trained], list[Trained]]:
        """(networks to be scored, the same adjusted to the newest rows, if that was done)."""
        trained = self._trained()
        scored = self._fitted(trained)
        if not scored:
            raise Refusal("loss_exploded", learning_rate=self.plan.config.training.learning_rate)
        last = len(self.rounds) - 1
        return scored, [one for one in trained if one.job.stage == "refit" and one.job.round == last and one.complete]

    def material(self, candidate: int, everything: bool) -> Material:
        key = candidate, everything
        if key not in self._materials:
            scales = self.material(candidate, False).view.scales if everything else self._scales
            self._materials[key] = Material(self.plan, self.representations[candidate], everything, scales)
        return self._materials[key]

    def _trained(self) -> list[Trained]:
        """What is done, and what the training under way has reached; a refit counts only when it is complete."""
        if self.training is None or self.job.stage == "refit" or self.training.weights() is None:
            return self.done
        return [*self.done, self._outcome()]

    def _fitted(self, trained: Sequence[Trained]) -> list[Trained]:
        """The latest network of each seed of the winner; its candidate where there is none yet."""
        sound = [one for one in trained if one.weights is not None and one.job.stage != "refit"]
        members = {one.job.seed: one for one in sound if one.job.stage == "member"}
        if members:
            return list(members.values())
        chosen = winner(sound, len(self.representations))
        return [one for one in sound if one.job.candidate == chosen]

    def _begin(self) -> bool:
        """Start the next training; False when there is none, or no time for it."""
        closed = self._closed()
        job = next_job(self.plan, self.done, len(self.representations), self.rounds, closed)
        if closed:
            self.out_of_time |= job != next_job(self.plan, self.done, len(self.representations), self.rounds)
        if job is None or not self._fits(job):
            self.out_of_time |= job is not None
            return False
        self.job = replace(job, seconds=self._allowance(job))
        self.training = self._train(self.job)
        return True

    @property
    def _spent(self) -> float:
        """Seconds of this round of training: each has the whole budget."""
        return self.seconds - self.round_began

    def _closed(self) -> list[str]:
        """Stages whose share of the time budget is used up; none as long as there is no network to forecast with."""
        budget = self.plan.config.training.budget
        if budget is None or not any(one.weights is not None for one in self.done):
            return []
        return [stage for stage, by in OVER_BY.items() if self._spent >= by * budget]

    def _fits(self, job: Job) -> bool:
        """Whether a refit will be complete within the budget: half of one is of no use."""
        budget = self.plan.config.training.budget
        if budget is None or job.stage != "refit":
            return True
        like = self.done[job.start]
        return like.seconds * job.updates / max(like.updates, 1) <= OVER_BY["refit"] * budget - self._spent

    def _train(self, job: Job):
        config = self.plan.config
        start = None if job.start is None else self.done[job.start].weights
        course = self.engine.Course(job.updates, self.plan.epoch_updates, seconds=job.seconds, rate=job.rate)
        task = self.material(job.candidate, job.stage == "refit").task(self.engine)
        return self.engine.train(config.network, config.training, task, course, job.seed + (job.round << 32), start)

    def _allowance(self, job: Job) -> float | None:
        """Seconds for this training: what is left of its stage's share of the budget, evenly among those to come."""
        budget = self.plan.config.training.budget
        if budget is None or job.stage == "refit":
            return None if budget is None else budget - self._spent
        by = OVER_BY[job.stage] if job.stage == "candidate" or self.plan.config.forecast.refit else OVER_BY["refit"]
        to_come = len(planned_updates(self.plan, len(self.representations), self.rounds)[job.stage])
        to_come -= sum(one.job.stage == job.stage and one.job.round == job.round for one in self.done)
        return max(0.0, (by * budget - self._spent) / max(to_come, 1))

    def _end(self) -> None:
        self.done.append(self._outcome())
        self.job = self.training = None

    def _outcome(self) -> Trained:
        t = self.training
        error = t.best_error if math.isfinite(t.best_error) else None
        epochs = math.ceil(t.updates / self.plan.epoch_updates)
        return Trained(self.job, t.weights(), error, t.best_updates, t.updates, epochs, t.seconds, t.exploded, t.out_of_time)

    def _epoch(self, step) -> Epoch:
        done, total = self._progress(step.epoch / step.epochs)
        name = self.representations[self.job.candidate].name(self.plan.config.forecast.season)
        preview = None if step.preview is None or step.preview == self._preview else step.preview
        self._preview = step.preview or self._preview
        remaining = self._spent / max(done, 1e-9) * (total - done)
        budget = self.plan.config.training.budget
        if budget is not None:
            remaining = max(0.0, min(remaining, budget - self._spent))
        return Epoch(
            self.job.stage, name, self.job.seed, step.epoch, step.epochs, step.loss, step.validation, step.best,
            step.gradient_norm, step.learning_rate, self.seconds, min(done / total, 1.0), remaining, preview,
        )  # fmt: skip

    def _progress(self, share: float) -> tuple[float, float]:
        """(updates done, updates planned) in this round, a training counted in full once it is over."""
        planned = planned_updates(self.plan, len(self.representations), self.rounds)
        total = sum(map(sum, planned.values()))
        over = [one.job.stage for one in self.done if one.job.round == len(self.rounds) - 1]
        done = sum(planned[stage][0] for stage in over)
        return done + share * planned[self.job.stage][0], total

    def state(self) -> State:
        """Everything needed to go on, between any two epochs."""
        arrays = {f"done.{i}.{name}": array for i, one in enumerate(self.done) for name, array in (one.weights or {}).items()}
        facts = {
            "version": STATE_VERSION,
            "config": self.config.model_dump(mode="json"),
            "representations": [asdict(one) for one in self.representations],
            "scales": self._scales and self._scales.as_facts(),
            "notes": [note.as_dict() for note in self.notes],
            "tried": self.tried,
            "rows": [len(one) for one in self.plan.series],
            "rounds": self.rounds,
            "seconds": self.seconds,
            "round_began": self.round_began,
            "out_of_time": self.out_of_time,
            "done": [one.as_facts() for one in self.done],
            "job": None,
        }
        if self.training is not None:
            now, facts["training"] = self.training.state()
            arrays.update({f"now.{name}": array for name, array in now.items()})
            facts["job"] = asdict(self.job)
        return State(arrays, facts)

    def _restore(self, state: State) -> None:
        facts = state.facts
        if facts["rows"] != [len(one) for one in self.plan.series]:
            raise Refusal("state_of_another_run")
        self.representations = [Representation(**one) for one in facts["representations"]]
        self._scales = facts["scales"] and Scales.from_facts(facts["scales"])
        self.notes, self.tried = [Note(**note) for note in facts["notes"]], facts["tried"]
        self.rounds, self.out_of_time = list(facts["rounds"]), facts["out_of_time"]
        self.seconds, self.round_began = facts["seconds"], facts["round_began"]
        for i, one in enumerate(facts["done"]):
            self.done.append(Trained.from_facts(one, _under(f"done.{i}.", state.arrays) or None))
        if facts["job"] is not None:
            self.job = Job(**facts["job"])
            self.training = self._train(self.job)
            self.training.restore(_under("now.", state.arrays), facts["training"])


def _config_of(state: State) -> RunConfig:
    """The configuration the stored run was asked for."""
    if state.facts.get("version") != STATE_VERSION:
        raise Refusal("state_of_another_run")
    return RunConfig.model_validate(state.facts["config"])


def _under(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
