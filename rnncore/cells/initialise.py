"""Cells with weights drawn as the literature draws them, or taken from a trained layer."""

from __future__ import annotations

import numpy as np

from rnncore.cells.cell import Cell
from rnncore.cells.counts import GATES
from rnncore.cells.gru import GRU
from rnncore.cells.lstm import LSTM
from rnncore.cells.rnn import RNN
from rnncore.messages import Refusal

WAYS = {
    "rnn": ("default", "orthogonal", "identity"),
    "lstm": ("default", "orthogonal", "chrono"),
    "gru": ("default", "orthogonal", "chrono"),
}


def initialise(
    cell: str,
    inputs: int,
    units: int,
    seed: int = 0,
    *,
    way: str = "default",
    activation: str = "tanh",
    radius: float | None = None,
    forget_bias: float | None = None,
    timescale: int = 100,
    dtype: str = "float64",
) -> Cell:
    """A cell with fresh weights; the same seed draws the same ones for every way, so that only what the way changes differs.

    default: torch's, all uniform within 1/sqrt(H). orthogonal: an orthogonal block of W_hh for each gate (Saxe et al. 2014).
    identity: W_hh = I, biases 0, for the rnn, meant with relu (Le, Jaitly and Hinton 2015). chrono: what the forget gate keeps
    spreads memory over 1 to `timescale` steps (Tallec and Ollivier 2018, section 2 and equation 16; the sequence's length is
    the natural choice): lstm b_f = ln U(1, timescale - 1), b_i = -b_f; gru b_z likewise; other biases 0.
    radius: every block of W_hh is scaled to this spectral radius. forget_bias: the lstm's, in all units (Gers et al. 2000).
    Raises `Refusal` (`initialisation_foreign`) where the cell has no such way.
    """
    if way not in WAYS[cell]:
        raise Refusal("initialisation_foreign", cell=cell, init=way, names=list(WAYS[cell]))
    draw, gates, bound = np.random.default_rng(seed), GATES[cell], units**-0.5
    rows = gates * units
    W_hh, b_xh, b_hh, W_xh = (draw.uniform(-bound, bound, shape) for shape in ((rows, units), rows, rows, (rows, inputs)))
    blocks = np.split(W_hh, gates)  # views: what is written to them stands in W_hh
    for block in blocks:
        if way == "identity":
            block[:] = np.eye(units)
        elif way == "orthogonal":
            block[:] = _orthogonal(draw, units)
        if radius is not None:
            _scale(block, radius)
    if way in ("identity", "chrono"):
        b_xh[:], b_hh[:] = 0.0, 0.0
    if way == "chrono":
        _chrono(cell, units, timescale, draw, b_xh)
    if cell == "lstm" and forget_bias is not None:
        b_xh[units : 2 * units], b_hh[units : 2 * units] = forget_bias, 0.0
    return from_layer(cell, *(weight.astype(dtype) for weight in (W_xh, W_hh, b_xh, b_hh)), activation)


def from_layer(
    cell: str, W_xh: np.ndarray, W_hh: np.ndarray, b_xh: np.ndarray, b_hh: np.ndarray, activation: str = "tanh"
) -> Cell:
    """The cell of a layer's weights, stacked and named as torch keeps them: two biases (G*H,), which count once except in a
    gru."""
    if cell == "gru":
        return GRU(W_xh, W_hh, b_xh, b_hh)
    return LSTM(W_xh, W_hh, b_xh + b_hh) if cell == "lstm" else RNN(W_xh, W_hh, b_xh + b_hh, activation)


def _orthogonal(draw: np.random.Generator, units: int) -> np.ndarray:
    """Uniform over all orthogonal matrices (Mezzadri 2007): the signs of R's diagonal go into Q."""
    Q, R = np.linalg.qr(draw.standard_normal((units, units)))
    return Q * np.sign(np.diag(R))


def _scale(block: np.ndarray, radius: float) -> None:
    found = np.abs(np.linalg.eigvals(block)).max()
    if found:
        block *= radius / found


def _chrono(cell: str, units: int, timescale: int, draw: np.random.Generator, b: np.ndarray) -> None:
    """torch's z keeps the old state, so it gets the bias of a forget gate."""
    keep = np.log(draw.uniform(1, max(timescale - 1, 1), units))
    b[units : 2 * units] = keep  # f of the lstm, z of the gru: the second gate of both
    if cell == "lstm":
        b[:units] = -keep
