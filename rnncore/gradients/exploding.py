"""A recurrent network that learns to repeat a number from long ago, with gradients that explode unless they are clipped.

The task: the first of `length` numbers, uniform in [-1, 1], is to be told after the last; all others are noise to be ignored.
Whoever answers 0 every time has a mean squared error of 1/3. Everything the network must learn lies at the far end of the
sequence, so it has to make its gradient reach further, and goes past the edge where gradients explode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.cells import Cell, Trace, initialise
from rnncore.gradients.inputs import direction
from rnncore.gradients.reach import Reach, reaches
from rnncore.gradients.theory import spectral_radius

GUESSING = 1 / 3  # the variance of a number uniform in [-1, 1]
HOPELESS = 1000 * GUESSING  # a loss from which plain gradient descent does not come back
JUDGED = 50  # updates at the end whose mean loss decides
BETTER = 0.9  # of guessing: a mean over so few sequences may come closer by chance


@dataclass(frozen=True)
class Echo:
    """One training: stochastic gradient descent on fresh sequences, from weights scaled to the spectral radius `radius`.

    `radius`: of every block of W_hh. `forget_bias`: of an LSTM. `bound`: gradients whose norm over all weights together exceeds
    it are scaled down to it; None lets them be. Source of size and bound: Pascanu, Mikolov and Bengio 2013, On the difficulty
    of training recurrent neural networks.
    """

    cell: str = "rnn"
    length: int = 30
    radius: float = 1.0
    learning_rate: float = 0.08
    forget_bias: float = 1.0
    bound: float | None = 1.0
    seed: int = 0
    hidden: int = 50
    batch: int = 16
    updates: int = 300


# From here a training without clipping comes to grief in all draws of seed 0 to 9, and with clipping in none. Half-open gates
# take away part of every step, so a gated cell needs larger matrices than a plain one before its gradient grows.
SHIPPED = {
    "rnn": Echo(),
    "gru": Echo("gru", radius=2.5, learning_rate=0.2),
    "lstm": Echo("lstm", radius=2.5, learning_rate=0.2),
}


class Training:
    """An `Echo` under way: one call of `update` is one step of gradient descent.

    losses, norms, radii: before each update, the mean squared error, the norm of the gradient over all weights before
    clipping, and the spectral radius of W_hh (`theory.spectral_radius`: in a gated cell that of its candidate).
    """

    def __init__(self, echo: Echo):
        self.echo = echo
        self.losses: list[float] = []
        self.norms: list[float] = []
        self.radii: list[float] = []
        self.cell = untrained(echo)
        self._draw = np.random.default_rng([echo.seed, 3])
        self._readout = self._draw.uniform(-1, 1, (1, echo.hidden)) * echo.hidden**-0.5  # y = h W_hy^T + b_y
        self._shift = np.zeros(1)

    @property
    def is_over(self) -> bool:
        return len(self.losses) == self.echo.updates or self.has_blown_up

    @property
    def has_blown_up(self) -> bool:
        """The loss has left everything the task knows, or is no number any more."""
        return bool(self.losses) and not self.losses[-1] < HOPELESS

    @property
    def final_loss(self) -> float:
        """Mean over the last updates."""
        return float(np.mean(self.losses[-JUDGED:]))

    @property
    def survives(self) -> bool:
        """It ran to its end, and then answered clearly better than a guess."""
        return len(self.losses) == self.echo.updates and not self.has_blown_up and self.final_loss < BETTER * GUESSING

    def update(self) -> None:
        x = self._draw.uniform(-1, 1, (self.echo.length, self.echo.batch, 1))
        trace = self.cell.unroll(x)
        with np.errstate(over="ignore", invalid="ignore"):
            self._learn(trace, trace.h[-1] @ self._readout.T + self._shift - x[0])

    def _learn(self, trace: Trace, error: np.ndarray) -> None:
        """error (B, 1): answer minus target."""
        slope = 2 * error / self.echo.batch
        by_weight = trace.cell.backward(trace, slope @ self._readout).weights
        gradients = [*by_weight.values(), slope.T @ trace.h[-1], slope.sum(0)]
        norm = float(np.sqrt(sum((part**2).sum() for part in gradients)))
        self.losses.append(float((error**2).mean()))
        self.norms.append(norm)
        self.radii.append(spectral_radius(self.cell))
        if not np.isfinite(norm) or self.has_blown_up:
            return
        rate = self.echo.learning_rate * _scale(norm, self.echo.bound)
        weights = [*(self.cell.weights[name] for name in by_weight), self._readout, self._shift]
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= rate * gradient


def _scale(norm: float, bound: float | None) -> float:
    return 1.0 if bound is None or norm <= bound else bound / norm


def untrained(echo: Echo) -> Cell:
    """The network's cell before its first update; the same with and without clipping."""
    gate = {"forget_bias": echo.forget_bias} if echo.cell == "lstm" else {}
    return initialise(echo.cell, 1, echo.hidden, echo.seed, radius=echo.radius, **gate)


def reach_on_task(cells: Sequence[Cell], echo: Echo, length: int) -> list[Reach]:
    """How far the gradient reaches back in each cell, over `length` numbers such as the task has: one `Reach` a cell."""
    x = np.random.default_rng([echo.seed, 4]).uniform(-1, 1, (length, echo.batch, 1))
    return [reaches(cell.unroll(x), direction(echo.batch, cell.units, echo.seed))[0] for cell in cells]
