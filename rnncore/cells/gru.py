"""The gated recurrent unit (Cho et al. 2014), in the form that torch computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from rnncore.cells.activations import sigmoid
from rnncore.cells.cell import Cell, Clamp, flat
from rnncore.cells.trace import Trace


@dataclass(frozen=True, eq=False)
class GRU(Cell):
    """r, z = sigmoid(W_x x_t + b_xh + W_h h_(t-1) + b_hh); n = tanh(W_xn x_t + b_xn + r q), q = W_hn h_(t-1) + b_hn;
    h_t = (1 - z) n + z h_(t-1).

    W_xh (3H, F), W_hh (3H, H), b_xh and b_hh (3H,), gates in the order r, z, n. Source: Cho et al. 2014, Learning phrase
    representations using RNN encoder-decoder. There the reset gate acts before the product with W_hn; here after it, as in
    torch, which is why the two biases of n cannot be one. z keeps the old state, as in that paper's equation 7.
    """

    b_xh: np.ndarray
    b_hh: np.ndarray

    name: ClassVar[str] = "gru"
    gates: ClassVar[tuple[str, ...]] = ("r", "z", "n")

    def step(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None = None, clamp: Clamp | None = None) -> dict:
        held = {gate: np.broadcast_to(value, h.shape) for gate, value in self._checked(clamp).items()}
        x_r, x_z, x_n = np.split(x @ self.W_xh.T + self.b_xh, 3, axis=-1)
        h_r, h_z, q = np.split(h @ self.W_hh.T + self.b_hh, 3, axis=-1)
        a_r, a_z = x_r + h_r, x_z + h_z
        r, z = held.get("r", sigmoid(a_r)), held.get("z", sigmoid(a_z))
        a_n = x_n + r * q
        n = held.get("n", np.tanh(a_n))
        return {"a_r": a_r, "a_z": a_z, "a_n": a_n, "r": r, "z": z, "n": n, "q": q, "h": (1 - z) * n + z * h}

    def _run(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None, clamp: Clamp) -> dict[str, np.ndarray]:
        time, batch, H = len(x), x.shape[1], self.units
        # Both biases of r and z, but only the input's bias of n, can be added for all steps at once.
        pre = x @ self.W_xh.T + (self.b_xh + np.concatenate([self.b_hh[: 2 * H], np.zeros(H, self.dtype)]))
        gates, W, b_q = np.empty_like(pre), self.W_hh.T, self.b_hh[2 * H :]
        hidden, states = (np.empty((time, batch, H), self.dtype) for _ in range(2))
        early = [(slice(n * H, (n + 1) * H), clamp[gate]) for n, gate in enumerate("rz") if gate in clamp]
        product, added = np.empty((batch, 3 * H), self.dtype), np.empty((batch, H), self.dtype)
        for t in range(time):
            a, s = pre[t], gates[t]
            np.matmul(h, W, out=product)
            a[:, : 2 * H] += product[:, : 2 * H]
            sigmoid(a[:, : 2 * H], out=s[:, : 2 * H])
            for part, value in early:
                s[:, part] = value[t]
            q = np.add(product[:, 2 * H :], b_q, out=hidden[t])
            a[:, 2 * H :] += np.multiply(s[:, :H], q, out=added)
            n = np.tanh(a[:, 2 * H :], out=s[:, 2 * H :])
            if "n" in clamp:
                n[:] = clamp["n"][t]
            np.subtract(h, n, out=added)
            added *= s[:, H : 2 * H]
            h = np.add(n, added, out=states[t])
        parts = {f"a_{gate}": pre[..., k * H : (k + 1) * H] for k, gate in enumerate(self.gates)}
        parts |= {gate: gates[..., k * H : (k + 1) * H] for k, gate in enumerate(self.gates)}
        return parts | {"q": hidden, "h": states}

    def slopes(self, trace: Trace) -> tuple[np.ndarray, ...]:
        """h_t by the three parts of W_hh h_(t-1) + b_hh, in one array (T, B, 3, H); z; h_t by a_n. A gate set by hand has
        no slope."""
        r, z, n = trace.gates.values()
        free = {gate: gate not in trace.clamp for gate in self.gates}
        by_n = (1 - z) * (1 - n * n) * free["n"]
        by_r = by_n * trace["q"] * r * (1 - r) * free["r"]
        by_z = (trace.h_before - n) * z * (1 - z) * free["z"]
        return np.stack([by_r, by_z, by_n * r], axis=2), z, by_n

    def pull(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray | None = None) -> tuple:
        by_parts, z, _ = slopes
        da = (dh[..., None, :] * by_parts[t]).reshape(*dh.shape[:-1], -1)
        return self._back(da) + dh * z[t], None, da

    def push(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray | None = None) -> tuple:
        by_parts, z, _ = slopes
        return (by_parts[t] * self._forth(dh)).sum(-2) + z[t] * dh, None

    def _input_gradients(self, trace: Trace, dh: np.ndarray, da: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        by_inputs = da.copy()
        by_inputs[..., 2 * self.units :] = dh * trace.slopes[2]  # the input's part of n meets no reset gate
        weights = {"W_xh": flat(by_inputs).T @ flat(trace.x), "b_xh": flat(by_inputs).sum(0), "b_hh": flat(da).sum(0)}
        return by_inputs @ self.W_xh, weights
