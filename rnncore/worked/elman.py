"""A plain recurrent network with one input and one output, small enough to write down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnncore.cells import RNN, Trace, initialise

RADIUS = 0.9  # of W_hh as drawn: it remembers for some steps, and settles
BIAS = 0.25  # of the biases as torch draws them: units begin near the middle of f, where it bends


@dataclass(frozen=True, eq=False)
class Elman:
    """h_t = f(W_hh h_(t-1) + W_xh x_t + b_h), y_t = W_hy h_t + b_y. cell: the first equation; W_hy (1, H), b_y a number.

    Source: Elman 1990, Finding structure in time.
    """

    cell: RNN
    W_hy: np.ndarray
    b_y: float

    @classmethod
    def draw(cls, seed: int, units: int = 3) -> Elman:
        """Fresh weights, rounded to two digits so that a table of them tells all; W_hh has a spectral radius of 0.9."""
        cell = initialise("rnn", 1, units, seed, radius=RADIUS)
        readout = np.random.default_rng([seed, 3]).uniform(-1, 1, units + 1)
        hidden = RNN(cell.W_xh.round(2), cell.W_hh.round(2), (BIAS * cell.b).round(2))
        return cls(hidden, readout[None, :units].round(2), float(readout[units].round(2)))

    @property
    def hidden_table(self) -> np.ndarray:
        """One row a hidden unit: W_xh, W_hh, b_h; (H, H + 2)."""
        return np.hstack([self.cell.W_xh, self.cell.W_hh, self.cell.b[:, None]])

    @property
    def output_table(self) -> np.ndarray:
        """W_hy, b_y; (1, H + 1)."""
        return np.append(self.W_hy[0], self.b_y)[None]

    @classmethod
    def of_tables(cls, hidden: np.ndarray, output: np.ndarray) -> Elman:
        hidden, output = np.asarray(hidden, float), np.asarray(output, float)
        return cls(RNN(hidden[:, :1], hidden[:, 1:-1], hidden[:, -1]), output[:, :-1], float(output[0, -1]))

    @property
    def numbers(self) -> list[float]:
        """All weights in one row, the hidden table first."""
        return [*self.hidden_table.ravel().tolist(), *self.output_table.ravel().tolist()]

    @classmethod
    def of_numbers(cls, numbers: Sequence[float], units: int = 3) -> Elman:
        """The network of `numbers`. Raises ValueError where they are not as many as the network has, or not finite."""
        values = np.asarray(numbers, float)
        if len(values) != units * (units + 2) + units + 1 or not np.isfinite(values).all():
            raise ValueError(f"{units} units have {units * (units + 2) + units + 1} finite weights")
        split = units * (units + 2)
        return cls.of_tables(values[:split].reshape(units, units + 2), values[split:][None])

    def with_loop(self, factor: float, activation: str = "tanh") -> Elman:
        """The same network with W_hh multiplied by `factor`, and another f."""
        return replace(self, cell=replace(self.cell, W_hh=factor * self.cell.W_hh, activation=activation))

    def run(self, x: np.ndarray) -> tuple[Trace, np.ndarray]:
        """x (T,) -> every value of the hidden layer, and y (T,)."""
        trace = self.cell.unroll(np.asarray(x, float)[:, None, None])
        return trace, trace.h[:, 0] @ self.W_hy[0] + self.b_y

    def terms(self, trace: Trace) -> dict[str, np.ndarray]:
        """The parts of each weighted sum, (T, H): `u` = W_xh x_t, `r` = W_hh h_(t-1); with b_h they make `a`."""
        return {"u": trace.x[:, 0] @ self.cell.W_xh.T, "r": trace.h_before[:, 0] @ self.cell.W_hh.T}
