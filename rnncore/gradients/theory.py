"""What can be said of the gradient before it is measured."""

from __future__ import annotations

import numpy as np

from rnncore.cells import ACTIVATIONS, RNN, Cell, Trace


def bound(cell: Cell, lags: int) -> np.ndarray | None:
    """log10 of (||W_hh||_2 max|f'|)^k for k = 0 .. lags - 1: ||dL/dh_(T-k)|| is never larger than this times ||dL/dh_T||.

    Every factor of the Jacobian product is diag(f'(a_t)) W_hh. Only a plain RNN has such a bound from its weights alone: None
    for the others. Source: Pascanu, Mikolov and Bengio 2013, equations 6 and 7.
    """
    if not isinstance(cell, RNN):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.log10(np.linalg.norm(cell.W_hh.astype(np.float64), 2) * ACTIVATIONS[cell.activation].steepest)
        return np.concatenate([[0.0], factor * np.arange(1, lags)])


def spectral_radius(cell: Cell) -> float:
    """Size of the largest eigenvalue of W_hh; in an LSTM and a GRU of its candidate's block (g, n), which stands where the
    plain RNN has its only one."""
    block = cell.blocks[{"lstm": "g", "gru": "n", "rnn": "h"}[cell.name]]
    return float(np.abs(np.linalg.eigvals(block.astype(np.float64))).max())


def own_path(trace: Trace) -> np.ndarray | None:
    """log10 of what the gates alone let through, by lag (T,): the product of the forget gates f (LSTM) or update gates z (GRU)
    from step T back to step T - k + 1, root mean square over batch and units. None for an rnn.

    This is the way along the cell state itself, as if no gate depended on the state before. Source: Gers, Schmidhuber and
    Cummins 2000; Hochreiter and Schmidhuber 1997, the constant error carousel.
    """
    if trace.cell.name == "rnn":
        return None
    kept = trace["f" if trace.cell.name == "lstm" else "z"].astype(np.float64)
    with np.errstate(divide="ignore"):
        logs = np.log(kept[:0:-1]).cumsum(0)  # (T - 1, B, H)
        squares = np.logaddexp.reduce((2 * logs).reshape(len(logs), -1), axis=1) - np.log(kept[0].size)
    return np.concatenate([[0.0], squares / 2 / np.log(10)])
