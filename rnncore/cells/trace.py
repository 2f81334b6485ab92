"""What a cell did over a sequence, and what a loss says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rnncore.cells.cell import Cell


@dataclass(frozen=True, eq=False)
class Trace:
    """Every value of `cell` over the sequence `x` (T, B, F), from the initial states `h_0` and `c_0` (B, H).

    values: by the letter of the literature, each (T, B, H); a pre-activation is `a`, or `a_f` where it is that of gate f:
    rnn a, h; lstm a_i a_f a_g a_o, i f g o, c, tanh_c, h; gru a_r a_z a_n, r z n, q = W_hn h + b_hn (before the reset), h.
    clamp: the gates that were set by hand, and to what. `c_0` is None where the cell has no cell state.
    """

    cell: Cell
    x: np.ndarray
    values: Mapping[str, np.ndarray]
    h_0: np.ndarray
    c_0: np.ndarray | None
    clamp: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, letter: str) -> np.ndarray:
        return self.values[letter]

    @property
    def h(self) -> np.ndarray:
        return self.values["h"]

    @property
    def c(self) -> np.ndarray | None:
        return self.values.get("c")

    @property
    def gates(self) -> dict[str, np.ndarray]:
        """Gate values by letter, candidates included; empty for an rnn."""
        return {letter: self.values[letter] for letter in self.cell.gates}

    @property
    def h_before(self) -> np.ndarray:
        """h_(t-1) for every t: (T, B, H)."""
        return np.concatenate([self.h_0[None], self.h[:-1]])

    @property
    def c_before(self) -> np.ndarray:
        """c_(t-1) for every t: (T, B, H)."""
        return np.concatenate([self.c_0[None], self.c[:-1]])

    @cached_property
    def slopes(self) -> tuple[np.ndarray, ...]:
        """The derivatives inside every time step, as `Cell.pull` and `Cell.push` take them."""
        return self.cell.slopes(self)

    def at(self, t: int) -> dict[str, np.ndarray]:
        """All values of one time step, each (B, H), t counted from 0; what `Cell.step` gives."""
        return {letter: value[t] for letter, value in self.values.items()}

    def only(self, sequence: int) -> Trace:
        """The trace of one sequence of the batch, as a batch of one."""
        one = slice(sequence, sequence + 1)
        values, clamp = ({name: value[:, one] for name, value in part.items()} for part in (self.values, self.clamp))
        c_0 = None if self.c_0 is None else self.c_0[one]
        return Trace(self.cell, self.x[:, one], values, self.h_0[one], c_0, clamp)


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of a loss L by everything that a trace contains.

    dh, dc (T, B, H): dL/dh_t and dL/dc_t through all later steps, as automatic differentiation tells them (that of c_t
    includes the way through h_t). dh_0, dc_0 (B, H); dx (T, B, F). weights: by name, in the shape of the weight.
    dW_hh_steps (T,): ||.|| of what each time step adds to dL/dW_hh. `dc`, `dc_0` are None where the cell has no cell state.
    """

    dh: np.ndarray
    dc: np.ndarray | None
    dh_0: np.ndarray
    dc_0: np.ndarray | None
    dx: np.ndarray
    weights: Mapping[str, np.ndarray]
    dW_hh_steps: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """The share of each time step in dL/dW_hh (T,): its part of the sum of the steps' norms; all 0 where that sum is 0."""
        parts = self.dW_hh_steps.astype(np.float64)
        total = parts.sum()
        return parts / total if total else parts
