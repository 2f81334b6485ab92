"""A network taken onward one step at a time, each step needing the answer to the one before: nothing can be worked out ahead.

At this size a call of numpy costs more than its numbers do, so the equations of `Cell.step` stand here in as few calls as will
do: one product for all gates, and sigmoid(a) as (1 + tanh(a / 2)) / 2, with the halves in the weights, so that one tanh serves
them all. Arrays are made once; what a step returns is written over by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rnncore.cells.activations import ACTIVATIONS
from rnncore.cells.cell import Cell
from rnncore.cells.gru import GRU
from rnncore.cells.lstm import LSTM
from rnncore.cells.rnn import RNN

HALF = np.array(0.5, np.float32)  # an array of no axes is read more quickly than a number
Step = Callable[[np.ndarray], np.ndarray]


def onward(cells: Sequence[Cell], W: np.ndarray, b: np.ndarray) -> Step:
    """A function x (F,) -> y (K,) = W h + b over the last layer's state h, W (K, H), b (K,).

    Every call is one step; the layers keep their states, which begin at zero. In single precision, as the network forecasts.
    """
    steps = [MAKERS[cell.name](cell) for cell in cells]
    weights, b, said = np.ascontiguousarray(W.T, np.float32), b.astype(np.float32), np.empty(len(b), np.float32)
    dot, add = np.dot, np.add

    def step(x: np.ndarray) -> np.ndarray:
        for layer in steps:
            x = layer(x)
        return add(dot(x, weights, said), b, said)

    return step


def _reading(cell: Cell, *rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """v = [x, h, 1], its parts x and h, and the weights by which v becomes weighted sums; rows: [W_x, W_h, b] of them."""
    v = np.zeros(cell.inputs + cell.units + 1, np.float32)
    v[-1] = 1
    return v, v[: cell.inputs], v[cell.inputs : -1], np.ascontiguousarray(np.concatenate(rows).T, np.float32)


def _lstm(cell: LSTM) -> Step:
    i, f, g, o = np.split(np.column_stack([cell.W_xh, cell.W_hh, cell.b]), 4)
    v, x, h, weights = _reading(cell, g, f / 2, i / 2, o / 2)
    H = cell.units
    values = np.zeros(5 * H, np.float32)  # c, g, f, i, o: f and i meet c and g in one product
    c, sums, gates = values[:H], values[H:], values[2 * H :]
    before, shares, o = values[: 2 * H], values[2 * H : 4 * H], values[4 * H :]
    both = np.empty(2 * H, np.float32)
    kept, added = both[:H], both[H:]
    half, dot, tanh, multiply, add = HALF, np.dot, np.tanh, np.multiply, np.add

    def step(new: np.ndarray) -> np.ndarray:
        x[:] = new
        tanh(dot(v, weights, sums), sums)
        add(multiply(gates, half, gates), half, gates)  # tanh(a / 2) -> sigmoid(a)
        multiply(shares, before, both)
        return multiply(o, tanh(add(kept, added, c), kept), h)

    return step


def _gru(cell: GRU) -> Step:
    (x_r, x_z, x_n), (h_r, h_z, h_n) = np.split(cell.W_xh, 3), np.split(cell.W_hh, 3)
    (b_r, b_z, b_n), (c_r, c_z, c_n) = np.split(cell.b_xh, 3), np.split(cell.b_hh, 3)
    none_x, none_h = np.zeros_like(x_n), np.zeros_like(h_n)
    gates = [np.column_stack(each) / 2 for each in ((x_r, h_r, b_r + c_r), (x_z, h_z, b_z + c_z))]
    # The candidate's two halves apart: the reset gate stands between them.
    v, x, h, weights = _reading(cell, *gates, np.column_stack([x_n, none_h, b_n]), np.column_stack([none_x, h_n, c_n]))
    H = cell.units
    sums, n = np.empty(4 * H, np.float32), np.empty(H, np.float32)
    both, (r, z, a_n, q) = sums[: 2 * H], np.split(sums, 4)
    half, dot, tanh, multiply, add, subtract = HALF, np.dot, np.tanh, np.multiply, np.add, np.subtract

    def step(new: np.ndarray) -> np.ndarray:
        x[:] = new
        dot(v, weights, sums)
        tanh(both, both)
        add(multiply(both, half, both), half, both)
        tanh(add(a_n, multiply(r, q, n), n), n)
        return add(n, multiply(z, subtract(h, n, q), q), h)

    return step


def _rnn(cell: RNN) -> Step:
    v, x, h, weights = _reading(cell, np.column_stack([cell.W_xh, cell.W_hh, cell.b]))
    activation, sums = ACTIVATIONS[cell.activation].function, np.empty(cell.units, np.float32)

    def step(new: np.ndarray) -> np.ndarray:
        x[:] = new
        return activation(np.dot(v, weights, sums), out=h)

    return step


MAKERS = {"lstm": _lstm, "gru": _gru, "rnn": _rnn}
