"""Gated cells whose weights were set by hand, so that each unit has a job one can follow; and the value on every wire."""

from __future__ import annotations

import numpy as np

from rnncore.cells import GRU, LSTM, Cell, Trace

JOBS = ("store", "average", "react")
"""Unit 1 stores the last input above about 0.6; unit 2 takes a slow average; unit 3 follows the input and what changed."""

_KEEPS_NINE_TENTHS = 2.2  # sigmoid(2.2) = 0.9


def three_jobs(cell: str) -> Cell:
    """An `lstm` or a `gru` with one input and three units, one for each of `JOBS`."""
    return {"lstm": _lstm, "gru": _gru}[cell]()


def _lstm() -> LSTM:
    """Gates i, f, g, o. The storing unit opens its input gate and shuts its forget gate for a large input, and is silent
    while it writes; the reacting one takes half of what it said last from what comes."""
    W_x = {"i": [20, 0, 0], "f": [-20, 0, 0], "g": [3, 1, 2], "o": [-6, 0, 0]}
    b = {"i": [-12, -_KEEPS_NINE_TENTHS, 4], "f": [12, _KEEPS_NINE_TENTHS, -4], "g": [0, 0, 0], "o": [4, 3, 4]}
    W_hh = np.zeros((12, 3))
    W_hh[8, 2] = -0.5  # the candidate of unit 3, by its own output
    return LSTM(_stacked(W_x)[:, None], W_hh, _stacked(b))


def _gru() -> GRU:
    """Gates r, z, n. A large input shuts the storing unit's update gate, so that the candidate replaces what it held; the
    reacting unit subtracts what it held, as far as its reset gate lets it see."""
    W_x = {"r": [0, 0, 8], "z": [-20, 0, 0], "n": [3, 1, 2]}
    b = {"r": [-4, -4, 0], "z": [12, _KEEPS_NINE_TENTHS, -4], "n": [0, 0, 0]}
    W_hh = np.zeros((9, 3))
    W_hh[6:] = np.diag([0.5, 0.5, -0.7])
    return GRU(_stacked(W_x)[:, None], W_hh, _stacked(b), np.zeros(9))


def _stacked(gates: dict[str, list[float]]) -> np.ndarray:
    return np.concatenate([np.asarray(values, float) for values in gates.values()])


def wires(trace: Trace, unit: int) -> dict[str, np.ndarray]:
    """Every value of one unit over time (T,), by the names of the trace, with what runs on the wires between its parts.

    x: the (first) input. `h_before`, `c_before`; lstm: fc = f c_before, ig = i g; gru: zh = z h_before, kept = 1 - z,
    new = (1 - z) n, rq = r q.
    """
    found = {name: value[:, 0, unit] for name, value in trace.values.items()}
    found |= {"x": trace.x[:, 0, 0], "h_before": trace.h_before[:, 0, unit]}
    if trace.cell.has_cell_state:
        before = trace.c_before[:, 0, unit]
        return found | {"c_before": before, "fc": found["f"] * before, "ig": found["i"] * found["g"]}
    kept = 1 - found["z"]
    products = {"zh": found["z"] * found["h_before"], "kept": kept, "new": kept * found["n"], "rq": found["r"] * found["q"]}
    return found | products
