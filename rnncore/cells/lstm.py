"""The long short-term memory cell with a forget gate (Hochreiter and Schmidhuber 1997; Gers et al. 2000)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnncore.cells.activations import sigmoid
from rnncore.cells.cell import Cell, Clamp
from rnncore.cells.trace import Trace


@dataclass(frozen=True, eq=False)
class LSTM(Cell):
    """i, f, o = sigmoid(W_x x_t + W_h h_(t-1) + b), g = tanh(the same); c_t = f c_(t-1) + i g; h_t = o tanh(c_t).

    W_xh (4H, F), W_hh (4H, H), b (4H,), gates in the order i, f, g, o. Sources: Hochreiter and Schmidhuber 1997, Long
    short-term memory; Gers, Schmidhuber and Cummins 2000, Learning to forget, for the forget gate.
    """

    b: np.ndarray

    name: ClassVar[str] = "lstm"
    gates: ClassVar[tuple[str, ...]] = ("i", "f", "g", "o")
    has_cell_state: ClassVar[bool] = True

    def step(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None = None, clamp: Clamp | None = None) -> dict:
        a_i, a_f, a_g, a_o = np.split(x @ self.W_xh.T + h @ self.W_hh.T + self.b, 4, axis=-1)
        gates = {"i": sigmoid(a_i), "f": sigmoid(a_f), "g": np.tanh(a_g), "o": sigmoid(a_o)}
        gates |= {gate: np.broadcast_to(value, a_i.shape) for gate, value in self._checked(clamp).items()}
        i, f, g, o = gates.values()
        c = f * (np.zeros_like(a_i) if c is None else c) + i * g
        pre = {"a_i": a_i, "a_f": a_f, "a_g": a_g, "a_o": a_o}
        return pre | gates | {"c": c, "tanh_c": np.tanh(c), "h": o * np.tanh(c)}

    def _run(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None, clamp: Clamp) -> dict[str, np.ndarray]:
        time, batch, H = len(x), x.shape[1], self.units
        pre = x @ self.W_xh.T + self.b  # (T, B, 4H)
        gates, W = np.empty_like(pre), self.W_hh.T
        cells, squashed, states = (np.empty((time, batch, H), self.dtype) for _ in range(3))
        held = [(slice(n * H, (n + 1) * H), clamp[gate]) for n, gate in enumerate(self.gates) if gate in clamp]
        added = np.empty((batch, H), self.dtype)
        for t in range(time):
            a, s, state = pre[t], gates[t], states[t]
            a += h @ W
            sigmoid(a, out=s)
            np.tanh(a[:, 2 * H : 3 * H], out=s[:, 2 * H : 3 * H])
            for part, value in held:
                s[:, part] = value[t]
            np.multiply(s[:, :H], s[:, 2 * H : 3 * H], out=added)
            c = np.multiply(s[:, H : 2 * H], c, out=cells[t])
            c += added
            h = np.multiply(s[:, 3 * H :], np.tanh(c, out=squashed[t]), out=state)
        parts = {f"a_{gate}": pre[..., n * H : (n + 1) * H] for n, gate in enumerate(self.gates)}
        parts |= {gate: gates[..., n * H : (n + 1) * H] for n, gate in enumerate(self.gates)}
        return parts | {"c": cells, "tanh_c": squashed, "h": states}

    def slopes(self, trace: Trace) -> tuple[np.ndarray, ...]:
        """dh_t/dc_t; dh_t/da_o; dc_t by a_i, a_f, a_g in one array (T, B, 3, H); f. A gate set by hand has no slope."""
        i, f, g, o = trace.gates.values()
        tanh_c, free = trace["tanh_c"], {gate: gate not in trace.clamp for gate in self.gates}
        by_gates = np.stack(
            [g * i * (1 - i) * free["i"], trace.c_before * f * (1 - f) * free["f"], i * (1 - g * g) * free["g"]], axis=2
        )
        return o * (1 - tanh_c * tanh_c), tanh_c * o * (1 - o) * free["o"], by_gates, f

    def pull(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray) -> tuple:
        _, by_o, by_gates, f = slopes
        H = self.units
        dc = self.total_dc(slopes, t, dh, dc)
        da = np.empty((*dh.shape[:-1], 4 * H), self.dtype)
        np.multiply(dc[..., None, :], by_gates[t], out=da[..., : 3 * H].reshape(*dh.shape[:-1], 3, H, copy=False))
        np.multiply(dh, by_o[t], out=da[..., 3 * H :])
        return self._back(da), dc * f[t], da

    def push(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray) -> tuple:
        by_c, by_o, by_gates, f = slopes
        da = self._forth(dh)
        dc = f[t] * dc + (by_gates[t] * da[..., :3, :]).sum(-2)
        return by_c[t] * dc + by_o[t] * da[..., 3, :], dc

    def total_dc(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray) -> np.ndarray:
        return dc + dh * slopes[0][t]
