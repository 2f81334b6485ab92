"""The artificial unit (McCulloch and Pitts 1943; Rosenblatt 1958), with a smooth activation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.cells.activations import ACTIVATIONS


class Response(NamedTuple):
    """products w_i x_i (..., F); their sum with the bias a (...); output y = f(a); slope dy/da."""

    products: np.ndarray
    a: np.ndarray
    y: np.ndarray
    slope: np.ndarray


def respond(x: np.ndarray, w: np.ndarray, b: float = 0.0, activation: str = "sigmoid") -> Response:
    """What one unit makes of its inputs x (..., F) with weights w (F,) and bias b: y = f(w . x + b).

    activation: tanh, relu or sigmoid.
    """
    products = np.asarray(x, float) * np.asarray(w, float)
    a = products.sum(-1) + b
    f = ACTIVATIONS[activation]
    y = f.function(a)
    return Response(products, a, y, f.slope(y))
