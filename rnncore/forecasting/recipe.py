"""The recipe of a run: classical members at every origin, networks of several kinds and seeds, and a pool that weighs them by
their errors on rows they have not learnt from. It can be left after any epoch, stored, and taken up again in another process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from rnncore.config import Budgets, RunConfig
from rnncore.forecasting import course, model_file
from rnncore.forecasting.course import Job, Trained
from rnncore.forecasting.material import Material
from rnncore.forecasting.partners import Partners
from rnncore.forecasting.past import Pasts
from rnncore.forecasting.plan import Plan, plan
from rnncore.forecasting.representation import Representation, View
from rnncore.forecasting.result import Result
from rnncore.forecasting.summary import Networks, last_labels, summarise
from rnncore.messages import Epoch, Note, Refusal
from rnncore.series.series import Series

STATE_VERSION = 2


@dataclass(frozen=True)
class State:
    """Everything a run needs to go on in a new process: arrays, and facts that are JSON."""

    arrays: dict[str, np.ndarray]
    facts: dict


class Recipe:
    """One run. `engine` is `rnncore.nn`, or anything with its `train`, `predict`, `device`, `Task` and `Course`.

    Iterate over `epochs()` as long as wanted, then ask for `finish()` and `model()`. A run that is taken up from a `state`
    keeps the configuration it was stored with. crew: trains several networks at a time, where there is one (`rnncore.nn.crew`).
    """

    def __init__(
        self,
        series: Sequence[Series],
        config: RunConfig,
        engine,
        state: State | None = None,
        budgets: Budgets | None = None,
        crew=None,
    ):
        if state is not None:
            config = _config_of(state)
        self.config = config
        self.plan: Plan = plan(series, config, budgets)
        self.engine, self.crew = engine, crew
        self.pasts = Pasts([one.values for one in self.plan.series])
        self.partners = Partners(self.plan, self.pasts)
        self.representations: tuple[Representation, ...] = self.plan.representations
        self.done: list[Trained] = []
        self.under_way: list[tuple[Job, object]] = []
        self.courses: dict[str, list] = {}  # loss and validation error of every epoch, by training
        self.rounds = [self.plan.config.training.epochs]
        self.seconds = self.round_began = 0.0
        self.out_of_time = False
        self.notes: list[Note] = []
        self._wanted: list[Job] | None = None
        self._has_begun = False
        self._views: dict[int, View] = {}
        self._materials: dict[int, Material] = {}
        self._preview: list[float] | None = None
        if state is not None:
            self._restore(state)

    def epochs(self) -> Iterator[Epoch]:
        """Work, an epoch at a time. May be left and asked for again at any time."""
        self._has_begun = True
        began = time.perf_counter()
        for epoch in self._work():
            self.seconds += time.perf_counter() - began
            yield replace(epoch, seconds=self.seconds)
            began = time.perf_counter()
        self.seconds += time.perf_counter() - began

    def _work(self) -> Iterator[Epoch]:
        for done in self.partners.work(self._is_late, self.crew):
            yield self._judged(done)
        while self._fill():
            number = self._turn()
            step = next(self.under_way[number][1], None)
            if step is None:
                self._end(number)
            else:
                job = self.under_way[number][0]
                self.courses.setdefault(job.name, []).append((step.loss, step.validation))
                yield self._epoch(job, step)

    def further(self, epochs: int) -> None:
        """Let every network train for so many epochs more, from its best weights; `epochs()` does the work."""
        while self.under_way:
            self._end(0)
        self.rounds.append(epochs)
        self._wanted = None
        self.round_began, self.out_of_time = self.seconds, False

    def finish(self) -> Result:
        """Forecast and scores from the best weights so far."""
        for _ in self.partners.work(lambda: self._has_begun):
            pass
        if not any(one.weights is not None for one in self.trained()):
            next((epoch for epoch in self.epochs() if epoch.stage == "member"), None)
        return summarise(self, self.networks(), self.partners)

    def model(self) -> bytes:
        """The networks of the pool as a file; `Recipe.from_model` takes them up again."""
        networks = self.networks()
        return model_file.write(
            model_file.Model(
                config=self.plan.config,
                representations=self.representations,
                views={one.job.representation: m.view for one, m in zip(networks.trained, networks.materials, strict=True)},
                series=[one.name for one in self.plan.series],
                frequency=self.plan.series[0].frequency,
                ends=last_labels(self.plan.series, [split.validation for split in self.plan.splits]),
                networks=[
                    model_file.Network(one.job.representation, one.job.seed, one.validation, one.weights)
                    for one in networks.trained
                ],
            )
        )

    @classmethod
    def from_model(
        cls,
        data: bytes,
        series: Sequence[Series],
        engine,
        config: RunConfig | None = None,
        budgets: Budgets | None = None,
        crew=None,
    ) -> Recipe:
        """The run that wrote the file `data`, over `series`: newer rows, or others of the same kind.

        `finish()` forecasts right away, and weighs the members anew by their errors on these series; `further()` trains on. Of
        `config` the training and the held-out end are taken, and which bands to give; what shapes the networks stands in the
        file.
        """
        model = model_file.read(data)
        recipe = cls(series, model_file.merged(model, config), engine, budgets=budgets, crew=crew)
        model_file.check_columns(model, recipe.plan)
        recipe.representations, recipe.rounds = model.representations, [0]
        recipe._views = {kind: model_file.view_for(model, kind, recipe.plan) for kind in model.views}
        for one in model.networks:
            recipe.done.append(
                Trained(Job(one.representation, one.seed, 0), one.weights, one.validation, 0, 0, 0, 0.0, False, False)
            )
        recipe.notes += model_file.cautions(model, recipe.plan)
        return recipe

    def networks(self) -> Networks:
        """The latest sound network of every kind and seed. Refuses (`loss_exploded`) where there is none."""
        trained = self.trained()
        sound = [trained[number] for number in course.newest(trained)]
        if not sound:
            raise Refusal("loss_exploded", learning_rate=self.plan.config.training.learning_rate)
        return Networks(sound, [self.material(one.job.representation) for one in sound])

    def material(self, kind: int) -> Material:
        if kind not in self._materials:
            self._materials[kind] = Material(self.plan, self.representations[kind], self.pasts, self._views.get(kind))
        return self._materials[kind]

    def trained(self) -> list[Trained]:
        """What is done, and what the trainings under way have reached."""
        return [*self.done, *(self._outcome(job, training) for job, training in self.under_way)]

    def _jobs(self) -> list[Job]:
        budget = self.plan.config.training.budget
        seconds = None if budget is None else max(0.0, course.NETWORKS_BY * budget - self._spent) * self._width
        return course.jobs(self.plan, self.done, self.rounds, seconds)

    @property
    def _width(self) -> int:
        return self.crew.width if self.crew else 1

    def _fill(self) -> bool:
        """Start trainings until as many are under way as may be; False when none is, and none is to come."""
        if self._wanted is None:
            self._wanted = self._jobs()
        here = len(self.rounds) - 1
        begun = [(one.job.representation, one.job.seed) for one in self.done if one.job.round == here]
        begun += [(job.representation, job.seed) for job, _ in self.under_way]
        to_come = [job for job in self._wanted if (job.representation, job.seed) not in begun]
        while to_come and len(self.under_way) < self._width:
            allowed = self._allowance(len(to_come))
            if allowed == 0.0 and self.done:
                self.out_of_time = True
                break
            job = replace(to_come.pop(0), seconds=allowed)
            self.under_way.append((job, self._train(job)))
        return bool(self.under_way)

    def _turn(self) -> int:
        """Number of the training under way whose next epoch comes first."""
        return self.crew.ready([training for _, training in self.under_way]) if self.crew else 0

    @property
    def _spent(self) -> float:
        """Seconds of this round of training: each has the whole budget."""
        return self.seconds - self.round_began

    def _is_late(self) -> bool:
        budget = self.plan.config.training.budget
        late = budget is not None and self._spent > course.CLASSICAL_BY * budget
        self.out_of_time |= late
        return late

    def _allowance(self, to_come: int) -> float | None:
        """Seconds for the next training: what is left of the budget, evenly among those to come."""
        budget = self.plan.config.training.budget
        if budget is None:
            return None
        return max(0.0, course.NETWORKS_BY * budget - self._spent) * self._width / max(to_come, self._width)

    def _train(self, job: Job):
        config = self.plan.config
        start = None if job.start is None else self.done[job.start].weights
        looks = self.engine.Course(job.updates, self.plan.epoch_updates, seconds=job.seconds)
        task = self.material(job.representation).task(self.engine)
        train = self.crew.train if self.crew else self.engine.train
        return train(config.network, config.training, task, looks, job.seed + (job.round << 32), start)

    def _end(self, number: int) -> None:
        self.done.append(self._outcome(*self.under_way.pop(number)))

    def _outcome(self, job: Job, training) -> Trained:
        t = training
        error = t.best_error if math.isfinite(t.best_error) else None
        epochs = math.ceil(t.updates / self.plan.epoch_updates)
        return Trained(job, t.weights(), error, t.best_updates, t.updates, epochs, t.seconds, t.exploded, t.out_of_time)

    def _judged(self, done: int) -> Epoch:
        """Progress of the classical members: an origin is an epoch."""
        count, share = len(self.partners.all), self._classical_share
        fraction = share * done / count
        remaining = self._spent * (count / done - 1) + max(0.0, self.plan.seconds * (1 - share))
        name = self.plan.series[self.partners.all[done - 1][0]].name
        return Epoch("classical", name, 0, done, count, None, None, None, None, None, self.seconds, fraction, remaining)

    @property
    def _classical_share(self) -> float:
        """Of the whole run, as it was estimated; nothing in later rounds."""
        if len(self.rounds) > 1 or not self.rounds[0]:
            return 0.0
        return min(0.9, self.plan.classical_seconds / max(self.plan.seconds, 1e-9))

    def _epoch(self, job: Job, step) -> Epoch:
        share, fraction = self._classical_share, self._fraction()
        name = self.representations[job.representation].name
        preview = None if step.preview == self._preview else step.preview
        self._preview = step.preview or self._preview
        # The classical part is over: what is left goes on at the pace of the networks.
        remaining = self._spent * (1 - fraction) / max(fraction, 1e-9)
        budget = self.plan.config.training.budget
        if budget is not None:
            remaining = max(0.0, min(remaining, budget - self._spent))
        return Epoch(
            "member", name, job.seed, step.epoch, step.epochs, step.loss, step.validation, step.best,
            step.gradient_norm, step.learning_rate, self.seconds, share + (1 - share) * fraction, remaining, preview,
        )  # fmt: skip

    def _fraction(self) -> float:
        """Of the updates of this round, a training counted in full once it is over."""
        here = len(self.rounds) - 1
        over = sum(one.job.round == here for one in self.done)
        now = sum(training.updates / job.updates for job, training in self.under_way)
        return min(1.0, (over + now) / max(len(self._wanted or []), 1))

    def state(self) -> State:
        """Everything needed to go on, between any two epochs."""
        arrays = {f"done.{i}.{name}": array for i, one in enumerate(self.done) for name, array in (one.weights or {}).items()}
        arrays |= {"said": np.stack(self.partners.said)} if self.partners.said else {}
        facts = {
            "version": STATE_VERSION,
            "config": self.config.model_dump(mode="json"),
            "representations": [asdict(one) for one in self.representations],
            "notes": [note.as_dict() for note in self.notes],
            "rows": [len(one) for one in self.plan.series],
            "rounds": self.rounds,
            "seconds": self.seconds,
            "round_began": self.round_began,
            "out_of_time": self.out_of_time,
            "views": {},
            "wanted": None if self._wanted is None else [asdict(job) for job in self._wanted],
            "done": [one.as_facts() for one in self.done],
            "courses": {name: list(course) for name, course in self.courses.items()},
            "under_way": [],
        }
        for kind, view in self._views.items():
            facts["views"][str(kind)], held = view.as_parts()
            arrays |= {f"view.{kind}.{name}": array for name, array in held.items()}
        for i, (job, training) in enumerate(self.under_way):
            now, told = training.state()
            arrays |= {f"now.{i}.{name}": array for name, array in now.items()}
            facts["under_way"].append({"job": asdict(job), "training": told})
        return State(arrays, facts)

    def _restore(self, state: State) -> None:
        facts, arrays = state.facts, state.arrays
        if facts["rows"] != [len(one) for one in self.plan.series]:
            raise Refusal("state_of_another_run")
        self.representations = tuple(Representation(**one) for one in facts["representations"])
        self.notes = [Note(**note) for note in facts["notes"]]
        self.rounds, self.out_of_time = list(facts["rounds"]), facts["out_of_time"]
        self.seconds, self.round_began = facts["seconds"], facts["round_began"]
        self.partners.said = list(arrays["said"]) if "said" in arrays else []
        self._wanted = None if facts["wanted"] is None else [Job(**job) for job in facts["wanted"]]
        self.courses = {name: list(course) for name, course in facts["courses"].items()}
        for kind, held in facts["views"].items():
            view = View.from_parts(self.representations[int(kind)], held, _under(f"view.{kind}.", arrays))
            self._views[int(kind)] = view
        for i, one in enumerate(facts["done"]):
            self.done.append(Trained.from_facts(one, _under(f"done.{i}.", arrays) or None))
        for i, one in enumerate(facts["under_way"]):
            job = Job(**one["job"])
            training = self._train(job)
            training.restore(_under(f"now.{i}.", arrays), one["training"])
            self.under_way.append((job, training))


def _config_of(state: State) -> RunConfig:
    """The configuration the stored run was asked for."""
    if state.facts.get("version") != STATE_VERSION:
        raise Refusal("state_of_another_run")
    return RunConfig.model_validate(state.facts["config"])


def _under(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
