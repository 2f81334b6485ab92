"""Small circuits of rate units: without a loop they forget a pulse, with one they can hold it."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import numpy as np

CHAIN = np.diag([2.0, 2.0, 2.0], k=-1)
"""Four units, each excites the next: W[i, j] is the weight from unit j to unit i."""

LOOP = CHAIN + np.diag([2.0], k=3)
"""The same four units, and one connection more: the last excites the first."""


class Wiring(NamedTuple):
    """order: all units, each behind all that excite it, or None where there is a loop; loop: the units of one, as the signal
    runs, the first again at the end, or None where there is none. Exactly one of the two is None."""

    order: list[int] | None
    loop: list[int] | None


def wiring(W: np.ndarray) -> Wiring:
    """Is the circuit W (n, n) a directed acyclic graph?

    If every unit could stand behind all that excite it, then in a loop each would stand behind itself: so a graph has a
    topological order exactly when it has no loop (Kahn 1962), and a circuit with feedback is no such graph.
    """
    exciting = {unit: np.flatnonzero(row).tolist() for unit, row in enumerate(np.asarray(W))}
    try:
        return Wiring(list(TopologicalSorter(exciting).static_order()), None)
    except CycleError as error:
        return Wiring(None, list(error.args[1]))


def pulse(time: int, units: int, steps: int = 10, strength: float = 1.0, unit: int = 0) -> np.ndarray:
    """An input (T, n) to one unit in the first `steps` steps, and silence after."""
    given = np.zeros((time, units))
    given[:steps, unit] = strength
    return given


def activity(W: np.ndarray, given: np.ndarray, tau: float = 10.0, dt: float = 1.0) -> np.ndarray:
    """tau dr/dt = -r + tanh(W r + input), by Euler steps of `dt` from r = 0.

    W (n, n), input `given` (T, n), tau and dt in ms -> r (T, n), after every step, as shares of the greatest rate. A unit
    alone forgets by the factor exp(-1) in tau. Source: Wilson and Cowan 1972, in its simplest form.
    """
    if not 0 < dt <= tau:
        raise ValueError("dt must be positive and at most tau")
    r, told = np.zeros(len(W)), np.empty(np.shape(given))
    for t, now in enumerate(given):
        r = r + dt / tau * (np.tanh(W @ r + now) - r)
        told[t] = r
    return told
