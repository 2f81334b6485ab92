"""What all cells share: sequences in, traces out, and back-propagation through time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnncore.cells.trace import Gradients, Trace

Clamp = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Cell(ABC):
    """A recurrent cell with its weights, all of one dtype (float64 or float32): W_xh (G*H, F), W_hh (G*H, H)."""

    W_xh: np.ndarray
    W_hh: np.ndarray

    name: ClassVar[str]
    gates: ClassVar[tuple[str, ...]]
    has_cell_state: ClassVar[bool] = False

    @property
    def units(self) -> int:
        return self.W_hh.shape[1]

    @property
    def inputs(self) -> int:
        return self.W_xh.shape[1]

    @property
    def dtype(self) -> np.dtype:
        return self.W_hh.dtype

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """All weights by name: W_xh, W_hh, and b, or b_xh and b_hh for a gru."""
        return {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}

    @property
    def blocks(self) -> dict[str, np.ndarray]:
        """W_hh gate by gate, each (H, H); the rnn's is called h."""
        return dict(zip(self.gates or ("h",), np.split(self.W_hh, max(len(self.gates), 1)), strict=True))

    @abstractmethod
    def step(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None = None, clamp: Clamp | None = None) -> dict:
        """One time step, by the equations as they are printed: all values by letter, as in `Trace.values`, each (B, H).

        x (B, F), h and c (B, H) of the step before; clamp: gates set by hand.
        """

    @np.errstate(over="ignore", invalid="ignore")
    def unroll(
        self, x: np.ndarray, h_0: np.ndarray | None = None, c_0: np.ndarray | None = None, clamp: Clamp | None = None
    ) -> Trace:
        """The whole sequence x (T, B, F), from h_0 and c_0 (B, H), zeros by default.

        clamp: gates set by hand, for example {"f": 1.0}; a number, or an array that fits (T, B, H), so (H,) sets each unit.
        """
        x = np.asarray(x, self.dtype)
        time, batch, _ = x.shape
        h_0 = self._initial(h_0, batch)
        c_0 = self._initial(c_0, batch) if self.has_cell_state else None
        held = {
            gate: np.broadcast_to(np.asarray(value, self.dtype), (time, batch, self.units))
            for gate, value in self._checked(clamp).items()
        }
        return Trace(self, x, self._run(x, h_0, c_0, held), h_0, c_0, held)

    @np.errstate(over="ignore", invalid="ignore")
    def backward(self, trace: Trace, dh: np.ndarray, dc: np.ndarray | None = None) -> Gradients:
        """Back-propagation through time, in one pass from the last step to the first.

        dh, dc: what the loss says of the outputs directly, for all steps (T, B, H), or for the last one only (B, H). Gradients
        that explode beyond the cell's dtype are infinite or not a number, as in torch, without a warning.
        Source: Werbos 1990, Backpropagation through time: what it does and how to do it.
        """
        direct_h, direct_c = self._direct(dh, trace), self._direct(dc, trace)
        slopes, shape = trace.slopes, trace.h.shape
        all_h = np.empty(shape, self.dtype)
        all_c = np.empty(shape, self.dtype) if self.has_cell_state else None
        all_a = np.empty((*shape[:2], len(self.W_hh)), self.dtype)
        h, c = np.zeros(shape[1:], self.dtype), (np.zeros(shape[1:], self.dtype) if self.has_cell_state else None)
        for t in reversed(range(len(trace))):
            h = h + direct_h[t]
            if all_c is not None:
                all_c[t] = self.total_dc(slopes, t, h, c := c + direct_c[t])
            all_h[t] = h
            h, c, all_a[t] = self.pull(slopes, t, h, c)
        return Gradients(all_h, all_c, h, c, *self._weight_gradients(trace, all_h, all_a))

    @abstractmethod
    def slopes(self, trace: Trace) -> tuple[np.ndarray, ...]:
        """The derivatives inside every time step, for `pull`: each (T, B, ...), found for the whole sequence at once."""

    @abstractmethod
    def pull(
        self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
        """Gradients by the state after step t -> gradients by the state before it, and by W_hh h_(t-1).

        dh, dc (..., B, H): by the pair (h_t, c_t) as two independent inputs of the next step. Leading axes are any number of
        losses that are pulled back together. Returns dh, dc (..., B, H) and (..., B, G*H).
        """

    @abstractmethod
    def push(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
        """The other way round: small changes of the state before step t -> those of the state after it.

        dh, dc (..., B, H), leading axes as in `pull`; weights and inputs stay as they are.
        """

    def total_dc(self, slopes: tuple, t: int, dh: np.ndarray, dc: np.ndarray) -> np.ndarray:
        """dL/dc_t with the way through h_t included."""
        raise TypeError(f"{self.name} has no cell state")

    @abstractmethod
    def _run(self, x: np.ndarray, h: np.ndarray, c: np.ndarray | None, clamp: Clamp) -> dict[str, np.ndarray]:
        """The values of `Trace`, by a loop over time that leaves numpy as seldom as it can."""

    def _weight_gradients(self, trace: Trace, dh: np.ndarray, da: np.ndarray) -> tuple:
        """dx, the weights' gradients, and ||.|| of each step's part in dW_hh, from da = dL/d(W_hh h) (T, B, G*H)."""
        before = trace.h_before
        dx, inputs = self._input_gradients(trace, dh, da)
        weights = {**inputs, "W_hh": flat(da).T @ flat(before)}
        return dx, {name: weights[name] for name in self.weights}, outer_norms(da, before)

    def _input_gradients(self, trace: Trace, dh: np.ndarray, da: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return da @ self.W_xh, {"W_xh": flat(da).T @ flat(trace.x), "b": flat(da).sum(0)}

    def _back(self, da: np.ndarray) -> np.ndarray:
        """da W_hh: (..., B, G*H) -> (..., B, H), as one product of two matrices."""
        return (da.reshape(-1, len(self.W_hh)) @ self.W_hh).reshape(*da.shape[:-1], self.units)

    def _forth(self, dh: np.ndarray) -> np.ndarray:
        """W_hh dh: (..., B, H) -> (..., B, G, H), gate by gate."""
        changes = dh.reshape(-1, self.units) @ self.W_hh.T
        return changes.reshape(*dh.shape[:-1], -1, self.units)

    def _initial(self, state: np.ndarray | None, batch: int) -> np.ndarray:
        if state is None:
            return np.zeros((batch, self.units), self.dtype)
        return np.broadcast_to(np.asarray(state, self.dtype), (batch, self.units))

    def _checked(self, clamp: Clamp | None) -> Clamp:
        unknown = set(clamp or ()) - set(self.gates)
        if unknown:
            raise ValueError(f"{self.name} has no gate {sorted(unknown)}; its gates are {list(self.gates)}")
        return clamp or {}

    def _direct(self, gradient: np.ndarray | None, trace: Trace) -> np.ndarray:
        """(T, B, H) from what the caller gave for all steps, for the last one, or not at all."""
        if gradient is not None and np.ndim(gradient) == 3:
            return np.asarray(gradient, self.dtype)
        full = np.zeros_like(trace.h)
        if gradient is not None:
            full[-1] = gradient
        return full


def flat(values: np.ndarray) -> np.ndarray:
    """(T, B, n) -> (T*B, n)."""
    return values.reshape(-1, values.shape[-1])


def outer_norms(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """||sum over the batch of left_b right_b^T|| for every step, (T, B, n) and (T, B, m) -> (T,), without the (n, m) products.

    Both are scaled by their largest value first: the square of 1e-200 would be 0.
    """
    sizes = [np.abs(values).max((1, 2)) for values in (left, right)]
    scaled = [values / np.where(size, size, 1)[:, None, None] for values, size in zip((left, right), sizes, strict=True)]
    grams = [values @ values.swapaxes(1, 2) for values in scaled]
    squares = (grams[0] * grams[1]).sum((1, 2))
    return np.sqrt(np.maximum(squares, 0)) * sizes[0] * sizes[1]
