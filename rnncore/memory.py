"""Three tasks that can only be solved by remembering, what a network without memory scores in them, and how far back the
gradient reaches in the networks that are trained on them (`rnncore.nn.memory` trains, `shipped` loads).

    adding   two rows a step, a number from 0 to 1 and a mark; two steps are marked, one in each half: their sum is asked at the
             end (Hochreiter and Schmidhuber 1997; with these halves Arjovsky, Shah and Bengio 2016)
    copy     ten symbols of eight, a pause, a signal: then the ten are to be repeated (Arjovsky et al. 2016)
    echo     a coin, +1 or -1, at every step: say the one of d steps ago

Letters: T length of the task, B sequences, F inputs a step, K outputs a step, H hidden units.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from rnncore.cells import Cell, initialise
from rnncore.config import MemoryConfig
from rnncore.gradients import Reach, direction, reaches
from rnncore.results import Shipped, load

SYMBOLS, COPIED = 8, 10  # of the copy task; blank and signal come on top of the symbols
BLANK, SIGNAL = SYMBOLS, SYMBOLS + 1
SOLVED = 0.1  # of the score of a network without memory: from there on a task counts as solved

TASKS = ("adding", "copy", "echo")
CELLS = ("rnn", "irnn", "gru", "lstm", "chrono")
INPUTS, OUTPUTS = {"adding": 2, "copy": SYMBOLS + 2, "echo": 1}, {"adding": 1, "copy": SYMBOLS + 1, "echo": 1}


@dataclass(frozen=True, eq=False)
class Sequences:
    """x (T', B, F); target (S, B) for the last S steps: numbers, or classes in the copy task. T' is T, plus twenty in the copy
    task and plus the delay in the echo task."""

    x: np.ndarray
    target: np.ndarray


def draw(task: str, length: int, batch: int, random: np.random.Generator) -> Sequences:
    """Fresh sequences of a task; for the echo, `length` is the delay."""
    return {"adding": _adding, "copy": _copy, "echo": _echo}[task](length, batch, random)


def _adding(length: int, batch: int, random: np.random.Generator) -> Sequences:
    x = np.zeros((length, batch, 2))
    x[:, :, 0] = random.uniform(0, 1, (length, batch))
    half, every = max(length // 2, 1), np.arange(batch)
    first, second = random.integers(0, half, batch), random.integers(half, length, batch)
    x[first, every, 1] = x[second, every, 1] = 1
    return Sequences(x, (x[first, every, 0] + x[second, every, 0])[None])


def _copy(length: int, batch: int, random: np.random.Generator) -> Sequences:
    symbols = random.integers(0, SYMBOLS, (COPIED, batch))
    written = np.full((length + 2 * COPIED, batch), BLANK)
    target = written.copy()
    written[:COPIED], written[length + COPIED - 1], target[-COPIED:] = symbols, SIGNAL, symbols
    return Sequences(np.eye(SYMBOLS + 2)[written], target)


def _echo(length: int, batch: int, random: np.random.Generator) -> Sequences:
    coins = random.choice([-1.0, 1.0], (2 * length, batch))
    return Sequences(coins[:, :, None], coins[:length])


def guessing(task: str, length: int) -> float:
    """The score of the best network without memory: mean squared error, in the copy task mean cross-entropy.

    adding: it says 1, the mean of the sum of two uniform numbers, whose variance is 1/6. copy: it knows when blanks are due and
    spreads its guess over the eight symbols, 10 ln 8 / (T + 20). echo: it says 0, and is off by one.
    """
    return {"adding": 1 / 6, "copy": COPIED * math.log(SYMBOLS) / (length + 2 * COPIED), "echo": 1.0}[task]


def cell(config: MemoryConfig) -> Cell:
    """The network's cell before training, float64."""
    kind = {"irnn": "rnn", "chrono": "lstm"}.get(config.memory_cell, config.memory_cell)
    ways = {"irnn": {"way": "identity", "activation": "relu"}, "chrono": {"way": "chrono", "timescale": config.steps}}
    way = ways.get(config.memory_cell, {"forget_bias": 1.0} if kind == "lstm" else {})
    return initialise(kind, INPUTS[config.task], config.units, config.seed, **way)


def reach(config: MemoryConfig) -> Reach:
    """The gradient of the untrained cell by lag, on sequences of its own task."""
    x = draw(config.task, config.steps, 8, np.random.default_rng([config.seed, 7])).x
    return reaches(cell(config).unroll(x), direction(x.shape[1], config.units, config.seed))[0]


def distance(config: MemoryConfig) -> int:
    """Steps that the gradient has to go back at least, for the task to be learnt: to the nearest thing to remember."""
    return {"adding": config.steps // 2, "copy": config.steps + COPIED, "echo": config.steps}[config.task]


def between_looks(updates: int) -> int:
    """Updates from one look at fresh sequences to the next: a fortieth of the training, and never more than a hundred, which
    is how exactly a long training tells when it had solved its task."""
    return min(100, max(1, updates // 40))


@dataclass(frozen=True)
class Outcome:
    """A training on a task. scores: on fresh sequences after every look, in the unit of `guessing`; sequences: seen by then.
    reached: log10 of the untrained cell's gradient `distance` steps back, relative to the last step. seconds: of one
    processor core, so that a busy machine counts like an idle one; where a shipped one was taken by the clock, at most that."""

    config: dict
    sequences: list[int]
    scores: list[float]
    guessing: float
    reached: float
    seconds: float
    stopped: bool

    @property
    def best(self) -> float:
        return min(self.scores)

    @property
    def solved(self) -> int | None:
        """Sequences until the score fell below a tenth of guessing; None if it never did."""
        return next((n for n, s in zip(self.sequences, self.scores, strict=True) if s < SOLVED * self.guessing), None)

    def as_dict(self) -> dict:
        return asdict(self)


def reached(config: MemoryConfig) -> float:
    log10 = reach(config).log10_state
    return float(np.clip(log10[min(distance(config), len(log10) - 1)] - log10[0], -300, 300))


class Published(NamedTuple):
    """A figure from the literature: a score, or, where `sequences` says so, how many sequences it took to learn the task.
    weights: of their network, as they state it."""

    task: str
    cell: str
    length: int
    value: float
    sequences: bool
    weights: int
    source: str


HOCHREITER, BAI = "Hochreiter and Schmidhuber 1997", "Bai, Kolter and Koltun 2018"
PUBLISHED = (
    Published("adding", "lstm", 100, 74_000, True, 93, HOCHREITER),
    Published("adding", "lstm", 500, 209_000, True, 93, HOCHREITER),
    Published("adding", "lstm", 1000, 853_000, True, 93, HOCHREITER),
    Published("adding", "rnn", 600, 0.177, False, 70_000, BAI),
    Published("adding", "gru", 600, 5.3e-5, False, 70_000, BAI),
    Published("adding", "lstm", 600, 0.164, False, 70_000, BAI),
    Published("copy", "rnn", 1000, 0.0202, False, 16_000, BAI),
    Published("copy", "gru", 1000, 0.0197, False, 16_000, BAI),
    Published("copy", "lstm", 1000, 0.0204, False, 16_000, BAI),
)


@cache
def shipped() -> tuple[Shipped, list[Outcome]]:
    """What was trained beforehand, with the command that trains it again."""
    found = load("memory")
    return found, [Outcome(**one) for one in found.result["outcomes"]]


def smaller(task: str) -> list[Outcome]:
    """Shipped trainings on a task whose cell was trained at the same length with more units too."""
    ones = [one for one in shipped()[1] if one.config["task"] == task]
    most = {}
    for one in ones:
        most[_place(one)] = max(most.get(_place(one), 0), one.config["units"])
    return [one for one in ones if one.config["units"] < most[_place(one)]]


def _place(one: Outcome) -> tuple[str, int]:
    return one.config["memory_cell"], one.config["steps"]


def trained(task: str, cell: str | None = None, steps: int | None = None) -> list[Outcome]:
    """The shipped trainings on a task, of one cell and at one length where these are given, by length and seed; those with
    the most units where a length was tried with fewer as well."""
    wanted = {"task": task, "memory_cell": cell, "steps": steps}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    aside = smaller(task)
    found = [one for one in shipped()[1] if wanted.items() <= one.config.items() and one not in aside]
    return sorted(found, key=lambda one: (one.config["steps"], one.config["seed"]))


def usual(task: str, cell: str, steps: int) -> MemoryConfig:
    """The settings of the shipped training at this length; where none is, those of the nearest one."""
    nearest = min(trained(task, cell), key=lambda one: abs(one.config["steps"] - steps))
    return MemoryConfig(**{**nearest.config, "steps": steps})


def weights(config: MemoryConfig) -> int:
    """How many the network has, the head's included."""
    return sum(held.size for held in cell(config).weights.values()) + (config.units + 1) * OUTPUTS[config.task]


class Record(NamedTuple):
    """How a cell did on a task, over the shipped trainings. sure: the longest length up to which every training of every
    length solved it, 0 if none; longest: the longest that any solved; solved of tried: at all lengths; best: share of
    guessing that the best training came to."""

    cell: str
    sure: int
    longest: int
    solved: int
    tried: int
    best: float


def record(task: str, cell: str) -> Record:
    ones = trained(task, cell)
    solved = [one.config["steps"] for one in ones if one.solved]
    failed = [one.config["steps"] for one in ones if not one.solved]
    sure = max((length for length in solved if length < min(failed, default=math.inf)), default=0)
    best = min(one.best / one.guessing for one in ones)
    return Record(cell, sure, max(solved, default=0), len(solved), len(ones), best)
