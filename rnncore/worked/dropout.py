"""Dropout as a layer applies it while it learns, and what it does to an answer."""

from __future__ import annotations

import numpy as np

from rnncore.cells import initialise

UNITS = 50  # of the article's layers


def drop(states: np.ndarray, rate: float, draw: np.random.Generator) -> np.ndarray:
    """Each value becomes 0 with probability `rate`; the others are divided by 1 - rate, so that the mean stays.

    Source: Srivastava et al. 2014, in the inverted form that libraries use, which leaves nothing to do when answering.
    """
    return states * (draw.random(states.shape) >= rate) / (1 - rate)


def first_layer(values: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """The states (50,) of an untrained LSTM with forget bias 1 after it has read `values`, and weights (50,) of one output."""
    cell = initialise("lstm", 1, UNITS, seed=0, forget_bias=1.0)
    states = cell.unroll(np.asarray(values, float)[:, None, None]).h[-1, 0]
    bound = (6 / (UNITS + 3)) ** 0.5  # Glorot and Bengio 2010, for 50 units and 3 outputs
    return states, np.random.default_rng(1).uniform(-bound, bound, UNITS)
