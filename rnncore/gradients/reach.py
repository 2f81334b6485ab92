"""The gradient's norm by lag, for any number of sequence lengths in one backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.cells import Trace

RESCALED_EVERY = 8  # steps; in between no cell changes a gradient by more than doubles can hold
FORGOTTEN = 1e-3  # of what it was: from there on the lag counts as out of memory


@dataclass(frozen=True, eq=False)
class Reach:
    """How far the gradient of L = v . h_T reaches back: all arrays (T,) by lag, norms over batch and units.

    log10_h: of dL/dh_t; log10_c: of dL/dc_t as automatic differentiation has it, the way through h_t included (None where there
    is no cell state); log10_state: of the whole state, as the next step receives it. Logarithms to base 10, exact far beyond
    what a float64 can hold; -inf where the gradient is truly zero. start: the same of the initial state (lag T), log10_state.
    """

    log10_h: np.ndarray
    log10_c: np.ndarray | None
    log10_state: np.ndarray
    start: float

    @property
    def length(self) -> int:
        return len(self.log10_h)

    @property
    def h(self) -> np.ndarray:
        """||dL/dh_t|| by lag; 0 below 5e-324, infinite above 1.8e308."""
        return power(self.log10_h)

    @property
    def c(self) -> np.ndarray | None:
        return None if self.log10_c is None else power(self.log10_c)

    @property
    def state(self) -> np.ndarray:
        """||dL/ds_t|| of the whole state by lag."""
        return power(self.log10_state)

    @property
    def growth(self) -> np.ndarray:
        """Factor of the whole state's gradient from each lag to the next: (T - 1,)."""
        with np.errstate(invalid="ignore"):
            return power(np.diff(self.log10_state))

    @property
    def ratio(self) -> float:
        """The whole state's gradient at the first step, as a share of that at the last."""
        return float(power(self.log10_state[-1] - self.log10_state[0]))

    @property
    def half_life(self) -> int | None:
        """The first lag at which the whole state's gradient is half of what it was, or less; None if there is none."""
        return self.fallen_to(0.5)

    @property
    def memory(self) -> int | None:
        """The first lag at which the whole state's gradient has fallen to a thousandth; None if it never does."""
        return self.fallen_to(FORGOTTEN)

    def fallen_to(self, share: float) -> int | None:
        # A half that is exact in the norms is not in their logarithms.
        lags = np.flatnonzero(self.log10_state <= self.log10_state[0] + np.log10(share) + 1e-12)
        return int(lags[0]) if len(lags) else None


def power(log10: np.ndarray | float) -> np.ndarray:
    """10 to the given power; 0 or infinite where a float64 cannot hold it."""
    with np.errstate(over="ignore", under="ignore"):
        return np.power(10.0, log10)


def reaches(trace: Trace, v: np.ndarray, lengths: Sequence[int] | None = None, rescaled: bool = True) -> list[Reach]:
    """One `Reach` for each of `lengths` (the trace's own by default): for each, the loss is v . h_T at T = that length.

    All losses are pulled back together, so that T from 5 to 1,000 cost little more than the longest. rescaled: gradients are
    multiplied by powers of two on the way, which changes no digit and keeps them from underflow; without it they are what the
    trace's own precision makes of them.
    """
    lengths = [len(trace)] if lengths is None else list(lengths)
    longest_first = sorted(set(lengths), reverse=True)
    norms = _pull_back(trace, np.asarray(v, trace.h.dtype), longest_first, rescaled)
    found = {length: _reach(norms[length:0:-1, :, n], norms[0, 2, n], trace) for n, length in enumerate(longest_first)}
    return [found[length] for length in lengths]


def _pull_back(trace: Trace, v: np.ndarray, lengths: list[int], rescaled: bool) -> np.ndarray:
    """log10 of the norms (T + 1, 3, L) of h, total c and the whole state, by t from 0 (before the first step)."""
    cell, slopes, longest = trace.cell, trace.slopes, lengths[0]
    squares = np.zeros((longest + 1, 3, len(lengths)))
    exponents = np.zeros((longest + 1, len(lengths)))
    h = np.empty((0, *v.shape), v.dtype)
    c = np.empty_like(h) if cell.has_cell_state else None
    lifted = np.zeros(len(lengths))
    for t in range(longest, -1, -1):
        if t in lengths:
            h = np.concatenate([h, v[None]])
            c = None if c is None else np.concatenate([c, np.zeros_like(v)[None]])
        losses = len(h)
        if rescaled and t % RESCALED_EVERY == 0:
            h, c, lifted[:losses] = _rescale(h, c, lifted[:losses])
        squares[t, 0, :losses] = squares[t, 2, :losses] = _squares(h)
        if c is not None:
            squares[t, 2, :losses] += _squares(c)
            if t:
                squares[t, 1, :losses] = _squares(cell.total_dc(slopes, t - 1, h, c))
        exponents[t] = lifted
        if t:
            h, c, _ = cell.pull(slopes, t - 1, h, c)
    with np.errstate(divide="ignore"):
        return 0.5 * np.log10(squares) + exponents[:, None, :] * np.log10(2.0)


def _rescale(h: np.ndarray, c: np.ndarray | None, lifted: np.ndarray) -> tuple:
    """Every loss's gradients times a power of two that brings them close to 1, and its exponent so far."""
    size = _squares(h) + (0 if c is None else _squares(c))
    exponent = np.frexp(np.sqrt(size))[1]
    scale = np.ldexp(1.0, -exponent).astype(h.dtype)[:, None, None]
    return h * scale, None if c is None else c * scale, lifted + exponent


def _squares(values: np.ndarray) -> np.ndarray:
    """(L, B, H) -> (L,) sums of squares, in float64: the square of 1e-30 is not 0."""
    rows = values.reshape(len(values), -1).astype(np.float64, copy=False)
    return np.einsum("ln,ln->l", rows, rows)


def _reach(by_lag: np.ndarray, start: float, trace: Trace) -> Reach:
    log10_c = by_lag[:, 1] if trace.cell.has_cell_state else None
    return Reach(by_lag[:, 0], log10_c, by_lag[:, 2], float(start))


def weight_gradient(trace: Trace, v: np.ndarray) -> tuple[float, np.ndarray]:
    """||dL/dW_hh|| for L = v . h_T, and the share of each time step in it by lag (T,): see `Gradients.shares`."""
    found = trace.cell.backward(trace, v)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.linalg.norm(found.weights["W_hh"].astype(np.float64))), found.shares[::-1]
