"""The functions between a weighted sum and a unit's output, with their slopes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


def sigmoid(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """1 / (1 + exp(-a)), in any shape; exact to the last digits on both sides."""
    out = np.negative(a, out=out)
    with np.errstate(over="ignore"):  # exp(1000) is infinite, and 1 / infinity the right answer
        np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def _relu(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    return np.maximum(a, 0, out=out)


class Activation(NamedTuple):
    """`function(a, out=None)`; `slope(y)`: its derivative, told from its value y = function(a); `steepest`: the largest one."""

    function: Callable
    slope: Callable[[np.ndarray], np.ndarray]
    steepest: float


ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda y: 1 - y * y, 1.0),
    "relu": Activation(_relu, lambda y: (y > 0).astype(y.dtype), 1.0),
    "sigmoid": Activation(sigmoid, lambda y: y * (1 - y), 0.25),
}
