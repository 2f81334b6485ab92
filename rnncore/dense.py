"""A dense network with one hidden layer: its forward pass, its gradients, and one step of gradient descent.

    h = f(W_xh x + b_h),   y = W_hy h + b_y,   L = 1/2 |y - target|^2

Letters: F inputs, H hidden units, K outputs. W_xh (H, F), b_h (H,), W_hy (K, H), b_y (K,). Everything float64.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rnncore.cells import ACTIVATIONS


class Dense(NamedTuple):
    """The parameters of a network, or in the same places their gradients."""

    W_xh: np.ndarray
    b_h: np.ndarray
    W_hy: np.ndarray
    b_y: np.ndarray

    def moved(self, direction: Dense, length: float) -> Dense:
        """The network `length` times `direction` further on."""
        return Dense(*(here + length * way for here, way in zip(self, direction, strict=True)))


class Pass(NamedTuple):
    """Every value of a forward pass: inputs x (F,), sums z and values h = f(z) of the hidden units (H,), outputs y (K,)."""

    x: np.ndarray
    z: np.ndarray
    h: np.ndarray
    y: np.ndarray


def parameter_count(*widths: int) -> int:
    """Weights and biases of dense layers of these widths, the inputs first: the sum of n (m + 1)."""
    return sum(n * (m + 1) for m, n in pairwise(widths))


def forward(network: Dense, x: np.ndarray, activation: str) -> Pass:
    """What the network makes of one input (F,)."""
    z = network.W_xh @ x + network.b_h
    h = ACTIVATIONS[activation].function(z)
    return Pass(x, z, h, network.W_hy @ h + network.b_y)


def squared_error(y: np.ndarray, target: np.ndarray) -> float:
    """Half the squared distance of the outputs from their targets."""
    return float(np.sum((y - target) ** 2) / 2)


def gradients(network: Dense, x: np.ndarray, target: np.ndarray, activation: str) -> Dense:
    """Gradients of the squared error by every parameter (Rumelhart, Hinton and Williams 1986)."""
    seen = forward(network, x, activation)
    dy = seen.y - target
    dz = dy @ network.W_hy * ACTIVATIONS[activation].slope(seen.h)
    return Dense(np.outer(dz, x), dz, np.outer(dy, seen.h), dy)


def descend(network: Dense, x: np.ndarray, target: np.ndarray, activation: str, rate: float) -> Dense:
    """The network after one step of gradient descent with learning rate `rate`."""
    return network.moved(gradients(network, x, target, activation), -rate)


def loss_along(network: Dense, x: np.ndarray, target: np.ndarray, activation: str, rates: np.ndarray) -> np.ndarray:
    """The loss that one step would leave, for each of several learning rates (N,)."""
    slope = gradients(network, x, target, activation)
    after = (network.moved(slope, -rate) for rate in rates)
    return np.array([squared_error(forward(one, x, activation).y, target) for one in after])
