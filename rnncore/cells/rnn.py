"""The plain recurrent cell (Elman 1990)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnncore.cells.activations import ACTIVATIONS
from rnncore.cells.cell import Cell, Clamp
from rnncore.cells.trace import Trace


@dataclass(frozen=True, eq=False)
class RNN(Cell):
    """a_t = W_xh x_t + W_hh h_(t-1) + b; h_t = f(a_t), with f tanh, relu or sigmoid.

    W_xh (H, F), W_hh (H, H), b (H,). It has no gates. Source: Elman 1990, Finding structure in time.
    """

    b: np.ndarray
    activation: str = "tanh"

    name: ClassVar[str] = "rnn"
    gates: ClassVar[tuple[str, ...]] = ()

    def step(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None = None, clamp: Clamp | None = None) -> dict:
        self._checked(clamp)
        a = x @ self.W_xh.T + h @ self.W_hh.T + self.b
        return {"a": a, "h": ACTIVATIONS[self.activation].function(a)}

    def _run(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None, clamp: Clamp) -> dict[str, np.ndarray]:
        f = ACTIVATIONS[self.activation].function
        pre = x @ self.W_xh.T + self.b
        states, W = np.empty_like(pre), self.W_hh.T
        for a, state in zip(pre, states, strict=True):
            a += h @ W
            h = f(a, out=state)
        return {"a": pre, "h": states}

    def slopes(self, trace: Trace) -> tuple[np.ndarray, ...]:
        return (ACTIVATIONS[self.activation].slope(trace.h),)

    def pull(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray | None = None) -> tuple:
        da = dh * slopes[0][t]
        return self._back(da), None, da

    def push(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray | None = None) -> tuple:
        return slopes[0][t] * self._forth(dh)[..., 0, :], None
