"""How the last state depends on earlier ones: norms of the Jacobian product, and Lyapunov exponents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.cells import Trace

SETTLING = 10  # a tenth of the steps: until then the directions of fastest growth are still being found


class Jacobians(NamedTuple):
    """log10 of spectral norms at the given lags, each (n,): of d h_T / d h_t with c_t held (`h`), and of d s_T / d s_t of the
    whole state (`state`). At lag 0 both are 0."""

    lags: np.ndarray
    h: np.ndarray
    state: np.ndarray


def jacobians(trace: Trace, sequence: int = 0, lags: Sequence[int] | None = None) -> Jacobians:
    """The norms ||d h_T / d h_t||_2 of one sequence of the batch: by what the gradient of a loss at T is multiplied at most.

    lags: from 0 to T, all by default. The product is pulled back from T with the identity in place of one loss's gradient, and
    rescaled by powers of two on the way, so that it neither under- nor overflows. Source: Pascanu, Mikolov and Bengio 2013,
    On the difficulty of training recurrent neural networks, equation 5.
    """
    one, time = trace.only(sequence), len(trace)
    wanted = np.arange(time + 1) if lags is None else np.unique(np.asarray(lags, int))
    cell, slopes, H = one.cell, one.slopes, one.cell.units
    rows = np.eye(2 * H if cell.has_cell_state else H, dtype=cell.dtype)[:, None]  # one row of the Jacobian is one loss
    h, c = rows[..., :H], (rows[..., H:] if cell.has_cell_state else None)
    found, lifted = [], 0
    for lag in range(wanted[-1] + 1):
        if lag:
            h, c, _ = cell.pull(slopes, time - lag, h, c)
        exponent = np.frexp(max(np.abs(part).max() for part in (h, c) if part is not None))[1]
        h, c = (None if part is None else np.ldexp(part, -exponent) for part in (h, c))
        lifted += exponent
        if lag in wanted:
            whole = h[:, 0] if c is None else np.hstack([h[:, 0], c[:, 0]])
            found.append((_log10_norm(h[:H, 0], lifted), _log10_norm(whole, lifted)))
    by_h, by_state = np.array(found).T
    return Jacobians(wanted, by_h, by_state)


def _log10_norm(matrix: np.ndarray, exponent: int) -> float:
    with np.errstate(divide="ignore"):
        return float(np.log10(np.linalg.norm(matrix.astype(np.float64), 2)) + exponent * np.log10(2.0))


def lyapunov(trace: Trace, exponents: int = 1, lengths: Sequence[int] | None = None, seed: int = 0) -> np.ndarray:
    """The largest Lyapunov exponents along the trace: (n, `exponents`) for n lengths (the trace's own by default), mean of
    the batch, per step, natural logarithm. Below 0 small changes of the state die out, above 0 they grow: chaos.

    Random directions are carried forward by the whole state's Jacobians and made orthogonal again after every step by QR; an
    exponent is the mean logarithm of its diagonal entry of R, the first tenth of the steps left out. Source: Benettin et al.
    1980; for recurrent networks Engelken, Wolf and Abbott 2023, Lyapunov spectra of chaotic recurrent neural networks.
    """
    cell, slopes, (time, batch, H) = trace.cell, trace.slopes, trace.h.shape
    size = 2 * H if cell.has_cell_state else H
    start = np.random.default_rng(seed).standard_normal((batch, size, exponents))
    Q, logs = np.linalg.qr(start)[0], np.empty((time, exponents))
    for t in range(time):
        columns = np.moveaxis(Q, 2, 0).astype(cell.dtype)  # (exponents, B, S)
        h, c = cell.push(slopes, t, columns[..., :H], columns[..., H:] if cell.has_cell_state else None)
        pushed = h if c is None else np.concatenate([h, c], axis=-1)
        Q, stretched = _orthogonal(np.moveaxis(pushed, 0, 2).astype(np.float64, copy=False))
        with np.errstate(divide="ignore"):
            logs[t] = np.log(stretched).mean(0)
    return np.array([logs[length // SETTLING : length].mean(0) for length in lengths or [time]])


def _orthogonal(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Q (B, S, n) and the diagonal of R, positive (B, n); of a single column the QR is its direction and length."""
    if columns.shape[2] > 1:
        Q, R = np.linalg.qr(columns)
        return Q, np.abs(np.diagonal(R, axis1=1, axis2=2))
    lengths = np.sqrt(np.einsum("bsn,bsn->bn", columns, columns))
    return columns / np.where(lengths, lengths, 1)[:, None], lengths
