"""Which input did what, and which unit: the outputs of a network explained by its inputs x (T, F) of one window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnncore.inside.network import Network

NODES = 24  # of the path of integrated gradients: a trained network's sum then fits to a millionth


def gradient(network: Network, x: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """dy_k/dx_t for each of `outputs` (k,): (k, T, F). How much more an output says when one input is a little larger."""
    losses = np.eye(network.outputs)[outputs]
    return network.by_inputs(np.broadcast_to(x, (len(losses), *x.shape)), losses)


def integrated(network: Network, x: np.ndarray, outputs: np.ndarray, flat: np.ndarray | float = 0.0) -> np.ndarray:
    """Each input's share of y_k(x) - y_k(flat), for each of `outputs`: (k, T, F); together they are that difference.

    The gradient is averaged on the straight way from `flat`, a window that stays at its level, to x, at the nodes of a
    Gauss-Legendre rule. Source: Sundararajan, Taly and Yan 2017, Axiomatic attribution for deep networks, equation 1.
    """
    places, weights = np.polynomial.legendre.leggauss(NODES)
    total = np.zeros((len(outputs), *x.shape))
    for place, weight in zip((places + 1) / 2, weights / 2, strict=True):
        total += weight * gradient(network, flat + place * (x - flat), outputs)
    return (x - flat) * total


def without_unit(network: Network, layer: int, unit: int) -> Network:
    """The network in which nobody hears this unit: its column in all matrices that read it is 0."""
    cells = list(network.cells)
    cells[layer] = replace(cells[layer], W_hh=_muted(cells[layer].W_hh, unit))
    if layer + 1 < len(cells):
        cells[layer + 1] = replace(cells[layer + 1], W_xh=_muted(cells[layer + 1].W_xh, unit))
        return replace(network, cells=tuple(cells))
    return replace(network, cells=tuple(cells), W=_muted(network.W, unit))


def _muted(matrix: np.ndarray, column: int) -> np.ndarray:
    muted = matrix.copy()
    muted[:, column] = 0.0
    return muted


def by_perturbation(network: Network, inputs: np.ndarray, places: np.ndarray, size: float = 1.0) -> np.ndarray:
    """How far the outputs move when one input of each window moves by `size`: root mean square over windows and outputs, for
    each of `places` (p,), counted through the T F inputs of a window: (p,). inputs: (n, T, F).

    Both directions are tried and the difference halved, so that for a small size it is the gradient.
    """
    rows = inputs.reshape(len(inputs), -1)
    moved = np.repeat(rows[None, None], len(places), axis=0).repeat(2, axis=1)  # (p, 2, n, W)
    for n, place in enumerate(places):
        moved[n, 0, :, place] += size
        moved[n, 1, :, place] -= size
    said = network(moved.reshape(-1, *inputs.shape[1:])).reshape(len(places), 2, len(inputs), -1)
    return np.sqrt((((said[:, 0] - said[:, 1]) / (2 * size)) ** 2).mean((1, 2)))


def by_gradient(network: Network, inputs: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Size of dy/dx by input: root mean square over windows and `outputs`, (T F,). inputs: (n, T, F)."""
    squares = [gradient(network, x, outputs).reshape(len(outputs), -1) ** 2 for x in inputs]
    return np.sqrt(np.mean(squares, axis=(0, 1)))


def reaching(effects: np.ndarray, share: float = 0.9) -> int:
    """How many of the newest inputs hold `share` of all effect; effects (W,), the newest first."""
    together = np.cumsum(effects)
    return int(np.searchsorted(together, share * together[-1] * (1 - 1e-12))) + 1 if together[-1] > 0 else 0
